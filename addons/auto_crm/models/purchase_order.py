from odoo import models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"
