from odoo import api, models


class CrmLostReason(models.Model):
    _inherit = "crm.lost.reason"

    @api.model
    def _retire_default_reasons(self):
        """Archive Odoo's reasons that mean nothing in a car service, if unused."""
        reasons = self.browse()
        for name in ("crm.lost_reason_2", "crm.lost_reason_3"):
            reasons |= self.env.ref(name, raise_if_not_found=False) or self.browse()
        used = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group([("lost_reason_id", "in", reasons.ids)], ["lost_reason_id"])
        )
        (reasons - self.browse().union(*(reason for [reason] in used))).action_archive()
