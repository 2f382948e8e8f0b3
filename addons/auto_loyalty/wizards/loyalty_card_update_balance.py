from odoo import models
from odoo.exceptions import UserError


class LoyaltyCardUpdateBalance(models.TransientModel):
    """Odoo's wizard changes points without a ledger: not those of bonuses."""

    _inherit = "loyalty.card.update.balance"

    def action_update_card_point(self):
        """Override of `loyalty`: refuse cards of bonuses.

        :raise UserError: for a card of bonuses
        """
        if self.card_id.is_bonus:
            raise UserError(
                self.env._(
                    "The bonuses of a card follow its ledger: open the card and press "
                    "Correct."
                )
            )
        return super().action_update_card_point()
