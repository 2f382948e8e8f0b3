"""How long a text is as SMS: which alphabet it needs, how many parts it fills."""

from dataclasses import dataclass

# 3GPP TS 23.038, 6.2.1: the default alphabet, and what is written with an escape
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
GSM = "GSM-7"
UCS2 = "UCS-2"
LIMITS = {GSM: (160, 153), UCS2: (70, 67)}


@dataclass(frozen=True)
class SmsLength:
    """Size of a text that goes as SMS.

    :param encoding: ``GSM-7`` or ``UCS-2``
    :param units: characters as the network counts them: ``€`` is two, an emoji too
    :param parts: messages that are paid for
    :param left: units that still fit into the last part
    """

    encoding: str
    units: int
    parts: int
    left: int


def is_gsm(text):
    """Tell whether a text can be written in the default alphabet of GSM."""
    return all(char in GSM_BASIC or char in GSM_EXTENDED for char in text)


def measure(text):
    """Return the `SmsLength` of a text; an empty text has no part."""
    text = text or ""
    encoding = GSM if is_gsm(text) else UCS2
    sizes = [_size(char, encoding) for char in text]
    units = sum(sizes)
    single, joined = LIMITS[encoding]
    if units <= single:
        return SmsLength(encoding, units, 1 if text else 0, single - units)
    parts, used = 1, 0
    for size in sizes:
        # a pair of units is never cut in two, so a part may stay short of one
        if used + size > joined:
            parts, used = parts + 1, 0
        used += size
    return SmsLength(encoding, units, parts, joined - used)


def _size(char, encoding):
    """Return the units that a character takes."""
    if encoding == GSM:
        return 2 if char in GSM_EXTENDED else 1
    return 2 if ord(char) > 0xFFFF else 1
