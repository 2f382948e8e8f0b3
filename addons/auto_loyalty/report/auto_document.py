from odoo import api, models


class AutoDocument(models.AbstractModel):
    """What is paid with bonuses stands on papers under the sums of works and parts."""

    _inherit = "auto.document"

    @api.model
    def _is_listed(self, line):
        """Override of `auto_crm`: a discount that was redeemed is no work."""
        return super()._is_listed(line) and not line._is_redeemed()

    @api.model
    def _get_other_sums(self, order):
        """Override of `auto_crm`: promotions and bonuses."""
        sums = [
            *super()._get_other_sums(order),
            (self.env._("Promotions and gift cards"), order.amount_reward),
            (self.env._("Bonuses"), order.amount_bonus),
        ]
        return [row for row in sums if not order.currency_id.is_zero(row[1])]
