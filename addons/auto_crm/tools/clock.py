"""The clock on the wall: naive UTC, as the database has it, to a zone and back.

Whose zone it is, says `_get_tz`: of companies ours, of employees that of `hr`.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def get_zone(name):
    """Return the zone of that name; UTC for a name nobody knows."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def to_aware(moment):
    """Return a moment with its zone, which is UTC: what `resource` asks for."""
    return moment.replace(tzinfo=UTC)


def to_local(moment, zone):
    """Return a moment as the wall clock and calendar of the zone show it."""
    return to_aware(moment).astimezone(zone)


def to_naive(aware):
    """Return the naive UTC of a moment that has a zone."""
    return aware.astimezone(UTC).replace(tzinfo=None)


def day_of(moment, zone):
    """Return the date of a moment in the zone."""
    return to_local(moment, zone).date()


def at_hour(day, hour, zone, fold=0):
    """Return the moment when the clock of the zone shows the hour on that day.

    A time that the change to summer time leaves out becomes the one after the gap.
    """
    wall = datetime.combine(day, time()) + timedelta(seconds=round(hour * 3600))
    return to_naive(wall.replace(tzinfo=zone, fold=fold))


def midnight(day, zone):
    """Return the moment at which a day of the zone begins."""
    return at_hour(day, 0, zone)


def days_of(start, stop, zone):
    """Return the days of the zone that a range touches.

    :return: list of (date, start, stop); a day of 23 or 25 hours is that long
    """
    day = day_of(start, zone)
    begin = midnight(day, zone)
    days = []
    while begin < stop:
        following = day + timedelta(days=1)
        end = midnight(following, zone)
        days.append((day, begin, end))
        day, begin = following, end
    return days
