from odoo import models


class AutoOrderHold(models.TransientModel):
    _name = "auto.order.hold"
    _description = "Put on Hold"
