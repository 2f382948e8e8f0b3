from odoo import models


class Base(models.AbstractModel):
    _inherit = "base"
