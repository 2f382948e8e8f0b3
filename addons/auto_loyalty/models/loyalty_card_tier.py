from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class LoyaltyCard(models.Model):
    """Tiers follow the rolling year: what was paid before it no longer counts."""

    _inherit = "loyalty.card"

    @api.model
    def _cron_update_bonus_tier(self, batch_size=1000):
        """Let tiers follow the last 365 days. Idempotent: a function of the ledger."""
        self.env["auto.cron.delay"]._run_batches(
            "update_bonus_tier",
            self,
            self._get_tier_domain(),
            lambda cards: cards._update_bonus_tier(),
            batch_size,
        )

    @api.model
    def _get_tier_domain(self):
        """Return the domain of cards whose tier can be another one today."""
        since = fields.Datetime.now() - timedelta(days=365)
        paid = Domain(
            "bonus_entry_ids", "any", [("amount", "!=", 0.0), ("date", ">", since)]
        )
        fresh = Domain("program_id.bonus_tier_ids.amount", "=", 0.0)
        return Domain("program_id.bonus_tier_ids", "!=", False) & (
            paid
            | Domain("bonus_tier_id", "!=", False)
            | (Domain("bonus_tier_id", "=", False) & fresh)
        )
