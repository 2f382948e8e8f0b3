from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    auto_map_url = fields.Char(related="company_id.auto_map_url", readonly=False)
    auto_notify_answer_minutes = fields.Integer(
        related="company_id.auto_notify_answer_minutes", readonly=False
    )
    auto_notify_test_mode = fields.Boolean(
        string="Test mode",
        config_parameter="auto_notify.test_mode",
        help="Nothing leaves: every message is only logged.",
    )
    auto_notify_private_hosts = fields.Char(
        string="Own gateways",
        config_parameter="auto_notify.private_hosts",
        help="Hosts of the shop's own network that channels may call, by commas.",
    )
