"""Free slots: when one fit post and one fit mechanic are free together.

Intervals in, slots out, see `tools.intervals`: no database, no ORM. A time zone matters
only to `starts_of`, which offers round times of the clock on the wall.
"""

from bisect import bisect_left, bisect_right
from datetime import datetime
from math import gcd
from typing import NamedTuple

from .intervals import merge

QUARTER = 15 * 60
FOREVER = 1 << 60


class Free(NamedTuple):
    """A stretch in which a resource may be booked.

    :param start: seconds, included
    :param stop: seconds, excluded
    :param room: seconds after `stop` in which it is off, but not booked: a buffer
        may run into it
    """

    start: int
    stop: int
    room: int


class Candidate:
    """A post or mechanic fit for the work, with the stretches in which it is free.

    :param key: what the caller knows it by
    :param works: intervals (start, stop) of working time, without absences
    :param busy: intervals that are booked, buffers included
    :param buffer: seconds to keep free after the work
    """

    def __init__(self, key, works, busy=(), buffer=0):
        self.key = key
        self.buffer = buffer
        self.free = list(free_stretches(merge(works), merge(busy)))
        self._starts = [stretch.start for stretch in self.free]

    def gap(self, start, stop):
        """Return seconds left over in the stretch if booked so, None if it cannot."""
        index = bisect_right(self._starts, start) - 1
        if index < 0:
            return None
        stretch = self.free[index]
        if stop > stretch.stop or stop + self.buffer > stretch.stop + stretch.room:
            return None
        return (start - stretch.start) + max(stretch.stop - stop - self.buffer, 0)


class Slot(NamedTuple):
    """A time that can be booked, with the post and mechanic it leaves fewest gaps with.

    :param gap: seconds that would be left over around it, of the post and the mechanic
    """

    start: int
    stop: int
    post: object
    mechanic: object
    gap: int


def free_stretches(works, busy):
    """Yield the stretches of `works` that are not `busy`; both merged."""
    starts = [start for start, _stop in busy]
    for opens, closes in works:
        cursor = opens
        for begin, end in busy[_first_after(busy, opens) :]:
            if begin >= closes:
                break
            if begin > cursor:
                yield Free(cursor, begin, 0)
            cursor = max(cursor, end)
        if cursor < closes:
            index = bisect_left(starts, closes)
            limit = starts[index] if index < len(starts) else FOREVER
            yield Free(cursor, closes, limit - closes)


def _first_after(busy, moment):
    """Return the index of the first busy interval that ends after the moment."""
    return bisect_right(busy, moment, key=lambda interval: interval[1])


def stop_of(start, duration, breaks=()):
    """Return when work that starts then is done, if it rests in the breaks.

    :param duration: seconds of work
    :param breaks: merged intervals in which the whole shop rests, as for lunch
    """
    stop = start + duration
    for begin, end in breaks[_first_after(breaks, start) :]:
        if begin >= stop:
            break
        stop += end - max(begin, start)
    return stop


def work_between(start, stop, breaks=()):
    """Return seconds of work from start to stop: what `stop_of` was given."""
    return (stop - start) - sum(
        max(min(end, stop) - max(begin, start), 0) for begin, end in breaks
    )


def starts_of(earliest, latest, step, zone):
    """Yield the round times of the clock on the wall, from earliest to latest.

    :param step: seconds, as 1800 for :00 and :30; counted from midnight, every day anew
    :param tzinfo zone: where the shop is
    """
    unit = gcd(step, QUARTER)
    for moment in range(-(-earliest // unit) * unit, latest + 1, unit):
        wall = datetime.fromtimestamp(moment, zone)
        if (wall.hour * 60 + wall.minute) * 60 % step == 0:
            yield moment


def find_slots(duration, starts, *, posts=None, mechanics=None, breaks=(), limit=None):
    """Return the slots that can be booked, earliest first.

    A slot is offered if and only if at least one post and one mechanic are free for the
    whole time; of several, those that leave the smallest gaps are named.

    :param duration: seconds of work, more than 0
    :param starts: ascending times to look at, see `starts_of`
    :param posts: list of `Candidate`, or None if no post is needed
    :param mechanics: list of `Candidate`, or None if no mechanic is needed
    :param breaks: see `stop_of`; a candidate's working time must bridge them
    :param limit: how many slots are enough
    :rtype: list[Slot]
    """
    breaks = merge(breaks)
    slots = []
    for start in starts:
        stop = stop_of(start, duration, breaks)
        if _is_in(breaks, start):
            continue
        mechanic = _best(mechanics, start, stop)
        post = mechanic and _best(posts, start, stop)
        if post:
            slots.append(Slot(start, stop, post[1], mechanic[1], post[0] + mechanic[0]))
            if limit and len(slots) >= limit:
                break
    return slots


def _is_in(intervals, moment):
    index = _first_after(intervals, moment)
    return index < len(intervals) and intervals[index][0] <= moment


def _best(candidates, start, stop):
    """Return (gap, key) of the candidate that fits best, None if none does."""
    if candidates is None:
        return 0, None
    best = None
    for candidate in candidates:
        gap = candidate.gap(start, stop)
        if gap is not None and (best is None or gap < best[0]):
            best = gap, candidate.key
    return best
