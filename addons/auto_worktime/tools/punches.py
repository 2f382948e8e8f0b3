"""What biometric terminals tell: raw events, read and paired. No database, no ORM."""

import csv
import io
from datetime import datetime, timedelta

from odoo.addons.auto_crm.tools import clock

BOUNCE = timedelta(seconds=60)  # the same finger once more
REST = timedelta(hours=16)  # who was not seen for so long has gone home in between
DIRECTIONS = {
    "in": {"in", "i", "0", "entry", "enter", "checkin", "check-in", "check in", "вход"},
    "out": {"out", "o", "1", "exit", "leave", "checkout", "check-out", "выход"},
}
COLUMNS = {
    "badge": {"badge", "card", "id", "user", "user id", "userid", "карта", "номер"},
    "date": {"date", "дата"},
    "time": {"time", "datetime", "date time", "timestamp", "время", "дата и время"},
    "direction": {"direction", "state", "status", "in/out", "type", "направление"},
}
FORMATS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S")


def pair(punches):
    """Return who came and went, whatever the order in which it was told.

    The same direction again within a minute is the same press. Who came is there until
    he goes; who is told to come again has not left. A terminal that tells no direction
    is pressed to come, then to go.

    :param punches: sorted list of (moment, direction): ``in``, ``out`` or ``toggle``
    :return: list of (index, index or None for an end that is not known), and the
        indices that mean nothing
    """
    pairs, extra = [], []
    came = last = None
    for index, (moment, direction) in enumerate(punches):
        if last and direction == last[1] and moment - last[0] < BOUNCE:
            extra.append(index)
            continue
        last = moment, direction
        if came is not None and moment - punches[came][0] > REST:
            pairs.append((came, None))
            came = None
        is_in = direction == "in" or (direction == "toggle" and came is None)
        if is_in and came is None:
            came = index
        elif not is_in and came is not None:
            pairs.append((came, index))
            came = None
        else:
            extra.append(index)
    if came is not None:
        pairs.append((came, None))
    return pairs, extra


def parse_direction(value):
    """Return ``in``, ``out``, or ``toggle`` for what tells neither."""
    text = str("" if value is None else value).strip().lower()
    for direction, words in DIRECTIONS.items():
        if text in words:
            return direction
    return "toggle"


def parse_time(value, zone):
    """Return the naive UTC of a time, whole seconds.

    :param value: ISO 8601, day.month.year, or seconds since 1970
    :param zone: of times that name none
    :raise ValueError: when it is no time
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return datetime.utcfromtimestamp(int(value))  # noqa: DTZ004 naive UTC
    text = str(value or "").strip()
    moment = _parse_text(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return clock.to_naive(moment).replace(microsecond=0)


def _parse_text(text):
    for pattern in (None, *FORMATS):
        try:
            if not pattern:
                return datetime.fromisoformat(text)
            return datetime.strptime(text, pattern)  # noqa: DTZ007 the zone follows
        except ValueError:
            continue
    raise ValueError(f"no time: {text!r}")


def read_csv(content):
    """Return the rows of a terminal's file: dicts with badge, time, direction.

    :param bytes content: with a header, separated by commas, semicolons or tabs
    :raise ValueError: when columns are missing
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", "replace")
    header = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    names = {
        key: name
        for name in reader.fieldnames or ()
        for key, words in COLUMNS.items()
        if name.strip().lower() in words
    }
    if "badge" not in names or not {"date", "time"} & names.keys():
        raise ValueError("columns")
    return [
        {
            "badge": (row[names["badge"]] or "").strip(),
            "time": " ".join(
                (row[names[key]] or "").strip()
                for key in ("date", "time")
                if key in names
            ),
            "direction": row[names["direction"]] if "direction" in names else "",
        }
        for row in reader
    ]
