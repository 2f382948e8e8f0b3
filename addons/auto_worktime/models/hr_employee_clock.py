from contextlib import nullcontext

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.auto_crm.tools.fact import get_now, happening

from ..tools.errors import ClockError
from .auto_time_log import ON_JOB


class HrEmployee(models.Model):
    """The presses of a mechanic: the one way to clock, whatever the screen.

    All take the moment ``at``, naive UTC, at which it was pressed, now if not given,
    and the device, for presses that did not come from Odoo's own screens. They are
    checked against that moment, may arrive late, and change both clocks: the mechanic's
    log, and the facts of the job, from which the order's clock follows.

    Rights are the caller's business: who may press for whom. All work on one employee.
    """

    _inherit = "hr.employee"

    def _clock_in(self, at=None, device=None):
        """Check in; nothing happens to who is present.

        :return: the attendance
        """
        at = self._get_clock_time(at)
        attendance = self._find_attendance(at)
        if attendance:
            return attendance
        return attendance.create(
            {"employee_id": self.id, "check_in": at, "in_mode": "kiosk"}
        )

    def _clock_out(self, at=None, device=None):
        """Check out, which ends what runs.

        :return: the attendance
        :raise ClockError: ``absent``
        """
        at = self._get_clock_time(at)
        attendance = self._check_present(at)
        attendance.write({"check_out": at, "out_mode": "kiosk"})
        return attendance

    def _clock_start(self, job, at=None, switch=False, device=None):
        """Start a job, or go on with it.

        :param bool switch: leave the job that he is on, if any
        :return: the log
        :raise ClockError: ``absent``; ``busy`` on another job, without `switch`
        :raise UserError: when the car is not received, the job is not his, done,
            cancelled or closed
        """
        late, at, job = at, self._get_clock_time(at), job.sudo()
        self._check_present(at)
        job._check_startable(self, at)
        if not switch:
            self._check_free(job, at)
        with self._clocking(late and at):
            log = self._put_log(job._prepare_log_vals(), at, device)
            job._note_start(log, at)
        return log

    def _clock_pause(self, reason, at=None, device=None):
        """Be idle for a reason, with or without a job that is left for it.

        The job goes on hold if the reason says so and nobody else is on it.

        :param reason: auto.hold.reason
        :return: the log
        :raise ClockError: ``absent``
        """
        late, at, reason = at, self._get_clock_time(at), reason.sudo()
        self._check_present(at)
        left = self._get_log(at)
        job = left.job_id if left.kind != "break" else left.job_id.browse()
        vals = {"kind": "idle", "reason_id": reason.id, "job_id": job.id}
        with self._clocking(late and at):
            is_working = left.kind in ON_JOB
            log = self._put_log(vals, at, device)
            if is_working and reason.holds_order:
                job._note_hold(reason, log)
        return log

    def _clock_break(self, at=None, device=None):
        """Have a break; what he did ends.

        :return: the log
        :raise ClockError: ``absent``
        """
        at = self._get_clock_time(at)
        self._check_present(at)
        vals = {"kind": "break", "job_id": self._get_log(at).job_id.id}
        return self._put_log(vals, at, device)

    def _clock_resume(self, at=None, device=None):
        """Come back from a break or idle time, to the job that was left for it, if any.

        :return: the log; an empty set without such a job
        :raise UserError: see `_clock_start`
        """
        left = self._get_log(self._get_clock_time(at))
        if left.kind in ON_JOB:
            return left
        if left.job_id and left.job_id.state not in ("done", "cancel"):
            return self._clock_start(left.job_id, at=at, device=device)
        return self._clock_stop(at=at, device=device)

    def _clock_done(self, job, at=None, device=None):
        """Finish a job: whoever is on it is free then.

        :return: the log that ended, if it was his
        :raise UserError: when somebody worked on it later, the car is not received, the
            job is cancelled or closed
        """
        late, at, job = at, self._get_clock_time(at), job.sudo()
        log = self._get_log(at)
        log = log if log.job_id == job and log.kind in ON_JOB else log.browse()
        with self._clocking(late and at):
            job._note_done(self, at)
        return log.exists()

    def _clock_stop(self, at=None, device=None):
        """End what he does; he stays present, with nothing given.

        :return: an empty set of logs
        """
        return self._put_log(None, self._get_clock_time(at), device)

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    def _get_start_obstacle(self, job, at=None):
        """Return what a screen would have to ask before a start.

        :return: ``absent``, ``busy`` or None
        """
        at = self._get_clock_time(at)
        try:
            self._check_present(at)
            self._check_free(job, at)
        except ClockError as error:
            return error.code
        return None

    def _check_present(self, at):
        """Return the attendance at that moment.

        :raise ClockError: ``absent``
        """
        attendance = self._find_attendance(at)
        if not attendance:
            raise ClockError(
                self.env._(
                    "%(mechanic)s is not checked in: check in first.",
                    mechanic=self.sudo().name,  # sudo: anybody may know the name
                ),
                "absent",
            )
        return attendance

    def _check_free(self, job, at):
        """Refuse a start while he is on another job.

        :raise ClockError: ``busy``
        """
        log = self._get_log(at)
        if log.kind in ON_JOB and log.job_id != job:
            raise ClockError(
                self.env._(
                    "%(mechanic)s is on “%(job)s” since %(since)s: finish or pause it, "
                    "or switch.",
                    mechanic=self.sudo().name,  # sudo: as above
                    job=log.job_id.name,
                    since=log._format_start(),
                ),
                "busy",
            )

    def _get_clock_time(self, at):
        """Return the moment of a press: never in the future, whole seconds."""
        self.ensure_one()
        now = fields.Datetime.now()
        at = min(at or get_now(), now)
        return at.replace(microsecond=0)

    def _clocking(self, at):
        """Return a context in which facts have the moment of a late press."""
        return happening(self.env, at, self) if at else nullcontext()

    def _get_log(self, at):
        """Return what he did at a moment, naive UTC."""
        # sudo: nobody writes logs, nor reads those of others, but by these methods
        return self.env["auto.time.log"].sudo()._find_at(self, at)

    def _put_log(self, vals, at, device):
        """Let him do something from a moment on, see `auto.time.log._put`."""
        # sudo: as above
        logs = self.env["auto.time.log"].sudo()
        if vals is not None:
            vals = {**vals, "device": device}
        return logs._put(self.sudo(), at, vals)

    def _check_works_for(self, company):
        """Refuse work for another company.

        :raise UserError: names it
        """
        if self.sudo().company_id != company:  # sudo: as above
            raise UserError(
                self.env._(
                    "%(mechanic)s does not work for %(company)s.",
                    mechanic=self.sudo().name,
                    company=company.name,
                )
            )
