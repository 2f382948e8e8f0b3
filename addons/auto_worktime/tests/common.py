from datetime import timedelta

from odoo import Command
from odoo.tests import freeze_time

from odoo.addons.auto_planner.tests.common import AutoPlannerCommon


class AutoWorktimeCommon(AutoPlannerCommon):
    """A shop with two clocked mechanics, a foreman and a car under repair."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mechanic.tz = cls.mechanic_2.tz = "Europe/Moscow"
        cls.parts = cls.env.ref("auto_crm.hold_reason_parts")
        cls.helping = cls.env.ref("auto_worktime.hold_reason_helping")
        cls.logs = cls.env["auto.time.log"]
        cls.Attendance = cls.env["hr.attendance"]

    @classmethod
    def _get_users(cls):
        """Override: the foreman, too."""
        group = "auto_worktime.auto_worktime_group_foreman"
        return {**super()._get_users(), "foreman": ("auto_foreman", group)}

    @classmethod
    def _at(cls, hours, seconds=0):
        """Return the moment so many hours after nine on Monday."""
        return cls.monday + timedelta(hours=hours, seconds=seconds)

    def _freeze(self, hours, seconds=0):
        return freeze_time(self._at(hours, seconds))

    @classmethod
    def _create_job(cls, mechanics=None, received=-2, jobs=1, **vals):
        """Make a job of a car that was received so long before nine on Monday."""
        mechanics = cls.mechanic if mechanics is None else mechanics
        lines = [
            Command.create(
                {
                    "product_id": cls.labour.id,
                    "mechanic_ids": [Command.set(mechanics.ids)],
                }
            )
            for _number in range(jobs)
        ]
        order = cls._create_order(order_line=lines, **vals)
        with freeze_time(cls._at(received)):
            order.action_confirm()
            order.action_receive()
        return order.job_ids

    @classmethod
    def _check_in(cls, employee=None, start=-1, stop=None):
        """Let a mechanic be present, from so many hours after nine on Monday."""
        return cls.Attendance.create(
            {
                "employee_id": (employee or cls.mechanic).id,
                "check_in": cls._at(start),
                "check_out": stop is not None and cls._at(stop),
            }
        )

    def _get_times(self, employee=None):
        """Return what a mechanic did: kind, job, start and stop in hours after nine."""
        logs = self.logs.search(
            [("employee_id", "=", (employee or self.mechanic).id)], order="date_start"
        )
        return [
            (
                log.kind,
                log.job_id,
                self._hours(log.date_start),
                self._hours(log.date_stop),
            )
            for log in logs
        ]

    def _hours(self, moment):
        return moment and (moment - self.monday).total_seconds() / 3600
