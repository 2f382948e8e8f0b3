from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _has_every_company(self):
        """Tell whether the user works for all companies there are."""
        self.ensure_one()
        # sudo: companies that the user does not see count, too
        user = self.sudo()
        others = [("id", "not in", user.company_ids.ids)]
        return not user.env["res.company"].search_count(others, limit=1)
