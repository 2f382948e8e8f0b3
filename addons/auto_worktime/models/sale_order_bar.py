from odoo import api, fields, models

COLOURS = {  # grey: not yet, blue: planned or agreed, amber: waits, green: ready
    "new": "bg-secondary",
    "received": "bg-info",
    "in_progress": "bg-primary",
    "on_hold": "bg-warning",
    "ready": "bg-success",
}


class SaleOrder(models.Model):
    """Where the days of a car went: the order's clock as a bar."""

    _inherit = "sale.order"

    clock_bar = fields.Html(
        compute="_compute_clock_bar",
        sanitize=False,
        groups="auto_crm.auto_crm_group_advisor",
        help="How long the order stood in each state and waited, for what, since it "
        "was agreed.",
    )

    @api.depends("clock_ids.date_start", "clock_ids.date_stop")
    def _compute_clock_bar(self):
        for order in self:
            order.clock_bar = bool(order.clock_ids) and self.env["ir.qweb"]._render(
                "auto_worktime.sale_order_clock_bar",
                {"parts": order._get_clock_parts()},
                raise_if_not_found=False,
            )

    def _get_clock_parts(self):
        """Return the states and reasons of the order's clock, in their first order.

        :return: list of dict: name, hours, share (%), colour
        """
        self.ensure_one()
        labels = dict(self._fields["work_state"]._description_selection(self.env))
        hours_by_part = {}
        for row in self.clock_ids.sorted("date_start"):
            part = (row.work_state, row.hold_reason_id)
            hours_by_part[part] = hours_by_part.get(part, 0.0) + row.hours
        total = sum(hours_by_part.values())
        return [
            {
                "name": reason.name or labels.get(state, state),
                "hours": hours,
                "share": 100 * hours / total,
                "colour": COLOURS.get(state, "bg-secondary"),
            }
            for (state, reason), hours in hours_by_part.items()
            if hours > 0
        ]
