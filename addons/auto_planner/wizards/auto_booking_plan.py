from odoo import fields, models


class AutoBookingPlan(models.TransientModel):
    """Plans an order: its jobs, on which post, by whom, at which of the free times."""

    _name = "auto.booking.plan"
    _description = "Plan a Booking"

    order_id = fields.Many2one(comodel_name="sale.order")
    lead_id = fields.Many2one(comodel_name="crm.lead")
