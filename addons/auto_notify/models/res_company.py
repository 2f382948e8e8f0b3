from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    auto_map_url = fields.Char(
        string="Map link",
        help="Where customers find the shop; empty: a link made of the address.",
    )
