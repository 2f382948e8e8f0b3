"""Viber REST bot API, https://developers.viber.com/docs/api/rest-bot-api.

The HTTP status is always 200, ``status`` in the body tells. A person who has opened the
chat by a link is no subscriber yet: only a message of theirs makes them one, and until
then the bot gets ``receiverNotSubscribed``. One welcome is taken before, as the body
that answers ``conversation_started``: it has a button, whose press is that message. A
call has no key that would make its
repetition harmless, and receipts name Viber's id of a message only.
"""

import re
from urllib.parse import quote

from odoo.tools import LazyTranslate

from .messenger import MAX_ERROR, Messenger, read_file, reads_answers
from .payload import clip, get_header, is_signed, join_name, read_object, to_phone
from .provider import AccountField, Answer, Event, answer_of_status

_lt = LazyTranslate(__name__)

EVENTS = [
    "delivered",
    "seen",
    "failed",
    "subscribed",
    "unsubscribed",
    "conversation_started",
]
MAX_NAME = 28
MILLISECONDS = 1000
PRESSED = "/button "  # before the data of a button: a press comes as a text
START = re.compile(r"/start(?: ([A-Za-z0-9_-]{1,64}))?\s*")
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
GONE = {5, 6}  # receiverNotRegistered, receiverNotSubscribed
BROKEN = {
    *(2, 7, 8, 9),  # the token; the account is blocked, not found, suspended
    *(10, 15),  # no webhook, not authorized
    *(23, 24),  # free messages used up, no balance
}
REFUSED = {
    *(3, 4),  # badData, missingData
    *(11, 13, 14),  # no suitable device, version of the app
    *(16, 17, 18, 19, 20, 22),  # of messages that we don't send
    21,  # a country without bots
}
LATER = {12}  # tooManyRequests
RECEIPTS = {"delivered": "delivered", "seen": "read", "failed": "failed"}
# type of a message: kind of its file, name where it tells none, its type
FILES = {
    "picture": ("image", "photo.jpg", "image/jpeg"),
    "sticker": ("image", "sticker.png", "image/png"),
    "video": ("video", "video.mp4", "video/mp4"),
    "file": ("file", "file", "application/octet-stream"),
}


class Viber(Messenger):
    """A bot: ``secret`` is its token, ``login`` its URI, ``sender`` the name shown."""

    kind = code = "viber"
    title = "Viber"
    account_title = _lt("Viber bot")
    account = (
        AccountField(
            "secret",
            _lt("Token"),
            _lt("partners.viber.com, Info: the token of your bot account."),
            is_required=True,
        ),
        AccountField(
            "sender",
            _lt("Sender's name"),
            _lt("At most 28 letters: the customer sees it above every message."),
            placeholder=_lt("My Garage"),
        ),
        AccountField(
            "login",
            _lt("Address of the bot"),
            _lt("Its URI, the last part of its link: links and QR codes open it."),
            placeholder="mygarage",
        ),
    )
    icon = "fa-volume-control-phone"
    color = "#7360f2"
    url = "https://chatapi.viber.com/pa"
    has_receipts = True
    max_length = 7000

    @reads_answers
    def check(self):
        """Override of `Provider`: read the account."""
        account = self._ask(self._call, "get_account_info")
        return f"{account.text('name')}, {account.text('uri')}"

    @reads_answers
    def set_hook(self, address):
        """Override of `Provider`: Viber calls the address before it answers."""
        data = {"url": address, "event_types": EVENTS, "send_name": True}
        self._ask(self._call, "set_webhook", {**data, "send_photo": False})
        return True

    def get_link(self, token):
        """Override of `Provider`: the token comes back as ``context``."""
        uri = self.settings.login.strip()
        if not uri:
            return ""
        return f"viber://pa?chatURI={quote(uri)}&context={quote(token)}"

    def is_authentic(self, body, headers, args):
        """Override of `Provider`: the body is signed with the token."""
        signature = get_header(headers, "X-Viber-Content-Signature")
        return is_signed(body, self.settings.secret, signature)

    def read_events(self, body, args):
        """Override of `Provider`: one callback."""
        data = read_object(body)
        kind = data.need_text("event")
        event = None
        if kind in RECEIPTS:
            event = self._read_receipt(kind, data)
        elif kind == "message":
            event = self._read_message(data)
        elif kind == "unsubscribed":
            event = self._read_gone(data)
        elif kind == "subscribed" or (_is_subscribed(data) and data.text("context")):
            event = self._read_start(kind, data)
        return [event] if event else []

    def answer_event(self, body, args, text, title):
        """Override of `Provider`: welcome who may not be written to yet."""
        try:
            data = read_object(body)
            is_opened = data.text("event") == "conversation_started"
            if not is_opened or _is_subscribed(data):
                return None
            token = data.text("context")
        except ValueError:
            return None
        start = f"/start {token}" if TOKEN.fullmatch(token) else "/start"
        return {
            "min_api_version": 1,
            "sender": self._sender,
            "type": "text",
            "text": text,
            "keyboard": _prepare_keyboard([_prepare_reply(title, start)]),
        }

    @reads_answers
    def fetch(self, media, limit):
        """Override of `Provider`: from its address, which is good for an hour."""
        self._check_size(media.size, limit)
        return self._download(media.ref, limit)

    def _call(self, method, data=None):
        """Call a method of the API."""
        return self.http.call(
            "POST",
            f"{self.base}/{method}",
            json=data or {},
            headers={"X-Viber-Auth-Token": self.settings.secret},
        )

    @property
    def _sender(self):
        """The name above every message."""
        return {"name": clip(self.settings.sender or "-", MAX_NAME)}

    def _post(self, to, data):
        """Override of `Messenger`: `send_message`."""
        return self._call("send_message", data)

    def _prepare_message(self, outgoing):
        """Override of `Messenger`: text, and a keyboard for the buttons."""
        data = {
            "receiver": outgoing.to,
            "min_api_version": 1,
            "sender": self._sender,
            "tracking_data": outgoing.key,
            "type": "text",
            "text": outgoing.text,
        }
        if outgoing.buttons:
            data["keyboard"] = _prepare_keyboard(
                [
                    _prepare_reply(button.title, PRESSED + button.data)
                    for button in outgoing.buttons
                ]
            )
        return data

    def _read_status(self, data):
        """Return the code of an answer and its words.

        :raise ValueError: if it has none
        """
        status = data.number("status")
        if status is None:
            raise ValueError("No answer of the bot API")
        return status, clip(
            data.text("status_message") or f"status {status}", MAX_ERROR
        )

    def _read_problem(self, reply, data):
        """Override of `Messenger`: ``status`` tells."""
        status, words = self._read_status(data)
        return words if status else ""

    def _read_answer(self, reply, data):
        """Override of `Messenger`: ``status`` tells, if it is a documented one."""
        status, words = self._read_status(data)
        values = {"code": str(status), "error": words}
        if status == 0:
            ref = data.id("message_token")
            return Answer("accepted", ref=ref) if ref else None
        if status in BROKEN:
            return Answer("broken", **values)
        if status in LATER:
            return Answer("later", retry_after=reply.retry_after, **values)
        if status in GONE or status in REFUSED:
            return Answer("refused", is_gone=status in GONE, **values)
        if reply.status != 200:
            return answer_of_status(reply, words)
        return Answer("unsure", **values)

    def _read_receipt(self, kind, data):
        """Return the event of a message's new state."""
        ref = data.need_id("message_token")
        user = data.id("user_id")
        return Event(
            "receipt",
            f"{kind}:{ref}:{user}",
            sender=user,
            date=data.date("timestamp", MILLISECONDS),
            ref=ref,
            state=RECEIPTS[kind],
            error=clip(data.text("desc"), MAX_ERROR),
        )

    def _read_message(self, data):
        """Return the event of a message.

        Viber tells the key of our last message before it, and does not vouch for the
        phones of cards: nothing tells a person's own from another's.
        """
        sender = data.node("sender")
        message = data.node("message")
        token = data.need_id("message_token")
        values = {
            "key": f"message:{token}",
            "sender": sender.need_id("id"),
            "name": sender.text("name"),
            "date": data.date("timestamp", MILLISECONDS),
            "own_key": message.text("tracking_data"),
        }
        text = _read_text(message)
        if text.startswith(PRESSED):
            payload = text.removeprefix(PRESSED).strip()
            return Event("button", payload=payload, ref=token, **values)
        start = START.fullmatch(text)
        if start:
            return Event("start", payload=start[1] or "", **values)
        media = _read_media(message)
        if not (text or media):
            return None
        return Event("message", text=text, media=media, **values)

    def _read_start(self, kind, data):
        """Return the event of a person who has opened the chat, or subscribed."""
        user = data.node("user")
        return Event(
            "start",
            _get_key(kind, data, user.need_id("id")),
            sender=user.id("id"),
            name=user.text("name"),
            date=data.date("timestamp", MILLISECONDS),
            payload=data.text("context"),
        )

    def _read_gone(self, data):
        """Return the event of a person who wants no more messages."""
        user = data.need_id("user_id")
        return Event(
            "blocked",
            _get_key("unsubscribed", data, user),
            sender=user,
            date=data.date("timestamp", MILLISECONDS),
        )


def _is_subscribed(data):
    """Tell whether a person who opens the chat may be written to already."""
    return data.text("event") == "conversation_started" and data.flag("subscribed")


def _prepare_keyboard(buttons):
    """Return buttons below the chat."""
    return {"Type": "keyboard", "DefaultHeight": False, "Buttons": buttons}


def _prepare_reply(title, text):
    """Return a button whose press does not show in the chat."""
    return {
        "Columns": 6,
        "Rows": 1,
        "ActionType": "reply",
        "ActionBody": text,
        "Text": title,
        "TextSize": "regular",
        "Silent": True,
    }


def _get_key(kind, data, user):
    """Return the key of an event: Viber's token, or else its moment."""
    token = data.id("message_token") or data.need_id("timestamp")
    return f"{kind}:{token}:{user}"


def _read_text(message):
    """Return a message in words."""
    kind = message.text("type")
    text = message.text("text")
    if kind == "location":
        place = message.node("location")
        return f"{place.number('lat')}, {place.number('lon')}"
    if kind == "contact":
        card = message.node("contact")
        phone = to_phone(card.text("phone_number"))
        return join_name(card.text("name"), phone) or "[contact]"
    if kind == "url":
        return join_name(text, message.text("media"))
    if not text and kind not in {"text", *FILES}:
        return f"[{kind}]" if kind else ""
    return text


def _read_media(message):
    """Return the file of a message."""
    kind = message.text("type")
    url = message.text("media")
    if kind not in FILES or not url:
        return ()
    return (read_file(message, url, *FILES[kind]),)
