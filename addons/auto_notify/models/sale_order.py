from odoo import fields, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "auto.notify.mixin"]

    notify_message_ids = fields.One2many(
        comodel_name="auto.notify.message", inverse_name="order_id"
    )
