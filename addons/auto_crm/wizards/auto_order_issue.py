from odoo import Command, api, fields, models


class AutoOrderIssue(models.TransientModel):
    """Parts on the bill that do not leave the stock: what becomes of them?"""

    _name = "auto.order.issue"
    _description = "Parts Not Issued"

    order_ids = fields.Many2many(comodel_name="sale.order")
    choice = fields.Selection(
        selection=lambda self: self.env["auto.order.issue.line"]._get_choices(),
        string="All of them",
    )
    line_ids = fields.One2many(
        comodel_name="auto.order.issue.line",
        inverse_name="wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("order_ids")
    def _compute_line_ids(self):
        for wizard in self:
            lines = wizard.order_ids._origin._get_lines_not_issued()
            wizard.line_ids = [
                Command.clear(),
                *(Command.create({"order_line_id": line.id}) for line in lines),
            ]

    @api.onchange("choice")
    def _onchange_choice(self):
        if self.choice:
            self.line_ids.choice = self.choice

    def action_apply(self):
        """Make stock and bill agree, then hand the cars over.

        :raise UserError: when parts to be issued are not on stock
        """
        self.ensure_one()
        self.order_ids._check_work_orders()
        self.order_ids._check_on_site()
        lines = self.line_ids.filtered(lambda line: line.order_id in self.order_ids)
        by_choice = lines.grouped("choice")
        none = lines.browse()
        by_choice.get("issue", none).order_line_id._reserve_from_stock()
        by_choice.get("cancel", none).order_line_id._take_off_missing()
        self.order_ids.action_release()
        return {"type": "ir.actions.act_window_close"}
