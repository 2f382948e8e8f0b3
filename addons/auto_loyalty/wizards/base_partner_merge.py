from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        """Override of `loyalty`: the ledgers of bonus cards move, not only points."""
        # sudo: who merges customers books no bonuses by hand
        cards = self.env["loyalty.card"].sudo()
        domain = [("is_bonus", "=", True)]
        sources = cards.search([*domain, ("partner_id", "in", src_partners.ids)])
        result = super()._merge_loyalty_cards(src_partners, dst_partner)
        for card in sources.filtered(lambda card: not card.active):
            live = cards.search(
                [
                    *domain,
                    ("program_id", "=", card.program_id.id),
                    ("partner_id", "=", dst_partner.id),
                ],
                limit=1,
            )
            card._move_bonus(live)
        return result
