from collections import defaultdict
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from .auto_booking import ONLINE
from .auto_booking_state import EXPECTED
from .auto_notify_rule import EVENTS

ENDS = ("booking_cancelled", "no_show")
NO_SHOW_NEWS = timedelta(days=1)  # what is found out by then is told
UNDO = timedelta(seconds=15)  # the planner offers to take back for ten


class AutoBooking(models.Model):
    """What customers are told about their booking, and what they answer."""

    _inherit = "auto.booking"

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------

    def _tell_booked_online(self, changes):
        """Follow facts: the shop is told of what customers have booked."""
        online = self.filtered(lambda one: "booking_online" in changes[one].became)
        self.env["auto.notify.rule"]._do_notify(
            "booking_online",
            online,
            date={one.id: one.date_start for one in online},
            occurrence={one.id: f"{one.id}" for one in online},
        )

    def _get_happened(self, change):
        """Return what has happened to the booking, in words of `_get_news`."""
        self.ensure_one()
        if self.date_hold:
            return set()
        is_online = self.source in ONLINE
        is_handed = change.before and self.is_busy and "partner_id" in change.names
        is_moved = self._is_moved(change) or self._is_reopened(change)
        happened = {
            "booked": self._is_new(change),
            "moved": is_moved,
            "confirmed": is_online and "booking_confirmed" in change.became,
            "handed": is_handed,
            "cancelled": "booking_cancelled" in change.became,
            "no_show": "no_show" in change.became,
        }
        return {name for name, has_happened in happened.items() if has_happened}

    def _tell_facts(self, changes):
        """Follow facts: make the messages, take back those about former times."""
        facts = {one.id: one._get_happened(changes[one]) for one in self}
        bookings = self.filtered(lambda one: facts[one.id])
        changed = bookings.filtered(lambda booking: facts[booking.id] != {"booked"})
        waiting = changed._get_notify_waiting()
        unsent = waiting._filter_booking_news().filtered(
            lambda message: message.state in ("queued", "deferred")
        )
        waiting._cancel(self.env._("The booking was changed."))
        own = unsent.grouped("res_id")
        told = changed._get_told()
        none = unsent.browse()
        by_news = defaultdict(bookings.browse)
        for one in bookings:
            news = one._get_news(
                facts[one.id], own.get(one.id, none), told.get(one.id, none)
            )
            by_news[news] |= one
        for news, group in by_news.items():
            if news:
                group._tell(news, told)

    def _get_told(self):
        """Return the messages that customers were told by last, by id of booking."""
        # sudo: the outbox, whoever has changed the fact
        messages = self.env["auto.notify.message"].sudo()
        found = messages.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("event", "in", EVENTS),
                ("state", "in", ("sending", "sent", "delivered", "read")),
            ],
            order="id",
        )
        return {message.res_id: message for message in found._filter_booking_news()}

    def _get_news(self, facts, unsent, told):
        """Return what the customer has to be told, with what he knows.

        :param set facts: what has happened
        :param unsent: the messages that have not left, and will not now
        :param told: the message by which he was told last, if he was
        :return: an event; "reminders" if he knows all but will be reminded anew; None
        """
        self.ensure_one()
        owed = unsent.filtered(
            lambda one: (
                one.event in ("booking_made", "booking_confirmed")
                and self._is_for_customer(one)
            )
        )
        if not self._is_notify_event_current("booking_made"):
            is_unknown = owed and (not told or told.event in ENDS)
            return None if "booked" in facts else self._get_end_news(is_unknown)
        if owed:
            return "booking_made"
        is_known = told and self._is_told_by(told)
        if is_known and "confirmed" in facts:
            return "booking_confirmed"
        if is_known:
            return "reminders"
        is_moved = facts == {"moved"} and told.event not in ENDS
        return "booking_moved" if is_moved else "booking_made"

    def _get_end_news(self, is_unknown):
        """Return the event by which the booking has ended, if it is news.

        :param bool is_unknown: whether the customer never knew of the booking
        """
        event = next(filter(self._is_notify_event_current, ENDS), None)
        return None if is_unknown and event == "booking_cancelled" else event

    def _is_told_by(self, message):
        """Tell whether a message says when and where, to who is the customer now."""
        told = f":{self._get_told_text()}/"
        is_for_him = self._is_for_customer(message)
        return is_for_him and message.event not in ENDS and told in message.key

    def _is_for_customer(self, message):
        """Tell whether a message goes to who is the customer, or driver, now."""
        self.ensure_one()
        people = self._get_notify_recipients(message.audience)
        return not message.partner_id or message.partner_id in people

    def _get_told_text(self):
        """Return what tells a fact from others of its kind: when and where."""
        return f"{self.date_start}/{self.post_id.address_id.id}"

    def _tell(self, news, told):
        """Make the messages of an event, with reminders of what is expected.

        :param str news: see `_get_news`
        :param dict told: see `_get_told`
        """
        now = fields.Datetime.now()
        rules = self.env["auto.notify.rule"]
        for company, bookings in self.grouped("company_id").items():
            found = rules.browse(rules._get_rule_ids(news, company.id))
            if news in ("booking_moved", "booking_confirmed", "reminders"):
                others = rules.browse(rules._get_rule_ids("booking_made", company.id))
                found += others.filtered(lambda rule: rule.timing != "at_once")
            # what follows a transaction has a savepoint already
            found._do_notify_by_rules(
                bookings.filtered(lambda one: one.source != "walk_in"),
                date={one.id: one._get_news_date(news, told) for one in bookings},
                # back to a time that was told before is news, too
                occurrence={
                    one.id: f"{one._get_told_text()}/{now}" for one in bookings
                },
                wait=self._get_undo_time(),
                is_told=news == "reminders",
            )

    def _get_news_date(self, news, told):
        """Return the time that a message is about: what has ended is what he knew."""
        self.ensure_one()
        last = told.get(self.id)
        is_known = last and news in ENDS and last.event not in ENDS
        return last.date_event if is_known else self.date_start

    def _get_undo_time(self):
        """Return how long messages wait, as staff may take back what it just did."""
        user = self.env.user
        is_staff = user._is_internal() and user.id != SUPERUSER_ID
        return UNDO if is_staff else timedelta()

    def _is_notify_event_current(self, event):
        """Override of `auto_notify`: what is told is so still."""
        self.ensure_one()
        lead = self.lead_id
        if lead and not lead.active:
            return False
        if event in ("booking_made", "booking_moved", "booking_confirmed"):
            is_ahead = self.date_start > fields.Datetime.now()
            return self.state in EXPECTED and is_ahead and not self.date_hold
        if event == "booking_cancelled":  # of a car that is here, it is no news
            return self.state == "cancelled" and not self.order_id.date_received
        if event == "no_show":  # found out long after, it is none either
            latest = self.date_start + NO_SHOW_NEWS
            return self.state == "no_show" and self.date_no_show <= latest
        if event == "booking_online":
            return self.state in EXPECTED
        return super()._is_notify_event_current(event)

    # ------------------------------------------------------------------
    # The document
    # ------------------------------------------------------------------

    def _get_notify_team(self):
        """Override of `auto_notify`: the team of the deal."""
        self.ensure_one()
        return self.lead_id.team_id

    def _get_notify_deal(self):
        """Override of `auto_notify`: the deal of the booking."""
        self.ensure_one()
        return self.lead_id

    def _get_notify_order(self):
        """Override of `auto_notify`: the order of the booking."""
        self.ensure_one()
        return self.order_id

    def _get_notify_date(self):
        """Override of `auto_notify`: when the car is expected."""
        self.ensure_one()
        return self.date_start

    def _get_notify_advisor(self):
        """Override of `auto_notify`: never nobody, bookings have to be looked at."""
        advisor = super()._get_notify_advisor()
        if advisor:
            return advisor
        leads = self.env["crm.lead"].with_company(self.company_id)
        return leads._get_fallback_user(self.company_id).partner_id

    def _get_notify_mechanics(self):
        """Override of `auto_notify`: those who are booked."""
        mechanics = self.mechanic_ids
        return (
            mechanics.user_id.partner_id
            | mechanics.filtered(lambda employee: not employee.user_id).work_contact_id
        ) or super()._get_notify_mechanics()

    @api.model
    def _get_notify_placeholders(self):
        """Override of `auto_notify`: what only bookings can say."""
        return super()._get_notify_placeholders() | {
            "post": self.env._("Name of the post"),
            "state": self.env._("State of the booking"),
            "work": self.env._("What is booked"),
            "booking_link": self.env._("Link by which the customer moves or cancels"),
        }

    def _get_notify_values(self, partner):
        """Override of `auto_notify`: what only bookings can say."""
        return super()._get_notify_values(partner) | {
            "post": self.post_id.name or "",
            "state": dict(self._fields["state"]._description_selection(self.env))[
                self.state
            ],
            "work": self._get_work_text,
            "booking_link": self._get_link,
        }

    def _get_notify_vehicle(self):
        """Override of `auto_notify`: messages tell of the car what the page tells."""
        return self._get_page_vehicle()

    def _get_notify_car(self, vehicle):
        """Override of `auto_notify`: what the page hides is as it was typed."""
        if self.vehicle_id and not vehicle:
            return self.vehicle_line or ""
        return super()._get_notify_car(vehicle)

    def _get_work_text(self):
        """Return what is booked, in words for the customer."""
        self.ensure_one()
        packages = ", ".join(self.package_ids.mapped("name"))
        return packages or self.work_type_id.name or ""

    def _get_notify_place(self):
        """Override of `auto_notify`: the post may stand elsewhere."""
        return self.post_id.address_id or super()._get_notify_place()

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    def _on_notify_button(self, code, partner):
        """Override of `auto_notify`: the customer confirms or cancels his booking."""
        self.ensure_one()
        if code not in ("confirm", "cancel"):
            return super()._on_notify_button(code, partner)
        if self.state not in EXPECTED or self.date_hold:
            return False
        # sudo: the button is the proof, whoever presses it
        booking = self.with_user(SUPERUSER_ID)
        if code == "confirm":
            booking._confirm_by_customer()
        elif booking._get_change_refusal():
            booking._ask_advisor(
                lambda env: env._("Wants to cancel, too late to do it himself: call")
            )
        else:
            booking.action_cancel()
        return True

    def _confirm_by_customer(self):
        """The customer comes; whether the shop wants him to is for the shop to say."""
        self.ensure_one()
        if not self._needs_advisor():
            self.action_confirm()
        self.message_post(body=self.env._("The customer has confirmed that he comes."))

    def _ask_advisor(self, get_summary):
        """Leave a call on the deal for whoever has to act, today.

        :param get_summary: function of an environment in his language that returns
            what about
        """
        self.ensure_one()
        document = self.lead_id or self
        leads = self.env["crm.lead"].with_company(self.company_id)
        user = (
            self.lead_id._get_responsible_user()
            if self.lead_id
            else self.user_id or leads._get_fallback_user(self.company_id)
        )
        document = document.with_context(
            lang=user.lang or self.env.lang, mail_activity_quick_update=True
        )
        document.activity_schedule(
            "mail.mail_activity_data_call",
            summary=get_summary(document.env),
            user_id=user.id,
        )
