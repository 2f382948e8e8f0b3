"""SMS through SMSC.ru, and the services that speak its HTTP API (smsc.kz and others).

Written against https://smsc.ru/api/http/. A message may have an id of ours, which need
not be unique there: a second call with the same id is a second message. So a call that
broke off is looked up by its id, and never repeated blindly.
"""

import hashlib
from datetime import UTC, datetime

from odoo.tools import LazyTranslate

from odoo.addons.auto_crm.tools.strangers import is_same

from .http import HttpError
from .payload import to_phone
from .provider import (
    AccountField,
    Answer,
    Event,
    ProviderError,
    SmsGateway,
    answer_of_failure,
    answer_of_status,
)

_lt = LazyTranslate(__name__)

# What status.php says of an id it does not know, as an error or as a status
NOT_FOUND_ERROR, NOT_FOUND_STATUS = 3, -3
# What an error of send.php means for the message; an unknown one took nothing either
STATE_BY_ERROR = {
    1: "broken",  # parameters
    2: "broken",  # login, password or an address that is not allowed
    3: "broken",  # no money
    4: "broken",  # our address is blocked for a while, after too many errors
    5: "broken",  # format of a date
    6: "refused",  # text or sender is forbidden
    7: "refused",  # number
    8: "refused",  # not to be delivered to this number
    9: "later",  # the same or too many calls within a minute
}
WORDS_BY_ERROR = {
    1: "a parameter is wrong, such as the sender",
    2: "login and password (or the API key) are wrong, or calls from this server's "
    "address are not allowed",
    4: "this server's address is blocked for a while after too many wrong calls",
    9: "too many calls within a minute",
}
GONE_ERRORS = {7}
LATER_SECONDS = 60.0
# What a status means for the message; others say nothing new
STATE_BY_STATUS = {
    -2: "failed",  # stopped
    0: "sent",  # handed to the operator
    1: "delivered",
    2: "read",
    3: "failed",  # too old
    4: "read",  # its link was followed
    20: "failed",  # impossible
    22: "failed",  # wrong number
    23: "failed",  # forbidden
    24: "failed",  # no money
    25: "failed",  # number out of reach
}
WORDS_BY_STATUS = {
    -2: "stopped",
    3: "expired before it was delivered",
    20: "cannot be delivered",
    22: "wrong number",
    23: "forbidden",
    24: "not enough money",
    25: "the number is out of reach",
}
DIGESTS = ("sha1", "md5")


class SmscProvider(SmsGateway):
    """SMSC.ru: ``login`` and ``secret`` are its login and password.

    Without a login the ``secret`` is an API key. The "secret word" of the account's
    callback is ``app_secret``.
    """

    code = "smsc"
    title = "SMSC.ru"
    account = (
        AccountField(
            "login",
            _lt("Login"),
            _lt("Your login at smsc.ru; empty if you use an API key."),
        ),
        AccountField(
            "secret",
            _lt("Password or API key"),
            _lt(
                "Of the settings of the API at smsc.ru: a password for the API or an "
                "API key, not the password you log in with."
            ),
            is_required=True,
        ),
        AccountField(
            "sender",
            _lt("Sender's name"),
            _lt("A name approved at smsc.ru; empty: the one of the account."),
            placeholder="MyGarage",
        ),
        AccountField(
            "app_secret",
            _lt("Secret word"),
            _lt(
                "A long word of your own, written there as well: it signs the "
                "receipts; without it none is believed."
            ),
        ),
    )
    hook_note = _lt(
        "Paste it at smsc.ru, in the settings of the API, as the address that is "
        "called for statuses and incoming SMS."
    )
    url = "https://smsc.ru/sys"
    has_receipts = True
    max_length = 1000

    def send(self, outgoing):
        """Override of `Provider`."""
        values = {
            "phones": outgoing.to,
            "mes": outgoing.text,
            "id": outgoing.key,
            "cost": "3",
        }
        if self.settings.sender:
            values["sender"] = self.settings.sender
        try:
            reply = self._call("send.php", **values)
        except HttpError as error:
            return answer_of_failure(error)
        try:
            content = reply.json_object()
        except ValueError:
            return answer_of_status(reply)
        if "error_code" in content:
            return self._read_error(content)
        if reply.status != 200 or "id" not in content:
            return answer_of_status(reply)
        return Answer(
            "accepted", ref=str(content["id"]), cost=_to_float(content.get("cost"))
        )

    def lookup(self, outgoing):
        """Override of `Provider`: the service knows messages by our id."""
        try:
            content = self._call(
                "status.php", phone=outgoing.to, id=outgoing.key
            ).json_object()
        except (HttpError, ValueError):
            return None
        status = _to_int(content.get("status"))
        code = _to_int(content.get("error_code"))
        if code == NOT_FOUND_ERROR or status == NOT_FOUND_STATUS:
            return Answer("later", code=str(NOT_FOUND_STATUS), error="never arrived")
        if status is None or code is not None:
            return None
        if STATE_BY_STATUS.get(status) == "failed":
            return Answer(
                "refused",
                ref=outgoing.key,
                code=str(status),
                error=WORDS_BY_STATUS[status],
            )
        return Answer("accepted", ref=outgoing.key)

    def check(self):
        """Override of `Provider`: the balance is what an administrator cares for."""
        try:
            content = self._call("balance.php", cur="1").json_object()
        except HttpError as error:
            raise ProviderError(f"SMSC does not answer: {error}") from None
        except ValueError:
            raise ProviderError(
                "This is not SMSC: its answer is no JSON. Check the address."
            ) from None
        if "error_code" in content:
            code = _to_int(content["error_code"])
            words = WORDS_BY_ERROR.get(code) or _shorten(content.get("error"))
            raise ProviderError(f"SMSC refuses: {words} (error {code}).")
        if "balance" not in content:
            raise ProviderError("This is not SMSC: it tells no balance.")
        name = self.settings.login or "by API key"
        money = f"{content['balance']} {content.get('currency', '')}".strip()
        return f"SMSC, account {name}, balance {money}"

    def is_authentic(self, body, headers, args):
        """Override of `Provider`: digest of the form and the account's secret word."""
        names = ("phone", "mes", "to") if "mes" in args else ("id", "phone", "status")
        for digest in DIGESTS:
            if digest in args:
                return self._is_signed(digest, args, names)
        return False

    def read_events(self, body, args):
        """Override of `Provider`: a receipt, or a customer's answer by SMS."""
        if "mes" in args:
            return [self._read_message(args)]
        status = _to_int(args.get("status"))
        ref = args.get("id")
        if status is None or not ref:
            raise ValueError("SMSC tells no status of a message")
        state = STATE_BY_STATUS.get(status)
        if not state:
            return []
        is_failed = state == "failed"
        event = Event(
            "receipt",
            f"{ref}:{status}",
            sender=args.get("phone", ""),
            date=_to_date(args.get("ts")),
            ref=ref,
            own_key=ref,
            state=state,
            code=(args.get("err") or str(status)) if is_failed else "",
            error=WORDS_BY_STATUS[status] if is_failed else "",
        )
        return [event]

    def _read_message(self, args):
        """Return the event of an SMS that a customer has sent."""
        phone, text = args.get("phone", ""), args["mes"]
        own_phone = to_phone(phone) if phone.lstrip("+").isdigit() else ""
        # neither id nor time are signed: the same form with others is a replay. What a
        # customer writes again another day is heard
        signed = (phone, text, args.get("to", ""), str(datetime.now(UTC).date()))
        key = hashlib.sha256("\0".join(signed).encode()).hexdigest()
        return Event(
            "message",
            f"message:{key}",
            sender=own_phone or phone,
            text=text,
            phone=own_phone,  # the operator tells it
            date=_to_date(args.get("ts")),
        )

    def _is_signed(self, digest, args, names):
        """Tell whether the form's digest is the one of the named fields."""
        secret = self.settings.app_secret
        if not secret:
            return False
        text = ":".join([*(args.get(name, "") for name in names), secret])
        expected = hashlib.new(digest, text.encode(), usedforsecurity=False).hexdigest()
        return is_same(args[digest].strip().lower(), expected)

    def _read_error(self, content):
        """Return the `Answer` for an error of send.php."""
        code = _to_int(content["error_code"])
        state = STATE_BY_ERROR.get(code, "later")
        return Answer(
            state,
            code=str(code),
            error=_shorten(content.get("error")) or f"SMSC error {code}",
            retry_after=LATER_SECONDS if state == "later" else None,
            is_gone=code in GONE_ERRORS,
        )

    def _call(self, script, **values):
        """Call a script of the service with the account's credentials.

        They go in the body, where no log of a proxy has them.
        """
        if self.settings.login:
            values |= {"login": self.settings.login, "psw": self.settings.secret}
        else:
            values["apikey"] = self.settings.secret
        values |= {"fmt": "3", "charset": "utf-8"}
        return self.http.call("POST", f"{self.base}/{script}", data=values)


def _to_int(value):
    """Return a whole number that was sent as such or as text, else None."""
    try:
        return int(str(value))
    except ValueError:
        return None


def _to_float(value):
    """Return a sum of money that was sent as number or text, else None."""
    try:
        return float(str(value))
    except ValueError:
        return None


def _to_date(value):
    """Return the naive UTC moment of a Unix time, else None."""
    try:
        moment = datetime.fromtimestamp(int(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=None)


def _shorten(text):
    """Return a provider's words, not longer than anyone reads."""
    return str(text or "")[:200]
