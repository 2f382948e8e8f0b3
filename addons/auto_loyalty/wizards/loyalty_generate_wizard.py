from odoo import models
from odoo.exceptions import UserError


class LoyaltyGenerateWizard(models.TransientModel):
    """Odoo's wizard makes cards with points and no ledger: none of bonuses."""

    _inherit = "loyalty.generate.wizard"

    def generate_coupons(self):
        """Override of `loyalty`: refuse bonus programmes.

        :raise UserError: for a bonus programme
        """
        if self.program_id.filtered("is_bonus"):
            raise UserError(
                self.env._(
                    "Cards of bonuses are made with the first bonuses of a customer. "
                    "Import starting balances, or correct the balance of a card."
                )
            )
        return super().generate_coupons()
