from odoo import fields, models


class ResCompany(models.Model):
    """Who hears of the workshop's requests."""

    _inherit = "res.company"

    auto_parts_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Parts clerk",
        domain="[('share', '=', False)]",
        help="Gets the requests for parts from the terminals; without one, the advisor "
        "of the order does.",
    )
