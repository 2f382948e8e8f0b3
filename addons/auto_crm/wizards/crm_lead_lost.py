from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLeadLost(models.TransientModel):
    _inherit = "crm.lead.lost"

    is_reason_required = fields.Boolean(compute="_compute_is_reason_required")
    date_come_back = fields.Date(
        string="Come back on",
        help="On this day a new deal with a call is made for the customer.",
    )

    @api.depends("lead_ids")
    def _compute_is_reason_required(self):
        for wizard in self:
            wizard.is_reason_required = any(
                lead._is_service_deal() for lead in wizard.lead_ids
            )

    def action_lost_reason_apply(self):
        """Override of `crm`: a reason is required, a day to come back is kept.

        :raise UserError: without a reason, or with a day that has passed
        """
        self.ensure_one()
        if not self.lost_reason_id:
            self.lead_ids._check_lost_reason()
        if self.date_come_back:
            if self.date_come_back <= fields.Date.context_today(self):
                raise UserError(
                    self.env._("The day to come back must be later than today.")
                )
            self.lead_ids.date_come_back = self.date_come_back
        return super().action_lost_reason_apply()
