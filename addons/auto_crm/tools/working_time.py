"""Deadlines and waits in working time, from the intervals of `_get_works`.

No database here.
"""

from datetime import datetime

from . import clock


def get_working_date(works, moment, zone, days=0):
    """Find the date on which something asked for at `moment` is due.

    Today counts while some working time of today is still ahead, so a request of
    07:00 is due today and one of 22:00, or of Saturday night, on the next working day.

    :param works: pairs (start, stop) of Unix seconds, sorted, from `moment` on
    :param datetime moment: when it was asked for, naive UTC
    :param zone: whose days they are
    :param int days: further working days to wait
    :return: the date, or None if the intervals do not reach that far
    """
    now = clock.to_aware(moment).timestamp()
    dates = []
    for start, stop in works:
        if stop <= now:
            continue
        date = datetime.fromtimestamp(start, zone).date()
        if date not in dates:
            dates.append(date)
        if len(dates) > days:
            return dates[days]
    return None


def get_working_seconds(works, start, stop):
    """Return how many seconds of working time lie between two moments.

    :param works: pairs (start, stop) of Unix seconds that do not overlap
    :param datetime start: naive UTC, as `stop`
    """
    first = clock.to_aware(start).timestamp()
    last = clock.to_aware(stop).timestamp()
    return sum(max(min(b, last) - max(a, first), 0) for a, b in works)
