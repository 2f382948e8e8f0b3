from odoo import fields, models


class AutoOdometer(models.Model):
    """One reading of a car's odometer, in kilometres, with its date and source."""

    _name = "auto.odometer"
    _description = "Odometer Reading"
    _order = "date desc, id desc"

    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="vehicle_id.company_id", store=True)
    value = fields.Integer(string="Reading, km", required=True, aggregator="max")
    date = fields.Date(required=True, default=fields.Date.context_today)
    source = fields.Selection(
        selection=[
            ("staff", "Staff"),
            ("order", "Work order"),
            ("portal", "Customer"),
            ("import", "Import"),
        ],
        required=True,
        default="staff",
    )
    order_id = fields.Many2one(
        comodel_name="sale.order", index="btree_not_null", ondelete="cascade"
    )
