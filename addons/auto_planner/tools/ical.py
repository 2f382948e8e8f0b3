"""An appointment as a file for a calendar (RFC 5545)."""

from datetime import UTC

EPOCH = 1_577_836_800  # 2020: a count from 1970 would not fit into 31 bits for long
WIDTH = 74  # octets of a line; a folded one begins with a space more


def make_event(*, uid, start, stop, stamp, summary, status="CONFIRMED", **properties):
    """Return a calendar of one event, as the text of an ``.ics`` file.

    :param str uid: always the same for the same appointment
    :param datetime start: naive UTC, as `stop` and `stamp`
    :param datetime stamp: when it was changed last
    :param str status: CONFIRMED, TENTATIVE or CANCELLED
    :param properties: further texts by name, as ``location``; empty ones are left out
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Auto CRM//Booking//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_escape(uid)}",
        f"SEQUENCE:{max(int(stamp.replace(tzinfo=UTC).timestamp()) - EPOCH, 0)}",
        f"DTSTAMP:{_format(stamp)}",
        f"DTSTART:{_format(start)}",
        f"DTEND:{_format(stop)}",
        f"SUMMARY:{_escape(summary)}",
        *(
            f"{name.upper()}:{text if name == 'url' else _escape(text)}"
            for name, text in properties.items()
            if text
        ),
        f"STATUS:{status}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _fold(line))


def _format(moment):
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _escape(text):
    """Return a text without what would end it."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _fold(line):
    """Yield a line in pieces short enough, never cut within a letter."""
    piece = ""
    size = 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > WIDTH:
            yield piece
            piece, size = " ", 1
        piece += letter
        size += octets
    yield piece
