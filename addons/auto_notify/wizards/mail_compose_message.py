from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _action_send_mail_comment(self, res_ids):
        """Override of `mail`: the full composer writes e-mails, not chats."""
        composer = self.with_context(auto_notify_no_reply=True)
        return super(MailComposeMessage, composer)._action_send_mail_comment(res_ids)
