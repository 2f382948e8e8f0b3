from odoo import fields, models

from odoo.addons.auto_notify.models.auto_notify_message_route import Way

from .auto_notify_rule import EVENTS


class AutoNotifyMessage(models.Model):
    """A message about a booking, or to the phone of somebody who is no customer yet."""

    _inherit = "auto.notify.message"

    address = fields.Char(
        readonly=True, help="Where it goes; empty: where the recipient is reached."
    )

    def _filter_booking_news(self):
        """Return what tells customers at once what has become of their bookings."""
        return self.filtered(
            lambda message: (
                message.event in EVENTS
                and message.audience in ("customer", "driver")
                and message.rule_id.timing == "at_once"
            )
        )

    def _get_way(self, channels, step, kind, wait):
        """Override of `auto_notify`: to the address itself, if there is one."""
        if not self.address or self.partner_id:
            return super()._get_way(channels, step, kind, wait)
        channel = channels.get((self.company_id.id, kind))
        if not channel:
            return Way(step, kind, wait, reason=self.env._("no such channel"))
        return Way(step, kind, wait, channel, self.address, self.contact_id)
