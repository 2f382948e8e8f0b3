from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from ..tools.ical import make_event
from ..tools.refusal import BookingRefusedError
from .auto_booking import ONLINE
from .auto_booking_notify import EXPECTED
from .auto_booking_online import MINUTE, NEXT_TIMES

MAX_MOVES = 5


class AutoBooking(models.Model):
    """What customers do with their booking by a signed link: move, cancel, keep it."""

    _inherit = "auto.booking"

    # ------------------------------------------------------------------
    # Changes by the customer
    # ------------------------------------------------------------------

    def _get_change_refusal(self):
        """Return why the customer may not move or cancel it himself, or ""."""
        self.ensure_one()
        if self.state not in EXPECTED:
            return self.env._("This booking is over.")
        hours = self.company_id.auto_booking_change_hours
        if self.date_start - timedelta(hours=hours) < fields.Datetime.now():
            return self.env._(
                "It is less than %(hours)s h until your booking: please call us.",
                hours=hours,
            )
        return ""

    def _get_move_refusal(self):
        """Return why the customer may not move it himself, or ""."""
        self.ensure_one()
        refusal = self._get_change_refusal()
        if not refusal and (self.move_count >= MAX_MOVES or len(self.mechanic_ids) > 1):
            return self.env._("Please call us to move this booking.")
        return refusal

    def _cancel_online(self):
        """Cancel the booking for its customer; cancelled twice is cancelled once.

        :raise BookingRefusedError: when it is too late
        """
        self.ensure_one()
        booking = self.with_user(SUPERUSER_ID).with_company(self.company_id)
        booking._lock_online()
        if booking.state != "cancelled":
            if refusal := booking._get_change_refusal():
                raise BookingRefusedError("late", refusal)
            booking.action_cancel()
        return booking

    def _move_online(self, start):
        """Move the booking for its customer, to a time that was offered.

        :param datetime start: naive UTC
        :raise BookingRefusedError: when it is too late, too often, or the time is taken
        """
        self.ensure_one()
        booking = self.with_user(SUPERUSER_ID).with_company(self.company_id)
        booking._lock_online()
        if booking.date_start == start:
            return booking
        if refusal := booking._get_move_refusal():
            code = "late" if booking._get_change_refusal() else "limit"
            raise BookingRefusedError(code, refusal)
        is_moved = booking._take_slot(
            lambda them: them._find_move_slots(start=start, stop=start, limit=1),
            booking._move_to_slot,
        )
        if not is_moved:
            raise booking._get_taken_refusal(
                lambda them: them._find_move_slots(
                    start=start + MINUTE, limit=NEXT_TIMES
                )
            )
        return booking

    def _find_move_slots(self, **options):
        """Return the times to which the customer may move the booking."""
        self.ensure_one()
        # sudo: the link is the proof
        booking = self.sudo().with_company(self.company_id)
        hours, norm_hours, post = booking._get_work_hours(), booking.norm_hours, None
        # as long as before, if staff has set how long
        is_norm = hours == booking._get_hours(norm_hours, booking.post_id)
        if not booking.post_id:
            post = False
        elif not booking.post_id.is_online:
            post = booking.post_id
        return booking._find_free_slots(
            None if norm_hours and is_norm else hours,
            norm_hours=norm_hours if is_norm else None,
            work_types=booking._get_work_types(),
            posts=post,
            mechanics=None if booking.mechanic_ids else False,
            vehicle=booking.vehicle_id,
            company=booking.company_id,
            online=True,
            exclude=booking,
            **options,
        )

    def _move_to_slot(self, slot):
        """Take the other slot; what an advisor confirms, he confirms again.

        :return: True
        """
        self.ensure_one()
        self.move_count += 1
        is_confirmed = self.date_confirmed
        if self.source in ONLINE:
            self.date_confirmed = False
            if is_confirmed and not self._needs_advisor():
                self.date_confirmed = is_confirmed
        self._move_to(
            slot["start"], slot["stop"], post=slot["post"], mechanics=slot["mechanic"]
        )
        if is_confirmed and not self.date_confirmed:
            self.lead_id._schedule_event_activities("booking_online")
        return True

    # ------------------------------------------------------------------
    # What the customer gets
    # ------------------------------------------------------------------

    def _get_token(self):
        """Return the signed token of the customer's page about the booking."""
        self.ensure_one()
        return self.env["auto.notify.token"]._make("booking", self)

    @api.model
    def _find_by_token(self, token):
        """Return the booking of a token, with sudo; empty if it is forged."""
        # sudo: the token is the proof, nobody is logged in
        tokens = self.env["auto.notify.token"].sudo()
        booking = tokens._find("booking", token, "auto.booking")
        return booking.with_company(booking.company_id)

    def _get_link(self):
        """Return the address of the customer's page about the booking."""
        return f"{self.get_base_url()}/booking/{self._get_token()}"

    def _get_ical(self):
        """Return the booking as the text of an ``.ics`` file."""
        self.ensure_one()
        company = self.company_id
        # sudo: tells nothing, but no other shop has the same
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        status = {"tentative": "TENTATIVE", "cancelled": "CANCELLED"}
        return make_event(
            uid=f"booking-{self.id}@{database}",
            start=self.date_start,
            stop=self.date_stop,
            stamp=self.write_date,
            summary=", ".join(filter(None, [company.name, self._get_page_work()])),
            status=status.get(self.state, "CONFIRMED"),
            location=self._get_notify_address(),
            description=self._get_link(),
            url=self._get_link(),
        )
