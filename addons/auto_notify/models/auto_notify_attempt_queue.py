from collections import defaultdict

from odoo import api, models
from odoo.tools import plaintext2html


class AutoNotifyAttempt(models.Model):
    """Messages that leave through Odoo's own queues: e-mail, and its text messages."""

    _inherit = "auto.notify.attempt"

    def _hand_over(self):
        """Give the messages to Odoo's own queues, within this transaction.

        Nothing can be lost or doubled here: both queues are in the same database.
        """
        senders = {"email": type(self)._create_mails, "sms": type(self)._create_sms}
        for channel, attempts in self.grouped("channel_id").items():
            if sender := senders.get(channel._get_transport()):
                sender(attempts)

    def _create_mails(self):
        """Queue e-mails."""
        # sudo: the outbox sends for everybody
        shown = {attempt: attempt._get_shown_mail() for attempt in self}
        reply_to = self._get_mail_reply_to(shown.values())
        self.env["mail.mail"].sudo().create(
            [
                attempt._prepare_mail_vals(
                    mail, reply_to.get((mail.model, mail.res_id))
                )
                for attempt, mail in shown.items()
            ]
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _get_shown_mail(self):
        """Return the message of the chatter that the e-mail belongs to, if any.

        So the customer's answer lands on the deal.
        """
        self.ensure_one()
        return self.message_id.mail_message_ids.sorted(
            lambda mail: (mail.model == "crm.lead", mail.id)
        )[-1:]

    @api.model
    def _get_mail_reply_to(self, mails):
        """Return where answers go, for the documents of messages of the chatter.

        :return: dict of (model, id) → address
        """
        ids_by_model = defaultdict(list)
        for mail in mails:
            if mail:
                ids_by_model[mail.model].append(mail.res_id)
        result = {}
        for model, ids in ids_by_model.items():
            addresses = self.env[model].browse(ids)._notify_get_reply_to()
            result.update(
                {(model, res_id): address for res_id, address in addresses.items()}
            )
        return result

    def _prepare_mail_vals(self, shown, reply_to):
        """Hook: values of the e-mail.

        :param shown: the message of the chatter it belongs to, or empty
        :param str reply_to: where answers to that go
        """
        self.ensure_one()
        message = self.message_id
        vals = {
            "auto_notify_attempt_id": self.id,
            "subject": message.subject or message.company_id.name,
            "body_html": plaintext2html(message._get_sent_text()),
            "email_to": self.address,
            "auto_delete": True,
        }
        if message.rule_id:
            vals.update(self._prepare_mail_link_vals(vals["body_html"]))
        if shown:
            return {**vals, "mail_message_id": shown.id, "reply_to": reply_to}
        return {**vals, "email_from": message.company_id.email_formatted}

    def _prepare_mail_link_vals(self, body):
        """Return what adds links to an e-mail of a rule: its buttons, the way out.

        Mail programs show a button of their own for ``List-Unsubscribe``.
        """
        self.ensure_one()
        message = self.message_id.with_context(lang=self.message_id.lang or "en_US")
        stop_url = message._get_stop_url()
        return {
            "body_html": body + message._get_mail_links(stop_url),
            "headers": repr(
                {
                    "List-Unsubscribe": f"<{stop_url}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                }
            ),
        }

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
            "body": self.message_id._get_sent_text(),
            "partner_id": self.message_id.partner_id.id,
            "state": "outgoing",
        }
