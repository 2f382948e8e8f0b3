from collections import defaultdict

from odoo import models
from odoo.fields import Domain
from odoo.tools.intervals import Intervals

from ..tools import clock


class ResourceResource(models.Model):
    """When the shop and its people work: read here by all."""

    _inherit = "resource.resource"

    def _get_works(self, start, stop):
        """Return working time without absences, by id of a resource.

        The hours of the current company itself are under False. They are pairs
        (start, stop) of Unix seconds.

        :param datetime start: naive UTC, as `stop`
        """
        # sudo: everybody may see when people work, not why they are absent
        return self.sudo()._read_works(start, stop)

    def _read_works(self, start, stop):
        """Return what `_get_works` promises, from Odoo's calendars."""
        calendar = self.env.company.resource_calendar_id
        works, calendar_works = self.with_context(
            auto_schedule_clock=True
        )._get_valid_work_intervals(
            clock.to_aware(start), clock.to_aware(stop), calendars=calendar
        )
        absences = self._get_flexible_absences(start, stop)
        result = {
            resource.id: _to_pairs(works[resource.id] - absences[resource.id])
            for resource in self
        }
        result[False] = _to_pairs(calendar_works.get(calendar.id, ()))
        return result

    def _get_flexible_absences(self, start, stop):
        """Return absences of those without a calendar, which Odoo leaves in."""
        absences = defaultdict(Intervals)
        flexible = self.filtered(lambda resource: resource._is_fully_flexible())
        leaves = flexible and self.env["resource.calendar.leaves"].search(
            Domain("resource_id", "in", flexible.ids)
            & Domain("time_type", "=", "leave")
            & Domain("date_from", "<", stop)
            & Domain("date_to", ">", start)
        )
        for leave in leaves:
            span = map(clock.to_aware, (leave.date_from, leave.date_to))
            absences[leave.resource_id.id] |= Intervals([(*span, leave)])
        return absences


def _to_pairs(intervals):
    """Return Odoo's intervals as ours; a day's end of 23:59:59.999999 is midnight."""
    return [(round(a.timestamp()), round(b.timestamp())) for a, b, _record in intervals]
