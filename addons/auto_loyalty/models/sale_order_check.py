import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import faults
from .auto_bonus_entry import OF_ORDERS

_logger = logging.getLogger(__name__)

FRESH = timedelta(days=7)  # checked each night
SLICES = 28  # nights in which all orders are checked


class _UndoError(Exception):
    """Takes back what was only tried."""


class SaleOrder(models.Model):
    """The nightly check of what orders have booked against what their documents say."""

    _inherit = "sale.order"

    @api.model
    def _find_bonus_faults(self):
        """Return orders that are not agreed, or no longer, and have bonuses booked.

        :return: {order: text}
        """
        self.env.flush_all()
        query = SQL(
            """
            SELECT orders.id, SUM(entry.points)
              FROM auto_bonus_entry entry
              JOIN sale_order orders ON orders.id = entry.order_id
             WHERE orders.state <> 'sale' AND entry.kind IN %s
             GROUP BY orders.id HAVING SUM(entry.points) <> 0
             ORDER BY orders.id
            """,
            OF_ORDERS,
        )
        return {
            self.browse(order_id): self.env._(
                "%(points)s are booked, and the order is not agreed.", points=points
            )
            for order_id, points in self.env.execute_query(query)
        }

    @api.model
    def _run_bonus_check(self, batch_size=100):
        """Check fresh orders, and a slice of all others each night."""
        self.env["auto.cron.delay"]._run_batches(
            "check_bonus",
            self,
            self._get_bonus_check_domain(),
            lambda orders: orders._check_bonus_booked(),
            batch_size,
        )

    @api.model
    def _get_bonus_check_domain(self):
        """Return the domain of the orders to check tonight."""
        now = fields.Datetime.now()
        tonight = SQL(
            """(
            SELECT order_id FROM auto_bonus_entry WHERE order_id IS NOT NULL
             GROUP BY order_id HAVING MAX(date) >= %s OR order_id %% %s = %s
            )""",
            now - FRESH,
            SLICES,
            now.toordinal() % SLICES,
        )
        return Domain("is_work_order", "=", True) & (
            Domain("id", "in", tonight) | Domain("date_released", ">=", now - FRESH)
        )

    def _check_bonus_booked(self):
        """Show a manager the orders whose documents say something else than booked."""
        # sudo: the check is of the system, whoever has it run
        for order, points in self.sudo()._get_bonus_missing().items():
            text = self.env._(
                "what is booked differs by %(points)s from what its documents say.",
                points=order.env["loyalty.card"]._format_bonus(points),
            )
            _logger.error("Bonuses of %s: %s", order, text)
            faults.show(order, text)

    def _get_bonus_missing(self):
        """Return what booking the documents again would add: tried, and taken back.

        :return: {order: points}
        """
        entries = self.env["auto.bonus.entry"]
        missing = {}
        try:
            with self.env.cr.savepoint():
                last = entries.search([], order="id desc", limit=1).id
                self._filter_bonus()._sync_bonus()
                fresh = [("id", ">", last), ("order_id", "in", self.ids)]
                for order, points, amount in entries._read_group(
                    fresh, ["order_id"], ["points:sum", "amount:sum"]
                ):
                    missing[order] = points or amount
                raise _UndoError
        except _UndoError:
            return missing
