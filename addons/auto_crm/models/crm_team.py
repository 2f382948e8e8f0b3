from odoo import api, fields, models
from odoo.fields import Domain


class CrmTeam(models.Model):
    _inherit = "crm.team"

    is_service = fields.Boolean(
        string="Car service",
        help="Deals of this team are visits of cars: their orders are work orders, and "
        "none is lost without a reason.",
    )

    @api.model
    def _retire_default_team(self):
        """Put the team of the shop in place of Odoo's "Sales", if that is unused."""
        team = self.env.ref("auto_crm.crm_team_repair")
        default = self.env.ref(
            "sales_team.team_sales_department", raise_if_not_found=False
        )
        if default and not default._is_used():
            members = default.member_ids
            default.crm_team_member_ids.action_archive()
            default.action_archive()
            team.member_ids = members
        websites = self.env["website"].search([], limit=100)
        websites.filtered(
            lambda site: not site.crm_default_team_id.active
        ).crm_default_team_id = team

    @api.model
    def _restore_default_team(self):
        """Give Odoo's "Sales" back; the shop's team stays an ordinary one, if used."""
        team = self.env.ref("auto_crm.crm_team_repair", raise_if_not_found=False)
        default = self.env.ref(
            "sales_team.team_sales_department", raise_if_not_found=False
        )
        if default:
            default.action_unarchive()
        if not team:
            return
        if team._is_used():
            self.env["ir.model.data"].search(
                Domain("module", "=", "auto_crm")
                & (
                    Domain("model", "=", self._name) & Domain("res_id", "=", team.id)
                    | Domain("model", "=", "mail.alias")
                    & Domain("res_id", "=", team.alias_id.id)
                )
            ).unlink()
        elif default:
            members = team.member_ids
            team.crm_team_member_ids.unlink()
            default.member_ids |= members
            websites = self.env["website"].search(
                [("crm_default_team_id", "=", team.id)]
            )
            websites.crm_default_team_id = default

    def _is_used(self):
        """Tell whether any deal or order belongs to one of the teams."""
        domain = [("team_id", "in", self.ids)]
        return any(
            self.env[model]
            .with_context(active_test=False)
            .search_count(domain, limit=1)
            for model in ("crm.lead", "sale.order")
        )
