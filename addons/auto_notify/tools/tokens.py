"""Short signed tokens: of links that open a chat, of public pages, of buttons."""

import binascii
import hmac
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode

from odoo.tools import consteq

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
DATA = re.compile(r"([a-z0-9_]{1,20})\.([0-9]{1,19})\.([A-Za-z0-9_-]{20})")
SHORT = re.compile(r"[A-Za-z0-9_-]{8,19}")
TOKEN_MAC = 16  # bytes: 128 bits
SHORT_MAC = 6  # bytes: 48 bits, for what is no secret but not to be listed either
DATA_MAC = 15  # bytes: 120 bits, twenty characters
EXPIRES = 0x80  # flag of the first byte, whose other bits are the number's length
MAX_NUMBER = 2**63
MAX_MOMENT = 2**40


def make_token(secret, scope, number, expires=None):
    """Return a token of at most 64 letters, digits, ``-`` and ``_``.

    :param bytes secret: key that only this database has
    :param str scope: what it is for; a token of one scope is none in another
    :param int number: what it stands for, as the id of a record
    :param int expires: seconds since 1970 until which it is valid, None for ever
    """
    if not 0 <= number < MAX_NUMBER or not 0 <= (expires or 0) < MAX_MOMENT:
        raise ValueError("The number or the moment is too large for a token")
    digits = number.to_bytes((number.bit_length() + 7) // 8, "big")
    head = len(digits) | (0 if expires is None else EXPIRES)
    tail = b"" if expires is None else expires.to_bytes(5, "big")
    content = bytes([head]) + digits + tail
    return _encode(content + _sign(secret, f"token/{scope}", content, TOKEN_MAC))


def read_token(secret, scope, token, now):
    """Return the number of a token, None if it is forged, expired or for another scope.

    :param int now: seconds since 1970
    """
    raw = _decode(token) if isinstance(token, str) and TOKEN.fullmatch(token) else b""
    content, mac = raw[:-TOKEN_MAC], raw[-TOKEN_MAC:]
    if not content or not secret:
        return None
    expected = _sign(secret, f"token/{scope}", content, TOKEN_MAC)
    if not consteq(mac, expected):
        return None
    length = content[0] & ~EXPIRES
    digits, tail = content[1 : length + 1], content[length + 1 :]
    if content[0] & EXPIRES and int.from_bytes(tail, "big") < now:
        return None
    return int.from_bytes(digits, "big")


def make_short(secret, scope, number):
    """Return a token of about ten characters, for links in text messages.

    Short enough to be found by trying for years: only for what anybody may see.

    :param str scope: what it is for; a token of one scope is none in another
    :param int number: what it stands for, as the id of a record
    """
    if not 0 < number < MAX_NUMBER:
        raise ValueError("The number does not fit into a short token")
    digits = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return _encode(digits + _sign(secret, f"short/{scope}", digits, SHORT_MAC))


def read_short(secret, scope, token):
    """Return the number of a short token, None if it is forged or for another scope."""
    raw = _decode(token) if isinstance(token, str) and SHORT.fullmatch(token) else b""
    digits, mac = raw[:-SHORT_MAC], raw[-SHORT_MAC:]
    if not digits or not digits[0] or not secret:
        return None
    expected = _sign(secret, f"short/{scope}", digits, SHORT_MAC)
    return int.from_bytes(digits, "big") if consteq(mac, expected) else None


def make_data(secret, code, number):
    """Return what a button carries, at most 64 bytes.

    :param bytes secret: key that only this database has
    :param str code: what the button means: at most 20 of a-z, 0-9 and ``_``
    :param int number: what it is about, as the id of a message
    """
    data = f"{code}.{number}"
    mac = _encode(_sign(secret, "button", data.encode(), DATA_MAC))
    if not DATA.fullmatch(f"{data}.{mac}"):
        raise ValueError("The code or the number does not fit into a button")
    return f"{data}.{mac}"


def read_data(secret, data):
    """Return the code and the number of a button, None if it is not one of ours."""
    match = DATA.fullmatch(data) if isinstance(data, str) and data.isascii() else None
    if not match or not secret:
        return None
    code, number, mac = match.groups()
    expected = _encode(_sign(secret, "button", f"{code}.{number}".encode(), DATA_MAC))
    if not consteq(mac, expected):
        return None
    return code, int(number)


def _sign(secret, purpose, content, length):
    """Return the first bytes of the HMAC of a content and what it is for."""
    if not secret:
        raise ValueError("There is no secret to sign with")
    purpose = purpose.encode()
    message = struct.pack(">H", len(purpose)) + purpose + content
    return hmac.digest(secret, message, "sha256")[:length]


def _encode(raw):
    """Return bytes as letters, digits, ``-`` and ``_``."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text):
    """Return the bytes of a text of `_encode`, none if it is not exactly such."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""
    return raw if _encode(raw) == text else b""
