import logging
import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from textwrap import shorten

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import Controller, request, route
from odoo.tools import email_normalize

from odoo.addons.auto_crm.tools import clock
from odoo.addons.auto_crm.tools.times import format_time
from odoo.addons.auto_crm.tools.turn import take_turn

from ..tools.refusal import BookingRefusedError

_logger = logging.getLogger(__name__)

CONTACT = {"name": "contact_name", "phone": "phone", "email": "email_from"}
HOUR = timedelta(hours=1)
MAX_BODY = 64 * 1024
MAX_ORDERS = 10
MAX_PACKAGES = 20
MAX_VEHICLES = 200
HOLDS_AN_HOUR = 30  # of one network address
REQUESTS_AN_HOUR = 10
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


class BookingPage(Controller):
    """The page where anybody books: work, time, contact, code. No account is needed.

    Each step is a page of its own that works without scripts. What was chosen waits in
    the session, from the time on in a booking that holds its slot for some minutes.
    """

    # ------------------------------------------------------------------
    # Car and work
    # ------------------------------------------------------------------

    @route("/book", sitemap=True, **PAGE)
    @opened
    def choose_work(self, **post):
        """Ask which car it is and what is to be done."""
        if request.httprequest.method == "GET":
            return self._render_work({**self._get_draft(), **self._read_query(post)})
        draft = self._read_work(post)
        if errors := self._check_work(draft):
            return self._render_work(draft, errors)
        request.session[SESSION] = {**self._get_draft(), **draft}
        return request.redirect("/book/time")

    def _get_draft(self):
        """Return what has been chosen so far."""
        return dict(request.session.get(SESSION) or {})

    def _read_query(self, query):
        """Return what a link to the page has chosen beforehand: car, package."""
        result = {}
        if vehicle_id := _read_id(query.get("vehicle")):
            result["vehicle_id"] = vehicle_id
        if package_id := _read_id(query.get("package")):
            result["package_ids"] = [package_id]
        return result

    def _get_vehicles(self):
        """Return the cars of whoever is logged in."""
        partner = request.env.user.partner_id.commercial_partner_id
        # sudo: found by his own partner; makes and models are a catalogue
        vehicles = request.env["auto.vehicle"].sudo()
        if request.env.user._is_public():
            return vehicles
        return vehicles.search(
            Domain("partner_id", "child_of", partner.id)
            & Domain("company_id", "in", [False, request.env.company.id]),
            limit=MAX_VEHICLES,
        )

    def _get_orders_to_book(self):
        """Return the agreed orders of whoever is logged in that wait for a time."""
        # sudo: found by his own partner, as on his home page
        orders = request.env["sale.order"].sudo()
        if request.env.user._is_public():
            return orders
        partner = request.env.user.partner_id.commercial_partner_id
        found = orders.search(
            Domain("partner_id", "child_of", partner.id)
            & Domain("is_work_order", "=", True)
            & Domain("work_state", "=", "new")
            & Domain("company_id", "=", request.env.company.id),
            order="date_order desc, id desc",
            limit=MAX_ORDERS,
        )
        return found.filtered(lambda order: order._is_bookable_online())

    def _get_packages(self, draft):
        """Return the packages the customer has chosen, of those he may choose."""
        packages = request.env["auto.booking"]._get_online_packages(request.env.company)
        ids = set(draft.get("package_ids") or ())
        return packages.filtered(lambda package: package.id in ids)

    def _read_work(self, post):
        """Return what the form says about car and work."""
        ids = map(_read_id, request.httprequest.form.getlist("package_ids"))
        vehicle_id = _read_id(post.get("vehicle_id"))
        return {
            "vehicle_id": vehicle_id in self._get_vehicles().ids and vehicle_id,
            "plate": _read_line(post, "plate", 20).upper(),
            "model": _read_line(post, "model"),
            "package_ids": [number for number in ids if number][:MAX_PACKAGES],
            "wish": _read_text(post, "wish", 1000),
        }

    def _check_work(self, draft):
        """Return what is wrong with car and work, by field."""
        env = request.env
        errors = {}
        if not draft["vehicle_id"] and not draft["plate"] and not draft["model"]:
            errors["car"] = env._("Enter the plate, or make and model.")
        packages = self._get_packages(draft)
        if not packages and not draft["wish"]:
            errors["work"] = env._(
                "Choose what is to be done, or tell it in your own words."
            )
        unfit = packages - packages._filter_for_vehicle(self._get_any_vehicle(draft))
        if unfit:
            errors["work"] = env._(
                "Not for this car: %(names)s. Choose another, or tell in your own "
                "words what is to be done.",
                names=", ".join(unfit.mapped("name")),
            )
        return errors

    def _render_work(self, draft, errors=None):
        vehicles = self._get_vehicles()
        packages = request.env["auto.booking"]._get_online_packages(request.env.company)
        if len(vehicles) == 1:  # what is made for his car first
            packages = packages._sort_for_vehicle(vehicles)
        chosen = draft.get("vehicle_id", vehicles[:1].id)
        if chosen and chosen not in vehicles.ids:
            chosen = vehicles[:1].id
        return self._render(
            "page_work",
            step=1,
            draft=draft,
            errors=errors or {},
            vehicles=vehicles,
            chosen=chosen,
            packages=packages,
            orders=self._get_orders_to_book(),
            fits={car: packages._filter_for_vehicle(car).ids for car in vehicles},
        )

    # ------------------------------------------------------------------
    # Time
    # ------------------------------------------------------------------

    @route("/book/time", sitemap=False, **PAGE)
    @opened
    def choose_time(self, start="", day="", gone="", **_post):
        """Offer the free times; hold the one that is chosen."""
        draft = self._get_draft()
        packages = self._get_packages(draft)
        if not packages and not draft.get("wish"):
            return request.redirect("/book")
        refusal = ""
        if request.httprequest.method == "POST":
            try:
                self._hold(draft, packages, read_moment(start))
                return request.redirect("/book/contact")
            except BookingRefusedError as error:
                refusal = str(error)
        elif gone:
            refusal = request.env._(
                "The time you had chosen is not kept any longer. Choose again, please."
            )
        slots = request.env["auto.booking"]._find_online_slots(
            packages,
            request.env.company,
            self._get_any_vehicle(draft),
            exclude=self._get_held(draft).filtered("date_hold"),
        )
        return self._render(
            "page_time",
            step=2,
            refusal=refusal,
            action="/book/time",
            summary=self._get_summary(draft, packages),
            **self._prepare_days(slots, day),
        )

    def _get_vehicle(self, draft):
        """Return the visitor's own car that was chosen, or empty."""
        return self._get_vehicles().filtered(
            lambda car: car.id == draft.get("vehicle_id")
        )

    def _get_any_vehicle(self, draft):
        """Return the own car that was chosen, else one as typed, see
        `_get_typed_vehicle`.
        """
        bookings = request.env["auto.booking"]
        return self._get_vehicle(draft) or bookings._get_typed_vehicle(
            self._get_vehicle_line(draft)
        )

    def _get_summary(self, draft, packages):
        """Return car and work in a line, so that nobody has to go back to look."""
        vehicle = self._get_vehicle(draft)
        car = vehicle.display_name or self._get_vehicle_line(draft)
        work = ", ".join(packages.mapped("name")) or draft.get("wish")
        return " · ".join(filter(None, [car, shorten(work or "", 80)]))

    def _hold(self, draft, packages, start):
        """Hold the time; what was held before is free again, unless this is refused.

        :raise BookingRefusedError: when the time is not free
        """
        env = request.env
        is_allowed = count_in_turn("hold", HOLDS_AN_HOUR)
        if not start or not is_allowed:
            raise BookingRefusedError(
                "invalid", env._("This time cannot be chosen. Please call us.")
            )
        with refusals():
            self._get_held(draft)._release_hold()
            booking = env["auto.booking"]._hold_online(
                start,
                packages,
                env.company,
                vehicle_id=self._get_vehicle(draft).id,
                vehicle_line=self._get_vehicle_line(draft),
                note=draft.get("wish"),
                source="site" if env.user._is_public() else "portal",
            )
        held = {"booking_id": booking.id, "start": booking.date_start.isoformat()}
        request.session[SESSION] = {**draft, **held}
        return booking

    def _get_vehicle_line(self, draft):
        if self._get_vehicle(draft):
            return False
        return " ".join(filter(None, [draft.get("plate"), draft.get("model")]))

    def _get_held(self, draft):
        """Return the booking of this session, held or made; empty if it is gone.

        A hold that staff has moved or cancelled is gone, too.
        """
        # sudo: its id is in the visitor's own session
        booking = request.env["auto.booking"].sudo()
        booking = booking.browse(draft.get("booking_id") or ()).exists()
        booking = booking.filtered(lambda one: not one.date_hold or self._is_kept(one))
        return booking.with_company(booking.company_id)

    def _is_kept(self, booking):
        """Tell whether a hold is still the time that was chosen."""
        start = booking.date_start.isoformat()
        return booking.is_busy and self._get_draft().get("start", start) == start

    def _redirect_gone(self, draft):
        """Send who has no held time to where he chooses one."""
        if not draft:
            return request.redirect("/book")
        return request.redirect(
            "/book/time?gone=1" if draft.get("booking_id") else "/book/time"
        )

    def _prepare_days(self, slots, day="", bookings=None):
        """Return the days that have a free time, and the times of one of them.

        :param str day: in ISO format; by default the first with a free time
        :param bookings: of the company whose clock counts; by default the site's
        """
        if bookings is None:
            bookings = request.env["auto.booking"]
        zone = bookings.env.company._get_zone()
        by_day = {}
        for slot in slots:
            its_day = clock.day_of(slot["start"], zone)
            by_day.setdefault(its_day, []).append(slot["start"])
        try:
            chosen = date.fromisoformat(day)
        except ValueError:
            chosen = None
        if chosen not in by_day:
            chosen = min(by_day, default=None)
        times = [
            {
                "value": start.isoformat(),
                "text": format_time(request.env, start, str(zone)),
            }
            for start in by_day.get(chosen, [])
        ]
        return {
            "days": sorted(by_day),
            "day": chosen,
            "day_text": chosen and bookings._format_notify_date(chosen),
            "times": times,
        }

    # ------------------------------------------------------------------
    # Contact
    # ------------------------------------------------------------------

    @route("/book/contact", sitemap=False, **PAGE)
    @opened
    def give_contact(self, **post):
        """Ask who comes; then for the code, if the phone has to be confirmed."""
        draft = self._get_draft()
        booking = self._get_held(draft)
        if not booking:
            return self._redirect_gone(draft)
        if not booking.date_hold:
            return request.redirect(booking._get_link())
        if request.httprequest.method == "GET":
            return self._render_contact(booking, self._get_known_contact(draft))
        contact, errors = self._read_contact(post)
        if errors:
            return self._render_contact(booking, contact, errors)
        request.session[SESSION] = {**draft, "contact": contact}
        try:
            return self._take_contact(booking, contact)
        except BookingRefusedError as error:
            return self._render_contact(booking, contact, {"form": str(error)})

    def _get_known_contact(self, draft):
        """Return what is known of the visitor, for the form."""
        user = request.env.user
        if user._is_public():
            return draft.get("contact") or {}
        partner = user.partner_id
        known = {
            "name": partner.name,
            "phone": partner.phone or "",
            "email": partner.email or "",
        }
        return {**known, **(draft.get("contact") or {})}

    def _read_contact(self, post):
        """Return the contact that was typed, and what is wrong with it, by field."""
        env = request.env
        contact = {name: _read_line(post, name) for name in CONTACT}
        bookings = env["auto.booking"].sudo()  # sudo: only formats a phone
        errors = {}
        if not contact["name"]:
            errors["name"] = env._("Enter your name.")
        if not bookings._format_phone(contact["phone"], env.company):
            errors["phone"] = env._(
                "Enter a phone with its code, such as +7 916 123-45-67."
            )
        if contact["email"] and not email_normalize(contact["email"]):
            errors["email"] = env._("This is no e-mail address. You may leave it out.")
        return contact, errors

    def _take_contact(self, booking, contact):
        """Book, or send a code to a stranger's phone first.

        How many bookings the phone has is looked at afterwards: only its owner learns.

        :raise BookingRefusedError: when the phone has enough bookings or codes
        """
        env = request.env
        is_stranger = env.user._is_public()
        if is_stranger and env["auto.booking.code"]._get_kinds(booking.company_id):
            self._send_code(booking, contact)
            return request.redirect("/book/code")
        take_turn(env.cr, _get_turns(contact))
        return self._book(booking, contact, is_trusted=not is_stranger)

    def _send_code(self, booking, contact):
        phone = booking._format_phone(contact["phone"], booking.company_id)
        address = request.httprequest.remote_addr
        codes = request.env["auto.booking.code"]
        take_turn(request.env.cr, codes._get_turns(booking.company_id, phone, address))
        with refusals():
            codes._send(booking, phone, address)

    def _book(self, booking, contact, *, is_trusted):
        """Make the held booking a real one, and show it.

        :raise BookingRefusedError: when the phone has enough bookings
        """
        user = request.env.user
        with refusals():
            booking = booking._book_online(
                _get_lead_vals(contact),
                # sudo: deals are not for customers, he is his own
                partner=None if user._is_public() else user.partner_id.sudo(),
                is_trusted=is_trusted,
            )
        return request.redirect(f"{booking._get_link()}?new=1")

    def _render_contact(self, booking, contact, errors=None):
        return self._render(
            "page_contact",
            step=3,
            booking=booking,
            contact=contact,
            errors=errors or {},
            seconds=self._get_seconds(booking),
        )

    def _get_seconds(self, booking):
        """Return how long the time is still held."""
        left = (booking.date_hold - fields.Datetime.now()).total_seconds()
        return max(int(left), 0)

    # ------------------------------------------------------------------
    # Code
    # ------------------------------------------------------------------

    @route("/book/code", sitemap=False, **PAGE)
    @opened
    def give_code(self, code="", again="", **_post):
        """Take the code that was sent to the phone."""
        draft = self._get_draft()
        booking = self._get_held(draft)
        contact = draft.get("contact")
        if not booking or not contact:
            return self._redirect_gone(draft)
        if not booking.date_hold:
            return request.redirect(booking._get_link())
        refusal = ""
        if request.httprequest.method == "POST":
            try:
                if not again:
                    take_turn(request.env.cr, _get_turns(contact))
                    return self._take_code(booking, contact, code)
                self._send_code(booking, contact)
            except BookingRefusedError as error:
                refusal = str(error)
        return self._render(
            "page_code",
            step=3,
            booking=booking,
            contact=contact,
            refusal=refusal,
            sent=bool(again) and not refusal,
            seconds=self._get_seconds(booking),
        )

    def _take_code(self, booking, contact, code):
        """Book with the phone that the code has confirmed.

        :raise BookingRefusedError: when the code is wrong
        """
        phone = request.env["auto.booking.code"]._check(booking, code)
        booking.is_phone_confirmed = True
        return self._book(booking, {**contact, "phone": phone}, is_trusted=True)

    # ------------------------------------------------------------------
    # No time fits
    # ------------------------------------------------------------------

    @route("/book/request", sitemap=False, **PAGE)
    @opened
    def leave_request(self, **post):
        """Take a request without a time: an advisor calls."""
        draft = self._get_draft()
        if not draft:
            return request.redirect("/book")
        if request.httprequest.method == "GET":
            contact = self._get_known_contact(draft)
            return self._render("page_request", contact=contact)
        contact, errors = self._read_contact(post)
        if not errors and self._request(draft, contact):
            request.session.pop(SESSION, None)
            return self._render("page_requested", contact=contact)
        if not errors:
            errors["form"] = request.env._("This cannot be sent now. Please call us.")
        return self._render("page_request", contact=contact, errors=errors)

    def _request(self, draft, contact):
        """Make a deal of the request.

        :return: whether it was taken
        """
        env = request.env
        if not count_in_turn("request", REQUESTS_AN_HOUR, _get_turns(contact, draft)):
            return False
        works = self._get_packages(draft).mapped("name")
        vals = {
            **_get_lead_vals(contact),
            "wish": "\n".join(filter(None, [", ".join(works), draft.get("wish")])),
            "vehicle_id": self._get_vehicle(draft).id,
            "vehicle_line": self._get_vehicle_line(draft),
            "partner_id": not env.user._is_public() and env.user.partner_id.id,
        }
        try:
            with refusals():
                self._get_held(draft)._release_hold()
                # sudo: nobody is logged in when a request comes in
                env["crm.lead"].sudo()._receive_request(
                    {name: value for name, value in vals.items() if value},
                    details=[(None, env._("No free time suited."))],
                )
        except BookingRefusedError:
            return False
        return True

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------

    def _render(self, template, **values):
        """Return a page of the booking that nobody keeps a copy of."""
        company = request.env.company.sudo()  # sudo: name and phone of the shop
        values = {"shop": company, "refusal": "", "errors": {}, "step": 0, **values}
        response = request.render(f"auto_planner.{template}", values)
        response.headers["Cache-Control"] = "no-store"
        return response


def _get_lead_vals(contact):
    """Return a contact as values of a deal."""
    vals = {name: contact[key] for key, name in CONTACT.items()}
    return {name: value for name, value in vals.items() if value}


def _get_turns(contact, draft=None):
    """Return whose turn it is to ask for something, see `take_turn`."""
    env = request.env
    vals = {
        **_get_lead_vals(contact),
        "vehicle_line": (draft or {}).get("plate"),
        "partner_id": not env.user._is_public() and env.user.partner_id.id,
    }
    # sudo: deals are not for customers; only names are made
    return env["crm.lead"].sudo()._get_request_turns(vals, env.company)


def count_in_turn(deed, limit, names=()):
    """Count what a network address does in an hour; tell whether it may.

    The others with these names wait until this is done, see `take_turn`.
    """
    limits = request.env["auto.limit"]
    address = request.httprequest.remote_addr
    take_turn(request.env.cr, [*limits._get_turns(deed, [(address, limit)]), *names])
    return limits._count(deed, address, limit, HOUR)


def _read_text(post, name, limit):
    """Return a text of a form, without what the database may not hold."""
    text = request.env["auto.request"]._clean(str(post.get(name) or ""))
    return text.strip()[:limit]


def _read_line(post, name, limit=TEXT):
    return " ".join(_read_text(post, name, limit).split())


def _read_id(text):
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
