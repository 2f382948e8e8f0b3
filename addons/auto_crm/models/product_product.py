from odoo import models

from .product_template import PRICE_FIELDS


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_line_kind(self):
        """Hook: what a line with this product is on a work order.

        :return: a value of ``sale.order.line.line_kind``
        """
        self.ensure_one()
        if self.type == "consu":
            return "part"
        if self.service_to_purchase:
            return "sublet"
        return "labour" if self.service_tracking == "auto_job" else "other"

    def _has_field_access(self, field, operation):
        """Override of the ORM: a mechanic sees no prices."""
        return super()._has_field_access(field, operation) and not (
            field.name in PRICE_FIELDS and self.env["res.partner"]._is_colleagues_only()
        )

    def _get_free_quantities(self, location):
        """Return how much of the products lies in a location and is not reserved.

        :return: quantities by product, in its unit
        """
        quants = self.env["stock.quant"]._read_group(
            [("product_id", "in", self.ids), ("location_id", "child_of", location.id)],
            ["product_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        free = {product: held - reserved for product, held, reserved in quants}
        return {
            product: product.uom_id.round(free.get(product, 0.0)) for product in self
        }
