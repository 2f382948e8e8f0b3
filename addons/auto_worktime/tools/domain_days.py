"""Days in domains and in ids: which of them a query has to reckon. No database."""

from collections.abc import Collection
from datetime import date, timedelta

MARGIN = timedelta(days=2)  # around days in any zone, to have their hours in UTC
EVER = (date.min + MARGIN, date.max - MARGIN)
EPOCH = date(2020, 1, 1)  # the day of ids from 0 on
BITS = 38  # of an id, for the rows of a day; the day is above: 53, as JavaScript has


def get_id(day):
    """Return an id of a day's rows."""
    return ((day - EPOCH).days << BITS) + 1


def get_day(id_):
    """Return the day of a row's id."""
    low, high = ((day - EPOCH).days for day in EVER)
    return EPOCH + timedelta(days=min(max(id_ >> BITS, low), high))


def get_span(ids):
    """Return the first and last day (UTC) that hold the days of rows with their ids."""
    days = [get_day(id_) for id_ in ids] or EVER
    return min(days) - MARGIN, max(days) + MARGIN


def find_days(domain):
    """Return the first and the last day that an optimized domain may let through.

    More days than it lets through are no fault, less would be.
    """
    return _read(iter(domain))


def _read(items):
    """Read a domain, or a part of it, in its prefix notation."""
    item = next(items)
    if item == "!":
        _read(items)
        return EVER
    if item in ("&", "|"):
        (first, last), (first_2, last_2) = _read(items), _read(items)
        if item == "&":
            return max(first, first_2), min(last, last_2)
        return min(first, first_2), max(last, last_2)
    return _read_condition(*item) if isinstance(item, tuple) else EVER


def _read_condition(name, operator, value):
    if operator == "in" and name in ("date", "id") and isinstance(value, Collection):
        days = [get_day(one) if name == "id" else one for one in value if one]
        return (min(days), max(days)) if 0 < len(days) == len(value) else EVER
    if name == "date" and isinstance(value, date):
        if operator in (">", ">="):
            return value, EVER[1]
        if operator in ("<", "<="):
            return EVER[0], value
    return EVER
