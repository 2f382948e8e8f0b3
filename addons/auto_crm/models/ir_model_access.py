from odoo import api, models


class IrModelAccess(models.Model):
    """Who does the accounting opens orders, whatever else is installed."""

    _inherit = "ir.model.access"

    @api.model
    def _get_allowed_models(self, mode="read"):
        """Override of `base`: what an order is computed from is read with the order.

        `sale_loyalty` gives its models to salespeople only, `event` to the people of
        events, so that an accountant, who reads orders, could open none.
        """
        allowed = super()._get_allowed_models(mode)
        if mode != "read" or "sale.order" not in allowed:
            return allowed
        groups = "account.group_account_readonly,account.group_account_invoice"
        if not self.env.user.has_groups(groups):
            return allowed
        return allowed | self._get_order_models()

    @api.model
    def _get_order_models(self):
        """Hook: models of addons that need not be there, read when orders are read."""
        return {
            "event.registration",
            "loyalty.card",
            "loyalty.history",
            "loyalty.program",
            "loyalty.reward",
            "loyalty.rule",
            "sale.order.coupon.points",
        }
