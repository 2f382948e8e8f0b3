"""Channels without a provider: Odoo itself sends, or nobody does."""

from odoo.tools import LazyTranslate

from .provider import Provider, SmsGateway

_lt = LazyTranslate(__name__)


class LogOnly(Provider):
    """Each message is kept as if it had been sent."""

    kind = code = "log"
    title = _lt("Log only")
    account_title = _lt("Account")
    note = _lt(
        "Nothing leaves: each message is kept as if it had been sent. For trying out "
        "rules and texts."
    )
    icon = "fa-file-text-o"
    transport = "log"
    reach = "anything"
    max_length = 0


class OdooSms(SmsGateway):
    """Odoo's own text messages, by whichever service it is told to use."""

    code = "odoo"
    title = _lt("Odoo's SMS provider")
    account_title = _lt("Account")
    note = _lt(
        "SMS go out as Odoo itself sends them: General Settings, Send SMS, where its "
        "credits or another provider are set up."
    )
    transport = "sms"
    max_length = 0


class Email(Provider):
    """E-mails of Odoo's own queue."""

    kind = code = "email"
    title = _lt("E-mail")
    account_title = _lt("Account")
    note = _lt(
        "E-mails go out through the outgoing mail server of Settings, Technical, from "
        "the company's address."
    )
    icon = "fa-envelope-o"
    transport = "email"
    reach = "email"
    max_length = 0
