from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _get_work_actions(self):
        """Override of `auto_crm`: a foreman begins at what goes on in the workshop."""
        group = "auto_worktime.auto_worktime_group_foreman"
        foreman = (group, "auto_worktime.auto_workshop_now_action")
        *others, mechanic = super()._get_work_actions()
        return [*others, foreman, mechanic]
