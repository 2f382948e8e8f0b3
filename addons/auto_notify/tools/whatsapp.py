"""WhatsApp Cloud API of Meta, https://developers.facebook.com/documentation/business-messaging/whatsapp.

Within 24 hours of a person's last message anything may be written; outside of that only
templates that Meta has approved. A person who hides the phone has a "business-scoped
user id" instead, as ``RU.13491208655302741918``: an address like a phone, only that no
phone comes with it.
"""

import re
from functools import partial
from urllib.parse import quote, urlsplit

from odoo.tools import LazyTranslate

from odoo.addons.auto_crm.tools.strangers import is_same

from .messenger import MAX_ERROR, Messenger, read_file, reads_answers
from .payload import (
    clip,
    get_header,
    is_signed,
    join_name,
    read_filled,
    read_object,
    to_phone,
)
from .provider import AccountField, Answer, Event, PartlyRead, ProviderError

_lt = LazyTranslate(__name__)

VERSION = "v24.0"
MAX_BUTTONS = 3
MAX_TITLE = 20
MAX_BUTTON_TEXT = 1024  # of a text that has buttons
USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,150}")
START = re.compile(r"/start\s+(\S+)\s*")
CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,256}")
# hosts that get the token when a file is fetched
MEDIA_HOSTS = ("fbsbx.com", "facebook.com", "fbcdn.net", "whatsapp.net")
# languages that WhatsApp has by country; the others go without
REGIONAL = {
    *("en_GB", "en_US", "es_AR", "es_ES", "es_MX", "pt_BR", "pt_PT"),
    *("zh_CN", "zh_HK", "zh_TW"),
}
# what the codes of errors mean for a message; other codes mean "refused"
BROKEN = {
    *(0, 3, 10, 33, 190, 368),  # token, permission, number, policy
    131005,  # access denied
    131031,  # account locked
    131037,  # name of the number not approved
    131042,  # payment
    131045,  # certificate of the number
    133010,  # number not registered
}
LATER = {
    *(2, 4, 17, 32, 613),  # service down, calls of the app
    *(80007, 130429, 131048, 131056, 133016),  # rates: account, calls, spam, pair
    *(131000, 131016, 131057),  # something went wrong, overloaded, maintenance
}
GONE = {131026}  # no WhatsApp there, or one that cannot get messages
UNKNOWN = 1  # "invalid request or possible server error"
INVALID = 100
NO_OBJECT = 33  # subcode of INVALID: no such phone number id
RECEIPTS = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}
# type of a message: kind of its file, name where it tells none
FILES = {
    "image": ("image", "photo"),
    "sticker": ("image", "sticker"),
    "audio": ("audio", "audio"),
    "video": ("video", "video"),
    "document": ("file", "file"),
}
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
}
NO_TEMPLATE = (
    "The customer has not written for 24 hours: WhatsApp takes only a template then, "
    "and the message has none. Name an approved one in the message template."
)


class WhatsApp(Messenger):
    """A business number.

    ``login`` is its phone number id, ``secret`` the token, ``app_secret`` signs the
    webhooks, ``hook_secret`` is the webhook's verify token, ``sender`` the phone.
    Options: ``version`` of the API; ``languages``, a mapping from codes as ``ru_RU`` to
    those of the templates; ``template_buttons``, false if templates have no buttons.
    """

    kind = code = "whatsapp"
    title = "WhatsApp"
    account_title = _lt("WhatsApp Cloud API")
    account = (
        AccountField(
            "login",
            _lt("Phone number ID"),
            _lt(
                "developers.facebook.com, your app, WhatsApp, API Setup: the number "
                "below “From”."
            ),
            placeholder="106540352242922",
            is_required=True,
        ),
        AccountField(
            "secret",
            _lt("Access token"),
            _lt(
                "business.facebook.com, Settings, System users: a token that never "
                "expires, with the right whatsapp_business_messaging."
            ),
            is_required=True,
        ),
        AccountField(
            "app_secret",
            _lt("App secret"),
            _lt(
                "developers.facebook.com, your app, App settings, Basic: it signs what "
                "WhatsApp sends here."
            ),
            is_required=True,
        ),
        AccountField(
            "sender",
            _lt("Number"),
            _lt(
                "The shop's WhatsApp number with its country code: links and QR codes "
                "open it."
            ),
            placeholder="79161234567",
        ),
        AccountField(
            "template_buttons",
            _lt("Templates have buttons"),
            _lt(
                "Off if the texts approved by Meta have none: then a message outside "
                "of the 24 hours goes without."
            ),
            option="template_buttons",
        ),
        AccountField(
            "api_version",
            _lt("API version"),
            _lt(
                "Empty: the one this program knows. Meta switches old ones off after "
                "two years."
            ),
            placeholder="v24.0",
            option="version",
        ),
    )
    hook_note = _lt(
        "Paste both at developers.facebook.com, your app, WhatsApp, Configuration, "
        "Webhook, and subscribe to “messages”."
    )
    hook_secret_label = _lt("Verify token")
    icon = "fa-whatsapp"
    color = "#25d366"
    reach = "chat_or_phone"
    has_sessions = True
    url = "https://graph.facebook.com"
    has_receipts = True
    max_length = 4096

    @reads_answers
    def check(self):
        """Override of `Provider`: read the number."""
        fields = "display_phone_number,verified_name,quality_rating"
        number = self._ask(self._call, "GET", self._number, {"fields": fields})
        name = f"{number.text('verified_name')}, {number.text('display_phone_number')}"
        quality = number.text("quality_rating")
        return f"{name} (quality {quality})" if quality else name

    def get_link(self, token):
        """Override of `Provider`: the person sends the text it has prepared."""
        number = to_phone(self.settings.sender).lstrip("+")
        text = quote(f"/start {token}")
        return f"https://wa.me/{number}?text={text}" if number else ""

    def is_authentic(self, body, headers, args):
        """Override of `Provider`: the body is signed with the secret of the app."""
        kind, _sign, digest = get_header(headers, "X-Hub-Signature-256").partition("=")
        return kind == "sha256" and is_signed(body, self.settings.app_secret, digest)

    def answer_hook(self, args):
        """Override of `Provider`: repeat the challenge, if the token is ours."""
        is_known = is_same(
            args.get("hub.verify_token") or "", self.settings.hook_secret
        )
        challenge = args.get("hub.challenge") or ""
        if not is_known or args.get("hub.mode") != "subscribe":
            return None
        return challenge if CHALLENGE.fullmatch(challenge) else None

    def read_events(self, body, args):
        """Override of `Provider`: messages and receipts of our number only."""
        data = read_object(body)
        if data.text("object") != "whatsapp_business_account":
            raise ValueError("Not a webhook of WhatsApp")
        events, problems = [], []
        for read, node in self._get_readers(data):
            try:
                events.append(read(node))
            except ValueError as error:
                problems.append(str(error))
        events = [event for event in events if event]
        if problems:
            raise PartlyRead(problems[0], events)
        return events

    def _get_readers(self, data):
        """Return what is in a webhook, each thing with the method that reads it."""
        readers = []
        for entry in data.nodes("entry"):
            for change in entry.nodes("changes"):
                value = change.node("value")
                number = value.node("metadata").id("phone_number_id")
                if change.text("field") == "messages" and number == self.settings.login:
                    readers += [
                        (self._read_receipt, it) for it in value.nodes("statuses")
                    ]
                    read = partial(self._read_message, value)
                    readers += [(read, it) for it in value.nodes("messages")]
        return readers

    @reads_answers
    def fetch(self, media, limit):
        """Override of `Provider`: ask where the file is, then get it with the token."""
        path = quote(media.ref, safe="")
        found = self._ask(self._call, "GET", path)
        self._check_size(found.size("file_size"), limit)
        url = found.text("url")
        host = urlsplit(url).hostname or ""
        is_ours = host == urlsplit(self.base).hostname
        if not is_ours and not f".{host}".endswith(
            tuple(f".{it}" for it in MEDIA_HOSTS)
        ):
            raise ProviderError("The file is at a host that is not known as Meta's.")
        return self._download(url, limit, headers=self._headers)

    @property
    def _options(self):
        return self.settings.options or {}

    @property
    def _number(self):
        """The number's id as a part of an address."""
        return quote(self.settings.login, safe="")

    @property
    def _headers(self):
        return {"Authorization": f"Bearer {self.settings.secret}"}

    def _call(self, method, path, params=None, json=None):
        """Call the API."""
        version = str(self._options.get("version") or VERSION)
        return self.http.call(
            method,
            f"{self.base}/{quote(version, safe='')}/{path}",
            params=params,
            json=json,
            headers=self._headers,
        )

    def _post(self, to, data):
        """Override of `Messenger`: send with the number."""
        return self._call("POST", f"{self._number}/messages", json=data)

    def _find_fault(self):
        """Override of `Messenger`: the number, too."""
        if not self.settings.login:
            return "The phone number id is missing."
        return super()._find_fault()

    def _find_problem(self, outgoing):
        """Override of `Messenger`: its addresses, and a template if needed."""
        if not USER_ID.fullmatch(outgoing.to) and not to_phone(outgoing.to):
            return "The address is not a phone."
        if not outgoing.is_session and not outgoing.template:
            return NO_TEMPLATE
        return super()._find_problem(outgoing)

    def _prepare_message(self, outgoing):
        """Override of `Messenger`: text in a session, else the template."""
        data = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "biz_opaque_callback_data": outgoing.key,
        }
        if USER_ID.fullmatch(outgoing.to):
            data["recipient"] = outgoing.to
        else:
            data["to"] = to_phone(outgoing.to).lstrip("+")
        if not outgoing.is_session:
            content = {"type": "template", "template": self._prepare_template(outgoing)}
        elif outgoing.buttons and len(outgoing.text) <= MAX_BUTTON_TEXT:
            content = {"type": "interactive", "interactive": _prepare_buttons(outgoing)}
        else:
            text = {"body": outgoing.text, "preview_url": False}
            content = {"type": "text", "text": text}
        return {**data, **content}

    def _prepare_template(self, outgoing):
        """Return an approved template with its parameters."""
        components = []
        if outgoing.parameters:
            # neither line ends nor rows of spaces are taken, nor is nothing
            texts = [" ".join(text.split()) or "-" for text in outgoing.parameters]
            parameters = [{"type": "text", "text": text} for text in texts]
            components.append({"type": "body", "parameters": parameters})
        if self._options.get("template_buttons", True):
            components += [
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": str(index),
                    "parameters": [{"type": "payload", "payload": button.data}],
                }
                for index, button in enumerate(outgoing.buttons[:MAX_BUTTONS])
            ]
        return {
            "name": outgoing.template,
            "language": {"code": self._get_language(outgoing.lang)},
            "components": components,
        }

    def _get_language(self, lang):
        """Return WhatsApp's code of a language."""
        named = (self._options.get("languages") or {}).get(lang)
        return named or (lang if lang in REGIONAL else lang.partition("_")[0])

    def _read_problem(self, reply, data):
        """Override of `Messenger`: an ``error`` tells."""
        if "error" in data:
            error = data.node("error")
            details = error.node("error_data").text("details")
            return details or error.text("message") or f"HTTP status {reply.status}"
        if reply.status != 200:
            raise ValueError("No answer of the Graph API")
        return ""

    def _read_answer(self, reply, data):
        """Override of `Messenger`: the code of an error tells, not the HTTP status."""
        if "error" in data:
            return self._read_error(reply, data.node("error"), data)
        messages = data.nodes("messages")
        ref = messages[0].id("id") if messages else ""
        return Answer("accepted", ref=ref) if ref and reply.status == 200 else None

    def _read_error(self, reply, error, data):
        """Return what an error means for the message."""
        code = error.number("code")
        if code is None:
            return None
        words = clip(self._read_problem(reply, data), MAX_ERROR)
        values = {"code": str(code), "error": words}
        is_lost = code == INVALID and error.number("error_subcode") == NO_OBJECT
        if code in BROKEN or 200 <= code < 300 or is_lost or reply.status == 401:
            return Answer("broken", **values)
        if code in LATER or (code != UNKNOWN and error.flag("is_transient")):
            return Answer("later", retry_after=reply.retry_after, **values)
        if code == UNKNOWN or reply.status >= 500:
            return Answer("unsure", **values)
        return Answer("refused", is_gone=code in GONE, **values)

    def _read_receipt(self, status):
        """Return the event of a message's new state."""
        state = RECEIPTS.get(status.text("status"))
        if not state:
            return None
        ref = status.need_id("id")
        errors = status.nodes("errors")
        values = {}
        if state == "failed" and errors:
            details = errors[0].node("error_data").text("details")
            words = details or errors[0].text("title") or errors[0].text("message")
            values = {"code": errors[0].id("code"), "error": clip(words, MAX_ERROR)}
        return Event(
            "receipt",
            f"{ref}:{status.text('status')}",
            sender=status.id("recipient_id") or status.id("recipient_user_id"),
            date=status.date("timestamp"),
            ref=ref,
            own_key=status.text("biz_opaque_callback_data"),
            state=state,
            **values,
        )

    def _read_message(self, value, message):
        """Return the event of a message, None if it is not a person's own to us."""
        kind = message.need_text("type")
        if kind in {"system", "request_welcome"} or "group_id" in message:
            return None
        values = _read_sender(value, message)
        pressed, title = _read_pressed(kind, message)
        if pressed:
            return Event("button", payload=pressed, text=title, **values)
        text = _read_text(kind, message)
        start = START.fullmatch(text)
        if start:
            return Event("start", payload=start[1], **values)
        media = _read_media(kind, message.node(kind)) if kind in FILES else ()
        if not (text or media):
            return None
        return Event("message", text=text, media=media, **values)


def _prepare_buttons(outgoing):
    """Return a text with buttons that reply."""
    return {
        "type": "button",
        "body": {"text": outgoing.text},
        "action": {
            "buttons": [
                {
                    "type": "reply",
                    "reply": {"id": it.data, "title": clip(it.title, MAX_TITLE)},
                }
                for it in outgoing.buttons[:MAX_BUTTONS]
            ]
        },
    }


def _read_sender(value, message):
    """Return who has written a message, and when."""
    phone = message.id("from")
    user = message.id("from_user_id")
    sender = phone or user or message.need_id("from")
    people = value.nodes("contacts")
    person = next(
        (
            it
            for it in people
            if sender in {it.id("wa_id"), it.id("user_id")} or len(people) == 1
        ),
        None,
    )
    return {
        "key": message.need_id("id"),
        "sender": sender,
        "name": person.node("profile").text("name") if person else "",
        "date": message.date("timestamp"),
        "phone": to_phone(phone),
    }


def _read_pressed(kind, message):
    """Return the data and the title of the button that a message is the press of."""
    if kind == "button":
        button = message.node("button")
        return button.text("payload"), button.text("text")
    if kind == "interactive":
        answer = message.node("interactive")
        reply = answer.node("button_reply") or answer.node("list_reply")
        return reply.text("id"), _describe_answer(answer)
    return "", ""


def _read_text(kind, message):
    """Return a message in words."""
    if kind == "text":
        return message.node("text").text("body")
    if kind == "button":
        return message.node("button").text("text")
    if kind == "reaction":
        return message.node("reaction").text("emoji")
    if kind in FILES:
        return message.node(kind).text("caption")
    if kind == "location":
        place = message.node("location")
        point = f"{place.number('latitude')}, {place.number('longitude')}"
        return join_name(place.text("name"), place.text("address"), point)
    if kind == "contacts":
        return "\n".join(_describe_card(card) for card in message.nodes("contacts"))
    if kind == "interactive":
        return _describe_answer(message.node("interactive")) or f"[{kind}]"
    return f"[{kind}]"


def _describe_card(card):
    """Return what an address book's card tells: name, phones, e-mails and the rest."""
    name = card.node("name")
    company = card.node("org")
    return (
        join_name(
            name.text("formatted_name") or name.text("first_name"),
            company.text("company"),
            *(to_phone(it.text("phone")) for it in card.nodes("phones")),
            *(it.text("email") for it in card.nodes("emails")),
            *(it.text("url") for it in card.nodes("urls")),
        )
        or "[contact]"
    )


def _describe_answer(answer):
    """Return in words what was chosen, or filled into a form of several pages."""
    chosen = answer.node("button_reply") or answer.node("list_reply")
    if chosen:
        return join_name(chosen.text("title"), chosen.text("description"))
    form = answer.node("nfm_reply")
    lines = [form.text("body")]
    filled = read_filled(form.text("response_json"))
    lines += [f"{name}: {value}" for name, value in filled if name != "flow_token"]
    return "\n".join(line for line in lines if line)


def _read_media(kind, file):
    """Return the file of a message."""
    media, name = FILES[kind]
    mimetype = file.text("mime_type").partition(";")[0].strip()
    name += ENDINGS.get(mimetype, "")
    return (read_file(file, file.need_id("id"), media, name, mimetype),)
