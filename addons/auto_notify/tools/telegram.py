"""Telegram Bot API, https://core.telegram.org/bots/api.

A person's chat with the bot has the person's own id. There are no receipts, and no key
that would make a repeated call harmless.
"""

import re
from urllib.parse import quote

from odoo.tools import LazyTranslate

from odoo.addons.auto_crm.tools.strangers import is_same

from .messenger import (
    EDITED,
    MAX_ERROR,
    Messenger,
    limit_wait,
    read_file,
    reads_answers,
)
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

MAX_FILE = 20 * 1024 * 1024
MAX_NOTE = 200  # characters that show after a button's press
UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
START = re.compile(r"/start(?:@\w+)?(?:\s+(\S+))?\s*")
# parts of "Bad Request: …" that mean a person nobody can reach
GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user_is_blocked",
    "input_user_deactivated",
    "user_is_deactivated",
    "chat_id_invalid",
)
# member of a message: kind of the file, name and type where it tells none
PHOTO = ("image", "photo.jpg", "image/jpeg")
FILES = {
    "voice": ("audio", "voice.ogg", "audio/ogg"),
    "audio": ("audio", "audio.mp3", "audio/mpeg"),
    "video": ("video", "video.mp4", "video/mp4"),
    "video_note": ("video", "video.mp4", "video/mp4"),
    "document": ("file", "file", "application/octet-stream"),
}
# what a person can send, and nobody but Telegram can show
FOREIGN = ("poll", "dice", "game", "story", "paid_media", "checklist", "giveaway")


class Telegram(Messenger):
    """A bot: ``secret`` is its token, ``sender`` its name without ``@``."""

    kind = code = "telegram"
    title = "Telegram"
    account_title = _lt("Telegram bot")
    account = (
        AccountField(
            "secret",
            _lt("Bot token"),
            _lt(
                "In Telegram, write /newbot to @BotFather: its last answer holds the "
                "token."
            ),
            placeholder="123456789:AA...",
            is_required=True,
        ),
        AccountField(
            "sender",
            _lt("Bot name"),
            _lt("The name that ends in “bot”, without @: links and QR codes open it."),
            placeholder="my_garage_bot",
        ),
    )
    icon = "fa-telegram"
    color = "#229ed9"
    url = "https://api.telegram.org"
    max_length = 4096
    can_ask_phone = True

    def ask_phone(self, to, text, title):
        """Override of `Messenger`: a keyboard that goes away when it was pressed."""
        markup = {
            "keyboard": [[{"text": title, "request_contact": True}]],
            "one_time_keyboard": True,
            "resize_keyboard": True,
        }
        data = {"chat_id": to, "text": text, "reply_markup": markup}
        return self._deliver(to, data)

    def answer_button(self, ref, text=""):
        """Override of `Messenger`: else the button shows a clock for a while."""
        data = {"callback_query_id": ref, "text": clip(text, MAX_NOTE)}
        return self._try(self._call, "answerCallbackQuery", data)

    @reads_answers
    def check(self):
        """Override of `Provider`: ask who we are."""
        bot = self._ask(self._call, "getMe").node("result")
        return f"{bot.text('first_name')}, @{bot.text('username')}"

    @reads_answers
    def set_hook(self, address):
        """Override of `Provider`: with the secret that comes back in a header."""
        secret = self.settings.hook_secret
        if not SECRET.fullmatch(secret):
            raise ProviderError(
                "The webhook needs a secret of letters, digits, “-” and “_”."
            )
        data = {"url": address, "secret_token": secret, "allowed_updates": UPDATES}
        self._ask(self._call, "setWebhook", data)
        return True

    def get_link(self, token):
        """Override of `Provider`: the bot gets ``/start`` with the token."""
        name = self.settings.sender.strip().lstrip("@")
        return f"https://t.me/{quote(name)}?start={quote(token)}" if name else ""

    def is_authentic(self, body, headers, args):
        """Override of `Provider`: the secret that `set_hook` has given."""
        given = get_header(headers, "X-Telegram-Bot-Api-Secret-Token")
        return is_same(given, self.settings.hook_secret)

    def read_events(self, body, args):
        """Override of `Provider`: one update."""
        update = read_object(body)
        key = update.need_id("update_id")
        event = None
        if "message" in update:
            event = self._read_message(key, update.node("message"))
        elif "edited_message" in update:
            event = self._read_edited(key, update.node("edited_message"))
        elif "callback_query" in update:
            event = self._read_button(key, update.node("callback_query"))
        elif "my_chat_member" in update:
            event = self._read_member(key, update.node("my_chat_member"))
        return [event] if event else []

    @reads_answers
    def fetch(self, media, limit):
        """Override of `Provider`: ask where the file is, then get it."""
        limit = min(limit, MAX_FILE)
        self._check_size(media.size, limit)
        found = self._ask(self._call, "getFile", {"file_id": media.ref}).node("result")
        path = found.text("file_path")
        if not path or ".." in path.split("/"):
            raise ProviderError("Telegram does not tell where the file is.")
        return self._download(f"{self.base}/file/bot{self._token}/{quote(path)}", limit)

    @property
    def _token(self):
        """The token as a part of an address."""
        return quote(self.settings.secret, safe=":")

    def _call(self, method, data=None):
        """Call a method of the API."""
        return self.http.call(
            "POST", f"{self.base}/bot{self._token}/{method}", json=data or {}
        )

    def _post(self, to, data):
        """Override of `Messenger`: `sendMessage`."""
        return self._call("sendMessage", data)

    def _prepare_message(self, outgoing):
        """Override of `Messenger`: plain text; no server opens its links."""
        data = {
            "chat_id": outgoing.to,
            "text": outgoing.text,
            "link_preview_options": {"is_disabled": True},
        }
        if outgoing.buttons:
            rows = [
                [{"text": button.title, "callback_data": button.data}]
                for button in outgoing.buttons
            ]
            data["reply_markup"] = {"inline_keyboard": rows}
        return data

    def _read_problem(self, reply, data):
        """Override of `Messenger`: ``ok`` tells."""
        if data.flag("ok"):
            return ""
        if "ok" not in data:
            raise ValueError("No answer of the Bot API")
        return data.text("description") or f"HTTP status {reply.status}"

    def _read_answer(self, reply, data):
        """Override of `Messenger`: ``error_code`` is the HTTP status."""
        if data.flag("ok"):
            result = data.node("result")
            number = result.id("message_id")  # a number within the chat
            ref = f"{result.node('chat').id('id')}/{number}"
            return Answer("accepted", ref=ref) if number else None
        if "ok" not in data:
            return None
        words = clip(data.text("description"), MAX_ERROR)
        status = int(data.number("error_code") or reply.status)
        if status in {420, 429}:
            wait = data.node("parameters").number("retry_after") or reply.retry_after
            return Answer("later", "", str(status), words, None, limit_wait(wait))
        if status in {401, 404}:
            return Answer("broken", code=str(status), error=words)
        if 400 <= status < 500:
            is_gone = status == 403 or any(part in words.lower() for part in GONE)
            return Answer("refused", code=str(status), error=words, is_gone=is_gone)
        return answer_of_status(reply, words)

    def _read_message(self, key, message, mark=""):
        """Return the event of a message, None if it is not a person's own to us."""
        if not self._is_person(message):
            return None
        sender = message.node("from")
        values = {
            "key": key,
            "sender": sender.need_id("id"),
            "name": _get_name(sender),
            "date": message.date("date"),
        }
        contact = message.node("contact")
        if contact and contact.id("user_id") == values["sender"]:
            phone = to_phone(contact.text("phone_number"))
            return Event("contact", phone=phone, **values) if phone else None
        text = message.text("text")
        start = START.fullmatch(text)
        if start and not mark:
            return Event("start", payload=start[1] or "", **values)
        text = text or message.text("caption") or _describe(message)
        media = _read_media(message)
        if not (text or media):
            return None
        return Event("message", text=mark + text, media=media, **values)

    def _read_edited(self, key, message):
        """Return the event of a changed message, if its text has changed."""
        if "text" not in message and "caption" not in message:
            return None
        return self._read_message(key, message, mark=EDITED)

    def _read_button(self, key, query):
        """Return the event of a pressed button; `ref` is for `answer_button`."""
        chat = query.node("message").node("chat")
        if "data" not in query or chat.text("type") != "private":
            return None
        sender = query.node("from")
        return Event(
            "button",
            key,
            sender=sender.need_id("id"),
            name=_get_name(sender),
            payload=query.text("data"),
            ref=query.need_id("id"),
        )

    def _read_member(self, key, change):
        """Return the event of a person who has blocked the bot."""
        is_kicked = change.node("new_chat_member").text("status") == "kicked"
        if not is_kicked or change.node("chat").text("type") != "private":
            return None
        sender = change.node("from")
        return Event(
            "blocked",
            key,
            sender=sender.need_id("id"),
            name=_get_name(sender),
            date=change.date("date"),
        )

    def _is_person(self, message):
        """Tell whether a message is of a person, in the chat with the bot."""
        is_bot = message.node("from").flag("is_bot")
        return message.node("chat").text("type") == "private" and not is_bot


def _get_name(user):
    """Return the name of a person."""
    name = join_name(user.text("first_name"), user.text("last_name"))
    return name or user.text("username")


def _read_media(message):
    """Return the files of a message, of a photo the largest size."""
    photos = sorted(message.nodes("photo"), key=_get_area)
    files = [(photos[-1], PHOTO)] if photos else []
    files += [(message.node(member), FILES[member]) for member in FILES]
    for file, values in files:
        if file:
            return (read_file(file, file.need_id("file_id"), *values),)
    return ()


def _get_area(photo):
    """Return the pixels of a photo."""
    return (photo.number("width") or 0) * (photo.number("height") or 0)


def _describe(message):
    """Return in words what is neither text nor a file."""
    contact = message.node("contact")
    if contact:
        name = join_name(contact.text("first_name"), contact.text("last_name"))
        emails = read_card(contact.text("vcard"))
        phone = to_phone(contact.text("phone_number"))
        return join_name(name, phone, *emails) or "[contact]"
    place = message.node("location")
    if place:
        venue = message.node("venue")
        point = f"{place.number('latitude')}, {place.number('longitude')}"
        return join_name(venue.text("title"), venue.text("address"), point)
    sticker = message.node("sticker")
    if sticker:
        return sticker.text("emoji") or "[sticker]"
    return next((f"[{member}]" for member in FOREIGN if member in message), "")
