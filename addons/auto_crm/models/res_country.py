from zoneinfo import available_timezones

import pytz

from odoo import models


class ResCountry(models.Model):
    _inherit = "res.country"

    def _get_zones(self):
        """Return the names of the country's time zones, none if nobody knows them."""
        code = self.code or ""
        return set(pytz.country_timezones.get(code, ())) & available_timezones()
