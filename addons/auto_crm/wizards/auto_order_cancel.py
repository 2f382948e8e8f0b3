from odoo import api, fields, models
from odoo.tools import format_amount


class AutoOrderCancel(models.TransientModel):
    """Say what money is in work orders before they are cancelled."""

    _name = "auto.order.cancel"
    _description = "Cancel Work Orders"

    order_ids = fields.Many2many(comodel_name="sale.order", required=True)
    message = fields.Text(compute="_compute_message")

    @api.depends("order_ids")
    def _compute_message(self):
        for wizard in self:
            wizard.order_ids.check_access("read")
            wizard.message = "\n".join(
                sentence
                for order in wizard.order_ids
                for sentence in wizard._get_sentences(order)
            )

    @api.model
    def _get_sentences(self, order):
        """Say what of an order is to be settled after it is cancelled."""
        # sudo: whoever cancels is told, also without rights on invoices
        money = order.sudo()._get_money()
        amounts = {
            name: format_amount(self.env, amount, order.currency_id)
            for name, amount in money.items()
        }
        if money["held"]:
            yield self.env._(
                "%(order)s: %(amount)s of the customer's money is held. It has to be "
                "paid back, or moved to another order.",
                order=order.name,
                amount=amounts["held"],
            )
        if money["open"]:
            yield self.env._(
                "%(order)s: %(amount)s is open on its invoices. They stay open until "
                "they are credited.",
                order=order.name,
                amount=amounts["open"],
            )

    def action_cancel(self):
        """Cancel the orders; their money stays on the accountant's list."""
        self.ensure_one()
        if locked := self.order_ids.filtered("locked"):
            return locked.action_cancel()  # which is refused
        self.order_ids._action_cancel()
        return {"type": "ir.actions.act_window_close"}
