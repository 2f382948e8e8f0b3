from odoo import api, fields, models
from odoo.fields import Domain


class ResourceCalendar(models.Model):
    """A schedule by whose clock posts and mechanics work, see `_get_works`."""

    _inherit = "resource.calendar"

    @api.onchange("tz")
    def _onchange_tz_bookings(self):
        """Tell what another zone does: hours follow it, what is booked does not."""
        count = self._origin.tz != self.tz and self._count_coming_bookings()
        if not count:
            return None
        return {
            "warning": {
                "title": self.env._("Bookings keep their moment"),
                "message": self.env._(
                    "Posts and mechanics of this schedule follow its clock: 9:00 stays "
                    "9:00. %(count)s bookings to come stay where they are, so each "
                    "reads another time in %(zone)s. Look through them, and move "
                    "those that were promised by the old clock.",
                    count=count,
                    zone=self.tz,
                ),
            }
        }

    def _count_coming_bookings(self):
        """Return how many bookings are to come in companies with the schedule."""
        companies = self.env["res.company"].search(
            [("resource_calendar_id", "in", self._origin.ids)]
        )
        # sudo: who may set the zone learns that there are some
        return (
            self.env["auto.booking"]
            .sudo()
            .search_count(
                Domain("company_id", "in", companies.ids)
                & Domain("is_busy", "=", True)
                & Domain("date_start", ">", fields.Datetime.now())
            )
        )
