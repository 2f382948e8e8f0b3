from odoo import models


class ResCompany(models.Model):
    """A company as an address on the bus: its advisors listen there."""

    _name = "res.company"
    _inherit = ["res.company", "bus.listener.mixin"]
