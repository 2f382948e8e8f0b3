from odoo import api, fields, models

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

    @api.model
    def _get_event_model(self, event):
        """Override of `auto_notify`: events of bookings."""
        return "auto.booking" if event in EVENTS else super()._get_event_model(event)

    @api.model
    def _get_dated_events(self):
        """Override of `auto_notify`: a booking's time is known beforehand."""
        return super()._get_dated_events() | {"booking_made"}

    @api.model
    def _get_event_phrases(self):
        """Override of `auto_notify`: how rules about bookings begin."""
        return super()._get_event_phrases() | {
            "booking_made": self.env._("When a booking is made"),
            "booking_confirmed": self.env._("When a booking made online is confirmed"),
            "booking_moved": self.env._("When a booking is moved"),
            "booking_cancelled": self.env._("When a booking is cancelled"),
            "no_show": self.env._("When the car does not arrive"),
            "booking_online": self.env._("When a customer books online"),
        }
