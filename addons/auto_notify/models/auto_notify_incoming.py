import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

MAX_TRIES = 6
MAX_ERROR = 500
KEEP_DAYS = 90


class TryLaterError(Exception):
    """What an event needs is not there yet."""


class AutoNotifyIncoming(models.Model):
    """What webhooks brought: stored at once, processed by a cron."""

    _name = "auto.notify.incoming"
    _description = "Incoming Event"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    channel_id = fields.Many2one(
        comodel_name="auto.notify.channel",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    date = fields.Datetime(
        string="Sent at",
        required=True,
        default=fields.Datetime.now,
        readonly=True,
        help="When it happened, as the messenger tells.",
    )
    external_id = fields.Char(string="Provider's id", required=True, readonly=True)
    kind = fields.Selection(
        selection=[
            ("message", "Message"),
            ("receipt", "Receipt"),
            ("button", "Button"),
            ("start", "Start"),
            ("contact", "Phone shared"),
            ("blocked", "Blocked us"),
            ("unreadable", "Unreadable"),
        ],
        readonly=True,
        help="What it is: see EVENT_KINDS of tools/provider.py",
    )
    data = fields.Json(
        readonly=True, help="The event, as the provider's client read it."
    )
    text = fields.Char(compute="_compute_text")
    body = fields.Text(
        readonly=True, help="As received; only of what could not be read."
    )
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("done", "Processed"),
            ("ignored", "Not for us"),
            ("failed", "Failed"),
        ],
        required=True,
        default="new",
        index=True,
        readonly=True,
    )
    error = fields.Char(readonly=True)
    retry_count = fields.Integer(string="Tries", readonly=True)
    date_next = fields.Datetime(
        string="Next try", required=True, default=fields.Datetime.now, readonly=True
    )
    contact_id = fields.Many2one(
        comodel_name="auto.notify.contact", ondelete="set null", readonly=True
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Deal",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
    )

    _external_id_unique = models.UniqueIndex(
        "(channel_id, external_id)", "This event has been received already."
    )
    _next_idx = models.Index("(date_next, id) WHERE state = 'new'")
    _contact_lead_idx = models.Index(
        "(contact_id, lead_id) WHERE contact_id IS NOT NULL"
    )

    @api.depends("kind", "create_date")
    def _compute_display_name(self):
        label_by_kind = dict(self._fields["kind"]._description_selection(self.env))
        for incoming in self:
            label = label_by_kind.get(incoming.kind, "")
            incoming.display_name = f"{label} #{incoming.id or ''}"

    @api.depends("data")
    def _compute_text(self):
        for incoming in self:
            data = incoming.data or {}
            words = [data.get(name) for name in ("name", "text", "state", "payload")]
            incoming.text = ": ".join(str(word) for word in words if word)[:120]

    # ------------------------------------------------------------------
    # Processing
    # ------------------------------------------------------------------

    @api.model
    def _cron_process(self, batch_size=100):
        """Process what webhooks brought, in the order it was sent.

        Idempotent: what is processed, parked or waits for its next try leaves the
        domain.
        """
        due = [("state", "=", "new"), ("date_next", "<=", fields.Datetime.now())]
        self.env["auto.cron.delay"]._run_each(
            "incoming", self, due, lambda row: row._process_safely(), batch_size, "date"
        )

    def _process_safely(self):
        """Process one event; a fault is counted, and shown once it stays."""
        self.ensure_one()
        if self.state != "new":
            return
        company = self.company_id
        row = self.with_company(company).with_context(
            lang=company.partner_id.lang, tz=company._get_tz()
        )
        try:
            with self.env.cr.savepoint():
                row._process()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            self._schedule_retry(0, str(error))
        except TryLaterError as error:
            self._retry_later(str(error))
        except Exception as error:  # one bad event must not stop the others
            _logger.exception("Incoming event %s not processed", self.id)
            self._retry_later(f"{type(error).__name__}: {error}")

    def _process(self):
        """Do what the event asks for.

        :raise TryLaterError: when that is not possible yet
        """
        self.ensure_one()
        event = self._get_event()
        self._get_event_handlers()[event.kind](event)
        if self.state == "new":
            self.write({"state": "done", "error": False})

    def _get_event_handlers(self):
        """Hook: what processes each kind of event.

        :return: dict of methods that take the `tools.provider.Event`
        """
        return {
            "receipt": self._process_receipt,
            "message": self._process_message,
            "start": self._process_start,
            "contact": self._process_contact,
            "button": self._process_button,
            "blocked": self._process_blocked,
        }

    def _retry_later(self, error):
        """Have the event tried again, after longer each time, and parked in the end."""
        self.ensure_one()
        self.retry_count += 1
        if self.retry_count >= MAX_TRIES:
            self._park(error)
            return
        self._schedule_retry(self.retry_count, error)

    def _schedule_retry(self, count, error):
        """Have the event tried again when its time has come.

        :param int count: how often it was tried in vain
        """
        date = self._get_next_try(count)
        self.write({"error": error[:MAX_ERROR], "date_next": date})
        self.env.ref("auto_notify.ir_cron_incoming")._trigger(at=date)

    @api.model
    def _get_next_try(self, count):
        """Return when to try again after so many tries: 1, 2, 4… minutes."""
        return fields.Datetime.now() + timedelta(seconds=60 * 2 ** (count - 1))

    def _park(self, error):
        """Keep the event with what is wrong with it, and show it to a manager."""
        self.write({"state": "failed", "error": error[:MAX_ERROR]})
        shown = self.filtered(lambda row: row.kind != "receipt")
        for row in shown.filtered(lambda row: not row.activity_ids):
            leads = row.env["crm.lead"].with_company(row.company_id)
            row.with_context(mail_activity_quick_update=True).activity_schedule(
                "auto_notify.mail_activity_type_failed_incoming",
                date_deadline=leads._get_working_deadline(),
                user_id=leads._get_notify_manager(row.company_id).id,
                note=error[:MAX_ERROR],
            )

    # ------------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------------

    def action_retry(self):
        """Have processed again what has failed: soon, since providers are slow.

        :raise AccessError: for anybody but a manager
        """
        self._check_manager()
        # sudo: managers may not write what came in, only have it processed again
        failed_sudo = self.sudo().filtered(
            lambda row: row.state == "failed" and row.kind != "unreadable"
        )
        failed_sudo.write(
            {"state": "new", "retry_count": 0, "date_next": fields.Datetime.now()}
        )
        failed_sudo._unlink_activity()
        if failed_sudo:
            self.env.ref("auto_notify.ir_cron_incoming")._trigger()

    def action_ignore(self):
        """Take events that failed, or nobody can read, off the list.

        :raise AccessError: for anybody but a manager
        """
        self._check_manager()
        # sudo: managers may not write what came in, only say that it doesn't matter
        failed_sudo = self.sudo().filtered(lambda row: row.state == "failed")
        failed_sudo.write({"state": "ignored"})
        failed_sudo._unlink_activity()

    def _check_manager(self):
        """Refuse everybody but managers who may see the events.

        :raise AccessError: for others
        """
        self.check_access("read")
        if not self.env.user.has_group("auto_crm.auto_crm_group_manager"):
            raise AccessError(self.env._("Only a manager may process events again."))

    def _unlink_activity(self):
        self.activity_unlink(["auto_notify.mail_activity_type_failed_incoming"])

    # ------------------------------------------------------------------
    # Receipts
    # ------------------------------------------------------------------

    def _process_receipt(self, event):
        """Tell the outbox what became of a message.

        A receipt may come before our own record of the call: it is tried again. What
        is never found was sent through the account by somebody else.
        """
        attempt = self._find_attempt(event)
        tracker = self.env["sms.tracker"]
        if event.own_key and not attempt:
            tracker = tracker.search([("sms_uuid", "=", event.own_key)], limit=1)
        if attempt:
            attempt._apply_receipt(
                event.state, date=event.date, code=event.code, error=event.error
            )
        elif tracker:
            tracker._apply_notify_receipt(event.state, event.error)
        elif self.retry_count + 1 >= MAX_TRIES:
            self.write({"state": "ignored", "error": self.env._("No message of ours.")})
        else:
            raise TryLaterError(self.env._("No such message yet."))

    def _find_attempt(self, event):
        """Return the attempt of this account that a receipt is about, or empty."""
        attempts = self.env["auto.notify.attempt"]
        domain = [("channel_id", "=", self.channel_id.id)]
        if event.own_key:
            found = attempts.search([*domain, ("key", "=", event.own_key)], limit=1)
            if found:
                return found
        if not event.ref:
            return attempts
        return attempts.search(
            [*domain, ("provider_ref", "=", event.ref)], limit=1, order="id desc"
        )

    @api.autovacuum
    def _gc_incoming(self, limit=1000):
        """Remove what was processed long ago; what failed stays."""
        old = self.search(
            [
                ("state", "in", ("done", "ignored")),
                ("create_date", "<", fields.Datetime.now() - timedelta(days=KEEP_DAYS)),
            ],
            limit=limit,
        )
        old.unlink()
        return len(old), int(len(old) >= limit)
