"""Days, closed hours and load of a planner's rows: intervals in, plain data out.

Times are naive UTC, as the database has them; the shop's zone decides where days end.
"""

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytz

MAX_BREAK = timedelta(minutes=90)  # a longer gap in somebody's hours is no lunch
ONE_DAY = timedelta(days=1)


def days_of(start, stop, zone):
    """Return the local days of a range.

    :param start: naive UTC
    :param stop: naive UTC
    :param zone: pytz zone
    :return: list of (date, start, stop); a day of 23 or 25 hours is that long
    """
    first = pytz.utc.localize(start).astimezone(zone).date()
    days = []
    begin = _midnight(first, zone)
    while begin < stop:
        end = _midnight(first + ONE_DAY, zone)
        days.append((first, begin, end))
        first, begin = first + ONE_DAY, end
    return days


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


def inside(interval, others):
    """Return the intervals that begin and end within one: work goes on after them."""
    return [one for one in others if interval[0] < one[0] and one[1] < interval[1]]


def hours_by_day(intervals, days, works=None):
    """Return hours by date of some intervals.

    :param intervals: pairs of naive UTC
    :param days: see `days_of`
    :param works: sorted work intervals; of what lasts over a midnight, only the hours
        in them count, since nobody works through the night on a car left on its lift;
        of what lasts over a break, the break does not count
    :return: dict {date: hours}, without days of zero hours
    """
    breaks = breaks_of(works or ())
    starts = [begin for _day, begin, _end in days]
    hours = {}
    for begin, end in intervals:
        index = max(bisect_right(starts, begin) - 1, 0)
        while index < len(days) and days[index][1] < end:
            day, day_start, day_stop = days[index]
            part = (max(begin, day_start), min(end, day_stop))
            if works is not None and (begin < day_start or end > day_stop):
                length = _seconds(overlap(part, works))
            else:
                length = _seconds([part]) - _seconds(inside(part, breaks))
            if length > 0:
                hours[day] = hours.get(day, 0) + length / 3600
            index += 1
    return hours


def overlap(interval, others):
    """Return the parts of an interval that are in sorted other ones."""
    begin, end = interval
    return [
        (max(begin, low), min(end, high))
        for low, high in others
        if low < end and high > begin
    ]


def _seconds(intervals):
    return sum((stop - start).total_seconds() for start, stop in intervals)


def _midnight(day: date, zone) -> datetime:
    """Return the naive UTC at which a local day begins."""
    local = zone.localize(datetime.combine(day, time.min))
    return local.astimezone(pytz.utc).replace(tzinfo=None)
