from datetime import timedelta

from odoo import fields, models

SESSION_HOURS = 24


class AutoNotifyContact(models.Model):
    """What may be written into a chat now."""

    _inherit = "auto.notify.contact"

    def _is_notify_session(self):
        """Whether free text may go: some take it for a day after a message only."""
        self.ensure_one()
        if not self.channel_id._get_kind_class(self.kind).has_sessions:
            return True
        since = fields.Datetime.now() - timedelta(hours=SESSION_HOURS)
        return bool(self.date_incoming and self.date_incoming > since)

    def _get_notify_max_length(self):
        """Return how many characters a message may have, 0 if nobody limits it."""
        self.ensure_one()
        provider_class = self.channel_id._get_provider_class()
        return provider_class.max_length if provider_class else 0
