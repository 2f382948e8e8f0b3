from odoo import models


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
