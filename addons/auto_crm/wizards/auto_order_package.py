from odoo import models


class AutoOrderPackage(models.TransientModel):
    _name = "auto.order.package"
    _description = "Add Package"
