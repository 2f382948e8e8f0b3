from odoo import models


class ResourceCalendarLeaves(models.Model):
    """An absence of a mechanic, a post out of use: of whom, decides who may note it."""

    _inherit = "resource.calendar.leaves"

    def write(self, vals):
        """Override of `resource`: nobody passes an absence on to whom he may not.

        Odoo asks the rules before it writes only, so about the resource it had.
        """
        result = super().write(vals)
        if "resource_id" in vals:
            self.check_access("write")
        return result
