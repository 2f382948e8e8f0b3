from odoo import fields, models


class AutoPackage(models.Model):
    """A canned job: labour and parts for a make or model, added in two clicks."""

    _name = "auto.package"
    _description = "Package"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(comodel_name="res.company", index=True)
    work_type_id = fields.Many2one(comodel_name="auto.work.type")
    brand_ids = fields.Many2many(
        comodel_name="fleet.vehicle.model.brand", string="Makes"
    )
    model_ids = fields.Many2many(comodel_name="fleet.vehicle.model", string="Models")
    line_ids = fields.One2many(
        comodel_name="auto.package.line", inverse_name="package_id", copy=True
    )
