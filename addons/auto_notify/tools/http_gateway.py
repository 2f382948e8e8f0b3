"""SMS through any gateway that takes one HTTP call a message: templates say how.

What a gateway wants and answers is told by ``Settings.options``; `KANNEL` is a ready
set for Kannel's ``sendsms``. Each option may be left out:

- ``address``: of the call; without ``http`` in front it continues the account's address
- ``method``: ``GET`` or ``POST``; ``content_type``: ``form``, ``json`` or ``text``
- ``headers``: names and values; ``body``: of a POST
- ``success``, ``refused``, ``later``, ``broken``: regular expressions, looked for in
  the answer's text; without ``success`` every good status means success
- ``reference``: regular expression whose group is the gateway's id of the message
- ``callback_query``: what is added to the address for receipts; ``callback_percent``:
  how a percent sign of the address itself is written, where it means something else
- ``receipt_token``, ``receipt_key``, ``receipt_ref``, ``receipt_status``: names of the
  parameters of a receipt; ``receipt_states``: what their values of the status mean
- ``check_address``, ``check_success``: a call that sends nothing, and its good answer

Address, headers, body and callback hold placeholders: see `PLACEHOLDERS`. They are
escaped for their place, so quotes of a JSON text stay in the template:
``{"to": "{to}", "text": "{text}"}``.
"""

import json
import re
from urllib.parse import quote, urlsplit

from odoo.tools import LazyTranslate

from odoo.addons.auto_crm.tools.strangers import is_same

from .http import HttpError
from .provider import (
    AccountField,
    Answer,
    Event,
    ProviderError,
    SmsGateway,
    answer_of_failure,
    answer_of_status,
)
from .sms_length import is_gsm

_lt = LazyTranslate(__name__)

PLACEHOLDERS = {
    "to": "phone in E.164, with its plus",
    "to_digits": "phone without the plus",
    "text": "the message",
    "sender": "name or number that the customer sees",
    "login": "name of the account",
    "secret": "password or token of the account",
    "key": "our id of the message",
    "callback": "address for receipts, with ``callback_query``",
    "hook_secret": "token that proves a receipt",
    "coding": "0 for a text in GSM-7, 2 for UCS-2, as SMPP counts",
}
CONTENT_TYPES = {
    "form": "application/x-www-form-urlencoded",
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
}
PATTERNS = ("success", "refused", "later", "broken", "reference", "check_success")
TEXTS = (
    *PATTERNS,
    "address",
    "method",
    "content_type",
    "body",
    "callback_query",
    "callback_percent",
    "receipt_token",
    "receipt_key",
    "receipt_ref",
    "receipt_status",
    "check_address",
)
MAPPINGS = ("headers", "receipt_states")
RECEIPT_STATES = ("sent", "delivered", "read", "failed")
# As much of an answer as is searched: patterns of people may be slow
MAX_SEARCHED = 5000

# Kannel's userguide, "Using the HTTP interface to send SMS messages". The account's
# address is the one of smsbox, as http://127.0.0.1:13013, named as a private host.
KANNEL = {
    "method": "GET",
    "address": "/cgi-bin/sendsms?username={login}&password={secret}&from={sender}"
    "&to={to}&text={text}&charset=UTF-8&coding={coding}"
    "&dlr-mask=31&dlr-url={callback}",
    "success": r"^(0: Accepted|3: Queued) for",
    "refused": r"^(Not routable|Number\(s\) has|.*receiver number)",
    "broken": r"^(Authorization failed|Sender missing)",
    "later": r"^Temporal failure",
    # %d is the kind of the receipt, filled in by Kannel
    "callback_query": "token={hook_secret}&key={key}&status=%d",
    "callback_percent": "%%",
    "receipt_token": "token",
    "receipt_key": "key",
    "receipt_status": "status",
    "receipt_states": {
        "1": "delivered",
        "2": "failed",
        "4": "sent",
        "8": "sent",
        "16": "failed",
    },
    # without a receiver nothing is sent, and the credentials are looked at before that
    "check_address": "/cgi-bin/sendsms?username={login}&password={secret}",
    "check_success": r"^Missing receiver number",
}


class HttpGatewayProvider(SmsGateway):
    """A gateway that is described by templates and patterns."""

    code = "http"
    title = _lt("HTTP gateway (Kannel and others)")
    account_title = _lt("HTTP gateway")
    account = (
        AccountField(
            "url",
            _lt("Address"),
            _lt(
                "Where the gateway listens. Plain http:// only for hosts named in "
                "Settings, Car Service, Own gateways."
            ),
            placeholder="https://sms.example.com",
            is_required=True,
        ),
        AccountField(
            "login",
            _lt("Login"),
            _lt("The name of your account with the gateway; {login} below."),
        ),
        AccountField(
            "secret",
            _lt("Password or token"),
            _lt("The account's password; {secret} below."),
        ),
        AccountField(
            "sender",
            _lt("Sender"),
            _lt("The name or number the customer sees; {sender} below."),
            placeholder="MyGarage",
        ),
    )
    hook_note = _lt(
        "Kannel is told both with each message. A gateway that wants the address for "
        "delivery reports in its settings gets it with the token behind: the "
        "parameter's name stands in “Receipts”."
    )
    hook_secret_label = _lt("Token of receipts")
    max_length = 1500

    def __init__(self, settings):
        super().__init__(settings)
        given = settings.options or {}
        self.options = {
            name: value for name, value in given.items() if _is_sound(name, value)
        }
        self.unsound = sorted(set(given) - set(self.options))
        self.has_receipts = bool(self.options.get("receipt_status"))

    def send(self, outgoing):
        """Override of `Provider`."""
        try:
            self._check_options()
            call = self._prepare_call(outgoing)
            patterns = self._compile_patterns()
        except ProviderError as error:
            return Answer("broken", error=str(error))
        try:
            reply = self.http.call(**call)
        except HttpError as error:
            return answer_of_failure(error)
        return self._read_answer(reply, patterns)

    def check(self):
        """Override of `Provider`: options are sound, and the gateway answers.

        Without ``check_address`` nothing is known of the credentials.
        """
        self._check_options()
        patterns = self._compile_patterns()
        address = self.options.get("check_address")
        values = self._prepare_values()
        url = self._join(fill(address, values, "url")) if address else self.base
        host = urlsplit(url).hostname
        try:
            reply = self.http.call("GET", url)
        except HttpError as error:
            raise ProviderError(f"The gateway does not answer: {error}") from None
        if not address:
            return f"The gateway at {host} answers; whether it sends is not known"
        text = reply.text[:MAX_SEARCHED].strip()
        good = patterns.get("check_success")
        if not (good.search(text) if good else reply.status < 300):
            words = self._hide(text[:200]) or f"HTTP status {reply.status}"
            raise ProviderError(f"The gateway at {host} refuses: {words}")
        name = self.settings.login or "without a name"
        return f"The gateway at {host} answers, account {name}"

    def is_authentic(self, body, headers, args):
        """Override of `Provider`: the token in the callback's address."""
        name = self.options.get("receipt_token")
        given = str(args.get(name, "")) if name else ""
        return is_same(given, self.settings.hook_secret)

    def read_events(self, body, args):
        """Override of `Provider`: a receipt."""
        names = [
            self.options.get(f"receipt_{part}") for part in ("status", "key", "ref")
        ]
        status, own_key, ref = (args.get(name, "") if name else "" for name in names)
        if not status or not (own_key or ref):
            raise ValueError("The gateway tells no status of a message")
        state = (self.options.get("receipt_states") or {}).get(status)
        if not state:
            return []
        is_failed = state == "failed"
        event = Event(
            "receipt",
            f"{own_key or ref}:{status}",
            ref=ref,
            own_key=own_key,
            state=state,
            code=status if is_failed else "",
            error=f"the gateway says {status}" if is_failed else "",
        )
        return [event]

    def _prepare_call(self, outgoing):
        """Return the parameters of `HttpClient.call` for a message."""
        options = self.options
        values = self._prepare_values(outgoing)
        call = {
            "method": options.get("method") or "GET",
            "url": self._join(fill(options.get("address") or "", values, "url")),
            "headers": {
                name: fill(value, values, "header")
                for name, value in (options.get("headers") or {}).items()
            },
        }
        if call["method"] != "GET":
            kind = options.get("content_type") or "form"
            if kind not in CONTENT_TYPES:
                raise ProviderError(
                    f"{kind} is no content type; write form, json or text."
                )
            call["headers"].setdefault("Content-Type", CONTENT_TYPES[kind])
            call["data"] = fill(options.get("body") or "", values, kind)
        return call

    def _prepare_values(self, outgoing=None):
        """Return what stands for each placeholder; without a message, the account's."""
        settings = self.settings
        values = dict.fromkeys(PLACEHOLDERS, "") | {
            "sender": settings.sender,
            "login": settings.login,
            "secret": settings.secret,
            "hook_secret": settings.hook_secret,
        }
        if outgoing:
            values |= {
                "to": outgoing.to,
                "to_digits": outgoing.to.lstrip("+"),
                "text": outgoing.text,
                "key": outgoing.key,
                "coding": "0" if is_gsm(outgoing.text) else "2",
            }
            values["callback"] = self._prepare_callback(outgoing.callback, values)
        return values

    def _prepare_callback(self, callback, values):
        """Return the address for the receipts of a message, "" if there is none."""
        query = self.options.get("callback_query")
        if not (callback and query):
            return callback
        percent = self.options.get("callback_percent") or "%"
        escaped = {
            name: _escape_url(value).replace("%", percent)
            for name, value in values.items()
        }
        mark = "&" if "?" in callback else "?"
        return f"{callback.replace('%', percent)}{mark}{fill(query, escaped, 'text')}"

    def _join(self, address):
        """Return an address of the gateway in full."""
        if address.startswith(("http://", "https://")):
            return address
        return f"{self.base}{address}"

    def _read_answer(self, reply, patterns):
        """Return what a gateway's answer means, by its text and its status."""
        text = reply.text[:MAX_SEARCHED].strip()
        matched = {name for name, pattern in patterns.items() if pattern.search(text)}
        words = self._hide(text[:200])
        is_good = reply.status < 300
        if is_good and "success" in matched:
            return self._accept(text, patterns)
        for state in ("refused", "later", "broken"):
            if state in matched:
                wait = reply.retry_after if state == "later" else None
                return Answer(
                    state, code=str(reply.status), error=words, retry_after=wait
                )
        if is_good and "success" not in patterns:
            return self._accept(text, patterns)
        return answer_of_status(reply, words)

    def _accept(self, text, patterns):
        """Return the answer for a message that was taken, with its id if it is told."""
        match = patterns["reference"].search(text) if "reference" in patterns else None
        ref = match[1 if match.re.groups else 0] if match else ""
        return Answer("accepted", ref=ref or "")

    def _compile_patterns(self):
        """Return the patterns that are given, by their name.

        :raise ProviderError: for one that is no regular expression
        """
        patterns = {}
        for name in PATTERNS:
            source = self.options.get(name)
            try:
                if source:
                    patterns[name] = re.compile(source)
            except re.error:
                raise ProviderError(
                    f"{name} is not a regular expression; check it."
                ) from None
        return patterns

    def _check_options(self):
        """Look for what cannot work.

        :raise ProviderError: with what is to be written instead
        """
        if self.unsound:
            raise ProviderError(
                f"The options do not go like this: {', '.join(self.unsound)}. "
                "Texts are in quotes; headers and receipt_states name texts."
            )
        if not (self.base or self.options.get("address")):
            raise ProviderError("The gateway has no address; write it down.")
        states = (self.options.get("receipt_states") or {}).values()
        if wrong := set(states) - set(RECEIPT_STATES):
            raise ProviderError(
                f"{min(wrong)} is no state of a message; "
                f"write one of {', '.join(RECEIPT_STATES)}."
            )
        templates = [self.options.get("address"), self.options.get("callback_query")]
        for template in filter(None, templates):
            for name in re.findall(r"\{(\w*)\}", template):
                if name not in PLACEHOLDERS:
                    raise ProviderError(f"There is no placeholder {{{name}}}.")

    def _hide(self, text):
        """Return a gateway's words without the secrets that it may have echoed."""
        for secret in (self.settings.secret, self.settings.hook_secret):
            if secret:
                for form in {secret, quote(secret, safe="")}:
                    text = text.replace(form, "***")
        return text


def fill(template, values, place):
    """Return a template with its placeholders filled, in one pass.

    What a value holds is not looked at again: a ``{secret}`` in a customer's name stays
    those eight characters. Other braces stay as they are.

    :param place: ``url``, ``form``, ``json``, ``text`` or ``header``
    """
    escape = _ESCAPES[place]
    return _PLACEHOLDER.sub(lambda match: escape(values[match[1]]), template)


def _is_sound(name, value):
    """Tell whether an option is known and of its type; an empty one is none."""
    if name in TEXTS:
        return value is None or isinstance(value, str)
    return name in MAPPINGS and (
        value is None
        or (
            isinstance(value, dict)
            and all(isinstance(text, str) for text in (*value, *value.values()))
        )
    )


def _escape_url(value):
    return quote(value, safe="")


def _escape_json(value):
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _escape_header(value):
    return " ".join(value.split())


_ESCAPES = {
    "url": _escape_url,
    "form": _escape_url,
    "json": _escape_json,
    "text": str,
    "header": _escape_header,
}
_PLACEHOLDER = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")
