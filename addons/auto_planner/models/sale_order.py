from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    booking_ids = fields.One2many(comodel_name="auto.booking", inverse_name="order_id")
