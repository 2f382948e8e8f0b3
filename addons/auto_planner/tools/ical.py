"""An appointment as a file for a calendar (RFC 5545)."""

from datetime import datetime

import vobject
from vobject.icalendar import utc  # the only zone that it writes without a definition

EPOCH = datetime(2020, 1, 1, tzinfo=utc)  # from 1970, 31 bits would not last for long


def make_event(*, uid, start, stop, stamp, summary, status="CONFIRMED", **properties):
    """Return a calendar of one event, as the text of an ``.ics`` file.

    :param str uid: always the same for the same appointment
    :param datetime start: naive UTC, as `stop` and `stamp`
    :param datetime stamp: when it was changed last
    :param str status: CONFIRMED, TENTATIVE or CANCELLED
    :param properties: further texts by name, as ``location``; empty ones are left out
    """
    calendar = vobject.iCalendar()
    calendar.add("prodid").value = "-//Auto CRM//Booking//EN"
    calendar.add("method").value = "PUBLISH"
    event = calendar.add("vevent")
    start, stop, stamp = (one.replace(tzinfo=utc) for one in (start, stop, stamp))
    changes = max(int((stamp - EPOCH).total_seconds()), 0)
    values = {
        "uid": uid,
        "sequence": str(changes),
        "dtstamp": stamp,
        "dtstart": start,
        "dtend": stop,
        "summary": summary,
        "status": status,
        **properties,
    }
    for name, value in values.items():
        if value:
            event.add(name).value = value
    return calendar.serialize()
