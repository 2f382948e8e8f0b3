from odoo import api, fields, models


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
    x = fields.Float(required=True, aggregator=None)
    y = fields.Float(required=True, aggregator=None)
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
    image = fields.Image(string="Photo", max_width=1920, max_height=1920)

    _inside = models.Constraint(
        "CHECK (x BETWEEN 0 AND 100 AND y BETWEEN 0 AND 100)",
        "A damage mark must lie on the car's outline.",
    )

    @api.depends("kind", "note")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for damage in self:
            kind = kinds.get(damage.kind, "")
            damage.display_name = f"{kind}: {damage.note}" if damage.note else kind

    @api.model_create_multi
    def create(self, vals_list):
        damages = super().create(vals_list)
        damages.acceptance_id._check_unsigned()
        return damages

    def write(self, vals):
        self.acceptance_id._check_unsigned()
        result = super().write(vals)
        if "acceptance_id" in vals:
            self.acceptance_id._check_unsigned()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self.acceptance_id._check_unsigned()
