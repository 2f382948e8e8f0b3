import base64

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.auto_crm.tools import clock

from ..tools.points import compare

# pairs of rows within a card that say nothing to its customer
INNER = ("repaid",)


class LoyaltyCard(models.Model):
    """What a card of bonuses is to its customer: his page."""

    _inherit = "loyalty.card"

    @api.model
    def _search_bonus_cards_of(self, partner):
        """Return the cards of bonuses (sudo) that a customer earns and spends with.

        His own, and those that family or company share with him.

        :param partner: who is logged in
        """
        # sudo: a customer reads no programmes; the cards found are his
        programs = self.env["loyalty.program"].sudo().search([("is_bonus", "=", True)])
        cards = self.sudo().browse()
        for program in programs:  # one of a company
            cards |= self._search_bonus_card(program, partner)
        return cards

    def _get_bonus_zone(self):
        """Return the time zone by which days of the card are told."""
        self.ensure_one()
        return (self.company_id or self.env.company)._get_zone()

    def _get_bonus_pending_rows(self):
        """Return what is not usable yet: [(moment, points)], the soonest first."""
        self.ensure_one()
        now = fields.Datetime.now()
        rows = {}
        for lot in self._search_bonus_lots():
            if lot.remaining > 0 and lot.date_usable and lot.date_usable > now:
                moment = lot.date_usable.replace(second=0)
                rows[moment] = rows.get(moment, 0.0) + lot.remaining
        return sorted(rows.items())

    def _get_bonus_expiry_rows(self, limit=3):
        """Return what expires next: [(day, points)], the soonest first."""
        self.ensure_one()
        now = fields.Datetime.now()
        zone = self._get_bonus_zone()
        rows = {}
        for lot in self._search_bonus_lots():
            if lot.remaining > 0 and lot.date_expire and lot.date_expire > now:
                day = clock.day_of(lot.date_expire, zone)
                rows[day] = rows.get(day, 0.0) + lot.remaining
        return sorted(rows.items())[:limit]

    def _get_bonus_progress(self):
        """Return how far the customer is from the next tier, None without tiers.

        :return: dict(tier, next: the next tier or empty, spent, missing: money until
            then, percent: 0 to 100, multiplier)
        """
        self.ensure_one()
        tiers = self.program_id.bonus_tier_ids.sorted("amount")
        if not tiers:
            return None
        spent = self._get_bonus_spend().get(self, 0.0)
        later = tiers.filtered(
            lambda tier: self.currency_id.compare_amounts(tier.amount, spent) > 0
        )[:1]
        return {
            "tier": self.bonus_tier_id,
            "next": later,
            "spent": spent,
            "missing": max(later.amount - spent, 0.0),
            "percent": round(100 * spent / later.amount) if later.amount else 100,
        }

    def _get_bonus_history_domain(self):
        """Return the domain of the rows of the ledger that the customer is shown."""
        self.ensure_one()
        return (
            Domain("card_id", "=", self.id)
            & Domain("points", "!=", 0.0)
            & Domain("kind", "not in", INNER)
        )

    def _get_bonus_history(self, **kwargs):
        """Return rows of the history: what one cause took from several lots is one.

        :param kwargs: ``limit`` and ``offset`` of the rows of the ledger
        :return: list of dict(date, kind, label, points, order)
        """
        self.ensure_one()
        entries = self.env["auto.bonus.entry"].search(
            self._get_bonus_history_domain(), **kwargs
        )
        labels = dict(entries._fields["kind"]._description_selection(self.env))
        rows = []
        for entry in entries:
            cause = (entry.kind, entry.order_id, entry.date, entry.points > 0)
            if not rows or rows[-1]["cause"] != cause:
                rows.append(
                    {
                        "cause": cause,
                        "date": entry.date,
                        "kind": entry.kind,
                        "label": labels[entry.kind],
                        "order": entry.order_id,
                        "points": 0.0,
                    }
                )
            rows[-1]["points"] += entry.points
        return rows

    def _get_bonus_barcode(self):
        """Return the card's barcode as data inside the page, for a desk's scanner."""
        self.ensure_one()
        picture = self.env["ir.actions.report"].barcode(
            "Code128", self.code, width=600, height=120
        )
        return f"data:image/png;base64,{base64.b64encode(picture).decode()}"

    def _format_bonus_sign(self, points):
        """Return a number of points with its sign, as a history shows it."""
        text = self._format_bonus(abs(points))
        return f"+{text}" if compare(points) > 0 else f"\N{MINUS SIGN}{text}"
