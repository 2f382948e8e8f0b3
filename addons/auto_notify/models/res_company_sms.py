from odoo import models

from .sms_api import SmsApiAutoNotify


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_sms_api_class(self):
        """Override of `sms`: Odoo's own text messages go through the shop's gateway."""
        if self._get_sms_gateway_channel():
            return SmsApiAutoNotify
        return super()._get_sms_api_class()

    def _get_sms_gateway_channel(self):
        """Return the company's SMS channel if it has a gateway of its own, or empty."""
        self.ensure_one()
        channels = self.env["auto.notify.channel"]._map_by_kind(self)
        channel = channels.get((self.id, "sms"), self.env["auto.notify.channel"])
        return channel.filtered("is_remote")
