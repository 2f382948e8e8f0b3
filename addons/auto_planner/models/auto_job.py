from odoo import models


class AutoJob(models.Model):
    _inherit = "auto.job"
