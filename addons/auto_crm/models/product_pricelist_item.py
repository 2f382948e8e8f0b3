from odoo import models


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    def _compute_base_price(self, product, quantity, uom, date, currency, **kwargs):
        """Override of `product`: norm-hours × rate is the list price of labour.

        An argument of the order line, or by product of the catalogue, no key of the
        context: that a client sends.
        """
        labour_price = kwargs.get("labour_price") or kwargs.get(
            "labour_prices", {}
        ).get(product.id)
        if labour_price is None or (self.base or "list_price") != "list_price":
            return super()._compute_base_price(
                product, quantity, uom, date, currency, **kwargs
            )
        price, price_currency = labour_price
        return price_currency._convert(
            price, currency, self.env.company, date, round=False
        )
