import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.auto_planner.tools.intervals import to_interval, to_moment

_logger = logging.getLogger(__name__)
DAY = timedelta(days=1)
EARLY = timedelta(hours=4)  # a shift that begins later than this is another one
NO_SCHEDULE = timedelta(hours=12)  # who came on a day off has forgotten to leave then


class HrAttendance(models.Model):
    """Forgotten check-outs: cut at the end of the shift, never invented."""

    _inherit = "hr.attendance"

    @api.model
    def _cron_cut_forgotten(self, batch_size=100):
        """Check out who forgot to. Idempotent: who is checked out leaves the domain."""
        now = fields.Datetime.now()
        domain = self._get_forgotten_domain()
        due = {
            attendance: at
            for attendance in self.search(domain, order="check_in", limit=1000)
            if (at := attendance._get_cut(now))
        }
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for attendance, at in list(due.items())[:batch_size]:
            claimed = attendance.try_lock_for_update().filtered_domain(domain)
            try:
                with self.env.cr.savepoint():
                    if claimed:
                        claimed._cut(at)
            except Exception:  # one bad row must not keep the others
                _logger.exception("Attendance %s could not be cut", attendance.id)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _get_forgotten_domain(self):
        """Hook: who is looked after: mechanics, unless Odoo does it in its own way."""
        return (
            Domain("check_out", "=", False)
            & Domain("employee_id.is_mechanic", "=", True)
            & Domain("employee_id.company_id.auto_cut_forgotten", "=", True)
            & Domain("employee_id.company_id.auto_check_out", "=", False)
        )

    @api.model
    def _create_cut(self, vals):
        """Make a presence of the past whose end nobody has told."""
        attendance = self.new(vals)
        at = attendance._get_cut(fields.Datetime.now()) or attendance.check_in
        attendance = self.create(
            {**vals, "check_out": at, "out_mode": "auto_check_out", "is_cut": True}
        )
        self.env["auto.time.correction"]._note(
            "forgotten",
            attendance,
            state="open",
            stop_before=False,
            start_after=attendance.check_in,
            stop_after=at,
        )
        return attendance

    def _get_cut(self, now):
        """Return where to cut a presence that was forgotten, None if it is not yet.

        At the end of the shift, or at his last press if that was later. Without a shift
        on that day at the last press; without one, at the check-in: no time is given.
        """
        self.ensure_one()
        grace = timedelta(hours=self.employee_id.company_id.auto_cut_grace)
        end = self._get_shift_end()
        last = self._get_last_press()
        limit = end + grace if end else self.check_in + NO_SCHEDULE
        if last:
            limit = max(limit, last + grace)
        if now < limit:
            return None
        return max(filter(None, [end, last, self.check_in]))

    def _get_shift_end(self):
        """Return when the shift ends in which he came, naive UTC; None on a day off."""
        self.ensure_one()
        employee = self.employee_id
        window = self.check_in, self.check_in + DAY
        resource = employee.resource_id.with_company(employee.company_id)
        works = resource._get_works(*window)[resource.id]
        shift = _join(works, EARLY.total_seconds())
        latest = to_interval(self.check_in + EARLY, window[1])
        for start, stop in shift:
            if start <= latest[0] and stop < latest[1]:
                return to_moment(stop)
        return None

    def _get_last_press(self):
        """Return when he last pressed something after he came, if he did."""
        self.ensure_one()
        logs = self.env["auto.time.log"].search(
            [("employee_id", "=", self.employee_id.id)],
            order="date_start desc",
            limit=1,
        )
        presses = logs.mapped("date_start") + logs.mapped("date_stop")
        return max(
            (press for press in presses if press and press > self.check_in),
            default=None,
        )


def _join(works, gap):
    """Return work intervals with gaps of less than so many seconds filled."""
    joined = []
    for start, stop in works:
        if joined and start - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return joined
