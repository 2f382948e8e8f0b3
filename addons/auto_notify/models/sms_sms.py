from odoo import models


class SmsSms(models.Model):
    _inherit = "sms.sms"
