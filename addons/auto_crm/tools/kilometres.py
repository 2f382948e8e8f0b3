"""The reading of an odometer, as people write it."""

import re

_NOISE = re.compile(r"\s|km|км")
_THOUSANDS = re.compile(r"(\d{1,3}(?:[.,'’]\d{3})+)(?:[.,]\d{1,2})?")
_DIGITS = re.compile(r"(\d+)(?:[.,]\d{1,2})?|(\d{4,})[.,]\d+")


def parse_kilometres(text):
    """Return whole kilometres: the last digit of some instruments is a tenth.

    "127 762.5", "127.762" and "127,762 km" are 127762.

    :return: the number, None if the text is none
    """
    plain = _NOISE.sub("", (text or "").lower())
    found = (
        (_THOUSANDS.fullmatch(plain) or _DIGITS.fullmatch(plain))
        if (plain.isascii() or "’" in plain)
        else None
    )
    if not found:
        return None
    return int(re.sub(r"\D", "", next(filter(None, found.groups()))))
