from odoo import fields, models


class AutoRecommendation(models.Model):
    """Work advised for a car and not done yet, with the date or mileage it is due."""

    _name = "auto.recommendation"
    _description = "Recommendation"
    _inherit = ["mail.thread"]
    _order = "date_due, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    order_id = fields.Many2one(
        comodel_name="sale.order", string="Advised on", index="btree_not_null"
    )
    done_line_id = fields.Many2one(
        comodel_name="sale.order.line", string="Done by", index="btree_not_null"
    )
    product_id = fields.Many2one(comodel_name="product.product")
    package_id = fields.Many2one(comodel_name="auto.package")
    state = fields.Selection(
        selection=[
            ("advised", "Advised"),
            ("declined", "Declined"),
            ("deferred", "Deferred"),
            ("ordered", "On an order"),
            ("done", "Done"),
        ],
        default="advised",
        required=True,
        tracking=True,
    )
    severity = fields.Selection(
        selection=[("safe", "Can wait"), ("soon", "Soon"), ("danger", "Unsafe")],
        default="soon",
        required=True,
    )
    date_advised = fields.Date(default=fields.Date.context_today, required=True)
    date_due = fields.Date(tracking=True)
    odometer_due = fields.Integer(string="Due at, km", tracking=True)
    note = fields.Text()
