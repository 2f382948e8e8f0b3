from odoo import fields, models

from ..tools.provider import Answer

# Failures of the service or account, not of the number or the text
ANSWER_OF_FAILURE = {
    "sms_server": "later",
    "sms_credit": "broken",
    "sms_acc": "broken",
    "sms_registration_needed": "broken",
}


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    auto_notify_attempt_id = fields.Many2one(
        comodel_name="auto.notify.attempt",
        string="Attempt of the outbox",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )

    def _apply_notify_receipt(self, state, error=""):
        """Take what the shop's gateway tells about a message of Odoo's own composer.

        :param str state: ``sent``, ``delivered``, ``read`` or ``failed``
        """
        if state == "failed":
            known = self.with_context(sms_known_failure_reason=error)
            known._action_update_from_provider_error("not_delivered")
        else:
            self._action_update_from_sms_state("pending" if state == "sent" else "sent")

    def _update_sms_notifications(
        self, notification_status, failure_type=False, failure_reason=False
    ):
        """Override of `sms`: tell the outbox what became of its text messages.

        All that a provider of Odoo tells, at once or later, comes through here.
        """
        attempts = self.auto_notify_attempt_id
        if attempts:
            state = {"pending": "sent", "sent": "delivered"}.get(notification_status)
            if state:
                attempts._apply_receipt(state)
            elif notification_status in ("exception", "bounce", "canceled"):
                attempts._apply_sms_failure(failure_type, failure_reason)
        return super()._update_sms_notifications(
            notification_status,
            failure_type=failure_type,
            failure_reason=failure_reason,
        )


class AutoNotifyAttempt(models.Model):
    _inherit = "auto.notify.attempt"

    def _apply_sms_failure(self, failure_type, failure_reason):
        """Take a failure in Odoo's words.

        :param str failure_type: a value of ``sms.sms.failure_type`` or of the tracker
        :param str failure_reason: more of it, if the provider says more
        """
        failures = self.env["sms.sms"]._fields["failure_type"]
        labels = dict(failures._description_selection(self.env))
        error = failure_reason or labels.get(failure_type) or failure_type or ""
        state = ANSWER_OF_FAILURE.get(failure_type)
        if state:
            answer = Answer(state, code=failure_type, error=str(error))
            self._apply_answer(answer)
        else:
            self._apply_receipt("failed", code=failure_type or "", error=str(error))
