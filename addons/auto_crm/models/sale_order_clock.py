from odoo import fields, models

from ..tools import groups


class SaleOrder(models.Model):
    """The order's clock: rows of ``auto.order.clock``, kept by the facts."""

    _inherit = "sale.order"

    clock_ids = fields.One2many(
        comodel_name="auto.order.clock",
        inverse_name="order_id",
        string="Order Clock",
        groups=f"{groups.ADVISOR},{groups.BOOKS}",
    )

    def _update_clock(self, changes):
        """Follow facts: close rows of states that ended, open those of others."""
        rows = self.env["auto.order.clock"].search_fetch(
            [("order_id", "in", self.ids), ("date_stop", "=", False)],
            ["order_id", "work_state", "hold_reason_id", "date_start"],
        )
        ended = rows.filtered(lambda row: not row.order_id._is_clocked_by(row))
        for date, group in ended.grouped(
            lambda row: max(changes[row.order_id].date, row.date_start)
        ).items():
            group.write({"date_stop": date})
        ended.flush_recordset()  # an order has one open row: close it before the next
        begun = (self - (rows - ended).order_id).filtered(
            lambda order: order._needs_clock()
        )
        rows.create(
            [
                order._prepare_clock_vals(
                    max([changes[order].date, *order._get_clock_stops(ended)])
                )
                for order in begun
            ]
        )

    def _get_clock_stops(self, ended):
        """Return when the rows of the order ended: what is told late comes after."""
        self.ensure_one()
        rows = ended.filtered(lambda row: row.order_id == self)
        return rows.mapped("date_stop")

    def _needs_clock(self):
        """Hook: the clock runs from agreement to release."""
        self.ensure_one()
        return self.state == "sale" and self.work_state not in (False, "released")

    def _is_clocked_by(self, row):
        """Whether the row is about the present state and reason."""
        self.ensure_one()
        return (
            self._needs_clock()
            and row.work_state == self.work_state
            and row.hold_reason_id == self.waiting_reason_id
        )

    def _prepare_clock_vals(self, date):
        """Values of the row of the present state, which began then (naive UTC)."""
        self.ensure_one()
        return {
            "order_id": self.id,
            "work_state": self.work_state,
            "hold_reason_id": self.waiting_reason_id.id,
            "date_start": date,
        }
