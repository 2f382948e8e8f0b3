from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_reversals_by_hand(self):
        """Return credit notes whose lines were typed in, so that they name no order."""
        return self.reversal_move_ids.filtered(
            lambda move: not move.invoice_line_ids.sale_line_ids
        )

    def _get_unposted_money(self):
        """Return payments of a document that Odoo keeps without a journal entry.

        They are money, though the document stays open in the books.

        :return: amount in the document's currency
        """
        self.ensure_one()
        payments = self.matched_payment_ids | self.transaction_ids.payment_id
        return sum(
            payment._get_part_of(self)
            for payment in payments
            if not payment.move_id and payment.state in ("in_process", "paid")
        )

    def _get_unposted_payment(self):
        """Return what such payments pay of what is open in the books."""
        return min(self._get_unposted_money(), self.amount_residual)

    def _get_settled_by(self, moves):
        """Return what other documents settle of this one.

        :param moves: invoices and credit notes
        :return: amount in the document's currency
        """
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        debits = lines.matched_debit_ids.filtered(
            lambda partial: partial.debit_move_id.move_id in moves - self
        )
        credits_ = lines.matched_credit_ids.filtered(
            lambda partial: partial.credit_move_id.move_id in moves - self
        )
        return sum(debits.mapped("credit_amount_currency")) + sum(
            credits_.mapped("debit_amount_currency")
        )

    def _get_open_amount(self):
        """Return what the document waits for; of a credit note negative.

        Never taken from ``payment_state``, which says "in payment" of a part, too.

        :return: amount in the document's currency
        """
        self.ensure_one()
        amount = self.amount_residual - self._get_unposted_payment()
        return -amount if self.move_type == "out_refund" else amount

    def _filter_unpaid_invoices(self):
        """Return the posted customer invoices that wait for money."""
        return self.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.currency_id.compare_amounts(move._get_open_amount(), 0.0) > 0
            )
        )
