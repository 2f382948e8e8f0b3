from odoo import fields, models


class AutoLossLine(models.TransientModel):
    """What hours were lost to, and what they would have brought."""

    _name = "auto.loss.line"
    _description = "Loss of Time"
    _order = "sequence, id"

    loss_id = fields.Many2one(
        comodel_name="auto.loss", required=True, ondelete="cascade", readonly=True
    )
    currency_id = fields.Many2one(related="loss_id.currency_id")
    sequence = fields.Integer(readonly=True)
    reason_id = fields.Many2one(comodel_name="auto.hold.reason", readonly=True)
    name = fields.Char(string="Lost to", readonly=True)
    hours = fields.Float(readonly=True)
    share = fields.Float(
        string="Share, %", readonly=True, help="Of all that was lost in these days."
    )
    amount = fields.Monetary(
        string="In money",
        readonly=True,
        help="Hours × effective rate of these days; empty without sales.",
    )
    is_top = fields.Boolean(readonly=True)

    def action_open(self):
        """Open the cause: what was waited for, else who lost the time."""
        self.ensure_one()
        rows = self._get_rows()
        cause = self.reason_id.loss_cause or "row"
        action = getattr(self, f"_get_{cause}_action")(rows)
        return action or self._get_row_action(rows)

    def _get_rows(self):
        """Return the rows of the report."""
        report = self.env["auto.output.report"]
        wizard = self.loss_id
        domain = report._get_period_domain(
            wizard.company_id, wizard.date_from, wizard.date_to
        )
        kind = "idle" if self.reason_id else "none"
        return report.search(
            [*domain, ("kind", "=", kind), ("reason_id", "=", self.reason_id.id)]
        )

    def _get_row_action(self, rows):
        return rows._get_records_action(name=self.name)

    def _get_log_action(self, rows):
        return self._get_row_action(rows)

    def _get_purchase_action(self, rows):
        """Return what opens the purchases of the orders that waited; None if none."""
        purchases = rows.order_id._get_purchase_orders()
        return bool(purchases) and purchases._get_records_action(name=self.name)

    def _get_post_action(self, rows):
        """Return what opens the posts where the cars were booked; None if none."""
        posts = rows.post_id
        return bool(posts) and posts._get_records_action(name=self.name)

    def _get_order_action(self, rows):
        orders = rows.order_id
        if not orders:
            return None
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_crm.sale_order_action_work_order"
        )
        action["domain"] = [("id", "in", orders.ids)]
        action["context"] = {}
        return action
