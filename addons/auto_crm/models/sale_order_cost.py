from odoo import models


class SaleOrder(models.Model):
    """What a work order costs the shop."""

    _inherit = "sale.order"

    def _get_labour_costs(self):
        """Hook: what the mechanics' work has cost, in the currency of the company.

        :return: dict by order; None where nobody knows
        """
        return dict.fromkeys(self)
