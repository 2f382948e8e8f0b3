from odoo import models


class SaleOrderLine(models.Model):
    """A line on the papers: its price, and the norm-hour that it is made of."""

    _inherit = "sale.order.line"

    def _get_shown_price(self):
        """Return the price of one, before discount, with taxes where sums have them."""
        self.ensure_one()
        taxes = self.tax_ids
        if not taxes or not self.order_id._is_shown_with_taxes():
            return self.price_unit
        if all((taxes | taxes.children_tax_ids).mapped("price_include")):
            return self.price_unit
        values = taxes.compute_all(
            self.price_unit,
            currency=self.currency_id,
            product=self.product_id,
            partner=self.order_id.partner_shipping_id,
        )
        return values["total_included"]

    def _get_shown_rate(self):
        """Return the price of a norm-hour that makes up the price, 0.0 for none.

        Where the price was set by hand or by a pricelist it is what a norm-hour comes
        to; where none comes to it exactly, there is none.
        """
        self.ensure_one()
        if not self.norm_hours or not self._is_norm_priced():
            return 0.0
        price = self._get_shown_price()
        rates = (self.labour_rate, self.currency_id.round(price / self.norm_hours))
        for rate in rates:
            if not self.currency_id.compare_amounts(rate * self.norm_hours, price):
                return rate
        return 0.0
