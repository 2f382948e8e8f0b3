"""Days, closed hours and load of a planner's rows: intervals in, plain data out.

Times are naive UTC, as the database has them; days are those of `clock.days_of`.
"""

from bisect import bisect_right
from datetime import timedelta
from itertools import pairwise

MAX_BREAK = timedelta(minutes=90)  # a longer gap in somebody's hours is no lunch


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
    :param days: see `clock.days_of`
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
