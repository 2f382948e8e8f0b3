from odoo import models


class AutoBooking(models.Model):
    """Bookings that customers make: what is offered, held, confirmed and moved."""

    _inherit = "auto.booking"
