from odoo import models
from odoo.tools import plaintext2html


class AutoNotifyAttempt(models.Model):
    """Messages that leave through Odoo's own queues: e-mail, and its text messages."""

    _inherit = "auto.notify.attempt"

    def _hand_over(self):
        """Give the messages to Odoo's own queues, within this transaction.

        Nothing can be lost or doubled here: both queues are in the same database.
        """
        for transport, attempts in self.grouped(
            lambda attempt: attempt.channel_id._get_transport()
        ).items():
            if transport == "email":
                attempts._create_mails()
            elif transport == "sms":
                attempts._create_sms()

    def _create_mails(self):
        """Queue e-mails."""
        # sudo: the outbox sends for everybody
        self.env["mail.mail"].sudo().create(
            [attempt._prepare_mail_vals() for attempt in self]
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _prepare_mail_vals(self):
        """Hook: values of the e-mail.

        It belongs to the chatter's message on the deal, so an answer lands there.
        """
        self.ensure_one()
        message = self.message_id
        vals = {
            "auto_notify_attempt_id": self.id,
            "subject": message.subject or message.company_id.name,
            "body_html": plaintext2html(message.body or ""),
            "email_to": self.address,
            "auto_delete": True,
        }
        shown = message.mail_message_ids.sorted(
            lambda mail: (mail.model == "crm.lead", mail.id)
        )[-1:]
        if shown:
            document = self.env[shown.model].browse(shown.res_id)
            reply_to = document._notify_get_reply_to(author_id=shown.author_id.id)
            vals.update(mail_message_id=shown.id, reply_to=reply_to[document.id])
        else:
            vals["email_from"] = message.company_id.email_formatted
        return vals

    def _create_sms(self):
        """Queue text messages that Odoo's provider sends, whichever it is."""
        for company, attempts in self.grouped("company_id").items():
            # sudo: the outbox sends for everybody
            self.env["sms.sms"].sudo().with_company(company).create(
                [attempt._prepare_sms_vals() for attempt in attempts]
            )
        self.env["sms.tracker"].sudo().create(
            [
                {"sms_uuid": attempt.key, "auto_notify_attempt_id": attempt.id}
                for attempt in self
            ]
        )

    def _prepare_sms_vals(self):
        """Hook: values of Odoo's text message."""
        self.ensure_one()
        return {
            "uuid": self.key,
            "number": self.address,
            "body": self.message_id.body,
            "partner_id": self.message_id.partner_id.id,
            "state": "outgoing",
        }
