from odoo import models


class AutoNotifyChannel(models.Model):
    """Whether a channel may send now: circuit breaker, daily cap."""

    _inherit = "auto.notify.channel"
