from odoo import fields, models


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
