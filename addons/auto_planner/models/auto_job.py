from odoo import fields, models


class AutoJob(models.Model):
    """A job is planned by bookings that name it; by those that name none, too."""

    _inherit = "auto.job"

    booking_ids = fields.Many2many(
        comodel_name="auto.booking",
        string="Bookings",
        help="Only those that name the job.",
        copy=False,
    )
