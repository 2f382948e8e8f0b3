from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.auto_crm.controllers.portal import AutoCustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager


class AutoBonusPortal(AutoCustomerPortal):
    """A customer's bonuses: how many, until when, where they came from, and his card.

    Everything starts from the cards of whoever is logged in, and is read with sudo: a
    customer has no rights on cards.
    """

    _bonuses_per_page = 20

    def _prepare_garage_values(self):
        """Override of `auto_crm`: the customer's bonuses."""
        values = super()._prepare_garage_values()
        if values:
            values["garage_cards"] = self._get_bonus_cards()
        return values

    def _get_bonus_cards(self):
        """Return the cards (sudo) of whoever is logged in."""
        cards = request.env["loyalty.card"]
        return cards._search_bonus_cards_of(request.env.user.partner_id)

    def _get_bonus_card(self, number):
        """Return the cards of the user, and the one that he looks at.

        :param str number: id of one of them, as typed; by default the first
        :raise NotFound: for a card that there is not, or of somebody else
        """
        cards = self._get_bonus_cards()
        if not number:
            return cards, cards[:1]
        card = cards.filtered(lambda card: str(card.id) == number)
        if not card:
            raise NotFound
        return cards, card

    @route(
        ["/my/bonuses", "/my/bonuses/page/<int:page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_my_bonuses(self, page=1, card=None, **_kw):
        """Show the customer's balance, what becomes of it, his tier and history."""
        cards, shown = self._get_bonus_card(card)
        values = self._prepare_portal_layout_values()
        values.update({"page_name": "bonuses", "cards": cards, "card": shown})
        if shown:
            values.update(self._prepare_bonus_values(shown, page))
        return request.render("auto_loyalty.portal_my_bonuses", values)

    def _prepare_bonus_values(self, card, page):
        """Return the values of the page of a card; hook of further blocks."""
        domain = card._get_bonus_history_domain()
        pager = portal_pager(
            url="/my/bonuses",
            url_args={"card": card.id},
            total=card.env["auto.bonus.entry"].search_count(domain),
            page=page,
            step=self._bonuses_per_page,
        )
        rows = card._get_bonus_history(
            limit=self._bonuses_per_page, offset=max(pager["offset"], 0)
        )
        orders = request.env["sale.order"].browse(
            {row["order"].id for row in rows if row["order"]}
        )
        partner = request.env.user.partner_id.commercial_partner_id
        # sudo: whose orders they are; those of family have no link
        own = orders.sudo().filtered_domain([("partner_id", "child_of", partner.ids)])
        return {
            "rows": rows,
            "own_orders": own,
            "pending": card._get_bonus_pending_rows(),
            "expiring": card._get_bonus_expiry_rows(),
            "progress": card._get_bonus_progress(),
            "zone": card._get_bonus_zone().key,
            "pager": pager,
        }

    @route(
        "/my/bonuses/card",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_my_bonus_card(self, card=None, **_kw):
        """Show the card as the desk scans it, on the phone or on paper.

        :raise NotFound: without a card
        """
        _cards, shown = self._get_bonus_card(card)
        if not shown:
            raise NotFound
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "bonus_card",
                "card": shown,
                # sudo: codes are made of a text, and read nothing
                "qr": request.env["auto.document"].sudo()._get_qr(shown.code),
                "barcode": shown._get_bonus_barcode(),
            }
        )
        return request.render("auto_loyalty.portal_my_bonus_card", values)
