from odoo import fields, models


class CrmStage(models.Model):
    _inherit = "crm.stage"

    auto_event = fields.Selection(
        selection_add=[("booking_cancelled", "Booking cancelled")],
        ondelete={"booking_cancelled": "set null"},
    )
