from odoo import api, fields, models
from odoo.fields import Command

from ..models.auto_time_log import ON_JOB


class AutoTimeStart(models.TransientModel):
    """Ask what a start needs: who starts, to check in, to leave another job."""

    _name = "auto.time.start"
    _description = "Start a Job"

    job_id = fields.Many2one(comodel_name="auto.job", required=True, readonly=True)
    # the public profile, since a mechanic reads no other
    offered_ids = fields.Many2many(
        comodel_name="hr.employee.public",
        relation="auto_time_start_offered_rel",
        compute="_compute_offered_ids",
    )
    employee_ids = fields.Many2many(
        comodel_name="hr.employee.public",
        string="Who starts",
        domain="[('id', 'in', offered_ids)]",
    )
    is_choice = fields.Boolean(compute="_compute_offered_ids")
    question = fields.Text(compute="_compute_question")
    needs_check_in = fields.Boolean(compute="_compute_question")
    may_check_in = fields.Boolean(compute="_compute_question")

    @api.depends("job_id")
    def _compute_offered_ids(self):
        for wizard in self:
            job = wizard.job_id._origin
            workers = job._get_workers()[job] if job else self.env["hr.employee"]
            wizard.offered_ids = [Command.set(workers.ids)]
            wizard.is_choice = len(workers) > 1

    @api.depends("job_id", "employee_ids")
    def _compute_question(self):
        """Say who is not present, and who is on what."""
        for wizard in self:
            at = fields.Datetime.now()
            absent, lines = wizard.env["hr.employee"], []
            for employee in wizard._get_employees():
                log = employee._get_log(at)
                if not employee._find_attendance(at):
                    absent |= employee
                elif log.kind in ON_JOB and log.job_id != wizard.job_id._origin:
                    lines.append(wizard._get_busy_text(employee, log))
            lines += [wizard._get_absent_text(employee) for employee in absent]
            wizard.question = "\n".join(lines)
            wizard.needs_check_in = bool(absent)
            wizard.may_check_in = all(wizard._may_check_in(one) for one in absent)

    def action_start(self):
        """Start the job for the mechanics, who leave what they are on."""
        self.ensure_one()
        self.job_id.check_access("write")
        workers = self.job_id._get_workers()[self.job_id]
        for employee in self._get_employees() & workers:
            if self._may_check_in(employee):
                employee._clock_in()
            employee._clock_start(self.job_id, switch=True)
        return {"type": "ir.actions.act_window_close"}

    def _get_employees(self):
        return self.env["hr.employee"].browse(self.employee_ids._origin.ids)

    def _may_check_in(self, employee):
        """Whether the user may check the employee in from here.

        A foreman anybody, others themselves, where the shop lets them do so in Odoo.
        """
        user = self.env.user
        # sudo: whose login it is, and a setting of the company that the top bar shows
        employee_sudo = employee.sudo()
        is_own = employee_sudo.user_id == user
        from_systray = employee_sudo.company_id.attendance_from_systray
        is_foreman = user.has_group("auto_worktime.auto_worktime_group_foreman")
        return is_foreman or (is_own and from_systray)

    def _get_busy_text(self, employee, log):
        return self.env._(
            "%(mechanic)s is on “%(job)s” since %(since)s and leaves it.",
            mechanic=employee.sudo().name,  # sudo: anybody may know the name
            job=log.job_id.name,
            since=log._format_start(),
        )

    def _get_absent_text(self, employee):
        name = employee.sudo().name  # sudo: as above
        if self._may_check_in(employee):
            return self.env._("%s is not checked in yet.", name)
        return self.env._("%s checks in at the kiosk or terminal first.", name)
