from odoo import fields, models


class AutoPackageLine(models.Model):
    """A labour or parts line of a package."""

    _name = "auto.package.line"
    _description = "Package Line"
    _order = "sequence, id"

    package_id = fields.Many2one(
        comodel_name="auto.package", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        comodel_name="product.product", required=True, index=True
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    norm_hours = fields.Float(string="Norm-hours")
