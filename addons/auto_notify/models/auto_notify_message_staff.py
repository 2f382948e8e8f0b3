import logging

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class AutoNotifyMessage(models.Model):
    """What staff sees of a message: its state in the chatter, activity on failure."""

    _inherit = "auto.notify.message"

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

    def _report_failures(self):
        """Give the responsible user an activity on each message that has failed."""
        failed = self.filtered(lambda m: m.state == "failed" and not m.activity_id)
        if failed:
            self._run_apart(failed._create_failure_activities)

    def _create_failure_activities(self):
        """Create one activity a message, on its deal, order or customer."""
        documents = {message: message._get_activity_document() for message in self}
        messages = self.filtered(lambda message: documents[message])
        users = {}
        vals_list = []
        for message in messages:
            document = documents[message]
            if document not in users:
                users[document] = message._get_failure_user(document)
            vals_list.append(
                message._prepare_failure_activity_vals(document, users[document])
            )
        activities = self.env["mail.activity"].create(vals_list)
        for message, activity in zip(messages, activities, strict=True):
            message.activity_id = activity

    def _get_activity_document(self):
        """Return the record that gets the activity: deal, order or customer."""
        self.ensure_one()
        return self.lead_id or self.order_id or self.partner_id

    def _get_failure_user(self, document):
        """Hook: who has to act when a message about a document has failed."""
        self.ensure_one()
        if document._name == "crm.lead":
            return document._get_responsible_user()
        user = document.user_id
        leads = self.env["crm.lead"].with_company(self.company_id)
        if user and leads._is_eligible_user(user):
            return user
        return leads._get_fallback_user(self.company_id)

    def _prepare_failure_activity_vals(self, document, user):
        """Hook: values of the activity that tells of a failure."""
        self.ensure_one()
        zone = user.tz or self.company_id._get_tz()
        message = self.with_context(lang=user.lang or self.env.lang, tz=zone)
        name = self.partner_id.display_name or self.contact_id.name or ""
        summary = (
            message.env._(
                "Not known whether %(customer)s got the message", customer=name
            )
            if self.is_unsure
            else message.env._("%(customer)s did not get the message", customer=name)
        )
        return {
            "res_model_id": self.env["ir.model"]._get_id(document._name),
            "res_id": document.id,
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(
                "auto_notify.mail_activity_type_failed"
            ),
            "automated": True,
            "date_deadline": fields.Date.context_today(message),
            "user_id": user.id,
            "summary": summary,
            "note": self.error or "",
        }

    def _drop_activities(self):
        """Remove the activities of failures that are none any more."""
        self.activity_id.unlink()
