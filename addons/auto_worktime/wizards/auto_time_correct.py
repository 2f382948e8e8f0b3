from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.auto_time_log import ON_JOB


class AutoTimeCorrect(models.TransientModel):
    """How it really was, says the foreman, and why: what it was before is kept."""

    _name = "auto.time.correct"
    _description = "Correct Time"

    correction_id = fields.Many2one(comodel_name="auto.time.correction", readonly=True)
    log_id = fields.Many2one(comodel_name="auto.time.log", readonly=True)
    employee_id = fields.Many2one(
        comodel_name="hr.employee.public",
        string="Mechanic",
        compute="_compute_values",
        store=True,
        readonly=False,
    )
    subject = fields.Char(compute="_compute_subject", compute_sudo=True)
    is_presence = fields.Boolean(compute="_compute_subject", compute_sudo=True)
    kind = fields.Selection(
        selection=lambda self: self._get_kinds(),
        compute="_compute_values",
        store=True,
        readonly=False,
    )
    job_id = fields.Many2one(
        comodel_name="auto.job", compute="_compute_values", store=True, readonly=False
    )
    idle_reason_id = fields.Many2one(
        comodel_name="auto.hold.reason",
        compute="_compute_values",
        store=True,
        readonly=False,
    )
    date_start = fields.Datetime(
        string="From", compute="_compute_values", store=True, readonly=False
    )
    date_stop = fields.Datetime(
        string="To", compute="_compute_values", store=True, readonly=False
    )
    is_removed = fields.Boolean(string="It was nothing: remove it")
    reason = fields.Text(
        string="Why", required=True, help="Stays with the correction, for everybody."
    )

    @api.model
    def _get_kinds(self):
        return (
            self.env["auto.time.log"]._fields["kind"]._description_selection(self.env)
        )

    @api.depends("correction_id", "log_id")
    def _compute_subject(self):
        for wizard in self:
            correction, log = wizard.correction_id, wizard._get_log()
            wizard.is_presence = bool(correction.attendance_id)
            wizard.subject = correction.subject or (log and log._get_text())

    @api.depends("correction_id", "log_id")
    def _compute_values(self):
        """Propose what is there now."""
        for wizard in self:
            correction, log = wizard.correction_id, wizard._get_log()
            wizard.employee_id = (correction or log).employee_id.id
            wizard.kind = log.kind or "work"
            wizard.job_id = log.job_id or correction.job_id
            wizard.idle_reason_id = log.reason_id
            wizard.date_start = (
                log.date_start or correction.start_after or correction.start_before
            )
            wizard.date_stop = log.date_stop or correction.stop_after

    def action_apply(self):
        """Correct it, and keep what it was.

        :raise UserError: when it would overlap with something else, or has no end
        """
        self.ensure_one()
        # only foremen may make the wizard, and for those whose time they may read
        (self.correction_id or self.log_id).check_access("read")
        if not self.is_removed:
            self._check_dates()
        if self.is_presence:
            self._correct_presence()
        else:
            self._correct_log()
        return {"type": "ir.actions.act_window_close"}

    def _get_log(self):
        self.ensure_one()
        return self.log_id or self.correction_id.log_id

    def _check_dates(self):
        start, stop = self.date_start, self.date_stop
        if not start or not stop or stop <= start or stop > fields.Datetime.now():
            raise UserError(
                self.env._("Say from when to when it was; the end is not to come yet.")
            )

    def _correct_presence(self):
        """Give the presence its true end; the logs that were cut with it follow."""
        # sudo: foremen have no rights of Attendances, but correct by this wizard
        attendance = self.correction_id.sudo().attendance_id
        if self.is_removed:
            self.correction_id.sudo()._settle(self.reason, stop_after=False)
            attendance.unlink()
            return
        attendance._settle_cut(self.date_stop, self.reason)
        self.correction_id.sudo()._settle(
            self.reason, start_after=self.date_start, stop_after=self.date_stop
        )
        attendance.write(
            {
                "check_in": self.date_start,
                "check_out": self.date_stop,
                "is_cut": False,
            }
        )

    def _correct_log(self):
        """Change, add or remove a log, as the foreman says."""
        # sudo: logs and corrections are written by the clock and by this wizard only
        log = self._get_log().sudo()
        correction = self.correction_id.sudo() or log.env["auto.time.correction"]
        if not correction:
            correction = self._note_correction(log)
        if self.is_removed:
            log.unlink()
            correction._settle(self.reason, start_after=False, stop_after=False)
            return
        log = self._write_log(log)
        correction._settle(
            self.reason,
            log_id=log.id,
            start_after=log.date_start,
            stop_after=log.date_stop,
        )

    def _note_correction(self, log):
        """Keep what the log was; of one that was not there, nothing."""
        corrections = self.env["auto.time.correction"].sudo()  # sudo: see _correct_log
        if log:
            return corrections._note("foreman", log)
        employee = self._get_employee()
        return corrections.create(
            {
                "employee_id": employee.id,
                "company_id": employee.company_id.id,
                "cause": "foreman",
                "state": "settled",
                "job_id": self.job_id.id,
                "subject": self.job_id.name or self.idle_reason_id.name,
            }
        )

    def _write_log(self, log):
        """Write what the foreman says into the log, or into a new one."""
        vals = self._prepare_log_vals()
        logs = self.env["auto.time.log"].sudo()  # sudo: see _correct_log
        if not log:
            return logs._insert(vals)
        log._write_checked(vals)
        return log

    def _prepare_log_vals(self):
        """Return values of the log as the foreman says it was.

        :raise UserError: when job or reason are missing
        """
        employee = self._get_employee()
        is_idle = self.kind == "idle"
        if (self.kind in ON_JOB and not self.job_id) or (
            is_idle and not self.idle_reason_id
        ):
            raise UserError(
                self.env._("Say on which job he was, or for what reason he waited.")
            )
        return {
            "employee_id": employee.id,
            "company_id": employee.company_id.id,
            "kind": self.kind,
            "job_id": self.job_id.id,
            "reason_id": is_idle and self.idle_reason_id.id,
            "date_start": self.date_start,
            "date_stop": self.date_stop,
            "is_cut": False,
        }

    def _get_employee(self):
        """Return the mechanic, if the foreman works for the same company.

        :raise UserError: when nobody is chosen, or of another company
        """
        subject = self.correction_id or self.log_id
        employee_id = subject.employee_id.id or self.employee_id.id
        # sudo: a foreman reads the public profile only
        employee = self.env["hr.employee"].sudo().browse(employee_id)
        if employee.company_id not in self.env.companies:
            raise UserError(
                self.env._("Say whose time it is: a mechanic of your shop.")
            )
        return employee
