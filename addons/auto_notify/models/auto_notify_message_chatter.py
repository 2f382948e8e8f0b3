from odoo import models


class AutoNotifyMessage(models.Model):
    """Messages in the chatter of deal and order, with the live state of delivery."""

    _inherit = "auto.notify.message"
