from odoo import fields, models


class AutoWorkType(models.Model):
    """A kind of work (engine, brakes ...): names the rate of a norm-hour."""

    _name = "auto.work.type"
    _description = "Work Type"
    _inherit = ["auto.shared.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    rate_ids = fields.One2many(
        comodel_name="auto.labour.rate", inverse_name="work_type_id"
    )
