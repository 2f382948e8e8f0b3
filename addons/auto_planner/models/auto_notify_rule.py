from odoo import fields, models


class AutoNotifyRule(models.Model):
    _inherit = "auto.notify.rule"

    event = fields.Selection(
        selection_add=[
            ("booking_moved", "A booking has been moved"),
            ("booking_cancelled", "A booking has been cancelled"),
            ("no_show", "The car has not arrived"),
            ("booking_online", "A customer has booked online"),
        ],
        ondelete={
            "booking_moved": "cascade",
            "booking_cancelled": "cascade",
            "no_show": "cascade",
            "booking_online": "cascade",
        },
    )
