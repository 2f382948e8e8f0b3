from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    auto_silent_days = fields.Integer(
        related="company_id.auto_silent_days", readonly=False
    )
    auto_request_window_hours = fields.Integer(
        related="company_id.auto_request_window_hours", readonly=False
    )
    auto_request_keep_days = fields.Integer(
        related="company_id.auto_request_keep_days", readonly=False
    )
    auto_quality_check = fields.Boolean(
        related="company_id.auto_quality_check", readonly=False
    )
