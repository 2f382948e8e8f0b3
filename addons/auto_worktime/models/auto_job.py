from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.auto_crm.tools.fact import get_now


class AutoJob(models.Model):
    """A job that mechanics are clocked on."""

    _inherit = "auto.job"

    time_log_ids = fields.One2many(
        comodel_name="auto.time.log",
        inverse_name="job_id",
        groups="auto_worktime.auto_worktime_group_foreman",
    )

    def write(self, vals):
        """Override of `auto_crm`: nobody works on a job that is not in progress, and
        shares are given all at once, also by a foreman.
        """
        result = super().write(self._share_out(vals))
        if vals.get("state", "in_progress") != "in_progress":
            self._stop_logs(get_now())
        return result

    def _stop_logs(self, at):
        """End what runs on the jobs, however they were ended."""
        # sudo: logs are written by the clock only
        running = self.env["auto.time.log"].sudo()._find_running(self)
        begun = running.filtered(lambda log: log.date_start <= at)
        begun._end(at)
        (running - begun)._end(fields.Datetime.now())

    # ------------------------------------------------------------------
    # Presses of mechanics, see `hr.employee`; called with all rights
    # ------------------------------------------------------------------

    def _prepare_log_vals(self):
        """Values of the log of who works on the job."""
        self.ensure_one()
        kind = "rework" if self.order_id.rework_of_id else "work"
        return {"kind": kind, "job_id": self.id}

    def _check_startable(self, employee, at):
        """Refuse a start of that moment.

        :raise UserError: see `hr.employee._clock_start`
        """
        self.ensure_one()
        employee._check_works_for(self.company_id)
        self._check_is_of(employee)
        if not self._is_done_after(at):
            self._check_order_open()
            self._check_states("todo", "on_hold", "in_progress")
            self._check_received()
        received = self.order_id.date_received
        if not received or received > at:
            raise UserError(
                self.env._(
                    "The car of %(order)s was not received then.",
                    order=self.order_name,
                )
            )

    def _check_is_of(self, employee):
        """Refuse a job of others; a job of nobody is everybody's."""
        if self.mechanic_ids and employee not in self.mechanic_ids:
            raise UserError(
                self.env._(
                    "%(job)s is not a job of %(mechanic)s: the advisor adds him to it.",
                    job=self.name,
                    mechanic=employee.sudo().name,  # sudo: anybody may know the name
                )
            )

    def _is_done_after(self, at):
        """Whether the job was finished later than that: a press has come late."""
        self.ensure_one()
        return self.state == "done" and bool(self.date_done) and at < self.date_done

    def _note_start(self, log, at):
        """Let the facts of the job follow a start."""
        self.ensure_one()
        if not self.mechanic_ids:
            self.mechanic_ids = log.employee_id
        if self.date_started and self.date_started > at:
            self._write_facts({"date_started": at})
        is_open = self.state in ("todo", "on_hold")
        if is_open and self._is_last_word(log):
            self._set_in_progress()

    def _note_hold(self, reason, log):
        """Let the job wait, unless somebody else goes on with it."""
        self.ensure_one()
        others = log._find_running(self)
        if self.state == "in_progress" and not others and self._is_last_word(log):
            self._write_facts({"state": "on_hold", "hold_reason_id": reason.id})

    def _note_done(self, employee, at):
        """Finish the job at a moment.

        :raise UserError: see `hr.employee._clock_done`
        """
        self.ensure_one()
        logs = self.env["auto.time.log"]
        is_done = self._is_done_after(at)
        if not is_done:
            self._check_order_open()
            self._check_states("todo", "in_progress", "on_hold", "done")
            self._check_received()
            later = logs.search(
                [("job_id", "=", self.id), ("date_start", ">", at)], limit=1
            )
            if later:
                raise UserError(
                    self.env._(
                        "%(mechanic)s went on with %(job)s after that.",
                        mechanic=later.employee_id.name,
                        job=self.name,
                    )
                )
        own = employee._get_log(at)
        if own.job_id == self and own.kind in ("work", "rework"):
            employee._put_log(None, at, None)
        if self.state != "done":
            self._set_done()

    def _is_last_word(self, log):
        """Whether no later press than that of the log says how the job stands.

        A check-out says nothing of the job.
        """
        if not log.date_stop:
            return True
        attendance = log.employee_id._find_attendance(log.date_start)
        return log.date_stop == attendance.check_out
