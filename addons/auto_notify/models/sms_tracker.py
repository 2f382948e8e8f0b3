from odoo import fields, models


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
