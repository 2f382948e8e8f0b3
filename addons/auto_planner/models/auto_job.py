from odoo import api, fields, models


class AutoJob(models.Model):
    """A job is planned by bookings that name it; by those that name none, too."""

    _inherit = "auto.job"

    booking_ids = fields.Many2many(
        comodel_name="auto.booking",
        string="Bookings",
        help="Only those that name the job.",
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `auto_crm`: another job is to be planned."""
        jobs = super().create(vals_list)
        jobs._tell_planners()
        return jobs

    def write(self, vals):
        """Override of `auto_crm`: a job that begins or is done is planned no more."""
        result = super().write(vals)
        if "state" in vals:
            self._tell_planners()
        return result

    def _tell_planners(self):
        # sudo: what is told are ids, which everybody reads with his own rights
        self.sudo().order_id._tell_planners()
