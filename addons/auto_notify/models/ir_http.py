from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Override of `web`: how the kinds of channels are called and look."""
        looks = self.env["auto.notify.channel"]._get_kind_looks()
        return {**super().session_info(), "auto_notify_kinds": looks}
