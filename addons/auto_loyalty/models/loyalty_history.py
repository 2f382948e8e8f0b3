from odoo import api, models


class LoyaltyHistory(models.Model):
    """Odoo's history of points: of bonuses the ledger is the only one."""

    _inherit = "loyalty.history"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM: what Odoo writes of cards of bonuses is left out."""
        # sudo: who confirms an order need not read cards
        cards = self.env["loyalty.card"].sudo()
        return super().create(
            [
                vals
                for vals in vals_list
                if not cards.browse(vals.get("card_id")).is_bonus
            ]
        )
