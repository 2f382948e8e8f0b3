from odoo import api, models


class ProductTemplate(models.Model):
    """A new work begins with the norm-hours of its type."""

    _inherit = "product.template"

    @api.onchange("work_type_id")
    def _onchange_work_type_id(self):
        if self.service_tracking == "auto_job" and not self.norm_hours:
            self.norm_hours = self.work_type_id.norm_hours
