from odoo import fields, models


class AccountMove(models.Model):
    """Who gave away what customers owe: payment control of work orders asks for it."""

    _inherit = "account.move"

    is_credit_granted = fields.Boolean(
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
        help="Posted by somebody who may give a customer's money away.",
    )

    def _post(self, soft=True):
        """Override of `account`: keep whether a credit was given by who may give it."""
        posted = super()._post(soft=soft)
        may_credit = self.env["sale.order"]._may_credit_work()
        # sudo: nobody writes this by hand
        for move in posted.sudo():
            is_credit = move.move_type == "out_refund" or move.origin_payment_id
            if is_credit and move.is_credit_granted != may_credit:
                move.is_credit_granted = may_credit
        return posted

    def _get_part_written_off(self):
        """Which part of the document closes invoices without money behind it.

        A credit note for nothing that was sold, or the difference that a payment was
        told to forget; 0 when somebody posted it who may.

        :return: a share, 0 to 1
        :rtype: float
        """
        self.ensure_one()
        if self.is_credit_granted:
            return 0.0
        if self.move_type == "out_refund":
            is_of_sale = self.reversed_entry_id or self.invoice_line_ids.sale_line_ids
            return 0.0 if is_of_sale else 1.0
        if not self.origin_payment_id:
            return 0.0
        _money, receivable, rest = self.origin_payment_id._seek_for_lines()
        whole = sum(receivable.mapped("balance"))
        return abs(sum(rest.mapped("balance")) / whole) if whole else 0.0
