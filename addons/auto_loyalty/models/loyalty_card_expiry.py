from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.auto_crm.tools import clock

from ..tools.points import compare


class LoyaltyCard(models.Model):
    """Bonuses whose time is over, or soon will be."""

    _inherit = "loyalty.card"

    bonus_reminded = fields.Json(
        copy=False,
        export_string_translation=False,
        help="Days on which bonuses expire and of which the customer has been told.",
    )

    # ------------------------------------------------------------------
    # Expiry
    # ------------------------------------------------------------------

    @api.model
    def _cron_expire_bonus(self, batch_size=1000):
        """Take what has expired. Idempotent: a card without such lots is not found."""
        self.env["auto.cron.delay"]._run_batches(
            "expire_bonus",
            self.with_context(active_test=False),
            self._get_expired_domain(),
            lambda cards: cards._expire_bonus(),
            batch_size,
        )

    @api.model
    def _get_expired_domain(self):
        """Return the domain of cards with lots whose time is over."""
        return Domain(
            "bonus_entry_ids",
            "any",
            [
                ("lot_id", "=", False),
                ("remaining", ">", 0.0),
                ("date_expire", "<=", fields.Datetime.now()),
            ],
        )

    # ------------------------------------------------------------------
    # Reminder
    # ------------------------------------------------------------------

    @api.model
    def _cron_remind_bonus(self, batch_size=1000):
        """Tell customers what will expire. Idempotent: a day is told of once."""
        # sudo: of all companies, whoever has the action run
        programs = self.env["loyalty.program"].sudo()
        for program in programs.search(
            [("is_bonus", "=", True), ("bonus_remind_days", ">", 0)]
        ):
            self.env["auto.cron.delay"]._run_batches(
                f"remind_bonus_{program.id}",
                self,
                program._get_expiring_domain(),
                lambda cards: cards._remind_bonus(),
                batch_size,
            )

    def _remind_bonus(self):
        """Tell the cards' customers of days on which bonuses expire, once a day."""
        for card, points_by_day in self._get_bonus_expiring().items():
            today = card.program_id._get_bonus_today().isoformat()
            told = [day for day in card.bonus_reminded or [] if day >= today]
            fresh = {
                day: points for day, points in points_by_day.items() if day not in told
            }
            for day, points in sorted(fresh.items()):
                card._tell_bonus_expiring(points, fields.Date.to_date(day))
            if fresh:
                card.bonus_reminded = sorted([*told, *fresh])

    def _get_bonus_expiring(self):
        """Return what expires within the days before which customers are reminded.

        :return: {card: {day of the shop as text: points}}
        """
        now = fields.Datetime.now()
        expiring = defaultdict(lambda: defaultdict(float))
        for lot in self._search_bonus_lots():
            if (
                compare(lot.remaining) <= 0
                or not lot.date_expire
                or lot.date_expire <= now
            ):
                continue
            program = lot.program_id
            zone = program._get_bonus_company()._get_zone()
            day = clock.day_of(lot.date_expire, zone)
            last = program._get_bonus_today() + timedelta(
                days=program.bonus_remind_days
            )
            if day <= last:
                expiring[lot.card_id][day.isoformat()] += lot.remaining
        return expiring
