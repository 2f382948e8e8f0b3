from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.auto_crm.tools import clock
from odoo.addons.auto_planner.tools.intervals import to_interval, to_moment

from ..tools.timeline import fill


class HrEmployee(models.Model):
    """Where the time of employees went, part by part."""

    _inherit = "hr.employee"

    def _get_timeline(self, start, stop):
        """Return what the employees did while they were present.

        The parts add up to the presence (`_get_presence`); those without a log are
        "none given". What runs, runs up to now.

        :param datetime start: naive UTC, as `stop`
        :return: {id: sorted list of (start, stop, log)}; the log is empty for nothing
        """
        now = fields.Datetime.now()
        presence = self._get_presence(start, stop)
        # sudo: whose time one may see, says the caller
        logs = self.env["auto.time.log"].sudo()
        found = logs.search(
            Domain("employee_id", "in", self.ids)
            & Domain("date_start", "<", stop)
            & (Domain("date_stop", "=", False) | Domain("date_stop", ">", start)),
            order="date_start",
        )
        by_employee = found.grouped(lambda log: log.employee_id.id)
        timeline = {}
        for employee_id, intervals in presence.items():
            parts = fill(
                [to_interval(*one) for one in intervals],
                [
                    (to_interval(log.date_start, log.date_stop or now), log)
                    for log in by_employee.get(employee_id, ())
                ],
            )
            timeline[employee_id] = [
                (to_moment(a), to_moment(b), log or logs.browse())
                for (a, b), log in parts
            ]
        return timeline

    def _get_day_span(self, day):
        """Return the start and stop of a day by the employee's clock, naive UTC."""
        self.ensure_one()
        zone = clock.get_zone(self._get_tz())
        _day, start, stop = clock.days_of(
            clock.midnight(day, zone), clock.at_hour(day, 1, zone), zone
        )[0]
        return start, stop
