"""Intervals of time: what hours, bookings and free times are counted in.

Sorted pairs (start, stop) of whole seconds since 1970, UTC, so that a day of 23 or 25
hours needs no care. No database, no ORM.
"""

from bisect import bisect_right
from datetime import datetime, timedelta
from itertools import pairwise

from odoo.addons.auto_crm.tools import clock

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 naive UTC, as the database has it
HOUR = 3600
MAX_BREAK = 90 * 60  # a longer gap in somebody's hours is no lunch


def to_seconds(moment):
    """Return the seconds since 1970 of a moment, naive UTC."""
    return round((moment - EPOCH).total_seconds())


def to_moment(seconds):
    """Return the naive UTC of seconds since 1970."""
    return EPOCH + timedelta(seconds=seconds)


def to_interval(start, stop):
    """Return the interval between two moments, naive UTC."""
    return to_seconds(start), to_seconds(stop)


def days_of(start, stop, zone):
    """Return the days of a zone, as `clock.days_of`: list of (date, start, stop)."""
    return [
        (day, *to_interval(begin, end))
        for day, begin, end in clock.days_of(start, stop, zone)
    ]


def merge(intervals):
    """Return the intervals sorted, with those that touch or overlap made one."""
    merged = []
    for start, stop in sorted(intervals):
        if stop <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], stop)
        else:
            merged.append([start, stop])
    return [(start, stop) for start, stop in merged]


def overlap(interval, others):
    """Return the parts of an interval that are in sorted other ones."""
    begin, end = interval
    return [
        (max(begin, low), min(end, high))
        for low, high in others
        if low < end and high > begin
    ]


def inside(interval, others):
    """Return the intervals that begin and end within one: work goes on after them."""
    return [one for one in others if interval[0] < one[0] and one[1] < interval[1]]


def closed_of(works, start, stop):
    """Return the parts of a range outside of sorted work intervals."""
    closed = []
    for begin, end in works:
        if begin > start:
            closed.append((start, begin))
        start = max(start, end)
    if start < stop:
        closed.append((start, stop))
    return closed


def breaks_of(works):
    """Return the short gaps between sorted work intervals, as for lunch."""
    return [
        (closes, opens)
        for (_start, closes), (opens, _stop) in pairwise(works)
        if closes < opens <= closes + MAX_BREAK
    ]


def bridge(works, breaks):
    """Return working time with those breaks in it that it meets on both sides."""
    opens = {start for start, _stop in works}
    closes = {stop for _start, stop in works}
    return merge(works + [b for b in breaks if b[0] in closes and b[1] in opens])


def split_by_day(intervals, days):
    """Yield the parts of intervals in each day: date, part, the interval it is of.

    :param days: see `days_of`
    """
    starts = [begin for _day, begin, _end in days]
    for begin, end in intervals:
        index = max(bisect_right(starts, begin) - 1, 0)
        while index < len(days) and days[index][1] < end:
            day, day_start, day_stop = days[index]
            yield day, (max(begin, day_start), min(end, day_stop)), (begin, end)
            index += 1


def hours_by_day(intervals, days, works=None):
    """Return hours by date of some intervals.

    :param days: see `days_of`
    :param works: sorted work intervals; of what lasts over a midnight, only the hours
        in them count, since nobody works through the night on a car left on its lift;
        of what lasts over a break, the break does not count
    :return: dict {date: hours}, without days of zero hours
    """
    breaks = breaks_of(works or ())
    hours = {}
    for day, part, whole in split_by_day(intervals, days):
        if works is not None and part != whole:
            length = _length(overlap(part, works))
        else:
            length = _length([part]) - _length(inside(part, breaks))
        if length > 0:
            hours[day] = hours.get(day, 0) + length / HOUR
    return hours


def _length(intervals):
    return sum(stop - start for start, stop in intervals)
