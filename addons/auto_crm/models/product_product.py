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
