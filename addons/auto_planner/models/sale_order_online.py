from odoo import api, models

from odoo.addons.auto_crm.tools import clock
from odoo.addons.auto_crm.tools.strangers import is_same

from .auto_booking_state import BUSY, EXPECTED

MAX_ID = 2**31


class SaleOrder(models.Model):
    """Agreed work for which the customer chooses a time himself."""

    _inherit = "sale.order"

    def _get_portal_next_step(self):
        """Override of `auto_crm`: to choose a time, or to see the one chosen."""
        step = super()._get_portal_next_step()
        if not step:
            return step
        booking = self._get_coming_booking()
        if booking:
            when = booking._get_notify_date_values(booking.date_start)
            text = self.env._("You are booked: %(date)s, %(time)s.", **when)
            link = {"label": self.env._("See the booking"), "url": booking._get_link()}
            return {**step, "text": text, **link, "is_open": False}
        if not self._is_bookable_online():
            return step
        text = self.env._("Agreed. Now choose when you come.")
        link = {"label": self.env._("Choose a time"), "url": self._get_booking_url()}
        return {**step, "text": text, **link}

    def _get_coming_booking(self):
        """Return the next booking of the order for which its car is expected."""
        self.ensure_one()
        # sudo: the order's customer learns when he is expected
        bookings = self.sudo().booking_ids.filtered(
            lambda one: one.state in EXPECTED and not one.date_hold
        )
        return bookings.sorted("date_start")[:1]

    def _is_bookable_online(self):
        """Tell whether the customer may choose a time for this agreed work."""
        self.ensure_one()
        # sudo: a setting of the shop, and whether the car is expected, for its customer
        order = self.sudo()
        return (
            order.is_work_order
            and order.state == "sale"
            and order.work_state == "new"
            and order.consent_state != "extra"
            and order.company_id.auto_booking_is_online
            and not order.booking_ids.filtered(
                lambda one: one.state in BUSY and not one.date_hold
            )
        )

    def _get_booking_url(self):
        """Return where the customer chooses a time; the token is the proof."""
        self.ensure_one()
        return f"/book/order/{self.id}/{self._portal_ensure_token()}"

    @api.model
    def _find_by_booking_url(self, order_id, token):
        """Return the order of a link, with sudo; empty for a wrong one."""
        # sudo: the token is the proof, nobody is logged in
        order = self.sudo().browse()
        if 0 < order_id < MAX_ID:
            order = order.browse(order_id).exists()
        is_right = is_same(token, order.access_token)
        return order.with_company(order.company_id) if is_right else order.browse()

    def _get_works_text(self):
        """Return the agreed works in a line, as the customer knows them."""
        self.ensure_one()
        lines = self._get_consent_lines().filtered(
            lambda line: line.product_uom_qty > 0 and line.line_kind != "part"
        )
        return ", ".join((line.name or "").splitlines()[0] for line in lines)

    def _get_earliest_start(self):
        """Return when the car may come at the earliest: once its parts are here.

        :return: naive UTC, None when nothing is waited for
        """
        self.ensure_one()
        if self.parts_state != "ordered" or not self.parts_date:
            return None
        return clock.midnight(self.parts_date, self.company_id._get_zone())
