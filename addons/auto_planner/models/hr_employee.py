from odoo import fields, models


class HrEmployee(models.Model):
    """A mechanic: what he does; when he works and is absent is in his calendar."""

    _inherit = "hr.employee"

    is_mechanic = fields.Boolean(
        string="Mechanic",
        groups="auto_crm.auto_crm_group_mechanic,hr.group_hr_user",
        help="Shown in the planner and offered for bookings.",
    )
    auto_work_type_ids = fields.Many2many(
        comodel_name="auto.work.type",
        string="Does",
        groups="auto_crm.auto_crm_group_mechanic,hr.group_hr_user",
        help="Work types; empty: any.",
    )
