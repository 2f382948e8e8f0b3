from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # Path to whose document it is in the portal, for models whose documents change
    # hands: what was said with one customer is not shown to the next.
    _auto_owner_path = None

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        """Override of `mail`: a mechanic's message goes to colleagues.

        He sees no customer's address.
        """
        if self.env["res.partner"]._is_colleagues_only():
            return {record.id: [] for record in self}
        return super()._message_get_suggested_recipients_batch(*args, **kwargs)

    def _get_auto_owner(self):
        """Return whose document it is in the portal now."""
        self.ensure_one()
        return self.mapped(self._auto_owner_path)[:1]
