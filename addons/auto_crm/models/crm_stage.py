from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import ormcache
from odoo.tools.convert import convert_file

STEP_FIELDS = {"active", "auto_event", "is_of_sales", "sequence", "team_ids"}


class Step(NamedTuple):
    """A stage as events see it."""

    id: int
    event: str
    sequence: int
    team_ids: frozenset
    is_of_sales: bool

    @property
    def position(self):
        """What tells which of two stages comes first on a board."""
        return (self.sequence, self.id)

    def is_of_team(self, team_id):
        """Tell whether the stage belongs to the pipeline of the team (or to all)."""
        return not self.team_ids or team_id in self.team_ids


class CrmStage(models.Model):
    _inherit = "crm.stage"

    active = fields.Boolean(
        default=True, help="Stages of Odoo that the shop does not use are archived."
    )
    is_of_sales = fields.Boolean(
        string="Not for cars",
        help="The stage is of pipelines that are no car service: deals of cars do not "
        "stand in it, and the board of the shop does not show it.",
    )
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
        """Put the shop's stages in place of Odoo's, or beside pipelines in use.

        Called once, at the installation. What others work with stays as it is: then
        the shop's stages are those of its team only.
        """
        own = self._get_own_stages()
        others = self.search([("id", "not in", own.ids)])
        if self.env["crm.team"]._is_odoo_in_use():
            others.is_of_sales = True
            own.team_ids = self.env.ref("auto_crm.crm_team_repair")
        else:
            others.active = False

    @api.model
    def _restore_default_stages(self):
        """Give Odoo's stages back; where deals use the shop's, those stay, too.

        All of them, as ordinary ones: a pipeline of the used ones would have gaps.
        """
        own = self._get_own_stages()
        self.search([("active", "=", False)]).active = True
        deals = self.env["crm.lead"].with_context(active_test=False)
        if deals.search_count([("stage_id", "in", own.ids)], limit=1):
            self._get_own_data().unlink()
        elif not self.search_count([("id", "not in", own.ids)], limit=1):
            convert_file(
                self.env, "crm", "data/crm_stage_data.xml", {}, "init", noupdate=True
            )

    @api.model
    def _get_own_data(self):
        return self.env["ir.model.data"].search(
            [("module", "=", "auto_crm"), ("model", "=", self._name)]
        )

    @api.model
    def _get_own_stages(self):
        """Return the stages that came with the addon."""
        ids = self._get_own_data().mapped("res_id")
        return self.browse(ids).exists()

    @api.model
    def _has_sales_stages(self):
        """Tell whether there are pipelines beside that of the car service."""
        return any(step.is_of_sales for step in self._get_steps().values())

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
                stage.is_of_sales,
            )
            for stage in self.sudo().with_context(active_test=True).search([])
        }
