from odoo import fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    is_mechanic = fields.Boolean(
        string="Mechanic", help="Shown in the planner and offered for bookings."
    )
    auto_work_type_ids = fields.Many2many(
        comodel_name="auto.work.type",
        string="Does",
        help="Work types; empty: any.",
    )
