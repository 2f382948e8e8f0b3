from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _is_price_credit(self):
        """Whether a credit note's line gives money back for a work order, not goods.

        Goodwill lowers the price of what stays sold: the work is not to be billed anew.
        A refund at the price that was billed takes the work back.

        :rtype: bool
        """
        self.ensure_one()
        # sudo: who reads a credit note does not need to read sales
        line = self.sudo()
        is_refund = line.move_id.move_type == "out_refund"
        if not is_refund or not line.sale_line_ids.order_id.filtered("is_work_order"):
            return False
        credited = line._get_credited_lines()
        price = line._get_net_price(line)
        lowest = min((other._get_net_price(line) for other in credited), default=price)
        return line.currency_id.compare_amounts(price, lowest) < 0

    def _get_credited_lines(self):
        """The lines of invoices that a credit note's line is about.

        Those of the invoice it reverses; of a credit note made by hand, all that were
        posted for the same lines of the order.
        """
        self.ensure_one()
        billed = self.sale_line_ids.invoice_lines.filtered(
            lambda line: (
                line.move_id.move_type == "out_invoice"
                and line.parent_state == "posted"
            )
        )
        reversed_move = self.move_id.reversed_entry_id
        return billed.filtered(lambda line: line.move_id == reversed_move) or billed

    def _get_net_price(self, like):
        """What the line's price after discount makes of another line's quantity.

        :param account.move.line like: gives quantity, unit, currency and date
        :rtype: float
        """
        self.ensure_one()
        quantity = like.product_uom_id._compute_quantity(
            like.quantity, self.product_uom_id, round=False
        )
        return self.currency_id._convert(
            from_amount=self.price_unit * (1 - self.discount / 100) * quantity,
            to_currency=like.currency_id,
            company=like.company_id,
            date=like.move_id.invoice_date or like.move_id.date,
        )
