from odoo import fields, models


class AutoOrderHold(models.TransientModel):
    """Ask why work orders, or jobs, have to wait."""

    _name = "auto.order.hold"
    _description = "Put on Hold"

    order_ids = fields.Many2many(comodel_name="sale.order")
    job_ids = fields.Many2many(comodel_name="auto.job")
    reason_id = fields.Many2one(comodel_name="auto.hold.reason", required=True)

    def action_hold(self):
        """Put what was selected on hold."""
        self.ensure_one()
        # sudo: a mechanic reads no orders, not even that there are none
        orders = self.sudo().order_ids.with_env(self.env)
        if orders:
            orders.action_hold(self.reason_id)
        if self.job_ids:
            self.job_ids.action_hold(self.reason_id)
        return {"type": "ir.actions.act_window_close"}
