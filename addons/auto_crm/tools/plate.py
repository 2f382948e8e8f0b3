"""Licence plates: one spelling to show, one key to compare.

A Russian plate is written with the twelve Cyrillic letters that look like Latin ones,
and people type either, in any case, with or without spaces. The key folds all of that;
foreign plates fold the same way.
"""

import re
import unicodedata

CYRILLIC = "АВЕКМНОРСТУХІ"
LATIN = "ABEKMHOPCTYXI"
TO_LATIN = str.maketrans(CYRILLIC, LATIN)
TO_CYRILLIC = str.maketrans(LATIN[:-1], CYRILLIC[:-1])
RUSSIAN_LETTERS = f"[{LATIN[:-1]}]"
# private cars; without the region too, as people tell it by phone
RUSSIAN_CAR = re.compile(
    rf"({RUSSIAN_LETTERS}\d{{3}}{RUSSIAN_LETTERS}{{2}})(\d{{2,3}})?"
)
# taxis and buses, trailers, motorcycles and tractors, police: only when typed in
# Cyrillic, for other countries (Norway, Latvia, Armenia) have Latin plates of the
# same form
RUSSIAN_OTHER = re.compile(
    rf"({RUSSIAN_LETTERS}{{2}}\d{{3,4}}|\d{{4}}{RUSSIAN_LETTERS}{{2}}|{RUSSIAN_LETTERS}\d{{4}})"
    r"(\d{2,3})"
)
# the word under the region's code: RUS, or РУС folded
_COUNTRY_END = re.compile(r"(\d{2,3})(?:RUS|PYC)$")
_SEPARATORS = re.compile(r"[\W_]+")


def plate_key(text):
    """Fold any spelling of a plate, or a part of one, into the form that is compared.

    :param str text: what was typed, may be empty
    :return: capital letters and digits only, look-alikes in Latin; "" for nothing
    :rtype: str
    """
    folded = unicodedata.normalize("NFKC", text or "").upper().translate(TO_LATIN)
    return _COUNTRY_END.sub(r"\1", _SEPARATORS.sub("", folded))


def split_plate(text):
    """Split a plate into its number and the region's code, for a badge like a plate.

    :return: (number, region); region is "" for a foreign plate and for one without
    :rtype: tuple[str, str]
    """
    key = plate_key(text)
    match = RUSSIAN_CAR.fullmatch(key)
    if not match and re.search("[А-ЯЁ]", (text or "").upper()):
        match = RUSSIAN_OTHER.fullmatch(key)
    if match:
        return match[1].translate(TO_CYRILLIC), match[2] or ""
    return " ".join((text or "").upper().split()), ""


def format_plate(text):
    """Write a plate as it stands on the car: "А123ВС 777"; a foreign one in capitals.

    :return: the plate, or False for nothing
    """
    return " ".join(filter(None, split_plate(text))) or False
