from datetime import UTC, date, datetime, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import Controller, request, route
from odoo.tools import format_time

from ..tools.refusal import BookingRefusedError

HOUR = timedelta(hours=1)
HOLDS_AN_HOUR = 30  # of one network address
REQUESTS_AN_HOUR = 10
SESSION = "auto_booking"
TEXT = 128


class BookingPage(Controller):
    """The page where anybody books: work, time, contact, code. No account is needed.

    Each step is a page of its own that works without scripts. What was chosen waits in
    the session, from the time on in a booking that holds its slot for some minutes.
    """

    # ------------------------------------------------------------------
    # Car and work
    # ------------------------------------------------------------------

    @route(
        "/book",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=True,
    )
    def choose_work(self, **post):
        """Ask which car it is and what is to be done."""
        company = request.env.company
        if not company.auto_booking_is_online:
            return self._render("page_closed")
        if request.httprequest.method == "GET":
            return self._render_work({**self._get_draft(), **self._read_query(post)})
        draft, errors = self._read_work(post)
        if errors:
            return self._render_work(draft, errors)
        request.session[SESSION] = {**self._get_draft(), **draft}
        return request.redirect("/book/time")

    def _get_draft(self):
        """Return what has been chosen so far."""
        return dict(request.session.get(SESSION) or {})

    def _read_query(self, query):
        """Return what a link to the page has chosen beforehand: car, package."""
        result = {}
        if query.get("vehicle", "").isdecimal():
            result["vehicle_id"] = int(query["vehicle"])
        if query.get("package", "").isdecimal():
            result["package_ids"] = [int(query["package"])]
        return result

    def _get_vehicles(self):
        """Return the cars of whoever is logged in."""
        partner = request.env.user.partner_id.commercial_partner_id
        # sudo: found by his own partner; makes and models are a catalogue
        vehicles = request.env["auto.vehicle"].sudo()
        if request.env.user._is_public():
            return vehicles
        domain = Domain("partner_id", "child_of", partner.id)
        return vehicles.search(domain, limit=20)

    def _get_packages(self, draft):
        """Return the packages the customer has chosen, of those he may choose."""
        vehicle = self._get_vehicles().filtered(
            lambda car: car.id == draft.get("vehicle_id")
        )
        packages = request.env["auto.booking"]._get_online_packages(
            request.env.company, vehicle
        )
        ids = set(draft.get("package_ids") or ())
        return packages.filtered(lambda package: package.id in ids)

    def _read_work(self, post):
        """Return what the form says about car and work, and what is wrong with it."""
        ids = request.httprequest.form.getlist("package_ids")
        car = post.get("vehicle_id", "")
        draft = {
            "vehicle_id": int(car) if car.isdecimal() else False,
            "plate": self._read_line(post, "plate", 20),
            "model": self._read_line(post, "model"),
            "package_ids": [int(text) for text in ids if text.isdecimal()],
            "wish": (post.get("wish") or "").strip()[:1000],
        }
        if draft["vehicle_id"] not in self._get_vehicles().ids:
            draft["vehicle_id"] = False
        errors = {}
        if not draft["vehicle_id"] and not draft["plate"] and not draft["model"]:
            errors["car"] = request.env._("Enter the plate, or make and model.")
        if not self._get_packages(draft) and not draft["wish"]:
            errors["work"] = request.env._(
                "Choose what is to be done, or tell it in your own words."
            )
        return draft, errors

    def _read_line(self, post, name, limit=TEXT):
        return " ".join((post.get(name) or "").split())[:limit]

    def _render_work(self, draft, errors=None):
        vehicles = self._get_vehicles()
        vehicle = vehicles.filtered(lambda car: car.id == draft.get("vehicle_id"))
        packages = request.env["auto.booking"]._get_online_packages(
            request.env.company, vehicle if len(vehicles) == 1 else None
        )
        return self._render(
            "page_work",
            step=1,
            draft=draft,
            errors=errors or {},
            vehicles=vehicles,
            packages=packages,
        )

    # ------------------------------------------------------------------
    # Time
    # ------------------------------------------------------------------

    @route(
        "/book/time",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def choose_time(self, start="", day="", **_post):
        """Offer the free times; hold the one that is chosen."""
        draft = self._get_draft()
        packages = self._get_packages(draft)
        if not packages and not draft.get("wish"):
            return request.redirect("/book")
        refusal = ""
        if request.httprequest.method == "POST":
            try:
                self._hold(draft, packages, _read_moment(start))
                return request.redirect("/book/contact")
            except BookingRefusedError as error:
                refusal = str(error)
        slots = request.env["auto.booking"]._find_online_slots(
            packages, request.env.company, self._get_vehicle(draft)
        )
        return self._render(
            "page_time",
            step=2,
            refusal=refusal,
            action="/book/time",
            packages=packages,
            **self._prepare_days(slots, day),
        )

    def _get_vehicle(self, draft):
        return self._get_vehicles().filtered(
            lambda car: car.id == draft.get("vehicle_id")
        )

    def _hold(self, draft, packages, start):
        """Hold the time; what was held before is free again.

        :raise BookingRefusedError: when the time is not free
        """
        env = request.env
        address = request.httprequest.remote_addr
        is_allowed = env["auto.booking.limit"]._count(
            "hold", address, HOLDS_AN_HOUR, HOUR
        )
        if not start or not is_allowed:
            raise BookingRefusedError(
                "invalid", env._("This time cannot be chosen. Please call us.")
            )
        self._get_held(draft)._release_hold()
        vehicle = self._get_vehicle(draft)
        booking = env["auto.booking"]._hold_online(
            start,
            packages,
            env.company,
            vehicle_id=vehicle.id,
            vehicle_line=self._get_vehicle_line(draft),
            note=draft.get("wish"),
            source="site" if env.user._is_public() else "portal",
        )
        request.session[SESSION] = {**draft, "booking_id": booking.id}
        return booking

    def _get_vehicle_line(self, draft):
        if self._get_vehicle(draft):
            return False
        return " ".join(filter(None, [draft.get("plate"), draft.get("model")]))

    def _get_held(self, draft):
        """Return the booking of this session, held or made; empty if it is gone."""
        # sudo: its id is in the visitor's own session
        booking = request.env["auto.booking"].sudo()
        booking = booking.browse(draft.get("booking_id") or ()).exists()
        return booking.with_company(booking.company_id)

    def _prepare_days(self, slots, day=""):
        """Return the days with their number of free times, and those of one day.

        :param str day: in ISO format; by default the first with a free time
        """
        zone = request.env["auto.booking"]._get_shop_zone()
        by_day = {}
        for slot in slots:
            local = slot["start"].replace(tzinfo=UTC).astimezone(zone)
            by_day.setdefault(local.date(), []).append(slot["start"])
        try:
            chosen = date.fromisoformat(day)
        except ValueError:
            chosen = None
        if chosen not in by_day:
            chosen = min(by_day, default=None)
        times = [
            {
                "value": start.isoformat(),
                "text": format_time(
                    request.env, start, tz=str(zone), time_format="short"
                ),
            }
            for start in by_day.get(chosen, [])
        ]
        return {"days": sorted(by_day), "day": chosen, "times": times}

    # ------------------------------------------------------------------
    # Contact
    # ------------------------------------------------------------------

    @route(
        "/book/contact",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def give_contact(self, **post):
        """Ask who comes; then for the code, if the phone has to be confirmed."""
        draft = self._get_draft()
        booking = self._get_held(draft)
        if not booking:
            return request.redirect("/book/time" if draft else "/book")
        if not booking.date_hold:
            return request.redirect(booking._get_link())
        if request.httprequest.method == "GET":
            return self._render_contact(booking, self._get_known_contact(draft))
        contact = {
            name: self._read_line(post, name) for name in ("name", "phone", "email")
        }
        errors = self._check_contact(booking, contact)
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

    def _check_contact(self, booking, contact):
        """Return what is wrong with the contact, by field."""
        errors = {}
        if not contact["name"]:
            errors["name"] = request.env._("Enter your name.")
        if not booking._format_phone(contact["phone"], booking.company_id):
            errors["phone"] = request.env._(
                "Enter a phone with its code, such as +7 916 123-45-67."
            )
        return errors

    def _take_contact(self, booking, contact):
        """Book, or send a code to a stranger's phone first.

        :raise BookingRefusedError: when the phone has enough bookings or codes
        """
        env = request.env
        is_stranger = env.user._is_public()
        if is_stranger and env["auto.booking.code"]._get_kinds(booking.company_id):
            booking._check_phone_limit(contact["phone"])
            self._send_code(booking, contact)
            return request.redirect("/book/code")
        return self._book(booking, contact, is_trusted=not is_stranger)

    def _send_code(self, booking, contact):
        phone = booking._format_phone(contact["phone"], booking.company_id)
        request.env["auto.booking.code"]._send(
            booking, phone, request.httprequest.remote_addr
        )

    def _book(self, booking, contact, *, is_trusted):
        """Make the held booking a real one, and show it.

        :raise BookingRefusedError: when the phone has enough bookings
        """
        user = request.env.user
        vals = {
            "contact_name": contact["name"],
            "phone": contact["phone"],
            "email_from": contact["email"],
        }
        booking = booking._book_online(
            {name: value for name, value in vals.items() if value},
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

    @route(
        "/book/code",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def give_code(self, code="", again="", **_post):
        """Take the code that was sent to the phone."""
        draft = self._get_draft()
        booking = self._get_held(draft)
        contact = draft.get("contact")
        if not booking or not contact:
            return request.redirect("/book/time" if draft else "/book")
        if not booking.date_hold:
            return request.redirect(booking._get_link())
        refusal = ""
        if request.httprequest.method == "POST":
            try:
                if not again:
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

    @route(
        "/book/request",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def leave_request(self, **post):
        """Take a request without a time: an advisor calls."""
        draft = self._get_draft()
        if not draft:
            return request.redirect("/book")
        contact = self._get_known_contact(draft)
        errors = {}
        if request.httprequest.method == "POST":
            contact = {
                name: self._read_line(post, name) for name in ("name", "phone", "email")
            }
            bookings = request.env["auto.booking"].sudo()  # sudo: only formats a phone
            if not bookings._format_phone(contact["phone"], request.env.company):
                errors["phone"] = request.env._(
                    "Enter a phone with its code, such as +7 916 123-45-67."
                )
            elif self._request(draft, contact):
                request.session.pop(SESSION, None)
                return self._render("page_requested", contact=contact)
            else:
                errors["form"] = request.env._("Please call us.")
        return self._render("page_request", contact=contact, errors=errors)

    def _request(self, draft, contact):
        """Make a deal of the request.

        :return: whether it was taken
        """
        env = request.env
        address = request.httprequest.remote_addr
        if not env["auto.booking.limit"]._count(
            "request", address, REQUESTS_AN_HOUR, HOUR
        ):
            return False
        self._get_held(draft)._release_hold()
        works = self._get_packages(draft).mapped("name")
        vals = {
            "contact_name": contact["name"],
            "phone": contact["phone"],
            "email_from": contact["email"],
            "wish": "\n".join(filter(None, [", ".join(works), draft.get("wish")])),
            "vehicle_id": self._get_vehicle(draft).id,
            "vehicle_line": self._get_vehicle_line(draft),
            "partner_id": not env.user._is_public() and env.user.partner_id.id,
        }
        try:
            # sudo: nobody is logged in when a request comes in
            env["crm.lead"].sudo()._receive_request(
                {name: value for name, value in vals.items() if value},
                details=[(None, env._("No free time suited."))],
            )
        except UserError:
            return False
        return True

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------

    def _render(self, template, **values):
        """Return a page of the booking that nobody keeps a copy of."""
        company = request.env.company.sudo()
        values = {"shop": company, "refusal": "", "errors": {}, "step": 0, **values}
        response = request.render(f"auto_planner.{template}", values)
        response.headers["Cache-Control"] = "no-store"
        return response


def _read_moment(text):
    """Return a moment of a form, naive UTC; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.replace(second=0, microsecond=0)
