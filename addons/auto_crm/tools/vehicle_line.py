"""A car told in one line, as people write it.

"А123ВС777 Kia Rio 2019", "киа рио 2015 x123xx".
"""

import datetime
import re
from typing import NamedTuple

from .plate import RUSSIAN_LETTERS, TO_LATIN, format_plate, split_plate
from .vin import is_vin, normalize_vin

FIRST_YEAR = 1950
_VIN = re.compile(r"(?<!\w)(?:VIN\W{0,3})?([A-Z0-9]{17})(?!\w)")
# plates told apart from a model's name by their form alone, wherever in the line
_CERTAIN_PLATES = (
    re.compile(
        rf"(?<!\w){RUSSIAN_LETTERS}[ -]?\d{{3}}[ -]?{RUSSIAN_LETTERS}{{2}}"
        r"(?:[ -/]{0,3}(?!(?:19|20)\d\d)\d{2,3}(?:[ -]?(?:RUS|PYC))?)?(?!\w)"
    ),
    re.compile(r"(?<![\w-])[A-Z]{2}[ -]?\d{4}[ -]?[A-Z]{2}(?!\w)"),  # Ukraine
    re.compile(r"(?<!\w)\d{4}[ -]?[A-Z]{2}-?\d(?!\w)"),  # Belarus
    re.compile(r"(?<!\w)\d{3}[ -]?[A-Z]{2,3}[ -]?\d{2}(?!\w)"),  # Kazakhstan
)
# other countries' plates look like models ("ABC123", "GLC300", "B-AB 1234"): taken only
# where people write a plate, at the ends, and only if enough is left to name the car
_PLATE_START = re.compile(
    r"^(?:[A-Z]{1,3}-[A-Z]{1,2} ?\d{1,4}[EH]?|(?=[A-Z0-9-]{5,9} )(?=(?:[^ ]*[A-Z]){2})"
    r"(?=(?:[^ ]*\d){2})[A-Z0-9-]+)(?= \S)"
)
_PLATE_END = re.compile(
    r"(?<=\S )(?:[A-Z]{1,3}-[A-Z]{1,2} ?\d{1,4}[EH]?|"
    r"(?=[A-Z0-9-]{5,9}$)(?=(?:.*[A-Z]){2})(?=(?:.*\d){2})[A-Z0-9-]+)$"
)
_YEAR = re.compile(
    r"(?<![\w.-])(\d{4})(?:\s?(?:г\.?\s?в\.?|год[а]?|г\.?|y\.?))?(?![\w-])",
    re.IGNORECASE,
)
_NAMED_LIKE_YEAR = re.compile(r"(?:peugeot|пежо)\s+2008\b", re.IGNORECASE)


class VehicleLine(NamedTuple):
    """What a line tells; an empty string or 0 for what it doesn't."""

    plate: str = ""
    vin: str = ""
    year: int = 0
    name: str = ""


def parse_line(line, today=None):
    """Take a line apart: plate, VIN, year, and what is left: make and model.

    :param str line: as typed; may be empty
    :param datetime.date today: for tests; cars of next model year exist
    :rtype: VehicleLine
    """
    rest = " ".join((line or "").replace(",", " ").replace(";", " ").split())
    vin, rest = _take_vin(rest)
    plate, rest = _take_certain_plate(rest)
    today = today or datetime.datetime.now(datetime.UTC).date()
    year, rest = _take_year(rest, today.year + 1)
    if not plate:
        plate, rest = _take_foreign_plate(rest)
    return VehicleLine(plate, vin, year, rest.strip(" .,-/"))


def _fold(text):
    """Upper case with Latin look-alikes, one for one, so that places stay the same."""
    return "".join(
        char.upper() if len(char.upper()) == 1 else char for char in text
    ).translate(TO_LATIN)


def _cut(text, start, stop):
    return " ".join(f"{text[:start]} {text[stop:]}".split())


def _take_vin(text):
    for match in _VIN.finditer(_fold(text)):
        if is_vin(match[1]):
            return normalize_vin(match[1]), _cut(text, match.start(), match.end())
    return "", text


def _take_certain_plate(text):
    folded = _fold(text)
    for pattern in _CERTAIN_PLATES:
        if match := pattern.search(folded):
            plate = text[match.start() : match.end()]
            return format_plate(plate), _cut(text, match.start(), match.end())
    plate, region = split_plate(text)
    if region:  # nothing but a trailer's or a bus's plate
        return f"{plate} {region}", ""
    return "", text


def _take_year(text, last_year):
    matches = [
        match
        for match in _YEAR.finditer(text)
        if FIRST_YEAR <= int(match[1]) <= last_year
    ]
    named = _NAMED_LIKE_YEAR.search(text)
    if named:
        matches = [
            match
            for match in matches
            if not named.start() < match.start() < named.end()
        ]
    if not matches:
        return 0, text
    match = matches[-1]
    return int(match[1]), _cut(text, match.start(), match.end())


def _take_foreign_plate(text):
    folded = _fold(text)
    if match := _PLATE_START.search(folded):
        return format_plate(text[: match.end()]), text[match.end() :].strip()
    match = _PLATE_END.search(folded)
    if match and len(text[: match.start()].split()) >= 2:
        return format_plate(text[match.start() :]), text[: match.start()].strip()
    return "", text
