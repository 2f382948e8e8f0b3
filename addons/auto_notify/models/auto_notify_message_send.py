from odoo import models


class AutoNotifyMessage(models.Model):
    """The dispatcher: claims what is due, sends it, records it, recovers from a crash."""

    _inherit = "auto.notify.message"
