from odoo import api, models


class AutoSetup(models.AbstractModel):
    _inherit = "auto.setup"

    @api.model
    def _get_steps(self):
        """Override of `auto_crm`: where and by whom cars are served, and the first."""
        return [
            *super()._get_steps(),
            {
                "name": "posts",
                "sequence": 80,
                "title": self.env._("Posts"),
                "text": self.env._("Lifts and bays: two cars never get the same one."),
                "model": "auto.post",
                "action": "auto_planner.auto_post_action",
            },
            {
                "name": "mechanics",
                "sequence": 90,
                "title": self.env._("Mechanics"),
                "text": self.env._(
                    "Press Create employee on their users, then switch Mechanic"
                    " on here."
                ),
                "model": "hr.employee",
                "action": "auto_planner.hr_employee_action_mechanic",
            },
            {
                "name": "booking",
                "sequence": 120,
                "title": self.env._("The first booking"),
                "text": self.env._(
                    "In the planner, press a free time and enter phone, car and work."
                ),
                "model": "auto.booking",
                "action": "auto_planner.auto_booking_action",
            },
        ]

    def _is_posts_done(self, company):
        domain = [("company_id", "in", [company.id, False])]
        return self.env["auto.post"].search_count(domain, limit=1)

    def _is_mechanics_done(self, company):
        domain = [("is_mechanic", "=", True), ("company_id", "=", company.id)]
        return self.env["hr.employee"].search_count(domain, limit=1)

    def _is_booking_done(self, company):
        domain = [("company_id", "=", company.id)]
        return self.env["auto.booking"].search_count(domain, limit=1)
