from odoo import fields, models


class AutoRequestSource(models.Model):
    """A site or form that may post requests: its key, team, channel and limits."""

    _name = "auto.request.source"
    _description = "Request Source"
    _inherit = ["utm.mixin"]
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    team_id = fields.Many2one(comodel_name="crm.team", check_company=True)
    user_id = fields.Many2one(comodel_name="res.users", string="Advisor")
    key = fields.Char(copy=False, groups="base.group_system")
