from odoo import models


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Override of `bus`: advisors hear the states of their companies' messages."""
        channels = super()._build_bus_channel_list(channels)
        if self.env.user.has_group("auto_crm.auto_crm_group_advisor"):
            # sudo: the companies themselves are not read, only named as channels
            companies = self.env.user.sudo().company_ids
            channels.extend((company, "auto_notify") for company in companies)
        return channels
