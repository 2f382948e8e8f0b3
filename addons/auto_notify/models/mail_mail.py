from odoo import fields, models

from ..tools.provider import Answer

# Failures that pass: the mail server, not the address or the text
PASSING_FAILURES = ("mail_smtp", "unknown")


class MailMail(models.Model):
    _inherit = "mail.mail"

    auto_notify_attempt_id = fields.Many2one(
        comodel_name="auto.notify.attempt",
        string="Attempt of the outbox",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Override of `mail`: tell the outbox what became of its e-mails."""
        # sudo: the queue of e-mails knows nothing of the outbox's rights
        attempts = self.sudo().auto_notify_attempt_id
        if attempts and failure_type:
            is_passing = failure_type in PASSING_FAILURES
            # the outbox tries again by itself, so nobody else may
            self.filtered("auto_notify_attempt_id").sudo().state = "cancel"
            attempts._apply_answer(
                Answer(
                    "later" if is_passing else "refused",
                    code=failure_type,
                    error=str(failure_reason or failure_type)[:300],
                )
            )
        elif attempts:
            attempts._apply_receipt("delivered")
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
