from odoo import fields, models


class AutoWorkType(models.Model):
    """How long a work of the type usually takes."""

    _inherit = "auto.work.type"

    norm_hours = fields.Float(
        string="Norm-hours",
        digits=(16, 2),
        help="What a new work of the type begins with.",
    )
