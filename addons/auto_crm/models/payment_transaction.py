from odoo import models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _get_unused_amount(self):
        """What of a successful payment is not yet counted by an invoice.

        Refunds are subtracted. Nothing when it is only authorized, when its payment was
        cancelled, or when an invoice has used all of it.

        :return: amount in the transaction's currency; of a refund negative
        """
        self.ensure_one()
        children = self.child_transaction_ids
        captures = children.filtered(
            lambda child: child.operation != "refund" and child.state == "done"
        )
        amount = sum(child._get_unused_amount() for child in children)
        if self.state == "done" and self.operation != "validation" and not captures:
            amount += self._get_own_unused_amount()
        return amount

    def _get_own_unused_amount(self):
        """What is left of this transaction's own payment."""
        payment = self.payment_id
        if not payment:  # Odoo makes it a moment later
            return self.amount
        if payment.state not in ("in_process", "paid"):
            return 0.0
        if payment.move_id:
            lines = payment.move_id.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            return -sum(lines.mapped("amount_residual_currency"))
        # without a journal entry it counts at the invoices it is for
        documents = payment._get_documents()
        rest = max(abs(self.amount) - sum(documents.mapped("amount_total")), 0.0)
        return rest if self.amount > 0 else -rest
