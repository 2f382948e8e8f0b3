from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def _get_documents(self):
        """Return the posted invoices or credit notes that the payment was made for."""
        documents = self.invoice_ids | self.payment_transaction_id.invoice_ids
        return documents.filtered(lambda move: move.state == "posted")

    def _get_part_of(self, move):
        """Return what a payment without a journal entry pays of one of its documents.

        :return: amount in the payment's currency
        """
        self.ensure_one()
        totals = {
            document: document.amount_total for document in self._get_documents() | move
        }
        return self.amount * totals[move] / (sum(totals.values()) or 1.0)
