from odoo import api, fields, models


class AutoJob(models.Model):
    """A job whose norm-hours are shared as given, not by time."""

    _inherit = "auto.job"

    share_ids = fields.One2many(
        comodel_name="auto.job.share",
        inverse_name="job_id",
        string="Shares",
        help="Whose norm-hours and pay they are. Without shares, by the time clocked.",
        groups="auto_crm.auto_crm_group_advisor,"
        "auto_worktime.auto_worktime_group_foreman",
    )

    is_shared = fields.Boolean(
        string="For several mechanics", compute="_compute_is_shared", compute_sudo=True
    )

    @api.depends("mechanic_ids", "share_ids")
    def _compute_is_shared(self):
        for job in self:
            job.is_shared = len(job.mechanic_ids) > 1 or bool(job.share_ids)

    def _share_out(self, vals):
        """Give the shares that are among the values; return the other values."""
        vals = dict(vals)
        if "share_ids" in vals:
            commands = vals.pop("share_ids")
            for job in self:
                job._give_shares(commands)
        return vals

    def _give_shares(self, commands):
        """Replace the shares by what commands make of them: they are always whole."""
        self.ensure_one()
        shares = self.new({"share_ids": commands}, origin=self).share_ids
        vals_list = [
            {
                "job_id": self.id,
                "employee_id": share.employee_id.id,
                "percent": share.percent,
            }
            for share in shares
        ]
        self.share_ids.unlink()
        self.share_ids.create(vals_list)

    def _find_approved(self):
        """Return the jobs for which somebody's approved pay was."""
        domain = [
            ("order_line_id", "in", self.order_line_id.ids),
            ("statement_id.state", "=", "approved"),
        ]
        entries = self.env["auto.pay.entry"].search(domain)
        return self.filtered(lambda job: job.order_line_id in entries.order_line_id)

    def _get_given_shares(self):
        """Return the percents that mechanics were given in the jobs of a work."""
        shares = self.share_ids.grouped("employee_id")
        return {who: sum(rows.mapped("percent")) for who, rows in shares.items()}
