from odoo import api, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.auto_crm.tools.fact import Fact, Follower

from .auto_booking import ONLINE, OVER
from .auto_booking_state import EXPECTED

_lt = LazyTranslate(__name__)


def is_awaited(booking):
    """Tell whether the car is expected, by a booking that is no mere hold."""
    return booking.state in EXPECTED and not booking.date_hold


def get_appointment(booking):
    """Return what the customer was told: when and where to come."""
    return booking.date_start, booking.post_id.address_id


class AutoBooking(models.Model):
    """Facts of a booking, and its deal that moves by them."""

    _inherit = "auto.booking"

    @api.model
    def _get_facts(self):
        """Override: what becomes of a booking."""
        states = frozenset({"state"})
        return super()._get_facts() | {
            "booking_made": Fact(
                holds=is_awaited,
                watches=frozenset({"state", "date_hold", "date_start", "post_id"}),
                is_dated=True,
                phrase=_lt("When a booking is made"),
            ),
            "booking_confirmed": Fact(
                holds=lambda booking: (
                    is_awaited(booking) and bool(booking.date_confirmed)
                ),
                watches=frozenset({"state", "date_hold", "date_confirmed"}),
                phrase=_lt("When a booking made online is confirmed"),
            ),
            "booking_moved": Fact(
                holds=is_awaited, phrase=_lt("When a booking is moved")
            ),
            "arrived": Fact(
                holds=lambda booking: bool(booking.date_arrived),
                watches=frozenset({"date_arrived"}),
                events=frozenset({"received"}),
            ),
            "booking_cancelled": Fact(
                holds=lambda booking: booking.state == "cancelled",
                watches=states,
                phrase=_lt("When a booking is cancelled"),
            ),
            "no_show": Fact(
                holds=lambda booking: booking.state == "no_show",
                watches=states,
                phrase=_lt("When the car does not arrive"),
            ),
            "booking_online": Fact(phrase=_lt("When a customer books online")),
        }

    @api.model
    def _get_followers(self):
        """Override: the deal waits for the car, or no more; people are told so."""
        return super()._get_followers() | {
            "deals": Follower(
                "_move_deals",
                sequence=20,
                watches=frozenset(
                    {
                        "state",
                        "date_hold",
                        "date_arrived",
                        "date_confirmed",
                        "date_start",
                        "post_id",
                        "lead_id",
                    }
                ),
            ),
            "online": Follower("_ask_to_confirm", sequence=21),
            "messages": Follower(
                "_tell_facts",
                sequence=30,
                watches=frozenset(
                    {
                        "state",
                        "date_hold",
                        "date_confirmed",
                        "date_start",
                        "post_id",
                        "partner_id",
                    }
                ),
            ),
            "online_messages": Follower("_tell_booked_online", sequence=31),
        }

    # ------------------------------------------------------------------
    # What has changed
    # ------------------------------------------------------------------

    def _is_new(self, change):
        """Tell whether the booking was made, or became more than a hold."""
        self.ensure_one()
        was_real = change.before and not change.before.date_hold
        return not was_real and not self.date_hold

    def _is_reopened(self, change):
        """Tell whether a booking that was given up is expected again."""
        self.ensure_one()
        return change.before and change.before.state in OVER and self.state not in OVER

    def _is_moved(self, change):
        """Tell whether the customer has to come at another time, or elsewhere."""
        self.ensure_one()
        if not change.before or not self.is_busy:
            return False
        return get_appointment(change.before) != get_appointment(self)

    # ------------------------------------------------------------------
    # The deal
    # ------------------------------------------------------------------

    def _move_deals(self, changes):
        """Follow facts: the deals of the bookings wait for the car, or wait no more."""
        with_deal = self.filtered(lambda one: one.lead_id and not one.date_hold)
        with_deal._note_moves(changes)
        with_deal.filtered(
            lambda one: (
                one.is_busy
                and (
                    one._is_new(changes[one])
                    or one._is_reopened(changes[one])
                    or "lead_id" in changes[one].names
                )
            )
        )._move_deals_by({"booked"})
        with_deal.filtered(
            lambda one: not one.order_id and "arrived" in changes[one].became
        )._move_deals_by({"received"})
        with_deal.filtered(
            lambda one: (
                one.source in ONLINE and "booking_confirmed" in changes[one].became
            )
        ).lead_id._close_online_activities()
        self._give_up_deals(changes)

    def _move_deals_by(self, events):
        """Move the deals; the chatter tells the first of their bookings."""
        cause = {
            booking.lead_id.id: booking._get_when_text()
            for booking in self.sorted("date_start", reverse=True)
        }
        if cause:
            self.lead_id._move_by_event(events, cause)

    def _note_moves(self, changes):
        """Tell in the chatters of the deals what was moved or cancelled."""
        for booking in self:
            change = changes[booking]
            lead = booking.lead_id
            lead = lead._with_lang_of(lead._get_responsible_user())
            when = booking.with_env(lead.env)._get_when_text()
            if is_awaited(booking) and booking._is_moved(change):
                lead.message_post(body=lead.env._("Booking moved: %s", when))
            elif booking._is_ended(change, "booking_cancelled"):
                lead.message_post(body=lead.env._("Booking cancelled: %s", when))

    def _is_ended(self, change, fact):
        """Tell whether a booking that was known has ended this way."""
        self.ensure_one()
        was_known = change.before and not change.before.date_hold
        return was_known and fact in change.became

    def _give_up_deals(self, changes):
        """Nobody waits for the cars of these bookings; their deals agree anew."""
        for fact in ("booking_cancelled", "no_show"):
            ended = self.filtered(
                lambda one, fact=fact: one._is_ended(changes[one], fact)
            )
            cause = {one.lead_id.id: one._get_when_text() for one in ended}
            moved = ended.lead_id._return_to_agreement(fact, cause)
            for booking in ended if fact == "no_show" else ():
                if booking.lead_id not in moved:
                    booking._ask_advisor_about_no_show()

    def _ask_to_confirm(self, changes):
        """Follow facts: somebody confirms what customers have booked, if need be."""
        online = self.filtered(lambda one: "booking_online" in changes[one].became)
        for booking in online.filtered(lambda one: one.state == "tentative"):
            if booking.lead_id:
                booking.lead_id._schedule_event_activities("booking_online")
            else:
                booking._ask_advisor(
                    lambda env: env._("Confirm the booking made online")
                )
