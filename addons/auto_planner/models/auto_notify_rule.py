from odoo import fields, models

EVENTS = (
    "booking_made",
    "booking_confirmed",
    "booking_moved",
    "booking_cancelled",
    "no_show",
    "booking_online",
)


class AutoNotifyRule(models.Model):
    """Rules about bookings."""

    _inherit = "auto.notify.rule"

    event = fields.Selection(
        selection_add=[
            ("booking_made", "A booking has been made"),
            ("booking_confirmed", "A booking made online has been confirmed"),
            ("booking_moved", "A booking has been moved"),
            ("booking_cancelled", "A booking has been cancelled"),
            ("no_show", "The car has not arrived"),
            ("booking_online", "A customer has booked online"),
        ],
        ondelete=dict.fromkeys(EVENTS, "cascade"),
    )
