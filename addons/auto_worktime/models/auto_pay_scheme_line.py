from odoo import fields, models


class AutoPaySchemeLine(models.Model):
    """A fixed sum for a job, or for any of a type of work."""

    _name = "auto.pay.scheme.line"
    _description = "Fixed Sum of a Pay Scheme"
    _order = "product_id, work_type_id, id"

    scheme_id = fields.Many2one(
        comodel_name="auto.pay.scheme", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="scheme_id.currency_id")
    product_id = fields.Many2one(
        comodel_name="product.product",
        string="Job",
        domain="[('service_tracking', '=', 'auto_job')]",
    )
    work_type_id = fields.Many2one(
        comodel_name="auto.work.type", help="Any job of the type, without a job."
    )
    amount = fields.Monetary(required=True)

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "A fixed sum is at least 0."
    )
    _has_subject = models.Constraint(
        "CHECK (product_id IS NOT NULL OR work_type_id IS NOT NULL)",
        "Say for which job or work type the sum is.",
    )
