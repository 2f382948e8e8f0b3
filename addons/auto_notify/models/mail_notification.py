from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store


class MailNotification(models.Model):
    _inherit = "mail.notification"

    notification_type = fields.Selection(
        selection_add=[("auto_notify", "Customer message")],
        ondelete={"auto_notify": "cascade"},
    )
    auto_notify_message_id = fields.Many2one(
        comodel_name="auto.notify.message", index="btree_not_null", ondelete="cascade"
    )

    def _to_store_defaults(self, target):
        """Override of `mail`: the state of a message to a customer.

        A mechanic learns that there was one, not at which address.
        """
        store_fields = super()._to_store_defaults(target)
        user = target.get_user(self.env) or self.env.user
        # an explicit user: the notifications themselves are read as superuser
        is_private = not self.env["res.partner"].with_user(user)._is_colleagues_only()
        if not is_private:
            store_fields = [
                field
                for field in store_fields
                if getattr(field, "field_name", field)
                not in ("res_partner_id", "mail_email_address")
            ] + [Store.One("res_partner_id", ["name"])]
        return [
            *store_fields,
            Store.Attr(
                "auto_notify",
                lambda notification: notification._get_auto_notify_info(is_private),
                predicate=lambda notification: (
                    notification.notification_type == "auto_notify"
                ),
            ),
        ]

    def _tell_auto_notify_author(self):
        """Put failures into the menu of messages of the colleague who wrote them."""
        written = self.filtered(
            lambda notification: notification.author_id.user_ids.filtered(
                lambda user: not user.share
            )
        )
        written.mail_message_id._notify_message_notification_update()

    def _get_auto_notify_info(self, is_private=True):
        """Return what the chatter tells about the delivery of the message.

        :param is_private: whether the address, error and buttons may be told as well
        """
        self.ensure_one()
        # sudo: the state of a message is told to all who read the document
        message = self.sudo().auto_notify_message_id
        info = {
            "id": message.id,
            "kind": message.kind or message.contact_id.kind,
            "state": message.state,
            "is_unsure": message.is_unsure,
            "date": fields.Datetime.to_string(message._get_state_date()) or False,
        }
        if is_private:
            info.update(
                recipient=message.partner_id.name or message.contact_id.name,
                address=message.attempt_ids[:1].address,
                account=message.channel_id.name,
                error=message.error,
            )
        return info
