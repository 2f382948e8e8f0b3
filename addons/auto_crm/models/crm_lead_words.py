from odoo import models


class CrmLead(models.Model):
    """Deals of the car service tell what happens to them in its words, not a sale's."""

    _inherit = "crm.lead"

    def _creation_subtype(self):
        """Override of `crm`: a visit of a car is no opportunity."""
        subtype = super()._creation_subtype()
        if self._filter_service_deals():
            own = self.env.ref("auto_crm.mt_deal_opened", raise_if_not_found=False)
            return own or subtype
        return subtype

    def _creation_message(self):
        """Override of `crm`: a visit of a car is no lead of a sales team."""
        self.ensure_one()
        if self._is_service_deal():
            return self.env._("Deal opened.")
        return super()._creation_message()

    def _track_subtype(self, init_values):
        """Override of `crm`: cars are delivered, customers refuse."""
        subtype = super()._track_subtype(init_values)
        if not subtype or not self._filter_service_deals():
            return subtype
        ours = {
            "crm.mt_lead_won": "auto_crm.mt_deal_delivered",
            "crm.mt_lead_lost": "auto_crm.mt_deal_refused",
            "crm.mt_lead_restored": "auto_crm.mt_deal_reopened",
        }
        find = self.env["ir.model.data"]._xmlid_to_res_id
        own = {find(theirs): own for theirs, own in ours.items()}.get(subtype.id)
        return (own and self.env.ref(own, raise_if_not_found=False)) or subtype
