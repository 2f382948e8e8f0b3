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

    clock_bar = fields.Json(
        compute="_compute_clock_bar",
        groups="auto_crm.auto_crm_group_advisor",
        help="How long the order stood in each state and waited, for what, since it "
        "was agreed.",
    )

    @api.depends("clock_ids.date_start", "clock_ids.date_stop")
    def _compute_clock_bar(self):
        for order in self:
            order.clock_bar = order._get_clock_parts() or False

    def action_open_clock(self, state, reason=False):
        """Open the rows that a part of the bar is computed from.

        :param str state: of the order, see ``auto.order.clock.work_state``
        :param int reason: why it waited then, an id
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_crm.auto_order_clock_action"
        )
        domain = [
            ("order_id", "=", self.id),
            ("work_state", "=", state),
            ("hold_reason_id", "=", reason),
        ]
        return {**action, "domain": domain, "views": [(False, "list")], "context": {}}

    def action_open_time_logs(self):
        """Open who worked on the order, and what he left it for. Foremen only."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_worktime.auto_time_log_action"
        )
        return {**action, "domain": [("order_id", "=", self.id)], "context": {}}

    def _get_clock_parts(self):
        """Return the states and reasons of the order's clock, in their first order.

        :return: list of dict: state, reason (id), name, hours, share (%), colour
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
                "state": state,
                "reason": reason.id,
                "name": reason.name or labels.get(state, state),
                "hours": hours,
                "share": 100 * hours / total,
                "colour": COLOURS.get(state, "bg-secondary"),
            }
            for (state, reason), hours in hours_by_part.items()
            if hours > 0
        ]
