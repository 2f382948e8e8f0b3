from odoo import fields, models


class AutoBooking(models.Model):
    """What is worth a second look, and does not block: hours, load, fitness, parts."""

    _inherit = "auto.booking"

    warning = fields.Text(string="Warnings", compute="_compute_warning")

    def _compute_warning(self):
        self.warning = False
