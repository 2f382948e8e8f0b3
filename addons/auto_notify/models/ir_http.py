from odoo import models

from odoo.addons.auto_crm.tools import groups


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Override of `web`: how the kinds of channels are called and look.

        Advisors get the number of unread conversations, too.
        """
        result = super().session_info()
        looks = self.env["auto.notify.channel"]._get_kind_looks()
        result["auto_notify_kinds"] = looks
        if self.env.user.has_group(groups.ADVISOR):
            result["auto_notify_talk_count"] = self.env["crm.lead"].get_talk_count()
        return result
