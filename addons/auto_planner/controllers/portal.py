from odoo import fields
from odoo.http import request

from odoo.addons.auto_notify.controllers.portal import AutoNotifyPortal


class AutoPlannerPortal(AutoNotifyPortal):
    """A customer's bookings on his home page."""

    _bookings_limit = 5

    def _prepare_garage_values(self):
        """Override of `auto_notify`: what the customer has booked."""
        values = super()._prepare_garage_values()
        if values:
            values["garage_bookings"] = self._get_coming_bookings()
            values["garage_can_book"] = request.env.company.auto_booking_is_online
        return values

    def _get_coming_bookings(self):
        """Return the customer's bookings that are still to come, the next first."""
        # sudo: a customer has no right on bookings; only his own partner's are found
        return (
            request.env["auto.booking"]
            .sudo()
            .search(
                self._get_own_domain()
                & fields.Domain("state", "in", ("tentative", "confirmed"))
                & fields.Domain("date_hold", "=", False)
                & fields.Domain("date_start", ">", fields.Datetime.now()),
                limit=self._bookings_limit,
            )
        )
