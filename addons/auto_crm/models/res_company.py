from odoo import fields, models
from odoo.tools import ormcache

from ..tools import clock


class ResCompany(models.Model):
    _inherit = "res.company"

    auto_silent_days = fields.Integer(
        string="Customer is silent after, days",
        default=3,
        help="Working days without news after which a customer is asked about the "
        "estimate.",
    )
    auto_request_window_hours = fields.Integer(
        string="Join repeated requests within, hours",
        default=24,
        help="A request of the same customer within this time joins the open deal. "
        "0 makes a deal of every request.",
    )
    auto_request_keep_days = fields.Integer(
        string="Keep processed requests, days",
        default=90,
        help="Requests as they came in are removed after this time; deals stay.",
    )
    auto_quality_check = fields.Boolean(
        string="Quality check before ready",
        help="A car is ready only when somebody checked the work.",
    )

    auto_setup_hidden = fields.Boolean(
        string="First steps are hidden",
        help="Managers begin at the board; Configuration → First Steps has the list.",
    )

    @ormcache("(self or self.env.company).id")
    def _get_tz(self):
        """Hook: name of the zone of the clock on the shop's wall, as `hr` has it.

        That of its working hours, else of its address; of an empty recordset, that of
        the current company.
        """
        # sudo: what time it is in the shop is no secret
        company = (self or self.env.company).sudo()
        return company.resource_calendar_id.tz or company.partner_id.tz or "UTC"

    def _get_zone(self):
        """Return the zone of the shop, see `_get_tz`."""
        return clock.get_zone(self._get_tz())

    def _get_today(self):
        """Return the date it is in the shop."""
        return clock.day_of(fields.Datetime.now(), self._get_zone())

    def write(self, vals):
        """Override of `base`: a site that is called as its company stays so."""
        sites = self.env["website"]
        if "name" in vals:
            # sudo: who may name the company need not be a designer of its site
            sites = sites.sudo().search([("company_id", "in", self.ids)])
            sites = sites.filtered(lambda site: site.name == site.company_id.name)
        result = super().write(vals)
        if sites:
            sites.name = vals["name"]
        return result

    def cache_invalidation_fields(self):
        """Override of `base`: the zone is remembered."""
        fields_of_zone = {"resource_calendar_id", "partner_id"}
        return super().cache_invalidation_fields() | fields_of_zone
