from odoo import api, fields, models


class CrmLead(models.Model):
    """A deal knows when its car is expected: from its bookings, else as typed."""

    _inherit = "crm.lead"

    booking_ids = fields.One2many(comodel_name="auto.booking", inverse_name="lead_id")
    date_booking = fields.Datetime(
        compute="_compute_date_booking", store=True, readonly=False
    )

    @api.depends("booking_ids.date_start", "booking_ids.state")
    def _compute_date_booking(self):
        """The first arrival that is still to come; what was typed stays without one."""
        for lead in self:
            expected = lead.booking_ids.filtered(
                lambda booking: booking.state in ("tentative", "confirmed")
            )
            if expected:
                lead.date_booking = min(expected.mapped("date_start"))
            elif lead.booking_ids:
                lead.date_booking = False
            else:
                lead.date_booking = lead.date_booking
