from odoo import api, models


class CrmLostReason(models.Model):
    _inherit = "crm.lost.reason"

    @api.model
    def _retire_default_reasons(self):
        """Archive Odoo's reasons that mean nothing in a car service, if unused."""
        if not self.env["crm.team"]._is_odoo_in_use():
            self._get_retired_reasons().action_archive()

    @api.model
    def _restore_default_reasons(self):
        """Give Odoo's reasons back; the shop's stay where deals have them."""
        self._get_retired_reasons().action_unarchive()

    @api.model
    def _get_retired_reasons(self):
        names = ("crm.lost_reason_2", "crm.lost_reason_3")
        return self.browse().union(
            *(
                self.env.ref(name, raise_if_not_found=False) or self.browse()
                for name in names
            )
        )
