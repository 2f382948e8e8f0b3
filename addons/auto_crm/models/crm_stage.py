from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import ormcache
from odoo.tools.convert import convert_file

STEP_FIELDS = {"auto_event", "sequence", "team_ids"}


class Step(NamedTuple):
    """A stage as events see it."""

    id: int
    event: str
    sequence: int
    team_ids: frozenset

    @property
    def position(self):
        """What tells which of two stages comes first on a board."""
        return (self.sequence, self.id)

    def is_of_team(self, team_id):
        """Tell whether the stage belongs to the pipeline of the team (or to all)."""
        return not self.team_ids or team_id in self.team_ids


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

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM: events can move deals into the new stages."""
        stages = super().create(vals_list)
        self.env.registry.clear_cache()
        return stages

    def write(self, vals):
        """Override of the ORM: what events look at may change."""
        result = super().write(vals)
        if STEP_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Override of the ORM: events move no deal into a stage that is gone."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

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

    @api.model
    @ormcache()
    def _get_steps(self):
        """Return what moves by events look at, of all stages by id, remembered."""
        return {
            # sudo: whoever makes a fact may not read stages
            stage.id: Step(
                stage.id,
                stage.auto_event,
                stage.sequence,
                frozenset(stage.team_ids.ids),
            )
            for stage in self.sudo().search([])
        }
