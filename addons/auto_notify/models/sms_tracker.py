from odoo import models


class SmsTracker(models.Model):
    _inherit = "sms.tracker"
