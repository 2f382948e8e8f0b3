import logging

from odoo import api, models
from odoo.tools import SQL

from ..tools import faults

_logger = logging.getLogger(__name__)

SHOWN = 100  # activities of a night; the log names all


class LoyaltyCard(models.Model):
    """The nightly check of the ledger: what is wrong is named, not put right."""

    _name = "loyalty.card"
    _inherit = ["loyalty.card", "mail.activity.mixin"]

    @api.model
    def _cron_check_bonus(self):
        """Have a manager look at cards and orders whose bonuses do not add up."""
        # sudo: of all companies, whoever has the action run
        found = self.sudo()._find_bonus_faults()
        found |= self.env["sale.order"].sudo()._find_bonus_faults()
        for number, (record, text) in enumerate(found.items()):
            _logger.error("Bonuses of %s: %s", record, text)
            if number < SHOWN:
                faults.show(record, text)
        self.env["ir.cron"]._commit_progress()
        self.env["sale.order"].sudo()._run_bonus_check()

    @api.model
    def _find_bonus_faults(self):
        """Return what is wrong with the sums of cards, and with their lots.

        :return: {card: text}
        """
        self.env.flush_all()
        found = {}
        for card_id, points, booked, remaining in self.env.execute_query(
            self._get_bonus_sum_faults()
        ):
            found[self.browse(card_id)] = self.env._(
                "the card has %(points)s, its ledger sums up to %(booked)s, its lots "
                "hold %(remaining)s.",
                points=points,
                booked=booked,
                remaining=remaining,
            )
        for card_id, entry_id in self.env.execute_query(self._get_bonus_lot_faults()):
            text = self.env._(
                "what is left of entry %(entry)s is wrong.", entry=entry_id
            )
            card = self.browse(card_id)
            found[card] = " ".join(filter(None, [found.get(card), text]))
        return found

    @api.model
    def _get_bonus_sum_faults(self):
        """Return the query of cards whose points are not the sums of their ledgers."""
        return SQL(
            """
            SELECT card.id, ROUND(card.points::numeric, 2), COALESCE(ledger.points, 0),
                   COALESCE(ledger.remaining, 0)
              FROM loyalty_card card
              LEFT JOIN (
                    SELECT card_id, SUM(points) AS points, SUM(remaining) AS remaining
                      FROM auto_bonus_entry GROUP BY card_id
                   ) ledger ON ledger.card_id = card.id
             WHERE card.is_bonus
               AND (ROUND(card.points::numeric, 2) <> COALESCE(ledger.points, 0)
                    OR COALESCE(ledger.points, 0) <> COALESCE(ledger.remaining, 0))
             ORDER BY card.id
            """
        )

    @api.model
    def _get_bonus_lot_faults(self):
        """Return the query of rows that do not say what is left of lots.

        Of a lot remains what came, less what was taken from it, between 0 and all of
        it; rows take from lots of their own card.
        """
        return SQL(
            """
            SELECT entry.card_id, entry.id
              FROM auto_bonus_entry entry
              LEFT JOIN auto_bonus_entry lot ON lot.id = entry.lot_id
              LEFT JOIN (
                    SELECT lot_id, SUM(points) AS points FROM auto_bonus_entry
                     WHERE lot_id IS NOT NULL GROUP BY lot_id
                   ) taken ON taken.lot_id = entry.id
             WHERE CASE WHEN entry.lot_id IS NOT NULL
                   THEN entry.remaining <> 0 OR lot.lot_id IS NOT NULL
                        OR lot.card_id <> entry.card_id
                   ELSE entry.remaining <> entry.points + COALESCE(taken.points, 0)
                        OR entry.remaining NOT BETWEEN LEAST(entry.points, 0)
                                                   AND GREATEST(entry.points, 0)
                   END
             ORDER BY entry.id
            """
        )
