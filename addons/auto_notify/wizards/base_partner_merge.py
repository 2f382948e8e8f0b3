from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of `base`: what any of the merged customers withdrew holds for all.

        The keys are changed by SQL, which recomputes nothing.
        """
        result = super()._update_foreign_keys(src_partners, dst_partner)
        dst_partner.invalidate_recordset(["notify_consent_ids", "notify_contact_ids"])
        for name in ("notify_marketing", "notify_service"):
            self.env.add_to_compute(dst_partner._fields[name], dst_partner)
        return result
