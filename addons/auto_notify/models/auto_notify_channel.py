import secrets
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import str2bool

from odoo.addons.auto_crm.tools.strangers import is_same

from ..tools.provider import Settings


class AutoNotifyChannel(models.Model):
    """An account through which messages go and come: its credentials and settings."""

    _name = "auto.notify.channel"
    _description = "Message Channel"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        required=True,
        index=True,
    )
    kind = fields.Selection(
        selection=lambda self: self._get_kinds(),
        required=True,
        default="log",
        tracking=True,
    )
    sms_gateway = fields.Selection(
        selection=lambda self: self._get_sms_gateways(),
        string="SMS gateway",
        default="odoo",
        required=True,
    )
    url = fields.Char(
        string="API address",
        groups="base.group_system",
        help="Empty: the public address of the provider.",
    )
    login = fields.Char(groups="base.group_system", copy=False)
    secret = fields.Char(
        string="Token or password",
        groups="base.group_system",
        copy=False,
        exportable=False,
    )
    app_secret = fields.Char(groups="base.group_system", copy=False, exportable=False)
    sender = fields.Char(help="The name or number the customer sees; the bot's name.")
    api_version = fields.Char(
        groups="base.group_system",
        help="Version of the API, as v24.0; empty: the one this program knows.",
    )
    template_buttons = fields.Boolean(
        string="Templates have buttons", default=True, groups="base.group_system"
    )
    ca_file = fields.Char(
        string="Certificates of authorities", groups="base.group_system"
    )
    hook_key = fields.Char(
        groups="base.group_system", copy=False, readonly=True, exportable=False
    )
    hook_secret = fields.Char(
        groups="base.group_system", copy=False, readonly=True, exportable=False
    )
    hook_url = fields.Char(
        string="Webhook address",
        compute="_compute_hook_url",
        groups="base.group_system",
        exportable=False,
    )
    date_hook = fields.Datetime(string="Webhook connected", readonly=True, copy=False)
    daily_cap = fields.Integer(
        string="Messages a day", help="More wait for the next day; 0 is no limit."
    )
    parallel = fields.Integer(
        string="Calls at once", default=4, help="How many messages are sent together."
    )
    failure_count = fields.Integer(
        string="Failures in a row", readonly=True, copy=False
    )
    date_resume = fields.Datetime(string="Paused until", readonly=True, copy=False)
    pause_reason = fields.Char(readonly=True, copy=False)
    contact_ids = fields.One2many(
        comodel_name="auto.notify.contact", inverse_name="channel_id"
    )
    wait_minutes = fields.Integer(
        string="Next after, minutes",
        default=15,
        help="Rules that name no channels try all of the company in this order. Not "
        "delivered within this time: the next one is tried. 0: no waiting, it is tried "
        "only if this one fails.",
    )

    _hook_key_unique = models.UniqueIndex(
        "(hook_key)", "Another channel has this webhook address."
    )
    _kind_unique = models.UniqueIndex(
        "(company_id, kind) WHERE active",
        "A company has one active channel of a kind: switch the other one off first.",
    )
    _wait_positive = models.Constraint(
        "CHECK (wait_minutes >= 0)", "Minutes to wait are at least 0."
    )

    @api.depends("hook_key")
    def _compute_hook_url(self):
        for channel in self:
            channel.hook_url = (
                f"{channel.get_base_url()}/auto_notify/hook/{channel.hook_key}"
                if channel.hook_key
                else False
            )

    @api.constrains("url")
    def _check_url(self):
        """Refuse addresses that a password must not travel to in the clear."""
        for channel in self.filtered("url"):
            self._check_address(channel.url)

    @api.model
    def _check_address(self, address):
        """Check that an address is https, or http within the shop's own network.

        :raise ValidationError: with what to do
        """
        try:
            parts = urlsplit(address.strip())
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise ValidationError(
                self.env._("%(address)s is no address.", address=address[:40])
            ) from None
        if parts.username is not None or parts.password is not None:
            raise ValidationError(
                self.env._(
                    "Write login and password into their own fields, not into the "
                    "address: there everybody with the page open reads them."
                )
            )
        if parts.scheme not in ("http", "https") or not host:
            raise ValidationError(
                self.env._("An address starts with https:// and names a host.")
            )
        own = {host, f"{host}:{port}"} & {*self._get_private_hosts()}
        if parts.scheme == "http" and not own:
            raise ValidationError(
                self.env._(
                    "Passwords and phones of customers would travel to %(host)s in the "
                    "clear. Use https://, or, if it stands in your own network, name "
                    "it in Settings, Car Service, Own gateways.",
                    host=host,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Give every channel a webhook address and secret of its own."""
        # one switched off just before makes room for the new one
        self.flush_model(["active", "company_id", "kind"])
        return super().create(
            [{**self._prepare_hook_vals(), **vals} for vals in vals_list]
        )

    def write(self, vals):
        """Changed credentials have to be checked again; a kind stays what it is."""
        # sudo: chats count, whoever may see them
        if "kind" in vals and any(
            channel.kind != vals["kind"] and channel.sudo().contact_ids
            for channel in self
        ):
            raise UserError(
                self.env._(
                    "Customers have chats in this channel, so that its kind cannot "
                    "change. Make a new channel."
                )
            )
        if self._get_account_fields() & vals.keys():
            vals = {**self._prepare_unchecked_vals(), **vals}
        return super().write(vals)

    def copy_data(self, default=None):
        """A copy is off: a company has one active channel of a kind."""
        return super().copy_data(default={"active": False, **(default or {})})

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """Refuse secrets to administrators too: a file is easily passed on."""
        if any(path[:1] and path[0] in self._get_secret_fields() for path in fields):
            raise UserError(self.env._("Credentials of channels are not exported."))
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    @api.model
    def _get_secret_fields(self):
        """Hook: the fields that must never leave the database by file or log."""
        return {"secret", "app_secret", "hook_key", "hook_secret", "hook_url"}

    @api.model
    def _get_account_fields(self):
        """Hook: the fields after whose change the account has to be checked again."""
        return {"kind", "sms_gateway", "url"} | {
            field.name
            for provider_class in self._get_provider_classes()
            for field in provider_class.account
        }

    @api.model
    def _prepare_unchecked_vals(self):
        """Return the values of a channel whose account nobody has tried yet."""
        return {
            **self._prepare_resume_vals(),
            "date_check": False,
            "is_check_ok": False,
            "check_result": False,
        }

    @api.model
    def _prepare_hook_vals(self):
        """Return a new webhook address and secret, which nobody can guess."""
        return {
            "hook_key": secrets.token_urlsafe(32),
            "hook_secret": secrets.token_urlsafe(32),
        }

    @api.model
    def _is_test_mode(self):
        """Whether nothing may leave this database."""
        # sudo: a parameter of the system decides for everybody
        parameters = self.env["ir.config_parameter"].sudo()
        return str2bool(parameters.get_param("auto_notify.test_mode") or "", False)

    # ------------------------------------------------------------------
    # Which account
    # ------------------------------------------------------------------

    @api.model
    def _find_by_key(self, key):
        """Return the active channel with this webhook key, empty if there is none.

        Every key is compared, each in constant time: how long it takes says nothing
        about what the keys are.

        :param str key: as it came in the address of a webhook
        """
        # sudo: whoever calls a webhook has no user here
        channels_sudo = self.sudo().search([("hook_key", "!=", False)])
        return channels_sudo.filtered(lambda channel: is_same(key, channel.hook_key))

    @api.model
    def _map_by_kind(self, companies):
        """Return the channel that each company uses for a kind: the first of them.

        :return: dict of (company id, kind) → channel
        """
        result = {}
        # sudo: whoever sends; an archived account sends nothing, whatever he looks at
        active = self.sudo().with_context(active_test=True)
        channels = active.search_fetch([("company_id", "in", companies.ids)])
        for channel in channels:
            result.setdefault((channel.company_id.id, channel.kind), channel)
        return result

    @api.model
    def _get_default_kinds(self, company, channels=None):
        """Return the company's channels in order: pairs of kind and minutes to wait.

        :param dict channels: of `_map_by_kind`, if the caller has them
        """
        channels = self._map_by_kind(company) if channels is None else channels
        return [
            [kind, channel.wait_minutes]
            for (company_id, kind), channel in channels.items()
            if company_id == company.id
        ]

    # ------------------------------------------------------------------
    # The client
    # ------------------------------------------------------------------

    def _get_provider(self):
        """Return the client of this account, None where Odoo itself sends.

        The client is pure Python: it may be used in threads and after the transaction.

        :rtype: tools.provider.Provider | None
        """
        self.ensure_one()
        provider_class = self._get_provider_class()
        if not provider_class or provider_class.transport != "provider":
            return None
        return provider_class(self._prepare_settings())

    def _prepare_settings(self):
        """Return the account as the provider's client wants it."""
        # sudo: credentials are for administrators, sending is for everybody
        channel_sudo = self.sudo()
        return Settings(
            url=channel_sudo.url or "",
            login=channel_sudo.login or "",
            secret=channel_sudo.secret or "",
            app_secret=channel_sudo.app_secret or "",
            sender=channel_sudo.sender or "",
            hook_secret=channel_sudo.hook_secret or "",
            private_hosts=self._get_private_hosts(),
            options=channel_sudo._prepare_options(),
        )

    def _prepare_options(self):
        """Hook: what only the channel's provider knows; called with sudo."""
        self.ensure_one()
        account = getattr(self._get_provider_class(), "account", ())
        return {
            field.option: self[field.name]
            for field in account
            if field.option
            and (self[field.name] or self._fields[field.name].type == "boolean")
        }

    @api.model
    def _get_private_hosts(self):
        """Return the hosts of the shop's own network that channels may call."""
        # sudo: a parameter of the system, read for a call
        parameters = self.env["ir.config_parameter"].sudo()
        hosts = parameters.get_param("auto_notify.private_hosts") or ""
        return tuple(host.strip().lower() for host in hosts.split(",") if host.strip())
