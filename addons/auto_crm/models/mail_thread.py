from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        """Override of `mail`: a mechanic's message goes to colleagues.

        He sees no customer's address.
        """
        if self.env["res.partner"]._is_colleagues_only():
            return {record.id: [] for record in self}
        return super()._message_get_suggested_recipients_batch(*args, **kwargs)
