from odoo import models


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    def _compute_base_price(self, product, quantity, uom, date, currency, **kwargs):
        """Override of `product`: norm-hours × rate is the list price of labour."""
        price = product.env.context.get("auto_labour_price")
        if price is None or (self.base or "list_price") != "list_price":
            return super()._compute_base_price(
                product, quantity, uom, date, currency, **kwargs
            )
        price_currency = self.env["res.currency"].browse(
            product.env.context["auto_labour_currency_id"]
        )
        return price_currency._convert(
            price, currency, self.env.company, date, round=False
        )
