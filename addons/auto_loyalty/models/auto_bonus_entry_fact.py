from odoo import api, models

from ..tools.points import compare

# lots that a customer is told of
GIVEN = ("earned", "first_visit", "friend", "invited", "birthday")


class AutoBonusEntry(models.Model):
    """Rows of the ledger that customers are told of."""

    _inherit = "auto.bonus.entry"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM: what is given to customers, they are told."""
        entries = super().create(vals_list)
        given = entries.filtered(
            lambda entry: (
                entry.kind in GIVEN and not entry.lot_id and compare(entry.points) > 0
            )
        )
        if given:
            given.card_id._record_fact("bonus_earned")
        return entries
