from contextlib import contextmanager

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger

from odoo.addons.auto_crm.tools.times import format_time

from ..tools.errors import ClockError

LOCK_CLASS = 1_905_002  # of the advisory locks of employees; see _lock_employee
ON_JOB = ("work", "rework")
# what is asked of a log that was found
SHOWN = (
    *("employee_id", "company_id", "kind", "job_id", "reason_id"),
    *("date_start", "date_stop"),
)


class AutoTimeLog(models.Model):
    """What an employee did, from when to when (UTC): the mechanic's clock.

    A row without an end runs. The database lets no two rows of one employee overlap, so
    nobody works on two jobs at once. Rows are made and changed by the methods of
    ``hr.employee`` (``_clock_…``) only.
    """

    _name = "auto.time.log"
    _description = "Time Log"
    _order = "date_start desc, id desc"
    _rec_name = "employee_id"

    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        context={"active_test": False},
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    kind = fields.Selection(
        selection=[
            ("work", "Work"),
            ("rework", "Rework"),
            ("idle", "Idle"),
            ("break", "Break"),
        ],
        required=True,
        readonly=True,
    )
    job_id = fields.Many2one(
        comodel_name="auto.job",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Worked on; of idle time and breaks, the one that was left for them.",
    )
    order_id = fields.Many2one(
        related="job_id.order_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        string="Work Order",
        groups="auto_crm.auto_crm_group_advisor",
    )
    order_name = fields.Char(
        related="job_id.order_name", string="Order Number", related_sudo=True
    )
    license_plate = fields.Char(related="job_id.license_plate", related_sudo=True)
    reason_id = fields.Many2one(
        comodel_name="auto.hold.reason",
        string="Idle Reason",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    date_start = fields.Datetime(string="From", required=True, readonly=True)
    date_stop = fields.Datetime(
        string="To", readonly=True, help="Empty: it still runs."
    )
    hours = fields.Float(
        compute="_compute_hours", help="Up to now, while it still runs."
    )
    duration = fields.Float(
        string="Hours (closed)",
        compute="_compute_duration",
        store=True,
        precompute=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Entered by",
        readonly=True,
        default=lambda self: self.env.uid,
    )
    device = fields.Char(readonly=True, help="Where it was entered, if not in Odoo.")
    is_cut = fields.Boolean(
        string="Cut",
        readonly=True,
        help="Nobody ended it: it was cut, and waits for the foreman's correction.",
    )

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(employee_id, employee_id, '[]') WITH =, "
        "tsrange(date_start, date_stop) WITH &&)",
        "One mechanic does one thing at a time.",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_stop > date_start)", "A time log must end after it starts."
    )
    _has_subject = models.Constraint(
        "CHECK ((kind NOT IN ('work', 'rework') OR job_id IS NOT NULL)"
        " AND (kind <> 'idle') = (reason_id IS NULL))",
        "Work has a job, and idle time a reason.",
    )
    _employee_idx = models.Index("(employee_id, date_start)")
    _running_idx = models.Index("(job_id) WHERE date_stop IS NULL")

    @api.depends("date_start", "date_stop")
    def _compute_hours(self):
        now = fields.Datetime.now()
        for log in self:
            log.hours = log._get_hours(log.date_stop or now)

    @api.depends("date_start", "date_stop")
    def _compute_duration(self):
        for log in self:
            log.duration = log._get_hours(log.date_stop) if log.date_stop else 0.0

    def _get_hours(self, date_stop):
        self.ensure_one()
        if not self.date_start:
            return 0.0
        return max((date_stop - self.date_start).total_seconds(), 0) / 3600

    def action_correct(self):
        """Open the wizard in which a foreman says how it really was."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("How was it really?"),
            "res_model": "auto.time.correct",
            "view_mode": "form",
            "target": "new",
            "context": {"default_log_id": self.id},
        }

    # ------------------------------------------------------------------
    # The line of an employee's time
    # ------------------------------------------------------------------

    @api.model
    def _lock_employee(self, employee):
        """Let those who clock the same employee come one after the other."""
        self.env.cr.execute(
            SQL("SELECT pg_advisory_xact_lock(%s, %s)", LOCK_CLASS, employee.id)
        )

    @api.model
    def _find_at(self, employee, at):
        """Return what the employee did at a moment, naive UTC; an empty set if none."""
        return self.search_fetch(
            Domain("employee_id", "=", employee.id)
            & Domain("date_start", "<=", at)
            & (Domain("date_stop", "=", False) | Domain("date_stop", ">", at)),
            SHOWN,
            limit=1,
        )

    @api.model
    def _find_running(self, jobs):
        """Return the logs by which somebody works on the jobs now."""
        return self.search(
            [
                ("job_id", "in", jobs.ids),
                ("kind", "in", ON_JOB),
                ("date_stop", "=", False),
            ]
        )

    @api.model
    def _put(self, employee, at, vals=None):
        """Let the employee do something from a moment on.

        What he did then ends, or goes away if it has just begun. In the past it lasts
        up to what is known to follow: the end of what he did then, the next log or
        check-out. So presses may arrive late.

        :param datetime at: naive UTC, whole seconds
        :param dict vals: what he does; None for nothing
        :return: the log, which is an old one if he did the same already
        :raise UserError: when somebody else has clocked him in this moment
        """
        self._lock_employee(employee)
        current = self._find_at(employee, at)
        if current and vals and current._is_same(vals):
            return current
        stop = current.date_stop if current else self._find_next_start(employee, at)
        current._end(at)
        if vals is None:
            return self.browse()
        attendance = employee._find_attendance(at)
        stop = min(filter(None, [stop, attendance.check_out]), default=False)
        return self._insert(
            {
                "employee_id": employee.id,
                "company_id": employee.company_id.id,
                "date_start": at,
                "date_stop": stop,
                **vals,
            }
        )

    @api.model
    def _find_next_start(self, employee, at):
        domain = [("employee_id", "=", employee.id), ("date_start", ">", at)]
        return self.search(domain, order="date_start", limit=1).date_start

    def _is_same(self, vals):
        """Whether the log is about what the values say."""
        self.ensure_one()
        return (
            self.kind == vals["kind"]
            and self.job_id.id == (vals.get("job_id") or False)
            and self.reason_id.id == (vals.get("reason_id") or False)
        )

    def _end(self, at):
        """End the logs at a moment; what began in that second is dropped."""
        empty = self.filtered(lambda log: log.date_start >= at)
        (self - empty).write({"date_stop": at})
        empty.unlink()
        self.env["auto.time.log"].flush_model()

    @api.model
    def _end_at_check_out(self, employee):
        """End what runs when its employee has left.

        What began after he had left, as a late check-out shows, goes away; a foreman
        finds it among the corrections.
        """
        running = self.search(
            [("employee_id", "=", employee.id), ("date_stop", "=", False)]
        )
        attendance = running and employee._find_attendance_after(running.date_start)
        if not running or (attendance and not attendance.check_out):
            return
        at = attendance.check_out or running.date_start
        corrections = self.env["auto.time.correction"]
        if not attendance:
            corrections._note("left", running, state="open")
        elif attendance.is_cut:
            corrections._note(
                "forgotten",
                running,
                state="open",
                start_after=running.date_start,
                stop_after=at,
            )
            running.is_cut = True
        running._end(at)

    @api.model
    def _insert(self, vals):
        """Create a log; the database refuses what overlaps.

        :raise UserError: says what the employee does
        """
        with self._refusing_overlaps(vals):
            log = self.create(vals)
            log.flush_recordset()
        return log

    def _write_checked(self, vals):
        """Write a log; the database refuses what overlaps, as in `_insert`."""
        self.ensure_one()
        self.env.flush_all()
        with self._refusing_overlaps(vals):
            self.write(vals)
            self.flush_recordset()

    @contextmanager
    def _refusing_overlaps(self, vals):
        """Raise a sentence instead of the database's error.

        :raise UserError: says what the employee does
        """
        try:
            # no flush: it would tell of facts that may still change
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                yield
        except ExclusionViolation as error:
            self.env.invalidate_all(flush=False)
            raise self._get_overlap_error(vals) from error

    @api.model
    def _get_overlap_error(self, vals):
        """Return the sentence that says what the employee does then."""
        employee = self.env["hr.employee"].browse(vals["employee_id"])
        what, since = self._find_other(vals)
        is_race = not what  # whoever has clocked him came after we had begun
        if is_race:
            with self.env.registry.cursor() as cr:
                what, since = self.with_env(self.env(cr=cr))._find_other(vals)
        if what:
            message = self.env._(
                "%(mechanic)s is on “%(what)s” since %(since)s: look again, and switch "
                "if needed.",
                mechanic=employee.name,
                what=what,
                since=since,
            )
        else:
            message = self.env._(
                "%(mechanic)s has just been clocked by somebody else: look again.",
                mechanic=employee.name,
            )
        return ClockError(message, "race") if is_race else UserError(message)

    def _find_other(self, vals):
        """Return the text and the start of the first log in the way, or Nones."""
        domain = (
            Domain("employee_id", "=", vals["employee_id"])
            & Domain("id", "not in", self.ids)
            & (
                Domain("date_stop", "=", False)
                | Domain("date_stop", ">", vals["date_start"])
            )
        )
        if vals.get("date_stop"):
            domain &= Domain("date_start", "<", vals["date_stop"])
        log = self.search(domain, order="date_start", limit=1)
        return (log._get_text(), log._format_start()) if log else (None, None)

    def _get_text(self):
        """Return in words what the employee does."""
        self.ensure_one()
        if self.kind in ON_JOB:
            return self.job_id.name
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return self.reason_id.name or labels[self.kind]

    def _format_start(self):
        """Return when it began, on the employee's clock."""
        self.ensure_one()
        return format_time(self.env, self.date_start, self.employee_id._get_tz())
