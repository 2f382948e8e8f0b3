from odoo import api, models

from .auto_setup import MANAGER


class ResUsers(models.Model):
    _inherit = "res.users"

    def _has_every_company(self):
        """Tell whether the user works for all companies there are."""
        self.ensure_one()
        # sudo: companies that the user does not see count, too
        user = self.sudo()
        others = [("id", "not in", user.company_ids.ids)]
        return not user.env["res.company"].search_count(others, limit=1)

    def _get_work_action(self):
        """Hook: the action at which the work of the user begins, by his role.

        :return: the action, none for who has no role in the car service
        """
        self.ensure_one()
        if self.has_group(MANAGER) and self.env["auto.setup"]._is_needed():
            return self._find_action("auto_crm.auto_setup_action")
        for group, action in self._get_work_actions():
            if self.has_group(group):
                return self._find_action(action)
        return self.env["ir.actions.actions"]

    @api.model
    def _get_work_actions(self):
        """Hook: pairs of XML ids of a role and of its action; the first role counts."""
        return [
            ("auto_crm.auto_crm_group_advisor", "auto_crm.auto_crm_lead_action"),
            (
                "auto_crm.auto_crm_group_accountant",
                "auto_crm.sale_order_action_to_invoice",
            ),
            ("auto_crm.auto_crm_group_mechanic", "auto_crm.auto_job_action_my"),
        ]

    @api.model
    def _find_action(self, xml_id):
        """Return an action by its XML id, none if somebody has deleted it."""
        action = self.env.ref(xml_id, raise_if_not_found=False)
        return action or self.env["ir.actions.actions"]
