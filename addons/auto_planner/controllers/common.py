import logging
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps

from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.auto_crm.tools import clock
from odoo.addons.auto_crm.tools.strangers import clean
from odoo.addons.auto_crm.tools.turn import take_turn

from ..tools.refusal import BookingRefusedError

_logger = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
MAX_BODY = 64 * 1024
MAX_PACKAGES = 20
SESSION = "auto_booking"
TEXT = 128
PAGE = {
    "type": "http",
    "auth": "public",
    "methods": ["GET", "POST"],
    "website": True,
    "max_content_length": MAX_BODY,
}


def opened(function):
    """Answer only while the shop takes bookings online."""

    @wraps(function)
    def wrapper(self, **params):
        # sudo: a setting of the shop, for whoever comes
        if not request.env.company.sudo().auto_booking_is_online:
            return self._render("page_closed")
        return function(self, **params)

    return wrapper


@contextmanager
def refusals():
    """Take back what was begun when it is refused, and tell customers a refusal only.

    :raise BookingRefusedError: also for errors whose words are for staff
    """
    try:
        with request.env.cr.savepoint():
            yield
    except BookingRefusedError:
        raise
    except UserError as error:
        _logger.warning("What a customer wanted was refused", exc_info=True)
        raise BookingRefusedError(
            "invalid", request.env._("This cannot be sent now. Please call us.")
        ) from error


def count_in_turn(deed, limit, names=()):
    """Count what a network address does in an hour; tell whether it may.

    The others with these names wait until this is done, see `take_turn`.
    """
    limits = request.env["auto.limit"]
    address = request.httprequest.remote_addr
    take_turn(request.env.cr, [*limits._get_turns(deed, [(address, limit)]), *names])
    return limits._count(deed, address, limit, HOUR)


def read_text(post, name, limit):
    """Return a text of a form, without what the database may not hold."""
    return clean(str(post.get(name) or "")).strip()[:limit]


def read_line(post, name, limit=TEXT):
    return " ".join(read_text(post, name, limit).split())


def read_id(text):
    """Return an id of a form; 0 for what is none."""
    text = str(text or "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def read_moment(text, zone=UTC):
    """Return a moment in ISO 8601, naive UTC; None for what is none.

    :param tzinfo zone: of a moment without an offset
    """
    try:
        moment = datetime.fromisoformat(str(text))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        moment = clock.to_naive(aware).replace(second=0, microsecond=0)
    except (ValueError, OverflowError):
        return None
    return moment if 2000 <= moment.year < 3000 else None
