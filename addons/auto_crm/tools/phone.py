"""Phones as people write them: the first of several, old and new forms of one number.

The library knows the numbers of each country as they are dialled today; what was
written down years ago, or comes from a messenger, may be of the plan before.
"""

import re
from typing import NamedTuple

import phonenumbers

MAX_CHARS = 200
MIN_DIGITS = 5
# nothing but one number: no words, no second one
_PLAIN = re.compile(r"[+\d\s().\-–]*")
_SIGNS = re.compile(r"[+\d\s().\-–/]{5,30}")
_CHUNK = re.compile(r"\+?\(?\d[\d\s().\-–]{5,22}\d")
_EDGES = " \t\r\n,;:/|.()[]«»\"'-–"
_LABEL = re.compile(r"(?:тел|моб|т|м|tel|mob|phone|cell)\.?:?", re.IGNORECASE)
# country codes: from the number of the old plan to that of today, and back
_BRAZIL_OLD = re.compile(r"\+55(\d\d)([6-9]\d{7})")
_BRAZIL_NEW = re.compile(r"\+55(\d\d)9([6-9]\d{7})")
_BENIN_OLD = re.compile(r"\+229(\d{8})")
_BENIN_NEW = re.compile(r"\+22901(\d{8})")
_MEXICO_OLD = re.compile(r"\+52(?:1|0?4[45])(\d{10})")
_MEXICO_NEW = re.compile(r"\+52(\d{10})")
_ARGENTINA = re.compile(r"\+54(9?)(\d{10})")


class PhoneText(NamedTuple):
    """The first phone of a text: in E.164 or "", as it was written, and the rest."""

    number: str = ""
    text: str = ""
    rest: str = ""


def to_e164(text, region=None):
    """Return one phone in E.164, in the plan of today; "" if it is none.

    :param str text: in any spelling, of the country or international
    :param str region: ISO code of the country
    """
    text = (text or "")[:MAX_CHARS].strip()
    digits = re.sub(r"[^\d+]", "", text)
    spellings = [text]
    if digits.startswith("00"):
        spellings.append("+" + digits[2:])
    elif not digits.startswith("+") and len(digits) > 10:
        spellings.append("+" + digits)
    for spelling in spellings:
        if number := _parse(spelling, region):
            return number
    return ""


def find_first(text, region=None):
    """Split a text into its first phone and the rest.

    :return: PhoneText without a number if there is none, the text then is the rest
    """
    text = (text or "").strip()
    head = text[:MAX_CHARS]
    for start, stop in _find_places(head, region):
        if number := to_e164(head[start:stop], region):
            rest = [text[:start].strip(_EDGES), text[stop:].strip(_EDGES)]
            rest = [part for part in rest if part and not _LABEL.fullmatch(part)]
            return PhoneText(number, head[start:stop], ", ".join(rest))
    return PhoneText(rest=text)


def is_plain(text):
    """Whether a text is at most one phone, so that nothing has to be split off."""
    text = text if isinstance(text, str) else ""
    return bool(_PLAIN.fullmatch(text)) and len(re.findall(r"\d", text)) < 16


def get_variants(number):
    """Return all the ways one phone is known by, a mobile in the plans of its country.

    :param str number: in E.164
    :rtype: set[str]
    """
    if not number:
        return set()
    number = modernise(number)
    found = {number}
    if match := _BRAZIL_NEW.fullmatch(number):
        found.add(f"+55{match[1]}{match[2]}")
    elif match := _BENIN_NEW.fullmatch(number):
        found.add(f"+229{match[1]}")
    elif match := _MEXICO_NEW.fullmatch(number):
        found.add(f"+521{match[1]}")
    elif match := _ARGENTINA.fullmatch(number):
        found |= {f"+54{match[2]}", f"+549{match[2]}"}
    return found


def get_key(number):
    """Return one key of all the variants of a phone, to compare by."""
    return min(get_variants(number), default="")


def modernise(number):
    """Return a phone in E.164 as it is dialled today."""
    if match := _BRAZIL_OLD.fullmatch(number):
        return f"+55{match[1]}9{match[2]}"
    if match := _BENIN_OLD.fullmatch(number):
        return f"+22901{match[1]}"
    if match := _MEXICO_OLD.fullmatch(number):
        return f"+52{match[1]}"
    return number


def get_search_digits(text, region=None):
    """Return digits that stand in the E.164 form of a phone or a part of one.

    :param str text: what is searched for: 8 916 111, 06 12 34, +49 (0)30
    :return: at least five digits, "" if the text is no phone
    """
    text = (text or "").strip()
    if not _SIGNS.fullmatch(text):
        return ""
    is_international = text.startswith(("+", "00"))
    digits = re.sub(r"\D", "", re.sub(r"\(0\)", "", text))
    digits = digits.removeprefix("00")
    metadata = region and phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    prefix = metadata.national_prefix if metadata else ""
    if not is_international:
        digits = digits.removeprefix(prefix or "0").lstrip("0")
    return digits if len(digits) >= MIN_DIGITS else ""


def _parse(text, region):
    """Return a number that is valid today, "" if it is none."""
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    formatted = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.is_valid_number(parsed):
        return formatted
    modern = modernise(formatted)
    if modern == formatted:
        return ""
    parsed = phonenumbers.parse(modern)
    return modern if phonenumbers.is_valid_number(parsed) else ""


def _find_places(text, region):
    """Yield where a phone may stand in a text, the likeliest first."""
    if is_plain(text):
        yield 0, len(text)
    for match in phonenumbers.PhoneNumberMatcher(
        text, region, leniency=phonenumbers.Leniency.VALID, max_tries=20
    ):
        yield match.start, match.end
    for match in _CHUNK.finditer(text):
        yield match.span()
