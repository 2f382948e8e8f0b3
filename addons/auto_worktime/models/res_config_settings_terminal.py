from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    auto_parts_user_id = fields.Many2one(
        related="company_id.auto_parts_user_id", readonly=False
    )
