from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.auto_planner.tools.intervals import (
    merge,
    overlap,
    to_interval,
    to_moment,
)


class HrEmployee(models.Model):
    """A mechanic whose time is clocked."""

    _inherit = "hr.employee"

    time_log_ids = fields.One2many(
        comodel_name="auto.time.log",
        inverse_name="employee_id",
        groups="auto_worktime.auto_worktime_group_foreman",
    )

    def _is_clocked(self):
        """Hook: whether the buttons of jobs clock the employee's time."""
        self.ensure_one()
        return bool(self.is_mechanic)

    def _get_presence(self, start, stop):
        """Return when the employees were present: check-ins to check-outs, united.

        Not Odoo's worked hours, which are without lunch; without its technical rows.
        Who is present now, is up to now.

        :param datetime start: naive UTC, as `stop`
        :return: {id: sorted list of (start, stop), naive UTC}
        """
        now = fields.Datetime.now()
        # sudo: see `_find_attendance`; whose presence one may see, says the caller
        groups = (
            self.env["hr.attendance"]
            .sudo()
            ._read_group(
                Domain("employee_id", "in", self.ids)
                & Domain("in_mode", "!=", "technical")
                & Domain("check_in", "<", stop)
                & (Domain("check_out", "=", False) | Domain("check_out", ">", start)),
                ["employee_id"],
                ["check_in:array_agg", "check_out:array_agg"],
            )
        )
        span = to_interval(start, stop)
        presence = {employee_id: [] for employee_id in self.ids}
        for employee, starts, stops in groups:
            rows = [
                to_interval(a, b or max(now, a))
                for a, b in zip(starts, stops, strict=True)
            ]
            presence[employee.id] = [
                (to_moment(a), to_moment(b)) for a, b in overlap(span, merge(rows))
            ]
        return presence

    def _find_attendance(self, at):
        """Return the employee's presence at a moment, naive UTC; empty if absent."""
        attendance = self._find_attendance_after(at)
        return attendance.filtered(lambda row: row.check_in <= at)

    def _find_attendance_after(self, at):
        """Return the first presence that lasts longer than up to a moment."""
        self.ensure_one()
        # sudo: whether somebody is present is told, not his attendances
        return (
            self.env["hr.attendance"]
            .sudo()
            .search_fetch(
                [
                    ("employee_id", "=", self.id),
                    ("in_mode", "!=", "technical"),
                    "|",
                    ("check_out", "=", False),
                    ("check_out", ">", at),
                ],
                ["employee_id", "check_in", "check_out"],
                order="check_in",
                limit=1,
            )
        )
