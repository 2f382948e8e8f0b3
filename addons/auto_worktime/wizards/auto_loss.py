from datetime import timedelta

from odoo import api, fields, models

TOP = 3


class AutoLoss(models.TransientModel):
    """What the time of a period was lost to, in hours and in money."""

    _name = "auto.loss"
    _description = "Losses of Time"

    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        required=True,
        readonly=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="From", default=lambda self: self._default_date_from(), required=True
    )
    date_to = fields.Date(
        string="To", default=lambda self: self.env.company._get_today(), required=True
    )
    line_ids = fields.One2many(
        comodel_name="auto.loss.line",
        inverse_name="loss_id",
        compute="_compute_line_ids",
        store=True,
    )
    effective_rate = fields.Monetary(
        compute="_compute_totals",
        help="L / S: labour revenue / sold norm-hours of these days; what an hour "
        "would have brought.",
    )
    hours_wip_start = fields.Float(
        string="In progress before, h",
        compute="_compute_totals",
        help="Clocked, before these days, on jobs of cars that had not left.",
    )
    hours_jobs = fields.Float(string="On jobs, h", compute="_compute_totals")
    hours_finished = fields.Float(
        string="On finished jobs, h", compute="_compute_totals"
    )
    hours_wip_stop = fields.Float(
        string="In progress after, h",
        compute="_compute_totals",
        help="In progress before + on jobs − on finished jobs.",
    )

    @api.model
    def _default_date_from(self):
        today = self.env.company._get_today()
        return today - timedelta(days=today.weekday())

    def _compute_display_name(self):
        self.display_name = self.env._("Losses")

    @api.depends("date_from", "date_to", "company_id")
    def _compute_line_ids(self):
        for wizard in self:
            lines = wizard._prepare_lines() if wizard._has_period() else []
            wizard.line_ids = [
                fields.Command.clear(),
                *map(fields.Command.create, lines),
            ]

    @api.depends("date_from", "date_to", "company_id")
    def _compute_totals(self):
        for wizard in self:
            totals = wizard._get_totals() if wizard._has_period() else {}
            wizard.effective_rate = totals.get("effective_rate")
            wizard.hours_wip_start = totals.get("wip_start")
            wizard.hours_jobs = totals.get("hours_jobs")
            wizard.hours_finished = totals.get("hours_finished")
            wizard.hours_wip_stop = totals.get("wip_stop")

    @api.model
    def action_open(self):
        """Open the losses of this week."""
        return self.create({})._get_records_action(name=self.env._("Losses"))

    def _has_period(self):
        return bool(self.date_from and self.date_to)

    def _get_totals(self):
        return self.env["auto.output.report"]._get_totals(
            self.company_id, self.date_from, self.date_to
        )

    def _prepare_lines(self):
        """Return values of the lines, the largest loss first."""
        self.ensure_one()
        losses = self.env["auto.output.report"]._get_losses(
            self.company_id, self.date_from, self.date_to
        )
        total = sum(hours for _reason, hours, _money in losses)
        return [
            {
                "sequence": number,
                "reason_id": reason.id,
                "name": reason.name or self.env._("Nothing given"),
                "hours": hours,
                "share": 100 * hours / total,
                "amount": money,
                "is_top": number < TOP,
            }
            for number, (reason, hours, money) in enumerate(losses)
        ]
