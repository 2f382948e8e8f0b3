import logging
from collections import defaultdict

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import clean_context, email_normalize

from odoo.addons.sms.tools.sms_tools import sms_content_to_rendered_html

STATUS_BY_STATE = {
    "queued": "ready",
    "deferred": "ready",
    "sending": "process",
    "sent": "pending",
    "delivered": "sent",
    "read": "sent",
    "failed": "exception",
    "cancelled": "canceled",
}
_logger = logging.getLogger(__name__)


class AutoNotifyMessage(models.Model):
    """Messages in the chatter of deal and order, with the live state of delivery."""

    _inherit = "auto.notify.message"

    def _post_new(self):
        """Show those in the chatter that have left, or failed for good."""
        new = self.filtered(
            lambda m: (
                not m.is_posted
                and m.state not in ("queued", "deferred", "cancelled")
                and m.body
                and (m.res_id or m.lead_id or m.order_id)
            )
        )
        if new:
            new.is_posted = True
            if not self._run_apart(new._post_to_chatter):
                new.is_posted = False

    def _show_states(self):
        """Update the chatter of those shown there; sending never fails of it."""
        posted = self.filtered("is_posted")
        if posted:
            self._run_apart(posted._update_notifications)

    @api.model
    def _run_apart(self, function):
        """Run what only shows a message to staff; if it fails, the message goes on.

        :return: whether it has worked
        """
        try:
            with self.env.cr.savepoint():
                function()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # the whole step is repeated
        except Exception:  # a broken chatter must not stop the messages
            _logger.exception("A message could not be shown to staff")
            return False
        return True

    def _post_to_chatter(self):
        """Show the messages on their deals and orders, where they are not shown yet.

        Nobody is notified: staff look at the document, the customer gets the message by
        its channel. The number of queries does not depend on the number of messages.

        :return: the new ``mail.message``
        """
        # sudo: the outbox shows messages on documents that the sender may not write
        messages = self.sudo().with_context(clean_context(self.env.context))
        vals_list = [
            messages_vals
            for message in messages
            for messages_vals in message._prepare_chatter_vals_list()
        ]
        mails = messages.env["mail.message"].create(vals_list)
        messages.env["mail.notification"].create(
            [
                mail.auto_notify_message_id._prepare_notification_vals(mail)
                for mail in mails
            ]
        )
        messages.invalidate_recordset(["mail_message_ids"])
        messages.is_posted = True
        mails._auto_notify_bus_send()
        return mails

    def _update_notifications(self):
        """Show the states of the messages in the chatter, on open screens at once.

        One write for each of the few states, whatever the number of messages.
        """
        # sudo: the outbox tells what became of a message, whoever looks at it
        notifications = (
            self.env["mail.notification"]
            .sudo()
            .search_fetch(
                [("auto_notify_message_id", "in", self.ids)],
                ["auto_notify_message_id", "mail_message_id", "notification_status"],
            )
        )
        ids_by_status = defaultdict(list)
        for notification in notifications:
            status = STATUS_BY_STATE[notification.auto_notify_message_id.state]
            if notification.notification_status != status:
                ids_by_status[status].append(notification.id)
        for status, ids in ids_by_status.items():
            notifications.browse(ids).write(
                {
                    "notification_status": status,
                    "failure_type": "unknown" if status == "exception" else False,
                }
            )
        notifications.mail_message_id._auto_notify_bus_send()
        failed = notifications.browse(ids_by_status["exception"])
        failed._tell_auto_notify_author()

    def _prepare_chatter_vals_list(self):
        """Return values for the documents that do not show the message yet."""
        self.ensure_one()
        shown = {(mail.model, mail.res_id) for mail in self.mail_message_ids}
        return [
            self._prepare_chatter_vals(document)
            for document in self._get_chatter_documents()
            if (document._name, document.id) not in shown
        ]

    def _prepare_chatter_vals(self, document):
        """Return values of the ``mail.message`` on one document.

        All that `mail` would look up for each message one by one is given.
        """
        author = self.author_id or self.company_id.partner_id
        return {
            "model": document._name,
            "res_id": document.id,
            "message_type": "auto_notify",
            "subtype_id": self._get_chatter_subtype_id(),
            "is_internal": True,
            "author_id": author.id,
            "email_from": author.email_formatted or email_normalize(author.email),
            "reply_to": False,
            "record_company_id": self.company_id.id,
            "body": sms_content_to_rendered_html(self.body or ""),
            "auto_notify_message_id": self.id,
        }

    def _prepare_notification_vals(self, mail):
        """Return values of the notification that carries the state on one message."""
        status = STATUS_BY_STATE[self.state]
        return {
            "mail_message_id": mail.id,
            "author_id": mail.author_id.id,
            "res_partner_id": self.partner_id.id,
            "notification_type": "auto_notify",
            "notification_status": status,
            "failure_type": "unknown" if status == "exception" else False,
            "is_read": True,  # nothing for an inbox
            "auto_notify_message_id": self.id,
        }

    def _get_chatter_documents(self):
        """Return the documents on which the message is shown.

        The deal and the order; without them the document itself, if it has a chatter.
        """
        self.ensure_one()
        documents = [record for record in (self.lead_id, self.order_id) if record]
        if documents:
            return documents
        model = self.env.get(self.res_model)
        if self.res_id and isinstance(model, self.pool["mail.thread"]):
            return [model.browse(self.res_id)]
        return []

    def _get_chatter_subtype_id(self):
        return self.env["ir.model.data"]._xmlid_to_res_id("auto_notify.mt_message")
