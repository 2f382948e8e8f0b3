from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.auto_crm.tools import clock
from odoo.addons.auto_crm.tools.fact import Fact, Follower

from ..tools.points import compare
from .auto_bonus_entry_fact import GIVEN

_lt = LazyTranslate(__name__)

AT_ONCE = timedelta(seconds=5)  # what is given at once is told at once


class LoyaltyCard(models.Model):
    """What customers are told about their bonuses: the card is what messages are about.

    Nothing of it can be seen by looking back at the card, so these facts happen.
    """

    _name = "loyalty.card"
    _inherit = ["loyalty.card", "auto.fact.mixin", "auto.notify.mixin"]

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------

    @api.model
    def _get_facts(self):
        """Override of `auto_crm`: bonuses are given and expire, tiers are reached."""
        return super()._get_facts() | {
            "bonus_earned": Fact(phrase=_lt("When bonuses are given")),
            "bonus_expiring": Fact(phrase=_lt("When bonuses are about to expire")),
            "bonus_tier": Fact(phrase=_lt("When a customer reaches a tier")),
        }

    @api.model
    def _get_followers(self):
        """Override of `auto_crm`: customers are told."""
        return super()._get_followers() | {
            "messages": Follower("_tell_facts", sequence=30)
        }

    def _filter_facts(self):
        """Override of `auto_crm`: of other cards nothing is told."""
        return super()._filter_facts().filtered("is_bonus")

    def _update_bonus_tier(self):
        """Override: the customers who have risen are told."""
        risen = super()._update_bonus_tier()
        if risen:
            risen._record_fact("bonus_tier")
        return risen

    def _tell_facts(self, changes):
        """Follow facts: make the messages of what has happened."""
        rules = self.env["auto.notify.rule"]
        earned = self.filtered(lambda card: "bonus_earned" in changes[card].became)
        lots = earned._get_bonus_last_given()
        rules._do_notify(
            "bonus_earned",
            earned.filtered(lots.get),
            date={card.id: lot.date_usable for card, lot in lots.items()},
            occurrence={card.id: f"lot {lot.id}" for card, lot in lots.items()},
        )
        risen = self.filtered(lambda card: "bonus_tier" in changes[card].became)
        rules._do_notify("bonus_tier", risen)

    def _get_bonus_last_given(self):
        """Return the lot that each card was given last, of those it still has.

        :rtype: dict
        """
        lots = self._search_bonus_lots().filtered(
            lambda lot: lot.kind in GIVEN and lot.remaining > 0
        )
        return {lot.card_id: lot for lot in lots.sorted("id")}

    def _tell_bonus_expiring(self, points, date):
        """Tell the card's customer that bonuses expire; each day is told of once.

        :param float points: how many; of none nothing is told
        :param date date: the day, in the shop's zone
        :return: the messages made
        """
        self.ensure_one()
        told = self if compare(points) > 0 else self.browse()
        night = clock.midnight(date + timedelta(days=1), self._get_bonus_zone())
        return self.env["auto.notify.rule"]._notify(
            "bonus_expiring",
            told,
            date=night - timedelta(seconds=1),
            occurrence=f"until {date}",
        )

    def _is_notify_event_current(self, event):
        """Override of `auto_notify`: who has nothing left of it is told nothing."""
        self.ensure_one()
        if not self.active or self.merged_into_id:
            return False
        if event in ("bonus_earned", "bonus_expiring"):
            return compare(self._get_bonus_told(event)) > 0
        if event == "bonus_tier":
            return bool(self.sudo().bonus_tier_id)  # sudo: the outbox asks
        return super()._is_notify_event_current(event)

    def _get_bonus_told(self, event):
        """Return the points that a message is about, as far as the card still has them.

        :param str event: "bonus_earned": usable from the time that it is about;
            "bonus_expiring": that expire until then
        """
        self.ensure_one()
        now = fields.Datetime.now()
        date = self.env.context.get("notify_date") or now
        lots = self._search_bonus_lots().filtered(lambda lot: lot.remaining > 0)
        if event == "bonus_earned":
            lots = lots.filtered(
                lambda lot: (
                    lot.kind in GIVEN
                    and lot.date_usable
                    and abs(lot.date_usable - date) <= AT_ONCE
                )
            )
        else:
            lots = lots.filtered(
                lambda lot: lot.date_expire and now < lot.date_expire <= date
            )
        return sum(lots.mapped("remaining"))

    # ------------------------------------------------------------------
    # The document
    # ------------------------------------------------------------------

    @api.model
    def _get_notify_sample(self):
        """Override of `auto_notify`: a card of bonuses."""
        return self.search([("is_bonus", "=", True)], order="id desc", limit=1)

    def _get_notify_company(self):
        """Override of `auto_notify`: a programme may be of all companies."""
        self.ensure_one()
        return self.company_id or self.partner_id.company_id or self.env.company

    def _get_notify_team(self):
        """Override of `auto_notify`: cards are of no team."""
        return self.env["crm.team"]

    def _get_notify_vehicle(self):
        """Override of `auto_notify`: cards are of no car."""
        return self.env["auto.vehicle"]

    def _get_notify_shown_vehicle(self, partner):
        """Override of `auto_notify`: cards are of no car."""
        return self.env["auto.vehicle"]

    def _get_notify_advisor(self):
        """Override of `auto_notify`: who serves the customer."""
        return self.partner_id.user_id.partner_id

    def _get_notify_date(self):
        """Override of `auto_notify`: by itself a card is about no time."""
        return False

    def _get_notify_portal_link(self):
        """Override of `auto_notify`: the page of bonuses."""
        return f"{self.get_base_url()}/my/bonuses"

    def _on_notify_button(self, code, partner):
        """Override of `auto_notify`: cards do nothing when a button is pressed."""
        return False

    @api.model
    def _get_notify_placeholders(self):
        """Override of `auto_notify`: what only cards can say."""
        return super()._get_notify_placeholders() | {
            "bonuses": self.env._("Bonuses that the customer can spend"),
            "earned": self.env._("Bonuses that were given"),
            "expiring": self.env._("Bonuses that expire"),
            "tier": self.env._("Name of the customer's tier"),
        }

    def _get_notify_values(self, partner):
        """Override of `auto_notify`: what only cards can say."""
        return super()._get_notify_values(partner) | {
            "bonuses": lambda: self._format_bonus_told(self.bonus_usable),
            "earned": lambda: self._format_bonus_told(
                self._get_bonus_told("bonus_earned")
            ),
            "expiring": lambda: self._format_bonus_told(
                self._get_bonus_told("bonus_expiring")
            ),
            "tier": self.bonus_tier_id.name or "",
        }

    def _format_bonus_told(self, points):
        """Return a number of points as texts have it, "" for none."""
        return self._format_bonus(points) if compare(points) > 0 else ""
