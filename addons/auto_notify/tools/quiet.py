"""When a message goes: delays, times of day and quiet hours in a person's zone.

Pure: moments in and out are naive UTC, as Odoo keeps them; hours are floats as its
fields have them (21.5 is half past nine).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo.addons.auto_crm.tools.clock import at_hour, to_local, to_naive

LEAD = timedelta(minutes=15)


def shift(moment, amount, unit, zone):
    """Return the moment moved by an amount; days keep the time the clock shows.

    :param int amount: negative for earlier
    :param str unit: ``minutes``, ``hours`` or ``days``
    """
    if unit != "days":
        return moment + timedelta(**{unit: amount})
    local = to_local(moment, zone)
    day = local.date() + timedelta(days=amount)
    wall = datetime.combine(day, local.time())
    return to_naive(wall.replace(tzinfo=zone, fold=local.fold))


def get_quiet(moment, start, stop, zone):
    """Return when the quiet hours that hold the moment begin and end, or None.

    Quiet hours may go over midnight; equal hours mean there are none.
    """
    local = to_local(moment, zone)
    day = local.date()
    hour = local.hour + local.minute / 60 + local.second / 3600
    first = last = day
    if start <= stop:
        inside = start <= hour < stop
    else:
        inside = hour >= start or hour < stop
        if hour >= start:
            last = day + timedelta(days=1)
        else:
            first = day - timedelta(days=1)
    if not inside:
        return None
    end = at_hour(last, stop, zone)
    if end <= moment:  # the hour comes twice when summer time ends
        end = at_hour(last, stop, zone, fold=1)
    return at_hour(first, start, zone), end


@dataclass(frozen=True)
class Plan:
    """When a message is due, when it really goes, and from when on it is too late."""

    planned: datetime
    due: datetime
    expire: datetime | None


@dataclass(frozen=True)
class Schedule:
    """When a rule speaks.

    :param timing: ``at_once``, ``after`` or ``before`` the time the event is about
    :param hour: time of day, for delays in days only; None keeps the event's
    :param quiet: hours from and to which nothing is sent, or None
    :param expire_hours: too late after; 0 is never
    """

    timing: str = "at_once"
    delay: int = 0
    unit: str = "days"
    hour: float | None = None
    quiet: tuple[float, float] | None = None
    expire_hours: int = 24

    def plan(self, now, event, zone, is_told=False):
        """Decide about a message whose fact has just become true.

        A reminder whose time has passed already goes at once, unless its person is
        told about the same at this moment anyway (`is_told`), or it is too late.
        Quiet hours defer; but what would then come after the event that it is before
        goes shortly ahead of the quiet hours.

        :param datetime now: when the fact became true
        :param datetime event: what the event is about: a booking's start, or `now`
        :param zone: of the recipient
        :param bool is_told: whether another message tells it at once
        :return: a `Plan`, or None for nothing to send
        """
        planned = self._get_planned(now, event, zone)
        if self.timing == "before" and planned >= event:
            return None  # at an hour of the same day that comes after the event
        late = timedelta(hours=self.expire_hours) if self.expire_hours else None
        if planned < now and self.timing != "at_once":
            if late is not None and now - planned > late:
                return None
            if self.timing == "before" and (is_told or event <= now):
                return None
        due = self._get_due(max(planned, now), now, event, zone)
        if due is None:
            return None
        expire = due + late if late is not None else None
        if self.timing != "after" and event > due:
            expire = min(expire, event) if expire else event
        return Plan(planned, due, expire)

    def _get_planned(self, now, event, zone):
        """Return when the message is due if nothing speaks against it."""
        if self.timing == "at_once":
            return now
        sign = 1 if self.timing == "after" else -1
        moment = shift(event, sign * self.delay, self.unit, zone)
        if self.hour is None or self.unit != "days":
            return moment
        return at_hour(to_local(moment, zone).date(), self.hour, zone)

    def _get_due(self, moment, now, event, zone):
        """Return when it may go, out of quiet hours; None if it would be too late."""
        quiet = self.quiet and get_quiet(moment, *self.quiet, zone)
        if not quiet:
            return moment
        start, stop = quiet
        if self.timing != "before" or stop < event:
            return stop
        return start - LEAD if start - LEAD >= now else None
