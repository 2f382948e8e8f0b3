from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _get_unused_amount(self):
        """What of a successful payment is not yet counted by an invoice.

        :return: amount in the transaction's currency
        """
        self.ensure_one()
        payment = self.payment_id
        if payment.move_id:
            lines = payment.move_id.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            return abs(sum(lines.mapped("amount_residual_currency")))
        posted = self.invoice_ids.filtered(lambda move: move.state == "posted")
        is_used = bool(payment) and bool(posted)
        return 0.0 if is_used else self.amount
