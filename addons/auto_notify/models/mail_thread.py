from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.tools import clean_context, email_normalize

from ..tools.chat_text import html_to_text


class MailThread(models.AbstractModel):
    """What staff write to a customer with an open chat goes out through that chat."""

    _inherit = "mail.thread"

    # ------------------------------------------------------------------
    # Chat of the document
    # ------------------------------------------------------------------

    def _get_notify_chat(self):
        """Hook: return the chat in which the customer wrote about this document.

        :return: an ``auto.notify.contact``, empty if there is none
        """
        return self.env["auto.notify.contact"]

    def _get_notify_chat_refusal(self, contact):
        """Return why staff cannot answer in the chat now, or ""."""
        if contact.state == "stopped":
            return self.env._("The customer has asked for no messages in this chat.")
        if contact.state == "blocked":
            return self.env._("The customer has blocked us in this messenger.")
        if not contact.channel_id.active:
            return self.env._("The channel is archived.")
        if not contact._is_notify_session():
            return self.env._(
                "The customer wrote more than 24 hours ago: WhatsApp takes approved "
                "texts only. Choose one with the button Message."
            )
        return (
            contact.partner_id
            and contact.partner_id._get_notify_refusal("service", contact.kind)
        ) or ""

    def _prepare_notify_chat_info(self):
        """Return what the composer tells about the chat, False if there is none."""
        if not self.env.user.has_group("auto_crm.auto_crm_group_advisor"):
            return False
        # sudo, also below: an advisor of the document writes, whoever's the chat is
        contact = self.sudo()._get_notify_chat()
        if not contact:
            return False
        partner = contact.partner_id or self.sudo()._mail_get_customer()
        return {
            "kind": contact.kind,
            "name": partner.name or contact.name or "",
            "partner_id": partner.id,
            "email": partner.email_normalized or "",
            "refusal": self.sudo()._get_notify_chat_refusal(contact),
            "max_length": contact._get_notify_max_length(),
        }

    def _thread_to_store(self, store, fields, *, request_list=None):
        """Override of `mail`: the composer knows the customer's chat."""
        super()._thread_to_store(store, fields, request_list=request_list)
        if "suggestedRecipients" not in (request_list or ()):
            return
        for thread in self:
            store.add(
                thread,
                {"autoNotifyChat": thread._prepare_notify_chat_info()},
                as_thread=True,
            )

    # ------------------------------------------------------------------
    # Conversation
    # ------------------------------------------------------------------

    def _message_post_after_hook(self, message, msg_vals):
        """Override of `mail`: what is said in a chatter may be part of a talk."""
        for record in self:
            record._follow_talk(message)
        return super()._message_post_after_hook(message, msg_vals)

    def _follow_talk(self, message):
        """Hook: note what a message is to the conversation with the customer."""

    # ------------------------------------------------------------------
    # Reply
    # ------------------------------------------------------------------

    def _get_allowed_message_params(self):
        """Override of `mail`: the composer may switch the chat off for a message."""
        return super()._get_allowed_message_params() | {"notify_reply"}

    def _get_notify_valid_parameters(self):
        """Override of `mail`: whether to use the chat, and whose e-mail it replaces."""
        return super()._get_notify_valid_parameters() | {
            "notify_reply",
            "notify_chat_id",
        }

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """Override of `mail`: a comment of staff goes out through the customer's chat.

        Followers get it as ever; the customer by the chat instead of an e-mail.
        """
        is_wanted = kwargs.pop("notify_reply", True)
        contact = self.env["auto.notify.contact"]
        if is_wanted and self._is_notify_reply(msg_vals, kwargs.get("scheduled_date")):
            # sudo: an advisor of the document writes there, whoever's the account is
            contact = self.sudo()._get_notify_chat()
            if contact and self.sudo()._get_notify_chat_refusal(contact):
                contact = contact.browse()
        if contact:
            self._notify_thread_by_chat(message, contact)
            kwargs["notify_chat_id"] = contact.id
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)

    def _is_notify_reply(self, msg_vals, scheduled_date=False):
        """Whether a message is what an advisor himself says to the customer now.

        E-mails (the full composer) and notes stay what they are.
        """
        return bool(
            msg_vals
            and not scheduled_date
            and not self.env.context.get("auto_notify_no_reply")
            and self.env.uid != SUPERUSER_ID
            and msg_vals.get("message_type") == "comment"
            and msg_vals.get("author_id") == self.env.user.partner_id.id
            and msg_vals.get("subtype_id")
            == self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
            and self.env.user.has_group("auto_crm.auto_crm_group_advisor")
        )

    def _notify_thread_by_chat(self, message, contact):
        """Put the message into the outbox, for a chat, and show its state here.

        :raise UserError: if the messenger cannot take it, in words
        """
        # sudo: the outbox is written by the system only
        rows = (
            self.env["auto.notify.message"]
            .sudo()
            ._create_messages([self._prepare_notify_reply_vals(message, contact)])
        )
        if not rows:
            return
        # sudo: what became of it is written by the system only
        message.sudo().auto_notify_message_id = rows.id
        notifications = self.env["mail.notification"].sudo()
        notifications.with_context(clean_context(self.env.context)).create(
            rows._prepare_notification_vals(message)
        )
        rows._post_to_chatter()  # on the order of the deal, on the deal of the order

    def _prepare_notify_reply_vals(self, message, contact):
        """Return the values of the outbox row of a message typed in the chatter."""
        partner = contact.partner_id or self._mail_get_customer()
        return {
            "key": f"reply:{message.id}",
            "company_id": contact.company_id.id,
            "category": "service",
            "res_model": self._name,
            "res_id": self.id,
            **self._prepare_notify_document_vals(),
            "partner_id": partner.id,
            "contact_id": contact.id,
            "author_id": message.author_id.id,
            "lang": partner.lang,
            "body": self._get_notify_reply_text(message, contact),
            "kinds": [[contact.kind, 0]],
        }

    def _prepare_notify_document_vals(self):
        """Hook: return the deal and the order that also show the message."""
        return {}

    def _get_notify_reply_text(self, message, contact):
        """Return a message as plain text, its files as links.

        :raise UserError: if it is too long for the messenger
        """
        base_url = self.get_base_url()
        # sudo: who writes the message gives its files to the customer
        files = message.sudo().attachment_ids
        tokens = files.generate_access_token()
        lines = [html_to_text(message.body, base_url)]
        for file, token in zip(files, tokens, strict=True):
            url = f"{base_url}/web/content/{file.id}?access_token={token}"
            lines.append(f"{file.name}: {url}")
        text = "\n".join(filter(None, lines))
        limit = contact._get_notify_max_length()
        if limit and len(text) > limit:
            raise UserError(
                self.env._(
                    "The message has %(length)s characters, its files' links included; "
                    "%(channel)s takes %(limit)s. Shorten it, or switch the chat off "
                    "to send it by e-mail only.",
                    length=len(text),
                    channel=contact.channel_id.display_name,
                    limit=limit,
                )
            )
        return text

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Override of `mail`: no e-mail to whom the chat has reached."""
        chat_id = kwargs.pop("notify_chat_id", None)
        recipients = super()._notify_get_recipients(
            message, msg_vals=msg_vals, **kwargs
        )
        if not chat_id:
            return recipients
        # sudo: as in `_notify_thread`
        contact = self.env["auto.notify.contact"].sudo().browse(chat_id)
        partner = contact.partner_id or self.sudo()._mail_get_customer()
        return [
            data
            for data in recipients
            if not self._is_notify_chat_partner(data, partner)
        ]

    @api.model
    def _is_notify_chat_partner(self, data, partner):
        """Whether a recipient of e-mails is the one whom the chat has reached."""
        if not partner:
            return False
        if data["id"] == partner.id:
            return True
        email = email_normalize(data["email_normalized"])
        return bool(email) and not data["uid"] and email == partner.email_normalized

    def _check_can_update_message_content(self, messages):
        """Override of `mail`: what has gone to the customer can't be unsaid here.

        :raise UserError: for a message that is in the outbox
        """
        result = super()._check_can_update_message_content(messages)
        if messages.auto_notify_message_id:
            raise UserError(
                self.env._(
                    "This message has gone to the customer and cannot be changed. "
                    "Write another one."
                )
            )
        return result
