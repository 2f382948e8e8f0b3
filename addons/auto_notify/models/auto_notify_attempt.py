from uuid import uuid4

from odoo import fields, models

from ..tools.provider import Answer

# What an attempt may still become: a state of a higher rank, see `_apply_receipt`
RANKS = {
    "ready": 0,
    "calling": 1,
    "later": 1,
    "unsure": 1,
    "refused": 1,
    "accepted": 2,
    "failed": 3,
    "delivered": 4,
    "read": 5,
}
STATE_OF_RECEIPT = {
    "sent": "accepted",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
}
STATE_OF_ANSWER = {
    "accepted": "accepted",
    "refused": "refused",
    "later": "later",
    "broken": "later",
    "unsure": "unsure",
}
# Failures of the service or account, not of the number or the text
ANSWER_OF_FAILURE = {
    "sms_server": "later",
    "sms_credit": "broken",
    "sms_acc": "broken",
    "sms_registration_needed": "broken",
}


class AutoNotifyAttempt(models.Model):
    """One try to send a message: recorded before the provider is called, and after."""

    _name = "auto.notify.attempt"
    _inherit = ["auto.notify.bulk"]
    _description = "Delivery Attempt"
    _order = "id desc"

    message_id = fields.Many2one(
        comodel_name="auto.notify.message",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="message_id.company_id", store=True)
    channel_id = fields.Many2one(
        comodel_name="auto.notify.channel",
        string="Account",
        ondelete="set null",
    )
    kind = fields.Selection(
        selection=lambda self: self.env["auto.notify.channel"]._get_kinds(),
        string="Channel",
        required=True,
    )
    key = fields.Char(
        required=True,
        default=lambda self: uuid4().hex,
        help="Idempotency key: 32 hexadecimal digits.",
        copy=False,
    )
    address = fields.Char()
    contact_id = fields.Many2one(
        comodel_name="auto.notify.contact", string="Chat", ondelete="set null"
    )
    state = fields.Selection(
        selection=[
            ("ready", "Ready"),
            ("calling", "Calling"),
            ("accepted", "Accepted"),
            ("delivered", "Delivered"),
            ("read", "Read"),
            ("later", "To be tried again"),
            ("refused", "Refused"),
            ("unsure", "Not known"),
            ("failed", "Not delivered"),
        ],
        required=True,
        default="ready",
        help="Calling: the provider is being called, or was when a worker stopped; "
        "then it is found out later what became of it, if the provider can tell.",
    )
    provider_ref = fields.Char(string="Provider's id")
    date_start = fields.Datetime(string="Started")
    date_stop = fields.Datetime(string="Answered")
    code = fields.Char(string="Provider's code")
    error = fields.Char()
    currency_id = fields.Many2one(related="company_id.currency_id")
    cost = fields.Monetary()

    _key_unique = models.UniqueIndex("(key)", "This attempt exists already.")
    _provider_ref_idx = models.Index(
        "(channel_id, provider_ref) WHERE provider_ref IS NOT NULL"
    )
    _channel_date_idx = models.Index("(channel_id, date_start)")

    # ------------------------------------------------------------------
    # What is heard later
    # ------------------------------------------------------------------

    def _apply_receipt(self, state, date=None, code="", error=""):
        """Take what the provider tells about a message after it was sent.

        Safe in any order and any number: what was read stays read, whatever comes
        late. Once undelivered, the message goes to the next channel.

        :param str state: ``sent``, ``delivered``, ``read`` or ``failed``
        :param datetime date: when it happened, naive UTC
        """
        # sudo: providers tell it, and they have no user
        now = fields.Datetime.now()
        new_state = STATE_OF_RECEIPT[state]
        changed = self.sudo().filtered(
            lambda attempt: RANKS[attempt.state] < RANKS[new_state]
        )
        changed.write(
            {
                "state": new_state,
                **({"code": code, "error": error} if state == "failed" else {}),
            }
        )
        changed.message_id._settle(changed, min(date or now, now))

    def _apply_answer(self, answer):
        """Take what Odoo's own queue tells: the message was refused or not taken.

        :param tools.provider.Answer answer: any but accepted
        """
        now = fields.Datetime.now()
        # sudo: Odoo's queues know nothing of the outbox's rights
        for attempt in self.sudo().filtered(lambda a: a.state == "accepted"):
            attempt.write(
                {
                    "state": STATE_OF_ANSWER[answer.state],
                    "date_stop": now,
                    "code": answer.code,
                    "error": answer.error,
                }
            )
            attempt.channel_id._record_answers([answer], now)
            attempt.message_id._settle(attempt, now)

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
