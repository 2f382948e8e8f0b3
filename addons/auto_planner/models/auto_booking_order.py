from odoo import SUPERUSER_ID, api, models
from odoo.fields import Command

from .auto_booking_online import MINUTE, NEXT_TIMES


class AutoBooking(models.Model):
    """Bookings that customers make of work they have agreed to: no new deal."""

    _inherit = "auto.booking"

    @api.model
    def _find_order_slots(self, order, start=None, stop=None, **options):
        """Return the times the customer may choose for an agreed order.

        :param order: whose hours, kinds of work and car are to be fitted in
        :param options: see `_find_free_slots`
        """
        company = order.company_id
        earliest = order._get_earliest_start()
        if earliest:
            start = max(start or earliest, earliest)
            if stop and start > stop:
                return []
        return self._find_free_slots(
            norm_hours=order._get_hours_to_plan() or company.auto_booking_wish_hours,
            work_types=order._get_work_types_to_plan()
            or company.auto_booking_wish_work_type_id,
            vehicle=order.vehicle_id,
            start=start,
            stop=stop,
            company=company,
            online=True,
            **options,
        )

    @api.model
    def _book_order_online(self, order, start):
        """Book a time for agreed work; asked twice, it is booked once.

        Callers book in turn, see `take_turn`.

        :param order: with sudo: its link is the proof
        :param datetime start: naive UTC, one that was offered
        :return: the booking
        :raise BookingRefusedError: when the time is not free any more
        """
        known = order._get_coming_booking()
        if known:
            return known
        bookings = self.with_user(SUPERUSER_ID).with_company(order.company_id)
        booking = bookings._take_slot(
            lambda them: them._find_order_slots(order, start, start, limit=1),
            lambda slot: bookings.create(bookings._prepare_order_booking(order, slot)),
        )
        if booking is None:
            raise bookings._get_taken_refusal(
                lambda them: them._find_order_slots(
                    order, start + MINUTE, limit=NEXT_TIMES
                )
            )
        booking._record_fact("booking_online")
        return booking

    @api.model
    def _prepare_order_booking(self, order, slot):
        """Hook: values of a booking of agreed work; the rest follows the order."""
        return {
            "company_id": order.company_id.id,
            "order_id": order.id,
            "date_start": slot["start"],
            "date_stop": slot["stop"],
            "post_id": slot["post"].id,
            "mechanic_ids": [Command.set(slot["mechanic"].ids)],
            "source": "portal",
        }

    def _get_page_work(self):
        """Override: of agreed work, what was agreed to."""
        work = super()._get_page_work()
        order = self.order_id
        is_own = (
            self.source == "portal"
            and order.partner_id.commercial_partner_id
            == self.partner_id.commercial_partner_id
        )
        return work or (order._get_works_text() if is_own and order else "")
