"""What a terminal sends, read with distrust: only what is expected comes through."""

import math
from base64 import b64decode
from binascii import Error

from odoo.addons.auto_crm.tools.strangers import clean

MAX_ID = 2**31 - 1
MAX_ITEMS = 50
MAX_TEXT = 2000
PRESSES = ("in", "start", "pause", "break", "resume", "done", "stop", "out")
REPORTS = ("note", "photo", "finding", "part")
OF_JOBS = ("start", "done", *REPORTS)


def read_id(value):
    """Return an id, None for what is none."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 < value <= MAX_ID else None


def read_text(value, limit=MAX_TEXT):
    """Return a text that the database may hold, "" for what is none."""
    return clean(value).strip()[:limit] if isinstance(value, str) else ""


def read_number(value):
    """Return a finite number, None for what is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    is_number = is_number and math.isfinite(value) and abs(value) < 1e15
    return value if is_number else None


def read_photo(value):
    """Return the bytes of a photo, b"" for what is none."""
    try:
        return b64decode(value, validate=True) if isinstance(value, str) else b""
    except (Error, ValueError):
        return b""


def read_item(item):
    """Return a press as it may be used, None for what no terminal of ours sends.

    :return: dict of sequence, pressed (milliseconds by the terminal's clock), ticket,
        action, job, reason (ids or None), text, photo (bytes), is_urgent, is_extra
    """
    if not isinstance(item, dict):
        return None
    sequence, pressed = read_id(item.get("sequence")), read_number(item.get("pressed"))
    action = item.get("action")
    known = isinstance(action, str) and action in PRESSES + REPORTS
    if not sequence or pressed is None or not known:
        return None
    return {
        "sequence": sequence,
        "pressed": pressed,
        "ticket": read_text(item.get("ticket"), 200),
        "action": action,
        "job": read_id(item.get("job")),
        "reason": read_id(item.get("reason")),
        "text": read_text(item.get("text")),
        "photo": read_photo(item.get("photo")),
        "is_urgent": item.get("is_urgent") is True,
        "is_extra": item.get("is_extra") is True,
    }
