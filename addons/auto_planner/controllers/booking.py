from odoo.fields import Domain
from odoo.http import Controller, request, route

from .common import (
    MAX_PACKAGES,
    PAGE,
    SESSION,
    opened,
    read_id,
    read_line,
    read_text,
)

MAX_ORDERS = 10
MAX_VEHICLES = 200


class BookingPage(Controller):
    """The page where anybody books: work, time, contact, code. No account is needed.

    Each step is a page of its own that works without scripts. What was chosen waits in
    the session, from the time on in a booking that holds its slot for some minutes.
    """

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

    def _read_query(self, query):
        """Return what a link to the page has chosen beforehand: car, package."""
        result = {}
        if vehicle_id := read_id(query.get("vehicle")):
            result["vehicle_id"] = vehicle_id
        if package_id := read_id(query.get("package")):
            result["package_ids"] = [package_id]
        return result

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

    def _read_work(self, post):
        """Return what the form says about car and work."""
        ids = map(read_id, request.httprequest.form.getlist("package_ids"))
        vehicle_id = read_id(post.get("vehicle_id"))
        return {
            "vehicle_id": vehicle_id in self._get_vehicles().ids and vehicle_id,
            "plate": read_line(post, "plate", 20).upper(),
            "model": read_line(post, "model"),
            "package_ids": [number for number in ids if number][:MAX_PACKAGES],
            "wish": read_text(post, "wish", 1000),
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
    # What was chosen
    # ------------------------------------------------------------------

    def _get_draft(self):
        """Return what has been chosen so far."""
        return dict(request.session.get(SESSION) or {})

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

    def _get_packages(self, draft):
        """Return the packages the customer has chosen, of those he may choose."""
        packages = request.env["auto.booking"]._get_online_packages(request.env.company)
        ids = set(draft.get("package_ids") or ())
        return packages.filtered(lambda package: package.id in ids)

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
