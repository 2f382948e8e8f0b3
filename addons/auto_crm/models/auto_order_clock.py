from odoo import fields, models


class AutoOrderClock(models.Model):
    """How long an order stood in a work state and, on hold, for what reason (UTC)."""

    _name = "auto.order.clock"
    _description = "Order Clock"
    _order = "date_start, id"

    order_id = fields.Many2one(
        comodel_name="sale.order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    work_state = fields.Char(required=True)
    hold_reason_id = fields.Many2one(comodel_name="auto.hold.reason", index=True)
    date_start = fields.Datetime(required=True)
    date_stop = fields.Datetime()
