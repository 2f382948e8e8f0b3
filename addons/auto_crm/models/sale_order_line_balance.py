from collections import Counter

from odoo import models


class SaleOrderLine(models.Model):
    """What of a work or a part is still to be billed, or was billed too much."""

    _inherit = "sale.order.line"

    def _get_unbilled_amount(self):
        """Return the price, with taxes, of what no posted invoice bills yet.

        What was billed and credited back may be either: still wanted or given up. So a
        cut of the order that a credit note explains asks for nothing, and work that was
        credited is asked for again only when it is about to be billed anew.

        :return: amount in the order's currency; negative when more was billed than the
            order has now
        """
        self.ensure_one()
        billed, credited, drafted, value = self._get_billed_quantities()
        ordered = self._get_quantity_to_bill()
        unbilled = ordered - min(max(ordered, billed - credited), billed)
        again = drafted - max(ordered - billed, 0.0)
        unbilled += max(min(again, credited, ordered - billed + credited), 0.0)
        if self.product_uom_id.is_zero(unbilled):
            return 0.0
        if billed and (unbilled < 0 or not self.product_uom_qty):
            return unbilled * value / billed
        return unbilled * self.price_total / (self.product_uom_qty or 1.0)

    def _get_quantity_to_bill(self):
        """Return what will be billed in the end: ordered, or delivered if more."""
        if self.product_id.invoice_policy == "delivery":
            return max(self.product_uom_qty, self.qty_delivered)
        return self.product_uom_qty

    def _get_billed_quantities(self):
        """Sum up the line's invoices and credit notes.

        :return: quantities billed, credited back, drafted, in the line's unit; and the
            price, with taxes, of all that was billed, in the order's currency
        :rtype: tuple[float, float, float, float]
        """
        sums = Counter(billed=0.0, credited=0.0, drafted=0.0, value=0.0)
        for line in self.invoice_lines:
            move = line.move_id
            quantity = line.product_uom_id._compute_quantity(
                line.quantity, self.product_uom_id, round=False
            )
            if move.move_type == "out_refund":
                quantity = -quantity
            if move.state == "draft":
                sums["drafted"] += max(quantity, 0.0)
            elif move.state == "posted" and quantity > 0:
                sums["billed"] += quantity
                price = self.order_id._convert_document(move, line.price_total)
                sums["value"] += abs(price)
            elif move.state == "posted" and not line._is_price_credit():
                sums["credited"] -= quantity
        return tuple(sums[name] for name in ("billed", "credited", "drafted", "value"))
