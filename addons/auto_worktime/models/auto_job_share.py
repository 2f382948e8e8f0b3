from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare


class AutoJobShare(models.Model):
    """What part of a job's norm-hours and pay is a mechanic's, whatever was clocked."""

    _name = "auto.job.share"
    _description = "Share in a Job"
    _order = "job_id, id"
    _rec_name = "employee_id"
    _check_company_auto = True

    job_id = fields.Many2one(
        comodel_name="auto.job", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="job_id.company_id")
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Mechanic",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_mechanic', '=', True)]",
        check_company=True,
    )
    percent = fields.Float(string="Share, %", digits=(5, 2), required=True)

    _percent_positive = models.Constraint(
        "CHECK (percent > 0)", "A share is above 0 %: leave out who has none."
    )
    _once = models.Constraint(
        "UNIQUE (job_id, employee_id)", "A mechanic has one share in a job."
    )

    @api.constrains("job_id", "percent")
    def _check_whole(self):
        """Refuse shares that are not the whole: they are given all at once."""
        for job in self.job_id:
            total = sum(job.share_ids.mapped("percent"))
            if float_compare(total, 100, precision_digits=2):
                raise ValidationError(
                    self.env._(
                        "The shares in %(job)s come to %(total)s %%: make them 100 %%.",
                        job=job.name,
                        total=round(total, 2),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what is earned is not shared anew."""
        shares = super().create(vals_list)
        shares._check_open()
        return shares

    def write(self, vals):
        """Override: what is earned is not shared anew."""
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_part(self):
        """Refuse to take away a part of the shares: then the rest is not the whole."""
        self._check_open()
        for job in self.job_id:
            if job.share_ids - self and job.share_ids & self:
                raise UserError(
                    self.env._("Change the shares of %(job)s on the job.", job=job.name)
                )

    def _check_open(self):
        """Refuse what changes pay that was earned.

        :raise UserError: names the job
        """
        # sudo: who shares out the work reads neither orders nor anybody's pay
        jobs = self.job_id.sudo()
        closed = jobs.filtered("order_id.date_released") or jobs._find_approved()
        if closed:
            raise UserError(
                self.env._(
                    "%(job)s is earned as it was shared: the car has left, or the pay "
                    "is approved. Give a bonus or penalty instead.",
                    job=closed[0].name,
                )
            )
