from odoo import api, fields, models
from odoo.tools.convert import convert_file


class CrmStage(models.Model):
    _inherit = "crm.stage"

    auto_event = fields.Selection(
        selection=[
            ("request", "Request came in"),
            ("estimate", "Estimate made or sent"),
            ("parts_ordered", "Parts ordered"),
            ("parts_arrived", "All parts arrived"),
            ("booked", "Booked in the planner"),
            ("received", "Car received"),
            ("in_repair", "First job started"),
            ("ready", "Car ready"),
            ("paid", "Car released and paid"),
            ("no_show", "Did not arrive"),
        ],
        string="Moved in by",
        index=True,
        help="The event that moves a deal into this stage, if the deal is before it.",
    )

    @api.model
    def _retire_default_stages(self):
        """Remove the stages Odoo itself installs, as long as no deal ever used them."""
        stages = self.browse()
        for number in range(1, 5):
            stages |= (
                self.env.ref(f"crm.stage_lead{number}", raise_if_not_found=False)
                or self.browse()
            )
        used = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group([("stage_id", "in", stages.ids)], ["stage_id"])
        )
        (stages - self.browse().union(*(stage for [stage] in used))).unlink()

    @api.model
    def _restore_default_stages(self):
        """Give Odoo's stages back; where deals use the shop's, those stay.

        All of them, as ordinary ones: a pipeline of the used ones would have gaps.
        """
        data = self.env["ir.model.data"].search(
            [("module", "=", "auto_crm"), ("model", "=", self._name)]
        )
        own = self.browse(data.mapped("res_id")).exists()
        deals = self.env["crm.lead"].with_context(active_test=False)
        if deals.search_count([("stage_id", "in", own.ids)], limit=1):
            data.unlink()
        elif not self.search_count([("id", "not in", own.ids)], limit=1):
            convert_file(
                self.env, "crm", "data/crm_stage_data.xml", {}, "init", noupdate=True
            )

    def _is_of_team(self, team):
        """Tell whether the stage belongs to the pipeline of the team (or to all)."""
        self.ensure_one()
        return not self.team_ids or team in self.team_ids

    def _get_position(self):
        """Return what tells which of two stages comes first on a board."""
        self.ensure_one()
        return (self.sequence, self.id)
