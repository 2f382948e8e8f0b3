from odoo import models

from odoo.addons.auto_crm.tools import groups


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Override of `web`: how channels look, and who has an inbox in his bar."""
        looks = self.env["auto.notify.channel"]._get_kind_looks()
        return {
            **super().session_info(),
            "auto_notify_kinds": looks,
            "auto_notify_talks": self.env.user.has_group(groups.ADVISOR),
        }
