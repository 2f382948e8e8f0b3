from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    auto_cut_forgotten = fields.Boolean(
        related="company_id.auto_cut_forgotten", readonly=False
    )
    auto_cut_grace = fields.Float(related="company_id.auto_cut_grace", readonly=False)
    auto_check_out_warning = fields.Char(compute="_compute_auto_check_out_warning")

    @api.depends("auto_cut_forgotten", "auto_check_out")
    def _compute_auto_check_out_warning(self):
        for settings in self:
            is_both = settings.auto_cut_forgotten and settings.auto_check_out
            settings.auto_check_out_warning = (
                settings.company_id._get_check_out_warning() if is_both else False
            )
