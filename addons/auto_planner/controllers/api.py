import json
import logging
from datetime import date, timedelta
from functools import partial, wraps

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.http import Controller, request, route
from odoo.tools import email_normalize, mute_logger

from odoo.addons.auto_crm.tools import clock
from odoo.addons.auto_crm.tools.strangers import read_body
from odoo.addons.auto_crm.tools.turn import take_turn

from ..tools.refusal import BookingRefusedError
from .common import MAX_BODY, MAX_PACKAGES, read_id, read_moment, refusals

_logger = logging.getLogger(__name__)

ROOT = "/auto_planner/api/v1"
MAX_DAYS = 62
MAX_INT = 2**31 - 1
MAX_TEXT = 4000
SAME_ID = "auto_booking_external_id_unique"
STATUS_BY_CODE = {"taken": 409, "late": 409, "limit": 409, "size": 413}
OPTIONS = {
    "type": "http",
    "auth": "public",
    "csrf": False,  # server to server: the key is the proof
    "save_session": False,
}


def answered(function=None, *, get_turns=None):
    """Let in only callers with a key and within their limits; answer in JSON always.

    :param get_turns: function of the source that names what must not be done twice at
        once, see `take_turn`
    """
    if function is None:
        return partial(answered, get_turns=get_turns)

    @wraps(function)
    def wrapper(self, **params):
        source = request.env["auto.request.source"]._find_by_key(
            request.httprequest.headers.get("X-Api-Key")
        )
        if not source:
            _logger.warning("Call refused: key not known")
            return _answer(401, error="The key is missing or not known.", code="key")
        if not source.can_book:
            return _answer(403, error="This key may not book.", code="closed")
        if not _is_within_limit(source):
            return _answer(
                429,
                {"Retry-After": "60"},
                error="Too many calls, try later.",
                code="rate",
            )
        request.update_env(context={**request.env.context, "lang": _get_lang(source)})
        request.update_context(
            allowed_company_ids=source.company_id.ids, tz=source.company_id._get_tz()
        )
        try:
            if get_turns:
                take_turn(request.env.cr, get_turns(source))
            with refusals():
                return function(self, source, **params)
        except BookingRefusedError as refusal:
            status = STATUS_BY_CODE.get(refusal.code, 400)
            return _answer(status, error=str(refusal), code=refusal.code)

    return wrapper


def _get_booking_turns(source):
    """Return whose turn it is to book, see `take_turn`: caller's id, customer, car."""
    data = _read_body()
    names = {"email_from": "email", "vehicle_line": "car", "phone": "phone"}
    vals = {name: _get_text(data, key) for name, key in names.items()}
    # sudo: as in _get_bookings
    leads = request.env["crm.lead"].sudo()
    return [
        f"booking/{source.id}/{_get_text(data, 'id')}",
        *leads._get_request_turns(vals, source.company_id),
    ]


class BookingApi(Controller):
    """Booking by a shop's own site or app, server to server: docs/api/booking.md."""

    # ------------------------------------------------------------------
    # What and when
    # ------------------------------------------------------------------

    @route(f"{ROOT}/services", methods=["GET"], **OPTIONS)
    @answered
    def list_services(self, source, **_params):
        """Tell what can be booked."""
        packages = self._get_bookings()._get_online_packages(source.company_id)
        return _answer(200, services=[_format_service(one) for one in packages])

    @route(f"{ROOT}/slots", methods=["GET"], **OPTIONS)
    @answered
    def list_slots(self, source, services="", car="", **params):
        """Tell the free times."""
        packages = self._find_packages(source, services.split(","))
        zone = source.company_id._get_zone()
        first = _read_day(params.get("from"), zone)
        last = _read_day(params.get("to"), zone)
        if last:
            last += timedelta(days=1) - timedelta(minutes=1)
        if first and last and last - first > timedelta(days=MAX_DAYS):
            _refuse(f"Ask for {MAX_DAYS} days at most.")
        bookings = self._get_bookings()
        vehicle = bookings._get_typed_vehicle(car[:256])
        _check_fit(packages, vehicle)
        slots = bookings._find_online_slots(
            packages, source.company_id, vehicle, start=first, stop=last
        )
        return _answer(
            200, zone=zone.key, slots=[_format_times(slot, zone) for slot in slots]
        )

    # ------------------------------------------------------------------
    # Bookings
    # ------------------------------------------------------------------

    @route(f"{ROOT}/bookings", methods=["POST"], **OPTIONS)
    @answered(get_turns=_get_booking_turns)
    def create_booking(self, source, **_params):
        """Book; the same id is the same booking, however often it is sent."""
        data = _read_body()
        external_id = _get_text(data, "id")
        if not external_id:
            _refuse("The field id is missing: your own id of the booking.")
        if known := self._search_booking(source, external_id=external_id):
            return self._answer_booking(known)
        try:
            with request.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                booking = self._book(source, external_id, data)
        except IntegrityError as error:
            if error.diag.constraint_name != SAME_ID:
                raise UserError(str(error)) from error
            # the same id, received by another worker
            return self._answer_concurrent(source, external_id)
        return self._answer_booking(booking, 201)

    def _answer_concurrent(self, source, external_id):
        """Answer with the booking that another worker has just made."""
        with request.env.registry.cursor() as cr:  # our snapshot does not see it yet
            fresh = source.with_env(
                request.env(cr=cr, su=True)
            )  # sudo: as in _get_bookings
            if known := self._search_booking(fresh, external_id=external_id):
                return self._answer_booking(known)
        return _answer(
            409,
            {"Retry-After": "1"},
            error="The booking is being made, try again.",
            code="concurrent",
        )

    @route(f"{ROOT}/bookings/<int:number>", methods=["GET"], **OPTIONS)
    @answered
    def get_booking(self, source, number, **_params):
        """Tell what became of a booking."""
        return self._answer_booking(self._find_booking(source, number))

    @route(f"{ROOT}/bookings/<int:number>/change", methods=["POST"], **OPTIONS)
    @answered
    def change_booking(self, source, number, **_params):
        """Move a booking."""
        booking = self._find_booking(source, number)
        start = _read_start(_read_body(), source.company_id._get_zone())
        if booking:
            booking = booking._move_online(start)
        return self._answer_booking(booking)

    @route(f"{ROOT}/bookings/<int:number>/cancel", methods=["POST"], **OPTIONS)
    @answered
    def cancel_booking(self, source, number, **_params):
        """Cancel a booking."""
        booking = self._find_booking(source, number)
        if booking:
            booking = booking._cancel_online()
        return self._answer_booking(booking)

    # ------------------------------------------------------------------
    # Pieces
    # ------------------------------------------------------------------

    def _get_bookings(self):
        return request.env["auto.booking"].sudo()  # sudo: the key is the proof

    def _find_packages(self, source, numbers):
        """Return the packages of the ids.

        :raise BookingRefusedError: for one that cannot be booked online
        """
        texts = {str(number).strip() for number in numbers} - {""}
        ids = set(map(read_id, texts))
        packages = self._get_bookings()._get_online_packages(source.company_id)
        found = packages.filtered(lambda package: package.id in ids)
        if len(texts) > MAX_PACKAGES or len(found) != len(texts):
            _refuse("One of the services is not known: see /services.")
        return found

    def _search_booking(self, source, **values):
        """Return the caller's own booking, or empty."""
        domain = [("request_source_id", "=", source.id), ("date_hold", "=", False)]
        domain += [(name, "=", value) for name, value in values.items()]
        # sudo: as in _get_bookings
        bookings = source.env["auto.booking"].sudo().with_company(source.company_id)
        return bookings.search(domain, limit=1)

    def _find_booking(self, source, number):
        """Return the caller's own booking of that number, or empty."""
        if number > MAX_INT:
            return self._get_bookings()
        return self._search_booking(source, id=number)

    def _book(self, source, external_id, data):
        """Hold the time and book it at once.

        :raise BookingRefusedError: saying why it cannot be
        """
        packages = self._read_services(source, data)
        contact = self._read_contact(source, data)
        bookings = self._get_bookings()
        car = _get_text(data, "car")
        _check_fit(packages, bookings._get_typed_vehicle(car))
        booking = bookings._hold_online(
            _read_start(data, source.company_id._get_zone()),
            packages,
            source.company_id,
            vehicle_line=car,
            note=_get_text(data, "text", None)[:MAX_TEXT],
            source="api",
            request_source_id=source.id,
            external_id=external_id,
        )
        request.env.flush_all()
        return booking._book_online(contact, is_trusted=True)

    def _read_services(self, source, data):
        """Return the packages that the call names.

        :raise BookingRefusedError: when it does not say what is to be done
        """
        services = data.get("services") or []
        if not isinstance(services, list):
            _refuse("The field services is a list of ids.")
        packages = self._find_packages(source, services)
        if not packages and not _get_text(data, "text", None):
            _refuse("Say what is to be done: services or text.")
        return packages

    def _read_contact(self, source, data):
        """Return the customer that the call names, as values of a deal.

        :raise BookingRefusedError: without a phone, and for an e-mail that is none
        """
        contact = {
            "contact_name": _get_text(data, "name"),
            "phone": _get_text(data, "phone", 64),
            "email_from": _get_text(data, "email"),
        }
        if not self._get_bookings()._format_phone(contact["phone"], source.company_id):
            _refuse("The phone is missing or is none.")
        if contact["email_from"] and not email_normalize(contact["email_from"]):
            _refuse("The e-mail is none.")
        return {name: value for name, value in contact.items() if value}

    def _answer_booking(self, booking, status=200):
        """Answer with a booking of the caller."""
        if not booking:
            return _answer(404, error="There is no such booking.", code="unknown")
        zone = booking.request_source_id.company_id._get_zone()
        times = {"start": booking.date_start, "stop": booking.date_stop}
        return _answer(
            status,
            booking={
                "id": booking.id,
                "external_id": booking.external_id,
                "state": booking.state,
                **_format_times(times, zone),
                "services": booking.package_ids.ids,
                "can_move": not booking._get_move_refusal(),
                "can_cancel": not booking._get_change_refusal(),
                "link": booking._get_link(),
            },
        )


def _is_within_limit(source):
    """Count the call; tell whether the source, and its visitor, may make it."""
    address = (
        request.httprequest.headers.get("X-Visitor-Address")
        or request.httprequest.remote_addr
    )
    return source._count_call("api", address)


def _get_lang(source):
    """Return the language that the caller accepts, else the shop's."""
    wanted = request.httprequest.accept_languages.best or ""
    for code, _name in request.env["res.lang"].get_installed():
        if wanted and code.split("_")[0] == wanted.split("-")[0]:
            return code
    return source.company_id.partner_id.lang or "en_US"


def _refuse(text):
    """Refuse a call that makes no sense, in the words of the documentation.

    :raise BookingRefusedError:
    """
    raise BookingRefusedError("invalid", text)


def _check_fit(packages, vehicle):
    """Refuse packages that are made for another car.

    :raise BookingRefusedError:
    """
    unfit = packages - packages._filter_for_vehicle(vehicle)
    if unfit:
        _refuse(f"Not for this car: service {unfit[0].id}.")


def _read_body():
    """Return the JSON object of the call.

    :raise BookingRefusedError: for anything else
    """
    raw = read_body(request.httprequest, MAX_BODY)
    if raw is None:
        raise BookingRefusedError("size", "The body is larger than 64 kB.")
    try:
        data = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        _refuse("The body is no JSON object.")
    return data


def _get_text(data, name, limit=256):
    return request.env["auto.request"]._get_text(data, name, limit)


def _read_start(data, zone):
    """Return the start that the call names, naive UTC; without an offset, local.

    :raise BookingRefusedError: if it is none
    """
    start = read_moment(data.get("start"), zone)
    if not start:
        _refuse("The field start is a time in ISO 8601, as 2035-01-08T09:00+03:00.")
    return start


def _read_day(text, zone):
    """Return when a day begins in the shop, naive UTC; None for no day.

    :raise BookingRefusedError: if it is no day
    """
    if not text:
        return None
    try:
        moment = clock.midnight(date.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        moment = None
    if not moment or not 2000 <= moment.year < 3000:
        _refuse("A day is written as 2035-01-08.")
    return moment


def _format_times(slot, zone):
    return {
        name: clock.to_local(slot[name], zone).isoformat() for name in ("start", "stop")
    }


def _format_service(package):
    makes = package.brand_ids | package.model_ids.brand_id
    return {
        "id": package.id,
        "name": package.name,
        "price_from": package.currency_id.round(package._get_online_price()),
        "currency": package.currency_id.name,
        "norm_hours": package.norm_hours,
        "is_instant": package.is_instant,
        "makes": makes.mapped("name"),
        "models": package.model_ids.mapped("name"),
    }


def _answer(status, headers=None, **values):
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return request.make_json_response(values, headers=headers, status=status)
