from odoo import api, models
from odoo.fields import Domain


class CrmLead(models.Model):
    """Deals of cars beside pipelines of other teams, see `is_of_sales` of stages."""

    _inherit = "crm.lead"

    @api.model
    def _set_service_team(self, vals_list):
        """What is asked for a car comes to the car service, beside other teams."""
        if not self.env["crm.stage"]._has_sales_stages():
            return
        teams = self.env["crm.team"].sudo()  # sudo: whoever asks
        for vals in vals_list:
            is_of_car = any(
                vals.get(name) for name in ("vehicle_id", "vehicle_line", "wish")
            )
            if is_of_car and not vals.get("team_id"):
                company = self.env["res.company"].browse(vals.get("company_id"))
                team = teams._get_service_team(company or self.env.company)
                vals["team_id"] = team.id

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """Override of `crm`: a deal of a car stands in no stage of other pipelines.

        Nor does any deal in an archived one, even if archived deals are looked at.
        """
        domain = [*(domain or []), ("active", "=", True)]
        team = self.env["crm.team"].browse(team_id)
        is_service = team.is_service or (
            self and all(lead._is_service_deal() for lead in self)
        )
        if is_service and self.env["crm.stage"]._has_sales_stages():
            of_cars = [*domain, ("is_of_sales", "=", False)]
            found = super()._stage_find(team_id, of_cars, order, limit)
            if found:
                return found
        return super()._stage_find(team_id, domain, order, limit)

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Override of `crm`: the board of the shop has the columns of the shop."""
        found = super()._read_group_stage_ids(stages, domain)
        found = found.filtered("active") | stages
        is_board = self.env.context.get("auto_service_board")
        if not is_board or not self.env["crm.stage"]._has_sales_stages():
            return found
        own = Domain("is_of_sales", "=", False) & Domain(
            "team_ids.is_service", "=", True
        )
        shown = found.filtered(lambda stage: not stage.is_of_sales) | stages
        ids = shown.ids + stages.sudo().search(own).ids  # sudo: as `crm`
        return stages.search([("id", "in", ids)], order=stages._order)
