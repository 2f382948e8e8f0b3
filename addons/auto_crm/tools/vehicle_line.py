"""A car told in one line, as people write it.

"А123ВС777 Kia Rio 2019", "киа рио 2015 x123xx", "34 OO 777 Kia Rio".
"""

import datetime
import re
from typing import NamedTuple

from .plate import RUSSIAN_LETTERS, format_plate
from .plate_form import find_plates, fold, get_form
from .vin import is_vin, normalize_vin

FIRST_YEAR = 1950
MAX_CHARS = 1000  # of a text that a make, a model or a foreign plate is looked for in
MAX_NAMES = 12
_VIN = re.compile(r"(?<!\w)(?:VIN\W{0,3})?([A-Z0-9]{17})(?!\w)")
# plates told apart from a model's name by their form alone, wherever in the line
_CERTAIN_PLATES = (
    re.compile(
        rf"(?<![\w-]){RUSSIAN_LETTERS}[ -]?\d{{3}}[ -]?{RUSSIAN_LETTERS}{{2}}"
        r"(?:[ -/]{0,3}(?!(?:19|20)\d\d)\d{2,3}(?:[ -]?(?:RUS|PYC))?)?(?![\w-])"
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
# what a plate goes on with, if it stands beside: a number or letters of a region
_REST_OF_PLATE = re.compile(r"\d{1,4}|[A-Z]{1,2}|(?!RED|NEW|OLD)[A-Z]{3}")
_EDGES = " .,-/"


class VehicleLine(NamedTuple):
    """What a line tells; an empty string or 0 for what it doesn't.

    ``rest`` is what stands before a known make or model, and is no part of its name.
    """

    plate: str = ""
    vin: str = ""
    year: int = 0
    name: str = ""
    rest: str = ""


class _Reading(NamedTuple):
    """One way to understand a line; the best one has the highest score."""

    score: float
    plate: str
    name: list  # words from the make or model on
    rest: list  # words before


def parse_line(line, today=None, names=None):
    """Take a line apart: plate, VIN, year, and what is left: make and model.

    :param str line: as typed; may be empty
    :param datetime.date today: for tests; cars of next model year exist
    :param VehicleNames names: makes and models the line may name: they tell where a
        plate ends and the name begins
    :rtype: VehicleLine
    """
    rest = " ".join((line or "").replace(",", " ").replace(";", " ").split())
    today = today or datetime.datetime.now(datetime.UTC).date()
    last_year = today.year + 1
    vin, rest = _take_vin(rest)
    reading = _read_with_name(rest, names, last_year) if names else None
    if reading:
        year, name = _take_year(" ".join(reading.name), last_year)
        rest = " ".join(reading.rest)
        if not year:
            year, rest = _take_year(rest, last_year)
        name, rest = name.strip(_EDGES), rest.strip(_EDGES)
        return VehicleLine(reading.plate, vin, year, name, rest)
    if _is_plate(rest, 1 if names else 2, last_year):
        return VehicleLine(format_plate(rest), vin)
    plate, rest = _take_certain_plate(rest)
    year, rest = _take_year(rest, last_year)
    if not plate:
        plate, rest = _take_foreign_plate(rest)
    return VehicleLine(plate, vin, year, rest.strip(_EDGES))


def _cut(text, start, stop):
    return " ".join(f"{text[:start]} {text[stop:]}".split())


def _take_vin(text):
    for match in _VIN.finditer(fold(text)):
        if is_vin(match[1]):
            return normalize_vin(match[1]), _cut(text, match.start(), match.end())
    return "", text


# ----------------------------------------------------------------------
# With a known make or model
# ----------------------------------------------------------------------


def _read_with_name(text, names, last_year):
    """Return the best way to understand a line that has a known make or model."""
    head, tail = text[:MAX_CHARS], text[MAX_CHARS:].split()
    readings = [
        reading._replace(name=[*reading.name, *tail])
        for found in names.find(head)[:MAX_NAMES]
        for reading in _read_around(head, found, last_year)
    ]
    best = max(readings, key=lambda reading: reading.score, default=None)
    whole = get_form(text.split())
    if best and whole and whole.strength == 3 and not best.plate:
        return None  # a plate with letters like a make's: 12 MG 1234
    return best


def _read_around(text, found, last_year):
    """Return the ways to understand a line, given where its make and model are."""
    before, after = text[: found.start].split(), text[found.stop :].split()
    name = text[found.start : found.stop].split()
    score = 6 - 2.5 * found.is_alone if found.is_whole else 4
    score += 0.01 * (found.stop - found.start)
    readings = [_Reading(score, "", name + after, before)]
    for is_after, words in ((False, before), (True, after)):
        for start, stop, strength in find_plates(words):
            plate, rest = words[start:stop], words[:start] + words[stop:]
            is_model = is_after and not start and strength < 3 and not found.is_whole
            if is_model or _is_year_and_word(plate, strength, last_year, is_after):
                continue
            beside = words[max(start - 1, 0) : start] + words[stop : stop + 1]
            left = (rest, before) if is_after else (after, rest)
            years = [
                word for part in left for word in part if _is_year(word, last_year)
            ]
            rate = _rate(plate, strength, beside, is_after, last_year)
            if is_after and not years and _has_year(plate, last_year):
                rate -= 2.5
            plate = format_plate(" ".join(plate))
            readings.append(_Reading(score + rate, plate, name + left[0], left[1]))
    return readings if len(readings) > 1 else [_read_inside(text, found, score)]


def _read_inside(text, found, score):
    """Return a line whose plate is stuck to other signs: "г/н:А123ВС77"."""
    name = text[found.start : found.stop].split()
    before, after = text[: found.start], text[found.stop :]
    plate, rest = _take_certain_plate(after)
    if plate:
        return _Reading(score + 4, plate, name + rest.split(), before.split())
    plate, rest = _take_certain_plate(before)
    score += 4 if plate else 0
    return _Reading(score, plate, name + after.split(), rest.split())


def _rate(plate, strength, beside, is_after, last_year):
    """Rate words as a plate: what stands beside might be a part of it.

    :param beside: the word before and the word behind
    """
    rest = [
        word
        for word in beside
        if _REST_OF_PLATE.fullmatch(fold(word)) and not _is_year(word, last_year)
    ]
    doubt = len(rest) * (1 if is_after and strength == 3 else 5)
    return 1 + strength + 0.1 * len(plate) - doubt


def _has_year(words, last_year):
    """Whether one of the words may be the year of the car."""
    return any(_is_year(word, last_year) for word in words)


def _is_year_and_word(words, strength, last_year, is_after=False):
    """Whether these are rather a year and a trim, GTI 2015, than a plate."""
    if strength == 3 or not _has_year(words, last_year):
        return False
    return is_after or any(word.islower() for word in words)


def _is_year(word, last_year):
    return bool(re.fullmatch(r"\d{4}", word)) and FIRST_YEAR <= int(word) <= last_year


# ----------------------------------------------------------------------
# By its form alone
# ----------------------------------------------------------------------


def _is_plate(text, strength, last_year):
    """Whether the line is nothing but a plate."""
    words = text.split(maxsplit=8)
    form = get_form(words)
    return (
        bool(form)
        and form.strength >= strength
        and not _is_year_and_word(words, form.strength, last_year, True)
    )


def _take_certain_plate(text):
    folded = fold(text)
    for pattern in _CERTAIN_PLATES:
        if match := pattern.search(folded):
            start, stop = _widen(text, match.start(), match.end())
            if stop:
                return format_plate(text[start:stop]), _cut(text, start, stop)
            return "", text
    words = text.split(maxsplit=40)[:40]
    for start, stop, strength in find_plates(words):
        is_whole = stop - start == len(words)
        if (strength == 3 and not start and not is_whole) or (
            strength == 3 and stop == len(words) and start > 1
        ):
            plate = " ".join(words[start:stop])
            place = text.index(plate)
            return format_plate(plate), _cut(text, place, place + len(plate))
    return "", text


def _widen(text, start, stop):
    """Return from where to where a plate goes that a Russian one is only a part of.

    :return: places; zeros if something stands before that no country's plates have
    """
    words = text[:start].split(" ")[-3:-1] if text[:start].endswith(" ") else []
    place = start
    for word in reversed(words):
        place -= len(word) + 1
        if get_form(text[place:stop].split()):
            return place, stop
    is_first = text[:start].count(" ") == 1 and text[:start].endswith(" ")
    if is_first and words and re.fullmatch(r"\d{1,3}", words[-1]):
        return 0, 0
    return start, stop


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
    folded = fold(text)
    if match := _PLATE_START.search(folded):
        return format_plate(text[: match.end()]), text[match.end() :].strip()
    match = _PLATE_END.search(folded)
    if match and len(text[: match.start()].split()) >= 2:
        return format_plate(text[match.start() :]), text[: match.start()].strip()
    return "", text
