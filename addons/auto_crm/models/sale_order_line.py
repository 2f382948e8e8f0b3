from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    norm_hours = fields.Float(string="Norm-hours", digits=(16, 2))
    mechanic_ids = fields.Many2many(comodel_name="hr.employee", string="Mechanics")
    job_ids = fields.One2many(comodel_name="auto.job", inverse_name="order_line_id")
    line_kind = fields.Selection(
        selection=[
            ("labour", "Labour"),
            ("part", "Part"),
            ("sublet", "Sublet"),
            ("other", "Other"),
        ],
    )
    part_source = fields.Selection(
        selection=[
            ("stock", "Our stock"),
            ("order", "To order"),
            ("customer", "Customer's own"),
        ],
    )
    part_state = fields.Selection(
        selection=[
            ("missing", "To order"),
            ("ordered", "Ordered"),
            ("arrived", "On stock"),
            ("issued", "Issued"),
            ("customer", "Customer's own"),
        ],
        copy=False,
    )
    parts_date = fields.Date(string="Part due", copy=False)
    recommendation_ids = fields.One2many(
        comodel_name="auto.recommendation", inverse_name="done_line_id"
    )
