from odoo import models


class AutoBooking(models.Model):
    """What customers are told about their booking, and what they answer."""

    _inherit = "auto.booking"
