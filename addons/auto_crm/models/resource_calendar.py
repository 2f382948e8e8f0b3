from pytz import timezone

from odoo import models


class ResourceCalendar(models.Model):
    """Working hours, whose zone is the shop's, see `_get_tz` of companies."""

    _inherit = "resource.calendar"

    def write(self, vals):
        """Override of `resource`: the zone is remembered."""
        result = super().write(vals)
        if "tz" in vals:
            self.env.registry.clear_cache()
        return result

    def _attendance_intervals_batch(
        self, start_dt, end_dt, resources=None, domain=None, tz=None, lunch=False
    ):
        """Override of `resource`: read for the shop, nine is nine of the schedule.

        Odoo reads it on the clock of each resource, which is that of whoever made it.
        """
        if self and not tz and self.env.context.get("auto_schedule_clock"):
            tz = timezone(self.tz)
        return super()._attendance_intervals_batch(
            start_dt, end_dt, resources, domain, tz, lunch
        )

    def _handle_flexible_leave_interval(self, dt0, dt1, leave):
        """Override of `resource`: two hours of absence are two hours, not the day."""
        if self.env.context.get("auto_schedule_clock"):
            return dt0, dt1
        return super()._handle_flexible_leave_interval(dt0, dt1, leave)
