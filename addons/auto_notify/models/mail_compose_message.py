from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _action_send_mail_comment(self, res_ids):
        """Override of `mail`: what the full composer writes is an e-mail, not a chat."""
        composer = self.with_context(auto_notify_no_reply=True)
        return super(MailComposeMessage, composer)._action_send_mail_comment(res_ids)
