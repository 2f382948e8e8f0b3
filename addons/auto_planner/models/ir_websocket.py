from odoo import models

from .auto_booking_bus import CHANNEL


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Override of `bus`: advisors hear of the bookings of their companies."""
        channels = super()._build_bus_channel_list(channels)
        channels.extend(self._get_auto_planner_channels())
        return channels

    def _get_auto_planner_channels(self):
        """Return the channels that the user may hear: one a company, for advisors."""
        if not self.env.user.has_group("auto_crm.auto_crm_group_advisor"):
            return []
        # sudo: the companies themselves are not read, only named as channels
        companies = self.env.user.sudo().company_ids
        return [(company.sudo(False), CHANNEL) for company in companies]
