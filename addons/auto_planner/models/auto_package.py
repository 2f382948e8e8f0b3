from odoo import fields, models


class AutoPackage(models.Model):
    _inherit = "auto.package"

    is_online = fields.Boolean(
        string="Booked online", help="Customers may choose it on the booking page."
    )
    is_instant = fields.Boolean(
        string="Confirmed at once",
        default=True,
        help="Else an advisor confirms the booking.",
    )
