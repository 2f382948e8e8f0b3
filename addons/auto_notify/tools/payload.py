"""Reading JSON of strangers: each member's type is checked before it is used."""

import hmac
import json
import math
import re
from datetime import UTC, datetime

from odoo.addons.auto_crm.tools.strangers import clean, is_same

from .files import clean_name

MAX_ID = 255  # characters; ids become keys of an index
MAX_SIZE = 2**53
_CARD_EMAIL = re.compile(
    r"^(?:item\d+\.)?EMAIL[^:\r\n]*:([^\r\n]+)", re.IGNORECASE | re.MULTILINE
)


class Node:
    """A JSON object whose members are asked for by type.

    A member that is missing or null gives the empty value of its type; one of another
    type raises ValueError.

    :param dict data: the object
    """

    def __init__(self, data):
        self.data = data

    def __bool__(self):
        return bool(self.data)

    def __contains__(self, key):
        return self.data.get(key) is not None

    def text(self, key):
        """Return a text without what a database cannot hold."""
        return clean(self._get(key, str, ""))

    def id(self, key):
        """Return an id as text, be it written as a text or as a whole number."""
        value = str(self._get(key, (str, int), ""))
        if len(value) > MAX_ID:
            raise ValueError(f"{key} is too long for an id")
        return clean(value)

    def need_text(self, key):
        """Return a text that has to be there."""
        value = self.text(key)
        if not value:
            raise ValueError(f"{key} is missing")
        return value

    def file_name(self, key, default):
        """Return a file's name without what leads elsewhere."""
        name = self.text(key)
        return clean_name(name) if name.strip(". ") else default

    def need_id(self, key):
        """Return an id that has to be there."""
        value = self.id(key)
        if not value:
            raise ValueError(f"{key} is missing")
        return value

    def number(self, key):
        """Return a number, None if it is missing."""
        value = self._get(key, (int, float), None)
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{key} is not a number")
        return value

    def size(self, key):
        """Return a number of bytes, None if it is missing or cannot be one."""
        value = self._get(key, int, None)
        return value if value is not None and 0 <= value < MAX_SIZE else None

    def flag(self, key):
        """Return whether a member is true."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise ValueError(f"{key} is not a boolean")

    def node(self, key):
        """Return an object inside, an empty one if it is missing."""
        return Node(self._get(key, dict, {}))

    def nodes(self, key):
        """Return the objects of a list."""
        values = self._get(key, list, [])
        if not all(isinstance(value, dict) for value in values):
            raise ValueError(f"{key} has other things than objects")
        return [Node(value) for value in values]

    def date(self, key, per_second=1):
        """Return a moment as naive UTC, None if it is missing.

        :param int per_second: units in a second, 1000 for milliseconds
        """
        value = self.id(key)
        if not value:
            return None
        try:
            moment = datetime.fromtimestamp(int(value) / per_second, UTC)
        except (OverflowError, OSError):
            raise ValueError(f"{key} is not a moment") from None
        return moment.replace(tzinfo=None)

    def _get(self, key, kinds, default):
        """Return a member, if it is of one of the kinds."""
        value = self.data.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise ValueError(f"{key} is of a wrong type")  # noqa: TRY004
        return value


def read_object(body):
    """Return the JSON object that a webhook has posted as a `Node`.

    :raise ValueError: if it is none
    """
    try:
        value = json.loads(body)
    except RecursionError:
        raise ValueError("JSON nested too deep") from None
    if not isinstance(value, dict):
        raise ValueError("The JSON is not an object")  # noqa: TRY004
    return Node(value)


def read_filled(text):
    """Return what somebody filled in, pairs of a name and words, of a JSON object.

    What is no object is one answer, kept as it came.
    """
    if not text:
        return []
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        values = {"answer": text}
    if not isinstance(values, dict):
        values = {"answer": values}
    return [
        (clean(name), clean(value if isinstance(value, str) else _write(value)))
        for name, value in values.items()
        if value not in (None, "", [])
    ]


def _write(value):
    return json.dumps(value, ensure_ascii=False)


def read_card(text):
    """Return what a vCard tells besides name and phone: its e-mails.

    :rtype: list[str]
    """
    return [found.strip() for found in _CARD_EMAIL.findall(text)]


def clip(text, length):
    """Return a text of at most so many characters, with an ellipsis if it was cut."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def join_name(*parts):
    """Return the parts of a person's name in one."""
    return " ".join(part.strip() for part in parts if part.strip())


def to_phone(text):
    """Return a phone of digits in E.164, or "" if there are none."""
    digits = "".join(char for char in text if char.isascii() and char.isdigit())
    return f"+{digits}" if digits else ""


def get_header(headers, name):
    """Return a header whatever the case of its name, "" if it is not there."""
    for key, value in headers.items():
        if key.lower() == name.lower():
            return value or ""
    return ""


def is_signed(body, secret, signature):
    """Tell whether a signature is the HMAC-SHA256 of a body, in hexadecimal digits."""
    if not secret:
        return False
    return is_same(
        signature.lower(), hmac.new(secret.encode(), body, "sha256").hexdigest()
    )
