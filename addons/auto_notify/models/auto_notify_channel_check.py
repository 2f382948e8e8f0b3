from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.calls import hide_secrets
from ..tools.provider import Provider, ProviderError

COUNTED_STATES = {
    "sent_count": ("accepted", "delivered", "read"),
    "delivered_count": ("delivered", "read"),
    "failed_count": ("refused", "failed", "unsure"),
}


class AutoNotifyChannel(models.Model):
    """Whether a channel works: what is filled in, its last check, its last hour."""

    _inherit = "auto.notify.channel"

    date_check = fields.Datetime(string="Checked on", readonly=True, copy=False)
    is_check_ok = fields.Boolean(readonly=True, copy=False)
    check_result = fields.Char(string="Last check", readonly=True, copy=False)
    status = fields.Selection(
        selection=[
            ("off", "Off"),
            ("incomplete", "Not set up"),
            ("test", "Test mode"),
            ("paused", "Paused"),
            ("error", "Does not work"),
            ("unchecked", "Not checked"),
            ("ready", "Works"),
        ],
        compute="_compute_status",
        compute_sudo=True,
    )
    is_test_mode = fields.Boolean(compute="_compute_is_test_mode")
    is_paused = fields.Boolean(compute="_compute_is_paused")
    has_hook = fields.Boolean(compute="_compute_has_hook")
    has_hook_call = fields.Boolean(
        compute="_compute_has_hook",
        help="The provider can be told its webhook address.",
    )
    sent_count = fields.Integer(string="Sent", compute="_compute_attempt_counts")
    delivered_count = fields.Integer(
        string="Delivered", compute="_compute_attempt_counts"
    )
    failed_count = fields.Integer(string="Failed", compute="_compute_attempt_counts")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_waiting_count")

    @api.depends(lambda self: self._get_status_fields())
    def _compute_status(self):
        for channel in self:
            channel.status = channel._get_status()

    @api.model
    def _get_status_fields(self):
        """Hook: the fields the status is made of."""
        return [
            *("active", "date_resume", "date_check", "is_check_ok"),
            *sorted(self._get_account_fields()),
        ]

    def _get_status(self):
        """Return the worst thing to be known about the channel, else that it works."""
        if not self.active:
            return "off"
        if self._get_missing_fields():
            return "incomplete"
        if self.is_test_mode:
            return "test"
        if self.is_paused:
            return "paused"
        if self._get_transport() == "log":
            return "ready"
        if not self.date_check:
            return "unchecked"
        return "ready" if self.is_check_ok else "error"

    def _compute_is_test_mode(self):
        self.is_test_mode = self._is_test_mode()

    @api.depends("date_resume")
    def _compute_is_paused(self):
        now = fields.Datetime.now()
        for channel in self:
            channel.is_paused = bool(channel.date_resume and channel.date_resume > now)

    @api.depends("kind", "sms_gateway")
    def _compute_has_hook(self):
        for channel in self:
            provider_class = channel._get_provider_class() or Provider
            channel.has_hook = provider_class.read_events is not Provider.read_events
            channel.has_hook_call = provider_class.set_hook is not Provider.set_hook

    def _compute_attempt_counts(self):
        counts = {}
        rows = self.env["auto.notify.attempt"]._read_group(
            [
                ("channel_id", "in", self.ids),
                ("date_start", ">=", fields.Datetime.now() - timedelta(hours=1)),
            ],
            ["channel_id", "state"],
            ["__count"],
        )
        for channel, state, count in rows:
            counts.setdefault(channel, {})[state] = count
        for channel in self:
            by_state = counts.get(channel, {})
            for name, states in COUNTED_STATES.items():
                channel[name] = sum(by_state.get(state, 0) for state in states)

    def _compute_waiting_count(self):
        counts = dict(
            self.env["auto.notify.message"]._read_group(
                [
                    ("channel_id", "in", self.ids),
                    ("state", "in", ("queued", "deferred", "sending")),
                ],
                ["channel_id"],
                ["__count"],
            )
        )
        for channel in self:
            channel.waiting_count = counts.get(channel, 0)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_check(self):
        """Ask the provider whether the account works; keep and show its answer."""
        self.ensure_one()
        self.check_access("write")
        is_ok, result = self._check_account()
        self.write(
            {
                "date_check": fields.Datetime.now(),
                "is_check_ok": is_ok,
                "check_result": result,
            }
        )
        return self._show_result(is_ok, result)

    def action_set_hook(self):
        """Tell the provider where its webhooks go.

        :raise UserError: with what is wrong, and what to do by hand
        """
        self.ensure_one()
        self.check_access("write")
        self._check_hook_address()
        try:
            is_set = self._get_provider().set_hook(self.hook_url)
        except ProviderError as error:
            raise UserError(self._mask_secrets(str(error))) from None
        if not is_set:
            raise UserError(
                self.env._(
                    "This provider has no call for that: copy the webhook address "
                    "into the settings of your account with it."
                )
            )
        self.date_hook = fields.Datetime.now()
        return self._show_result(True, self.env._("The webhook is connected."))

    def action_renew_hook(self):
        """Give the channels new webhook addresses and secrets: the old ones end."""
        self.check_access("write")
        for channel in self:
            channel.write({**self._prepare_hook_vals(), "date_hook": False})

    # ------------------------------------------------------------------
    # Business methods
    # ------------------------------------------------------------------

    @api.model
    def _prepare_resume_vals(self):
        """Return the values of a channel that has never failed."""
        return {"date_resume": False, "pause_reason": False, "failure_count": 0}

    def _get_required_fields(self):
        """Hook: the names of the fields the provider cannot do without."""
        account = getattr(self._get_provider_class(), "account", ())
        return [field.name for field in account if field.is_required]

    def _get_missing_fields(self):
        """Return the names of the required fields that are empty."""
        # sudo: whether a field is filled in is no secret
        channel_sudo = self.sudo()
        return [name for name in self._get_required_fields() if not channel_sudo[name]]

    def _check_account(self):
        """Return (whether the account works, a sentence that says it)."""
        missing = self._get_missing_fields()
        if missing:
            labels = [
                self._fields[name]._description_string(self.env) for name in missing
            ]
            return False, self.env._(
                "Fill in first: %(fields)s.", fields=", ".join(labels)
            )
        provider = self._get_provider()
        if provider is None:
            return self._check_own_account()
        try:
            account = provider.check()
        except ProviderError as error:
            return False, self._mask_secrets(str(error))
        return True, self.env._("Connected: %(account)s.", account=account)

    def _check_own_account(self):
        """Return the answer of a channel whose messages Odoo sends, or nobody."""
        provider_class = self._get_provider_class()
        checks = {
            "email": self._check_email,
            "sms": self._check_odoo_sms,
            "log": self._check_log,
        }
        return checks[provider_class.transport if provider_class else "log"]()

    def _check_log(self):
        """Return that there is nothing to be checked."""
        return True, self.env._("Messages are only logged: nothing leaves.")

    def _check_odoo_sms(self):
        """Return who sends."""
        return True, self.env._(
            "SMS go out as Odoo itself sends them: General Settings, Send SMS."
        )

    def _check_email(self):
        """Return whether Odoo's mail server answers."""
        server = self.env["ir.mail_server"].search([], limit=1)
        if not server:
            return True, self.env._(
                "E-mails go out through the mail server of Odoo's configuration file."
            )
        try:
            server.test_smtp_connection()
        except UserError as error:
            return False, str(error)
        return True, self.env._(
            "E-mails go out through the mail server %(server)s.", server=server.name
        )

    def _check_hook_address(self):
        """Check that the provider may be told this database's address.

        :raise UserError: in test mode, and for an address no messenger would call
        """
        if self._is_test_mode():
            raise UserError(
                self.env._(
                    "This database is in test mode: its webhook would take the "
                    "messages away from the real one. Switch test mode off first."
                )
            )
        if not (self.hook_url or "").startswith("https://"):
            raise UserError(
                self.env._(
                    "Messengers call https addresses only, and this database has the "
                    "address %(address)s. Set the system parameter web.base.url.",
                    address=self.get_base_url(),
                )
            )

    def _mask_secrets(self, text):
        """Return the text without any secret of the channel in it."""
        # sudo: what must not be shown has to be known
        channel_sudo = self.sudo()
        secrets = (channel_sudo[name] for name in self._get_secret_fields())
        return hide_secrets(text, secrets)

    def _show_result(self, is_ok, message):
        """Return the action that shows a result and reloads the form."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if is_ok else "danger",
                "message": message,
                "sticky": not is_ok,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
