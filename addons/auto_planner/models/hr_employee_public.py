from odoo import fields, models


class HrEmployeePublic(models.Model):
    """What a colleague without rights of Employees picks mechanics from."""

    _inherit = "hr.employee.public"

    is_mechanic = fields.Boolean(
        string="Mechanic",
        readonly=True,
        groups="auto_crm.auto_crm_group_mechanic,hr.group_hr_user",
    )
