from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    auto_quality_check = fields.Boolean(
        string="Quality check before ready",
        help="A car is ready only when somebody checked the work.",
    )
