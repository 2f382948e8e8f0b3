from odoo import fields, models


class AutoDamage(models.Model):
    """A mark on the car's outline: x and y in percent of the picture."""

    _name = "auto.damage"
    _description = "Visible Damage"
    _order = "id"

    acceptance_id = fields.Many2one(
        comodel_name="auto.acceptance", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="acceptance_id.company_id", store=True, index=True
    )
    x = fields.Float(required=True)
    y = fields.Float(required=True)
    kind = fields.Selection(
        selection=[
            ("scratch", "Scratch"),
            ("dent", "Dent"),
            ("chip", "Chip"),
            ("crack", "Crack"),
            ("rust", "Rust"),
            ("missing", "Missing part"),
        ],
        required=True,
        default="scratch",
    )
    note = fields.Char()
    image = fields.Image(max_width=1920, max_height=1920)
