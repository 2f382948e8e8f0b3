"""What a message provider is to the outbox and the inbox.

Pure Python: no ORM, no database, so that calls may run in threads and be tested against
a local server that speaks the provider's API. A new provider is one subclass of
`Provider` and one entry in a list; docs/messages/new-provider.md of the project tells
the rest.
"""

from dataclasses import dataclass, field
from datetime import datetime

from odoo.tools import LazyTranslate

from .http import HttpClient, NotSent

_lt = LazyTranslate(__name__)

ANSWER_STATES = ("accepted", "refused", "later", "unsure", "broken")
# A chat has to be made first, or the phone of the customer does, or his e-mail, or any
REACHES = ("chat", "phone", "chat_or_phone", "email", "anything")
EVENT_KINDS = ("message", "receipt", "button", "start", "contact", "blocked")


class ProviderError(Exception):
    """What is wrong with a provider's account or answer, in words for an administrator.

    The text never holds a secret.
    """


class PartlyRead(ValueError):  # noqa: N818 - what is so, not an error's name
    """A webhook holds things that are not as documented, beside good ones.

    :param str problem: what is wrong with the first odd one
    :param list[Event] events: what could be read
    """

    def __init__(self, problem, events):
        super().__init__(problem)
        self.events = events


@dataclass(frozen=True)
class Button:
    """A button below a message.

    :param code: what it means, as ``confirm``
    :param title: what the customer reads
    :param data: what comes back when it is pressed, at most 64 bytes
    """

    code: str
    title: str
    data: str


@dataclass(frozen=True)
class Outgoing:
    """A message that is ready to go.

    :param to: address in the provider's terms: a phone in E.164, a chat's id
    :param key: 32 hexadecimal digits that no other attempt has
    :param lang: code of the text's language, as ``ru_RU``
    :param template: name of a text approved beforehand, for providers that want one
    :param parameters: what fills the approved text
    :param is_session: whether the customer wrote within the last 24 hours
    :param callback: address for the receipts of this message, if the provider takes one
    """

    to: str
    text: str
    key: str
    lang: str = "en_US"
    buttons: tuple[Button, ...] = ()
    template: str = ""
    parameters: tuple[str, ...] = ()
    is_session: bool = True
    callback: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of a call.

    :param state: ``accepted``: the provider has it; ``refused``: it never will take it
        for this recipient; ``later``: not taken, the same call may go through later;
        ``unsure``: it may or may not have been taken; ``broken``: not taken, since the
        account does not work (wrong token, no money)
    :param ref: the provider's id of the message
    :param cost: in the currency of the account, None if not told
    :param retry_after: seconds the provider asks to wait
    :param is_gone: the address does not exist or does not want us any more
    """

    state: str
    ref: str = ""
    code: str = ""
    error: str = ""
    cost: float | None = None
    retry_after: float | None = None
    is_gone: bool = False


def answer_of_failure(error):
    """Return the `Answer` for a call that got none.

    :param HttpError error: as raised by `HttpClient.call`
    """
    state = "later" if isinstance(error, NotSent) else "unsure"
    return Answer(state, error=str(error))


def answer_of_status(reply, error=""):
    """Return the `Answer` that a status of HTTP means, where the body says no more.

    A server that fails in the midst (500, 502, 504) may have taken the message, and so
    may one whose success cannot be read.

    :param HttpAnswer reply: as returned by `HttpClient.call`
    :param str error: the provider's words
    """
    status = reply.status
    if status in {408, 429, 503}:
        state = "later"
    elif status < 300 or status >= 500:
        state = "unsure"
    elif status < 400 or status in {401, 402, 403, 404, 405}:
        state = "broken"
    else:
        state = "refused"
    return Answer(
        state,
        code=str(status),
        error=error or f"HTTP status {status}",
        retry_after=reply.retry_after if state == "later" else None,
    )


@dataclass(frozen=True)
class Media:
    """A file in an incoming message; `Provider.fetch` gets it.

    :param kind: ``image``, ``audio``, ``video`` or ``file``
    :param ref: the provider's id or address of the file
    :param size: bytes, None if not told
    """

    kind: str
    ref: str
    name: str = ""
    mimetype: str = ""
    size: int | None = None


@dataclass(frozen=True)
class Event:
    """One thing that a webhook tells.

    :param kind: one of `EVENT_KINDS`
    :param key: the provider's unique id of the event; the same in a replay
    :param sender: id of the chat or phone it came from
    :param date: when it happened, naive UTC
    :param payload: data of a button, or token of a deep link (``start``)
    :param phone: the sender's own phone, where the provider vouches for it
    :param ref: the provider's id of the message of ours that a receipt is about
    :param own_key: our key of that message, where the provider echoes it
    :param state: of a receipt: ``sent``, ``delivered``, ``read`` or ``failed``
    """

    kind: str
    key: str
    sender: str = ""
    name: str = ""
    text: str = ""
    date: datetime | None = None
    payload: str = ""
    phone: str = ""
    media: tuple[Media, ...] = ()
    ref: str = ""
    own_key: str = ""
    state: str = ""
    code: str = ""
    error: str = ""


@dataclass(frozen=True)
class AccountField:
    """What the form of a channel asks for an account of a provider.

    :param name: of a field of ``auto.notify.channel``
    :param label: what it is with this provider
    :param note: where it is found
    :param is_required: whether nothing works without it
    :param option: its name in ``Settings.options``, if it is no usual setting
    :param groups: who alone sees it
    """

    name: str
    label: str
    note: str = ""
    placeholder: str = ""
    is_required: bool = False
    option: str = ""
    groups: str = ""


@dataclass(frozen=True)
class Settings:
    """An account with a provider.

    :param url: base address of the API; empty for the provider's own
    :param login: name of the account or id of the sending number
    :param secret: token or password
    :param app_secret: key of the webhook's signature, where it is another one
    :param sender: name or number that the customer sees, or the bot's name
    :param hook_secret: token that the provider sends along with webhooks
    :param private_hosts: names of hosts inside the shop's own network that may be
        called although their address is private
    :param options: what only one provider knows
    """

    url: str = ""
    login: str = ""
    secret: str = ""
    app_secret: str = ""
    sender: str = ""
    hook_secret: str = ""
    private_hosts: tuple[str, ...] = ()
    options: dict = field(default_factory=dict)


class Provider:
    """Base of all providers: an account, and how to talk to it.

    Texts that people read are marked for translation by ``_lt``.

    :cvar code: what names the provider
    :cvar kind: of channels it is for, ``auto.notify.channel.kind``: the code again if
        it is a kind of its own, ``sms`` for a gateway
    :cvar title: its name
    :cvar kind_title: name of the kind, where that is not the title
    :cvar account_title: above the fields of the account, where that is not the title
    :cvar account: tuple of `AccountField`
    :cvar note: a sentence on accounts, below their fields
    :cvar hook_note: where the webhook's address is entered
    :cvar hook_secret_label: what ``hook_secret`` is called, if people have to enter it
    :cvar icon: of Font Awesome; ``color`` as the brand has it
    :cvar transport: how messages leave: ``provider`` by `send`, ``email`` and ``sms``
        by Odoo's own queues, ``log`` not at all
    :cvar reach: what makes an address, the kind's: one of `REACHES`
    :cvar has_sessions: whether free text may go only a day after the customer's last
    :cvar url: base address of the public API
    :cvar has_receipts: whether delivery is told later; if not, taken is delivered
    :cvar is_idempotent: whether a call repeated with one key delivers once
    :cvar can_ask_phone: whether `ask_phone` works
    :cvar max_length: characters that one message may have, 0 for any number
    """

    code = ""
    kind = ""
    title = ""
    kind_title = ""
    account_title = ""
    account = ()
    note = ""
    hook_note = ""
    hook_secret_label = ""
    icon = "fa-comment"
    color = ""
    transport = "provider"
    reach = "chat"
    has_sessions = False
    url = ""
    has_receipts = False
    is_idempotent = False
    can_ask_phone = False
    max_length = 4096

    def __init__(self, settings):
        self.settings = settings
        self.base = (settings.url or self.url).rstrip("/")
        self.http = HttpClient(settings.private_hosts)

    def send(self, outgoing):
        """Hand a message over; never raises for what a network or provider may do.

        :param Outgoing outgoing: the message
        :rtype: Answer
        """
        raise NotImplementedError

    def lookup(self, outgoing):
        """Ask what became of a message whose sending was interrupted.

        :return: an `Answer` (``later``: never arrived, may be sent again), or None if
            the provider cannot tell
        """

    def check(self):
        """Return a sentence that names the account.

        :raise ProviderError: with what is wrong and what to do
        """
        raise NotImplementedError

    def set_hook(self, address):
        """Tell the provider where its webhooks go, where it has a call for that.

        :return: whether it has
        :raise ProviderError: if it refuses
        """
        return False

    def get_link(self, token):
        """Return the address that opens our chat and hands the token over, or ""."""
        return ""

    def is_authentic(self, body, headers, args):
        """Tell whether a webhook comes from the provider, in constant time.

        :param bytes body: as received
        :param headers: mapping, any case of names
        :param args: mapping of the query string, and of a posted form
        """
        return False

    def read_events(self, body, args):
        """Return what a webhook tells.

        :rtype: list[Event]
        :raise ValueError: if it is not what the provider documents
        """
        raise ValueError(f"{self.code} has no webhook")

    def answer_hook(self, args):
        """Return the body that answers a webhook's GET, or None to refuse it."""

    def answer_event(self, body, args, text, title):
        """Return the JSON that answers an authentic webhook, None for an empty one.

        For messengers that take the first words to a person in no other way.

        :param str text: that welcomes somebody the messenger does not let us write to
        :param str title: of a button that begins the conversation
        """

    def ask_phone(self, to, text, title):
        """Send a text with a button that shares the person's own phone.

        :param str to: id of the chat
        :param str title: of the button
        :rtype: Answer
        """
        return Answer("refused", code="unsendable", error="It cannot ask for a phone.")

    def answer_button(self, ref, text=""):
        """Tell a messenger that the press of a button has been received.

        :param str ref: of the event ``button``
        :return: whether it was taken
        """
        return False

    def fetch(self, media, limit):
        """Return the bytes of a received file.

        :param int limit: bytes, more are refused
        :raise ProviderError: if it cannot be had
        """
        raise ProviderError(f"{self.code} has no files")


class SmsGateway(Provider):
    """Base of what sends text messages: one kind of channel, whichever is chosen."""

    kind = "sms"
    kind_title = _lt("SMS")
    icon = "fa-mobile"
    reach = "phone"
