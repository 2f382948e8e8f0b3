from odoo import api, models


class AutoBookingHours(models.AbstractModel):
    """What working hours depend on: free slots remember them until it changes."""

    _name = "auto.booking.hours"
    _description = "Source of Working Hours"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM: hours are remembered."""
        result = super().create(vals_list)
        self.env.registry.clear_cache()
        return result

    def write(self, vals):
        """Override of the ORM: hours are remembered."""
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Override of the ORM: hours are remembered."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result


class ResourceCalendar(models.Model):
    _name = "resource.calendar"
    _inherit = ["resource.calendar", "auto.booking.hours"]


class ResourceCalendarAttendance(models.Model):
    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "auto.booking.hours"]


class ResourceCalendarLeaves(models.Model):
    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "auto.booking.hours"]


class ResourceResource(models.Model):
    _name = "resource.resource"
    _inherit = ["resource.resource", "auto.booking.hours"]


class HrVersion(models.Model):
    _name = "hr.version"
    _inherit = ["hr.version", "auto.booking.hours"]


class ResCompany(models.Model):
    """A company's hours are those of its calendar."""

    _inherit = "res.company"

    def cache_invalidation_fields(self):
        """Override of `base`: hours are remembered."""
        return super().cache_invalidation_fields() | {"resource_calendar_id"}
