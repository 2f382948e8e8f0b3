from odoo import models


class AutoNotifyAttempt(models.Model):
    """E-mails have links for what messengers have buttons for, and one to opt out."""

    _inherit = "auto.notify.attempt"

    def _prepare_mail_vals(self, shown, reply_to):
        """Override: add links to what a rule has written.

        Mail programs show a button of their own for ``List-Unsubscribe``.
        """
        vals = super()._prepare_mail_vals(shown, reply_to)
        message = self.message_id
        if not message.rule_id:
            return vals
        message = message.with_context(lang=message.lang or "en_US")
        stop_url = message._get_stop_url()
        vals["body_html"] += message._get_mail_links(stop_url)
        vals["headers"] = repr(
            {
                "List-Unsubscribe": f"<{stop_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        )
        return vals
