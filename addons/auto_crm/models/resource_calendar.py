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
