from odoo import api, models


class SaleOrderLine(models.Model):
    """What of a work order's line is billed."""

    _inherit = "sale.order.line"

    @api.depends(
        "invoice_lines.price_unit",
        "invoice_lines.discount",
        "invoice_lines.move_id.reversed_entry_id",
    )
    def _compute_qty_invoiced(self):
        """Override of `sale`: the price of a credit note's line decides too."""
        return super()._compute_qty_invoiced()

    @api.depends(
        "invoice_lines.price_unit",
        "invoice_lines.discount",
        "invoice_lines.move_id.reversed_entry_id",
    )
    def _compute_qty_invoiced_posted(self):
        """Override of `sale`: goodwill gives no quantity back."""
        result = super()._compute_qty_invoiced_posted()
        for line in self:
            posted = line._get_price_credits().filtered(
                lambda credit: credit.parent_state == "posted"
            )
            line.qty_invoiced_posted += line._sum_quantity(posted)
        return result

    def _prepare_qty_invoiced(self):
        """Override of `sale`: goodwill gives no quantity back.

        Else *Create Invoice* offers the whole work again after a credit of its price.
        """
        quantities = super()._prepare_qty_invoiced()
        for line in self:
            quantities[line] += line._sum_quantity(line._get_price_credits())
        return quantities

    def _get_price_credits(self):
        """Lines of credit notes that lowered the price and took no work back."""
        self.ensure_one()
        return self._get_invoice_lines().filtered(
            lambda line: line.parent_state != "cancel" and line._is_price_credit()
        )

    def _sum_quantity(self, invoice_lines):
        """The quantity of lines of invoices, in the unit of the order's line."""
        self.ensure_one()
        return sum(
            line.product_uom_id._compute_quantity(line.quantity, self.product_uom_id)
            for line in invoice_lines
        )
