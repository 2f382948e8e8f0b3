from odoo import models


class SaleMassCancelOrders(models.TransientModel):
    _inherit = "sale.mass.cancel.orders"

    def action_mass_cancel(self):
        """Override of `sale`: tell what money is in work orders first."""
        if self.sale_order_ids.filtered("is_work_order")._filter_with_money():
            return self.sale_order_ids.action_cancel()
        return super().action_mass_cancel()
