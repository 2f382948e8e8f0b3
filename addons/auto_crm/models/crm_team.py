from odoo import Command, api, fields, models
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
        """Put the team of the shop in place of Odoo's "Sales", if that is unused.

        Beside teams that work it comes last: what they get by default stays theirs.
        """
        team = self.env.ref("auto_crm.crm_team_repair")
        if self._is_odoo_in_use():
            last = self.search([], order="sequence desc", limit=1)
            team.sequence = last.sequence + 1
            return
        default = self.env.ref(
            "sales_team.team_sales_department", raise_if_not_found=False
        )
        if default:
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
            stages = self.env["crm.stage"].with_context(active_test=False)
            own = stages.search([("team_ids", "in", team.ids)])
            own.team_ids = [Command.unlink(team.id)]  # the database keeps it for them
            default.member_ids |= members
            websites = self.env["website"].search(
                [("crm_default_team_id", "=", team.id)]
            )
            websites.crm_default_team_id = default

    @api.model
    def _is_odoo_in_use(self):
        """Tell whether people work with deals or orders, or have arranged to."""
        stock = [f"crm.stage_lead{number}" for number in range(1, 5)]
        stages = self.env["crm.stage"]
        ids = [self.env["ir.model.data"]._xmlid_to_res_id(name) for name in stock]
        made = Domain("id", "not in", [*ids, *stages._get_own_stages().ids])
        return bool(stages.search_count(made, limit=1)) or any(
            self.env[model]
            .with_context(active_test=False)
            .search_count(Domain.TRUE, limit=1)
            for model in ("crm.lead", "sale.order")
        )

    @api.model
    def _get_service_team(self, company):
        """Return the first team of the car service in a company."""
        return self.search(
            Domain("is_service", "=", True)
            & Domain("company_id", "in", [False, company.id]),
            limit=1,
        )

    def _is_used(self):
        """Tell whether any deal or order belongs to one of the teams."""
        domain = [("team_id", "in", self.ids)]
        return any(
            self.env[model]
            .with_context(active_test=False)
            .search_count(domain, limit=1)
            for model in ("crm.lead", "sale.order")
        )
