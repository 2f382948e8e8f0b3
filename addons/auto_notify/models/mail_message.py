from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

SPOKEN = ("comment", "email")  # types of messages that people write


class MailMessage(models.Model):
    _inherit = "mail.message"

    message_type = fields.Selection(
        selection_add=[("auto_notify", "Customer message")],
        ondelete={
            "auto_notify": lambda records: records.write({"message_type": "comment"})
        },
    )
    auto_notify_message_id = fields.Many2one(
        comodel_name="auto.notify.message",
        string="Message of the outbox",
        index="btree_not_null",
        ondelete="set null",
    )

    def _get_forbidden_access(self, operation):
        """Override of `mail`: what the outbox shows on a document is for staff only.

        The customer has the message itself, in his messenger.
        """
        forbidden = super()._get_forbidden_access(operation)
        if self.env.user._is_internal():
            return forbidden
        # sudo: only the type is looked at, to decide who may read
        internal = (self - forbidden).sudo()
        internal = internal.filtered(lambda mail: mail.message_type == "auto_notify")
        return forbidden + internal.sudo(False)

    # ------------------------------------------------------------------
    # Conversations
    # ------------------------------------------------------------------

    @api.model
    def _get_talk_domain(self, documents):
        """Return the domain of what was said to and by customers on the documents."""
        comment_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        said = Domain("message_type", "in", SPOKEN)
        said &= Domain("subtype_id", "=", comment_id)
        said |= Domain("message_type", "=", "auto_notify")
        about = Domain("model", "=", documents._name)
        return about & Domain("res_id", "in", documents.ids) & said

    def _is_said(self):
        """Whether a person says this to the other side: no note, no notification."""
        self.ensure_one()
        comment_id = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        return self.message_type in SPOKEN and self.subtype_id.id == comment_id

    def _is_from_customer(self):
        """Whether somebody outside says this: by messenger, e-mail, in the portal."""
        return self._is_said() and (not self.author_id or self.author_id.partner_share)

    def _is_answer_of_staff(self):
        """Whether one of the staff says this to the customer, or has called him."""
        find = self.env["ir.model.data"]._xmlid_to_res_id
        answer_id = find("auto_notify.mail_activity_type_answer")
        is_answer = self._is_said() or self.mail_activity_type_id.id == answer_id
        return bool(is_answer and self.author_id and not self.author_id.partner_share)

    def _get_talk_excerpt(self, length):
        """Return the beginning of what was said in one line, and which side said it."""
        self.ensure_one()
        text = " ".join(html2plaintext(self.body or "").split())
        if not text and self.attachment_ids:
            text = self.env._("Files: %(count)s", count=len(self.attachment_ids))
        if len(text) > length:
            text = f"{text[:length].rstrip()}…"
        if self._is_from_customer():
            return text
        return self.env._("We: %(text)s", text=text)

    # ------------------------------------------------------------------
    # Bus
    # ------------------------------------------------------------------

    def _auto_notify_bus_send(self):
        """Tell the screens that show the documents of these messages what has changed.

        One bus message a company, heard by its advisors only.
        """
        # sudo: whoever changes a state, all who look at the document see it
        messages = self.sudo()
        for company, mails in messages.grouped(
            lambda mail: mail.auto_notify_message_id.company_id
        ).items():
            if company:
                company._bus_send(
                    "auto_notify/messages",
                    mails._prepare_auto_notify_payload(),
                    subchannel="auto_notify",
                )

    def _prepare_auto_notify_payload(self):
        """Return which messages of which documents have which state, without texts."""
        return [
            {
                "id": mail.id,
                "thread": {"model": mail.model, "id": mail.res_id},
                "notifications": [
                    {
                        "id": notification.id,
                        "notification_status": notification.notification_status,
                        "auto_notify": notification._get_auto_notify_info(),
                    }
                    for notification in mail.notification_ids
                    if notification.notification_type == "auto_notify"
                ],
            }
            for mail in self
        ]
