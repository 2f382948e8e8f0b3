"""Forms of licence plates of the world: what could be one, and how sure that is.

A form is written with A for a letter and 9 for a digit, separators left out; braces
are not used, so that a reader may look a country up and add to it.
"""

import re
from typing import NamedTuple

from .plate import RUSSIAN_OTHER, TO_LATIN, plate_key

# in the order of the alphabet; countries that share a form need not repeat it
FORMS = {
    "AE": "A9999 A99999",
    "AL": "AA999AA",
    "AM": "99AA999 999AA99",
    "AR": "AAA999 AA999AA",
    "AT": "A999A A9999A A99999A A99AA A999AA A9AAA A99AAA A999AAA "
    "AA99A AA999A AA9AA AA99AA AA999AA AA9AAA AA99AAA AA9AAAA",
    "AU": "AAA99A 9AA9AA",
    "AZ": "99AA999",
    "BA": "A99A999",
    "BE": "9AAA999 AAA999 999AAA",
    "BG": "A9999A A9999AA AA9999A AA9999AA",
    "BR": "AAA9999 AAA9A99",
    "BY": "9999AA9 AA99999",
    "CA": "AAAA999",
    "CH": "AA999 AA9999 AA99999 AA999999",
    "CL": "AA9999 AAAA99",
    "CO": "AAA999",
    "CY": "AAA999",
    "CZ": "9A99999 9AA9999 9AAA999 AAA9999",
    "DE": "AA999 AA9999 AAA99 AAA999 AAA9999 AAAA99 AAAA999 AAAA9999 AAAAA9 AAAAA99 "
    "AAAAA999 AA99A AA999A AA9999A AAA99A AAA999A AAA9999A AAAA99A AAAA999A "
    "AAAA9999A AAAAA99A AAAAA999A",
    "DK": "AA99999",
    "EE": "999AAA",
    "ES": "9999AAA A9999AA AA9999AA AA9999A A9999A",
    "FI": "AAA999 AAA99",
    "FR": "AA999AA 999AA99 999AAA99 9999AA99",
    "GB": "AA99AAA A99AAA A999AAA AAA99A AAA999A AAA9999",
    "GE": "AA999AA AAA999",
    "GR": "AAA9999",
    "HR": "AA999A AA9999A AA999AA AA9999AA",
    "HU": "AAA999 AAAA999",
    "IE": "99A999 99A9999 99A99999 99A999999 999A999 999A9999 999A99999 "
    "99AA999 99AA9999 99AA99999 999AA999 999AA9999 999AA99999",
    "IN": "AA9A9999 AA9AA9999 AA99A9999 AA99AA9999 AA99AAA9999",
    "IS": "AA999 AAA99",
    "IT": "AA999AA",
    "KG": "99AA999AAA A9999A A9999AA 99999AAA",
    "KZ": "999AA99 999AAA99",
    "LI": "AA99999",
    "LT": "AAA999",
    "LU": "AA9999 99999A",
    "LV": "AA999 AA9999",
    "MD": "AAA999 AAAA999",
    "ME": "AAAA999",
    "MK": "AA9999AA AA999AA",
    "MN": "9999AAA",
    "MT": "AAA999",
    "MX": "AAA9999 AAA999A A99AAA A999AAA",
    "MY": "AAA999 AAA9999 A9999A",
    "NL": "99AAAA AAAA99 99AA99 AA99AA 99AAA9 9AAA99 AA999A A999AA AAA99A 9AA999 "
    "999AA9",
    "NO": "AA99999",
    "NZ": "AAA999",
    "PL": "AA99999 AA9999A AA999AA AA9A999 AA9AA99 AAA9999 AAA99999 AAA999A AAA99AA "
    "AAA9A99 AAAA999 AAA9AA9 AAAA99A AAA99A9 AAAA9A9 AAAA9AA AAAA99",
    "PT": "AA99AA 99AA99 9999AA AA9999",
    "RO": "A99AAA A999AAA AA99AAA",
    "RS": "AA999AA AA9999AA",
    "RU": "A999AA A999AA99 A999AA999",
    "SE": "AAA999 AAA99A",
    "SI": "AAAA999 AAA9999 AA99AAA AAA9AAA AAA999A",
    "SK": "AA999AA",
    "TJ": "9999AA99",
    "TM": "AA9999AA 9999AA99 A9999AA",
    "TR": "99A9999 99A99999 99AA999 99AA9999 99AAA99 99AAA999",
    "UA": "AA9999AA",
    "US": "9AAA999 AAA9999 AAA999",
    "UZ": "99A999AA 99999AAA",
    "ZA": "AA99AAAA AAA999AA",
}
_FORMS = {form for forms in FORMS.values() for form in forms.split()}
# letters in Cyrillic stand on plates of these only, else they are words
_CYRILLIC_FORMS = {
    form
    for country in ("BG", "BY", "KG", "KZ", "MN", "RS", "RU", "TJ", "UA", "UZ")
    for form in FORMS[country].split()
} - {"AA99999"}
# forms a model's name does not have: digits and letters change often enough
_CERTAIN = {"AA9999AA", "9999AA9", "999AAA99", "999AA99", "A999AA99", "A999AA999"}
# words and trims of two and three letters that stand beside a number
_WORDS = re.compile(
    r"WORD|ABS|AMG|AMT|AT|ATM|AWD|CAB|CC|CCM|CDI|CLS|CM|CRD|CRDI|CVT|DCI|DCT|"
    r"DSG|DSL|EV|FSI|FWD|GDI|GL|GLE|GLI|GLS|GLX|GT|GTC|GTD|GTI|GTS|HDI|HEV|HP|"
    r"HR|HSE|JTD|KM|KPP|KW|LE|LED|LIM|LS|LT|LTD|LTZ|LUX|LX|MHD|MKP|MPI|MT|NEW|"
    r"NO|OLD|OPC|PDK|PHV|PS|RED|RS|RWD|SE|SEL|SL|SLE|SLX|SPT|ST|STI|SUV|SV|SW|"
    r"SX|TD|TDI|TFSI|THE|TSI|TT|TTD|USD|VIN|VTI|VVT|WD|WRX|XL|XLE|XLT|ZX|HA|BO|"
    r"HE|HO|OT|TO|CO|KO|MHE|BCE|BCEX|ECT|EXO|TAM|TYT|BOT|KAK|TEX|PYB|EUR|RUB"
)
_EDGE = "/|-–·•.,:;!?()[]«»\"'№#"
_CHINA = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{5,6}")
_KOREA = re.compile(r"(?:[\uac00-\ud7a3]{2})?\d{2,3}[\uac00-\ud7a3]\d{4}")
MAX_TOKENS = 5
MAX_CHARS = 11


class PlateForm(NamedTuple):
    """How sure one may be that some words are a plate: 1, 2, 3 (no model's name)."""

    strength: int
    form: str


def fold(text):
    """Upper case with Latin look-alikes, one for one, so that places stay the same."""
    return "".join(
        char.upper() if len(char.upper()) == 1 else char for char in text
    ).translate(TO_LATIN)


def get_form(words):
    """Tell what plate the words are together, if any.

    :param list words: neighbours in a line, as typed
    :return: PlateForm, None if they are no plate
    """
    words = [stripped for word in words if (stripped := word.strip(_EDGE))]
    if not words or len(words) > MAX_TOKENS:
        return None
    text = "".join(words)
    if len(text) > MAX_CHARS + MAX_TOKENS:
        return None
    key = plate_key(text)
    if not 4 < len(key) <= MAX_CHARS:
        return None
    if _CHINA.fullmatch(key) or _KOREA.fullmatch(key):
        return PlateForm(3, "A")
    form = "".join(_get_class(char) for char in key)
    is_cyrillic = bool(re.search("[А-Яа-яЁё]", text))
    if is_cyrillic and _is_russian(key, words):
        return PlateForm(3, form)
    if form not in (_CYRILLIC_FORMS if is_cyrillic else _FORMS):
        return None
    strength = _get_strength(form, words)
    return PlateForm(strength, form) if strength else None


def find_plates(words):
    """Find what of a line may be a plate, each stretch of neighbours.

    :param list words: of the line
    :return: tuples (first, last + 1, strength)
    """
    for start in range(len(words)):
        for stop in range(start + 1, min(start + MAX_TOKENS + 2, len(words) + 1)):
            found = _has_word_edges(words[start:stop]) and get_form(words[start:stop])
            if found:
                yield start, stop, found.strength


def _has_word_edges(words):
    """Whether neither end is only a dash or a slash."""
    return bool(words[0].strip(_EDGE) and words[-1].strip(_EDGE))


def _get_class(char):
    if char.isascii() and char.isdigit():
        return "9"
    return "A" if char.isalpha() else "?"


def _is_russian(key, words):
    """Whether it is a taxi, trailer, motorcycle in words of number and region."""
    if not RUSSIAN_OTHER.fullmatch(key) or _count_trims(words):
        return False
    is_apart = re.fullmatch(r"\d{2,3}(?:RUS|PYC)?", fold(words[-1]))
    return len(words) == 1 or (bool(is_apart) and int(words[-1][:3].rstrip("RrРр")) > 0)


def _count_trims(words):
    return sum(bool(_WORDS.fullmatch(fold(word))) for word in words)


def _get_strength(form, words):
    """Return 3 for what is nothing else, 1 for a word beside a number, 0 for a trim."""
    if form in _CERTAIN:
        return 3
    groups = len(re.findall(r"A+|9+", form))
    trims = _count_trims(words)
    is_cyrillic = re.search("[А-Яа-яЁё]", "".join(words))
    if trims > 1 or (trims and (groups < 3 or is_cyrillic)):
        return 0
    if groups > 2:
        return 2 if trims else 3
    letters = re.search(r"[^\W\d_]{4,}", "".join(words))
    if form.startswith("AAAA") and letters:  # a word, as of four letters in Chile
        return 0 if form.startswith("AAAAA") else 1
    return 2 if form[0] == "9" or form.startswith("AAAA") or _is_german(words) else 1


def _is_german(words):
    """Whether a dash stands between the town's letters and the others: B-AB 1234."""
    return bool(re.match(r"[A-Z]{1,3}-[A-Z]{1,2}(?: ?\d|$)", fold(" ".join(words))))
