from odoo import models

from ..tools.points import compare


class SaleOrder(models.Model):
    """What messages about an order say of bonuses."""

    _inherit = "sale.order"

    def _get_notify_values(self, partner):
        """Override of `auto_notify`: the bonuses of the customer."""
        return super()._get_notify_values(partner) | {
            "bonuses": self._get_notify_bonuses
        }

    def _get_notify_bonuses(self):
        """Return what the customer has, and can pay the order with; "" for none."""
        self.ensure_one()
        card = self._get_bonus_card()
        left = card.bonus_usable
        limit = self.bonus_limit - self.bonus_spent
        if compare(left) <= 0:
            return ""
        if compare(limit) <= 0:
            return card._format_bonus(left)
        return self.env._(
            "%(bonuses)s, up to %(limit)s can pay for this order",
            bonuses=card._format_bonus(left),
            limit=card._format_bonus(min(limit, left)),
        )
