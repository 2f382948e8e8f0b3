from odoo.http import request, route

from odoo.addons.loyalty.controllers.portal import CustomerPortalLoyalty


class AutoLoyaltyCardPortal(CustomerPortalLoyalty):
    """Odoo's pages of cards, without bonuses: these have a page of their own."""

    def _prepare_home_portal_values(self, counters):
        """Override of `loyalty`: bonuses stand in the garage."""
        values = super()._prepare_home_portal_values(counters)
        if cards := values.get("cards_per_programs"):
            values["cards_per_programs"] = {
                program: found
                for program, found in cards.items()
                if not program.is_bonus
            }
        return values

    @route()
    def portal_my_loyalty_card_history(self, card_id, **kw):
        """Override of `loyalty`: the history of bonuses is their ledger."""
        if self._is_bonus_card(card_id):
            return request.redirect("/my/bonuses")
        return super().portal_my_loyalty_card_history(card_id, **kw)

    @route()
    def portal_get_card_history_values(self, card_id):
        """Override of `loyalty`: of bonuses there is nothing to tell here."""
        if self._is_bonus_card(card_id):
            return {}
        return super().portal_get_card_history_values(card_id)

    def _is_bonus_card(self, card_id):
        # sudo: only which kind of card it is
        return request.env["loyalty.card"].sudo().browse(int(card_id)).exists().is_bonus
