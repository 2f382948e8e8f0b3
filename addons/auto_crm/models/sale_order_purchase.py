from odoo import models


class SaleOrder(models.Model):
    """What was bought for a work order."""

    _inherit = "sale.order"

    def _log_decrease_ordered_quantity(self, documents, cancel=False):
        """Override of `sale_stock`: of lowered quantities the lines tell who buys."""
        if not cancel and self.filtered("is_work_order"):
            documents = {
                key: value
                for key, value in documents.items()
                if key[0]._name != "purchase.order"
            }
        return super()._log_decrease_ordered_quantity(documents, cancel=cancel)
