from odoo import models


class AccountMove(models.Model):
    """Bills and credit notes of released orders change what mechanics have earned."""

    _inherit = "account.move"

    def _post(self, soft=True):
        """Override of `account`: pay follows."""
        posted = super()._post(soft=soft)
        posted._sync_pay()
        return posted

    def button_draft(self):
        """Override of `account`: pay follows."""
        result = super().button_draft()
        self._sync_pay()
        return result

    def _sync_pay(self):
        # sudo: who keeps the books may lack rights on orders
        bills = self.sudo().filtered(
            lambda move: move.move_type in ("out_invoice", "out_refund")
        )
        orders = bills.invoice_line_ids.sale_line_ids.order_id
        orders.filtered("date_released")._sync_pay()
