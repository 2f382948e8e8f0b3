import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.http_gateway import KANNEL, RECEIPT_STATES

# Name of the field by the option of tools/http_gateway.py
FIELD_BY_OPTION = {
    "method": "gateway_method",
    "content_type": "gateway_content_type",
    "address": "gateway_address",
    "headers": "gateway_headers",
    "body": "gateway_body",
    "success": "gateway_success",
    "refused": "gateway_refused",
    "later": "gateway_later",
    "broken": "gateway_broken",
    "reference": "gateway_reference",
    "callback_query": "gateway_callback_query",
    "callback_percent": "gateway_callback_percent",
    "receipt_token": "gateway_receipt_token",
    "receipt_key": "gateway_receipt_key",
    "receipt_ref": "gateway_receipt_ref",
    "receipt_status": "gateway_receipt_status",
    "receipt_states": "gateway_receipt_states",
    "check_address": "gateway_check_address",
    "check_success": "gateway_check_success",
}
PATTERN_FIELDS = (
    "gateway_success",
    "gateway_refused",
    "gateway_later",
    "gateway_broken",
    "gateway_reference",
    "gateway_check_success",
)
# Where gateways want it, a password is typed into these
SECRET_FIELDS = (
    "gateway_address",
    "gateway_headers",
    "gateway_body",
    "gateway_callback_query",
    "gateway_check_address",
)
# How a text of several lines divides its names from its values
SEPARATORS = {"gateway_headers": ":", "gateway_receipt_states": "="}


class AutoNotifyChannel(models.Model):
    """What one HTTP gateway for SMS wants and answers, as templates and patterns."""

    _inherit = "auto.notify.channel"

    gateway_method = fields.Selection(
        selection=[("GET", "GET"), ("POST", "POST")],
        string="Call",
        default="GET",
        groups="base.group_system",
    )
    gateway_content_type = fields.Selection(
        selection=[("form", "Form"), ("json", "JSON"), ("text", "Plain text")],
        string="Kind of body",
        default="form",
        groups="base.group_system",
    )
    gateway_address = fields.Char(
        string="Path and parameters",
        groups="base.group_system",
        copy=False,
        exportable=False,
    )
    gateway_headers = fields.Text(
        string="Headers",
        groups="base.group_system",
        copy=False,
        exportable=False,
    )
    gateway_body = fields.Text(
        string="Body", groups="base.group_system", copy=False, exportable=False
    )
    gateway_success = fields.Char(string="Taken", groups="base.group_system")
    gateway_refused = fields.Char(string="Refused", groups="base.group_system")
    gateway_later = fields.Char(string="Try later", groups="base.group_system")
    gateway_broken = fields.Char(
        string="Account does not work", groups="base.group_system"
    )
    gateway_reference = fields.Char(
        string="Message's id in the answer", groups="base.group_system"
    )
    gateway_callback_query = fields.Char(
        string="Added to the webhook address",
        groups="base.group_system",
        copy=False,
        exportable=False,
    )
    gateway_callback_percent = fields.Char(
        string="A percent sign is written",
        groups="base.group_system",
        help="How a percent sign of the address itself is written, where the gateway "
        "fills in what stands after one; %% for Kannel.",
    )
    gateway_receipt_token = fields.Char(
        string="Parameter of the token", groups="base.group_system"
    )
    gateway_receipt_key = fields.Char(
        string="Parameter of our id", groups="base.group_system"
    )
    gateway_receipt_ref = fields.Char(
        string="Parameter of the gateway's id", groups="base.group_system"
    )
    gateway_receipt_status = fields.Char(
        string="Parameter of the state", groups="base.group_system"
    )
    gateway_receipt_states = fields.Text(string="States", groups="base.group_system")
    gateway_check_address = fields.Char(
        string="Path of the check",
        groups="base.group_system",
        copy=False,
        exportable=False,
    )
    gateway_check_success = fields.Char(
        string="Good answer to the check", groups="base.group_system"
    )

    @api.constrains("gateway_address", "gateway_check_address")
    def _check_gateway_addresses(self):
        """Refuse full addresses that the account's address itself might not have."""
        for channel in self:
            for address in (channel.gateway_address, channel.gateway_check_address):
                if address and not address.startswith(("/", "?")):
                    self._check_address(address)

    @api.constrains(*PATTERN_FIELDS)
    def _check_gateway_patterns(self):
        """Refuse what is no regular expression, before a message fails for it."""
        for channel in self:
            for name in PATTERN_FIELDS:
                try:
                    re.compile(channel[name] or "")
                except re.error as error:
                    raise ValidationError(
                        self.env._(
                            "%(field)s is no regular expression: %(error)s.",
                            field=self._fields[name]._description_string(self.env),
                            error=error,
                        )
                    ) from None

    @api.constrains("gateway_headers", "gateway_receipt_states")
    def _check_gateway_lines(self):
        """Refuse lines that are no pairs, and states nobody knows."""
        for channel in self:
            channel._read_pairs("gateway_headers")
            states = channel._read_pairs("gateway_receipt_states").values()
            if wrong := set(states) - set(RECEIPT_STATES):
                raise ValidationError(
                    self.env._(
                        "%(wrong)s is no state of a message. Write one of: %(states)s.",
                        wrong=min(wrong),
                        states=", ".join(RECEIPT_STATES),
                    )
                )

    def action_preset_kannel(self):
        """Fill in what Kannel's sendsms wants; address, login and password stay."""
        self.check_access("write")
        self.write(self._prepare_gateway_vals(KANNEL))

    @api.model
    def _prepare_gateway_vals(self, options):
        """Return the values of the fields for the options of a gateway.

        :param dict options: as tools/http_gateway.py documents them
        """
        vals = dict.fromkeys(FIELD_BY_OPTION.values(), False)
        for option, value in options.items():
            name = FIELD_BY_OPTION[option]
            if name in SEPARATORS:
                sign = SEPARATORS[name]
                vals[name] = "\n".join(f"{key}{sign} {value[key]}" for key in value)
            else:
                vals[name] = value
        return vals

    def _read_pairs(self, name):
        """Return the pairs that the lines of a text hold.

        :raise ValidationError: for a line that is no pair
        """
        pairs = {}
        sign = SEPARATORS[name]
        for line in filter(None, map(str.strip, (self[name] or "").splitlines())):
            key, found, value = line.partition(sign)
            if not (found and key.strip()):
                raise ValidationError(
                    self.env._(
                        "%(field)s: write one pair a line, as “%(example)s”.",
                        field=self._fields[name]._description_string(self.env),
                        example=f"name{sign} value",
                    )
                )
            pairs[key.strip()] = value.strip()
        return pairs

    def _prepare_options(self):
        """Override: the templates and patterns of an HTTP gateway."""
        options = super()._prepare_options()
        if self._get_provider_code() != "http":
            return options
        for option, name in FIELD_BY_OPTION.items():
            value = self._read_pairs(name) if name in SEPARATORS else self[name]
            if value:
                options[option] = value
        return options

    @api.model
    def _get_secret_fields(self):
        """Override: templates may hold a password that was typed into them."""
        return super()._get_secret_fields() | set(SECRET_FIELDS)

    @api.model
    def _get_account_fields(self):
        """Override: a changed template has to be tried again."""
        return super()._get_account_fields() | set(FIELD_BY_OPTION.values())
