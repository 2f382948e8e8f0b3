"""MAX Bot API, https://dev.max.ru/docs-api.

The documentation names the methods, the fields and the HTTP statuses 200, 400, 401,
404, 405, 429 and 503, but no list of the codes in an error's body; ``chat.denied`` with
``error.dialog.suspended`` is what bots get for a person who has stopped them. There are
no receipts, and no key that would make a repeated call harmless.
"""

import base64
import hmac
import re
from urllib.parse import quote

from odoo.tools import LazyTranslate

from odoo.addons.auto_crm.tools.strangers import is_same

from .messenger import EDITED, MAX_ERROR, Messenger, read_file, reads_answers
from .payload import (
    clip,
    get_header,
    join_name,
    read_card,
    read_object,
    to_phone,
)
from .provider import (
    AccountField,
    Answer,
    Event,
    ProviderError,
    answer_of_status,
)

_lt = LazyTranslate(__name__)

UPDATES = [
    "message_created",
    "message_edited",
    "message_callback",
    "bot_started",
    "bot_stopped",
]
SECRET = re.compile(r"[A-Za-z0-9_-]{5,256}")
MILLISECONDS = 1000
CHAT = "chat:"  # before an address that is a chat's id, not a person's
VIDEO = "video:"  # before the reference of a video, which has no address of its own
VIDEO_SIZES = ("mp4_480", "mp4_720", "mp4_360", "mp4_240", "mp4_144", "mp4_1080")
PHONE_LINE = re.compile(r"^TEL[^:\r\n]*:([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
NAME_LINE = re.compile(r"^FN[^:\r\n]*:([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
# parts of the code or text of an error that mean a person nobody can reach
GONE = ("dialog.suspended", "dialog.notfound", "dialog.not.found")
GONE += ("chat.not.found", "user.not.found", "recipient.not.found")
# type of an attachment: kind of the file, its name where it tells none, its type
FILES = {
    "image": ("image", "photo.jpg", "image/jpeg"),
    "sticker": ("image", "sticker.webp", "image/webp"),
    "audio": ("audio", "audio.mp3", "audio/mpeg"),
    "video": ("video", "video.mp4", "video/mp4"),
    "file": ("file", "file", "application/octet-stream"),
}


class MaxBot(Messenger):
    """A bot: ``secret`` is its token, ``sender`` its nick, as ``id7700000000_bot``.

    An address is a person's id, or a chat's id after ``chat:``. Option ``ca_file``: a
    file with authorities to trust beside the usual ones, since MAX has its certificate
    from the Russian ministry of digital development.
    """

    kind = code = "max"
    title = "MAX"
    account_title = _lt("MAX bot")
    account = (
        AccountField(
            "secret",
            _lt("Bot token"),
            _lt("business.max.ru, Chat bots, your bot, Integration: Get token."),
            is_required=True,
        ),
        AccountField(
            "sender",
            _lt("Bot name"),
            _lt(
                "The last part of the bot's link max.ru/…: links and QR codes open it."
            ),
            placeholder="my_garage_bot",
        ),
        AccountField(
            "ca_file",
            _lt("Certificates file"),
            _lt(
                "Only if the check says that MAX's certificate is not trusted: the "
                "path, on this server, of a file with the certificates of the Russian "
                "ministry's authority."
            ),
            placeholder="/etc/ssl/russian_trusted_ca.pem",
            option="ca_file",
        ),
    )
    url = "https://platform-api2.max.ru"
    max_length = 4000
    can_ask_phone = True

    def __init__(self, settings):
        super().__init__(settings)
        authorities = (settings.options or {}).get("ca_file")
        if authorities:
            self.http.authorities = str(authorities)

    def ask_phone(self, to, text, title):
        """Override of `Messenger`: a button below the text."""
        return self._deliver(
            to, _prepare(text, [{"type": "request_contact", "text": title}])
        )

    def answer_button(self, ref, text=""):
        """Override of `Messenger`: a note, for else the message would change."""
        if not text:
            return False
        params = {"callback_id": ref}
        return self._try(self._call, "POST", "answers", params, {"notification": text})

    @reads_answers
    def check(self):
        """Override of `Provider`: ask who we are."""
        bot = self._ask(self._call, "GET", "me")
        name = bot.text("first_name") or bot.text("name")
        return f"{name}, @{bot.text('username')}"

    @reads_answers
    def set_hook(self, address):
        """Override of `Provider`: with the secret that comes back in a header."""
        secret = self.settings.hook_secret
        if not SECRET.fullmatch(secret):
            raise ProviderError(
                "The webhook needs a secret of at least 5 letters, digits, “-” and “_”."
            )
        data = {"url": address, "update_types": UPDATES, "secret": secret}
        answer = self._ask(self._call, "POST", "subscriptions", json=data)
        if not answer.flag("success"):
            words = answer.text("message") or "the webhook was not taken"
            raise ProviderError(f"MAX: {clip(words, MAX_ERROR)}")
        return True

    def get_link(self, token):
        """Override of `Provider`: the bot gets an event with the token."""
        name = self.settings.sender.strip().lstrip("@")
        return f"https://max.ru/{quote(name)}?start={quote(token)}" if name else ""

    def is_authentic(self, body, headers, args):
        """Override of `Provider`: the secret that `set_hook` has given."""
        given = get_header(headers, "X-Max-Bot-Api-Secret")
        return is_same(given, self.settings.hook_secret)

    def read_events(self, body, args):
        """Override of `Provider`: one update."""
        update = read_object(body)
        readers = {
            "message_created": self._read_message,
            "message_edited": self._read_edited,
            "message_callback": self._read_button,
            "bot_started": self._read_started,
            "bot_stopped": self._read_stopped,
        }
        kind = update.need_text("update_type")
        event = readers[kind](update) if kind in readers else None
        return [event] if event else []

    @reads_answers
    def fetch(self, media, limit):
        """Override of `Provider`: from the address that came along.

        A video's has to be asked for. The token stays here: files are at other hosts
        than the API's.
        """
        self._check_size(media.size, limit)
        url = media.ref
        if url.startswith(VIDEO):
            path = f"videos/{quote(url.removeprefix(VIDEO), safe='')}"
            urls = self._ask(self._call, "GET", path).node("urls")
            url = next((urls.text(it) for it in VIDEO_SIZES if urls.text(it)), "")
        if not url:
            raise ProviderError("MAX does not tell where the file is.")
        return self._download(url, limit)

    def _call(self, method, path, params=None, json=None):
        """Call the API."""
        return self.http.call(
            method,
            f"{self.base}/{path}",
            params=params,
            json=json,
            headers={"Authorization": self.settings.secret},
        )

    def _post(self, to, data):
        """Override of `Messenger`: to a person or a chat."""
        name, value = ("user_id", to)
        if to.startswith(CHAT):
            name, value = ("chat_id", to.removeprefix(CHAT))
        return self._call("POST", "messages", {name: value}, data)

    def _find_problem(self, outgoing):
        """Override of `Messenger`: addresses are numbers."""
        if not re.fullmatch(r"(chat:-?)?[0-9]{1,19}", outgoing.to):
            return "The address is not an id of MAX."
        return super()._find_problem(outgoing)

    def _prepare_message(self, outgoing):
        """Override of `Messenger`: plain text."""
        buttons = [
            {"type": "callback", "text": clip(it.title, 128), "payload": it.data}
            for it in outgoing.buttons
        ]
        return _prepare(outgoing.text, buttons)

    def _read_problem(self, reply, data):
        """Override of `Messenger`: the HTTP status tells."""
        if reply.status == 200:
            return ""
        if "code" not in data and "message" not in data:
            raise ValueError("No answer of the Bot API")
        return data.text("message") or data.text("code")

    def _read_answer(self, reply, data):
        """Override of `Messenger`: the HTTP status tells."""
        if reply.status == 200:
            ref = data.node("message").node("body").id("mid")
            return Answer("accepted", ref=ref) if ref else None
        if "code" not in data:
            return None
        code = clip(data.id("code"), MAX_ERROR)
        words = clip(data.text("message") or code, MAX_ERROR)
        if reply.status == 401 or code.startswith("verify."):
            return Answer("broken", code=code, error=words)
        if reply.status in {400, 403, 404}:
            told = f"{code} {words}".lower()
            is_gone = any(part in told for part in GONE)
            return Answer("refused", code=code, error=words, is_gone=is_gone)
        return answer_of_status(reply, words)

    def _read_message(self, update, mark=""):
        """Return the event of a message, None if it is not a person's own to us."""
        message = update.node("message")
        sender = message.node("sender")
        if message.node("recipient").text("chat_type") != "dialog":
            return None
        if not sender or sender.flag("is_bot"):
            return None
        body = message.node("body")
        mid = body.need_id("mid")
        values = {
            **_read_person(sender),
            "key": f"edit:{mid}:{update.need_id('timestamp')}" if mark else mid,
            "date": message.date("timestamp", MILLISECONDS),
        }
        parts = [body, *_get_forwarded(message)]
        phone = self._read_own_phone(body, values["sender"])
        if phone and not mark:
            return Event("contact", phone=phone, **values)
        text = "\n".join(line for part in parts for line in _read_lines(part))
        media = tuple(it for part in parts for it in _read_media(part))
        if not (text or media):
            return None
        return Event("message", text=mark + text, media=media, **values)

    def _read_edited(self, update):
        """Return the event of a changed message."""
        return self._read_message(update, mark=EDITED)

    def _read_button(self, update):
        """Return the event of a pressed button; `ref` is for `answer_button`."""
        press = update.node("callback")
        recipient = update.node("message").node("recipient")
        if recipient.text("chat_type") not in {"", "dialog"}:
            return None
        ref = press.need_id("callback_id")
        return Event(
            "button",
            f"button:{ref}:{press.need_id('timestamp')}",
            payload=press.text("payload"),
            date=press.date("timestamp", MILLISECONDS),
            ref=ref,
            **_read_person(press.node("user")),
        )

    def _read_started(self, update):
        """Return the event of a person who has opened the chat."""
        return self._read_change("start", update, payload=update.text("payload"))

    def _read_stopped(self, update):
        """Return the event of a person who has stopped the bot."""
        return self._read_change("blocked", update)

    def _read_change(self, kind, update, **values):
        """Return the event of what a person has done with the chat."""
        person = _read_person(update.node("user"))
        return Event(
            kind,
            f"{kind}:{person['sender']}:{update.need_id('timestamp')}",
            date=update.date("timestamp", MILLISECONDS),
            **person,
            **values,
        )

    def _read_own_phone(self, body, sender):
        """Return the phone that a person has shared with the button, or "".

        MAX signs such a card with the token: HMAC-SHA256 of the card. Whether in
        hexadecimal digits or in base64 is not documented, so both are taken.
        """
        for card in _get_attachments(body, "contact"):
            payload = card.node("payload")
            is_own = payload.node("max_info").id("user_id") == sender
            info = payload.data.get("vcf_info")
            found = PHONE_LINE.search(payload.text("vcf_info"))
            if is_own and found and self._is_signed(info, payload.text("hash")):
                return to_phone(found[1])
        return ""

    def _is_signed(self, text, signature):
        """Tell whether MAX has signed a text for this bot."""
        secret = self.settings.secret
        if not secret or not signature:
            return False
        body = text.encode("utf-8", "replace")
        digest = hmac.digest(secret.encode(), body, "sha256")
        return is_same(signature.lower(), digest.hex()) | is_same(
            signature, base64.b64encode(digest).decode()
        )


def _prepare(text, buttons):
    """Return a message with its buttons one below the other."""
    data = {"text": text}
    if buttons:
        rows = [[button] for button in buttons]
        data["attachments"] = [
            {"type": "inline_keyboard", "payload": {"buttons": rows}}
        ]
    return data


def _read_person(user):
    """Return who has done something."""
    name = join_name(user.text("first_name"), user.text("last_name"))
    return {
        "sender": user.need_id("user_id"),
        "name": name or user.text("name") or user.text("username"),
    }


def _get_forwarded(message):
    """Return the body of a message that was passed on."""
    link = message.node("link")
    return [link.node("message")] if link.text("type") == "forward" else []


def _get_attachments(body, *kinds):
    """Return the attachments of some kinds."""
    return [it for it in body.nodes("attachments") if it.text("type") in kinds]


def _read_lines(body):
    """Return a message in words."""
    lines = [body.text("text")] if body.text("text") else []
    for place in _get_attachments(body, "location"):
        lines.append(f"{place.number('latitude')}, {place.number('longitude')}")
    for card in _get_attachments(body, "contact"):
        text = card.node("payload").text("vcf_info")
        found = [NAME_LINE.search(text), PHONE_LINE.search(text)]
        words = [*(it[1] for it in found if it), *read_card(text)]
        lines.append(join_name(*words) or "[contact]")
    for share in _get_attachments(body, "share"):
        url = share.node("payload").text("url")
        if url and url not in body.text("text"):
            lines.append(url)
    return lines


def _read_media(body):
    """Return the files of a message."""
    files = []
    for attachment in _get_attachments(body, *FILES):
        kind = attachment.text("type")
        payload = attachment.node("payload")
        ref = payload.text("url")
        if kind == "video" and payload.text("token"):
            ref = VIDEO + payload.text("token")
        if ref:
            files.append(read_file(attachment, ref, *FILES[kind]))
    return files
