import logging
import re
from datetime import timedelta
from textwrap import shorten

from markupsafe import Markup
from psycopg2 import IntegrityError
from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import SQL

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.sale.controllers.portal import CustomerPortal

from ..tools.kilometres import parse_kilometres
from ..tools.plate import plate_key
from ..tools.turn import take_turn
from ..tools.vin import normalize_vin

_logger = logging.getLogger(__name__)

OPEN_RECOMMENDATIONS = ("advised", "declined", "deferred")


class AutoCustomerPortal(CustomerPortal):
    """A customer's garage: home, cars, readings, requests.

    Records are found through the user's own rules *and* his commercial partner, so that
    an employee sees here only what he owns himself; a missing car and a foreign one
    answer the same. Then they are read with sudo for the page, as `sale` does: makes,
    models and products are catalogues a customer has no right on.
    """

    _home_limit = 5
    _history_per_page = 10
    _readings_limit = 12
    _cars_per_page = 20
    _cars_a_day = 5
    _readings_a_day = 10
    _requests_a_day = 20  # notes on deals: a request leaves one or two
    _max_odometer = 2_000_000

    # ------------------------------------------------------------------
    # Home
    # ------------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        """Override of `sale`: count cars; work orders to sign have their own list."""
        values = super()._prepare_home_portal_values(counters)
        vehicle_model = request.env["auto.vehicle"]
        if "vehicle_count" in counters:
            values["vehicle_count"] = (
                vehicle_model.search_count(self._get_vehicle_domain())
                if vehicle_model.has_access("read")
                else 0
            )
        if values.get("quotation_count"):
            domain = self._prepare_quotations_domain(request.env.user.partner_id)
            values["quotation_count"] = request.env["sale.order"].search_count(
                Domain(domain) & Domain("is_work_order", "=", False)
            )
        return values

    @route()
    def home(self, **kw):
        """Override of `portal`: what goes on with the customer's cars comes first."""
        response = super().home(**kw)
        if response.is_qweb:
            response.qcontext.update(self._prepare_garage_values())
        return response

    def _prepare_garage_values(self):
        """Return what the home page shows of the customer's cars, orders and debts.

        Hook: bookings, bonuses and messages of upper addons join here.
        """
        env = request.env
        if not env["auto.vehicle"].has_access("read"):
            return {}
        vehicles = env["auto.vehicle"].search(
            self._get_vehicle_domain(), limit=self._home_limit + 1
        )
        return {
            "garage": True,
            "garage_more_vehicles": len(vehicles) > self._home_limit,
            "garage_vehicles": vehicles[: self._home_limit].sudo(),
            "garage_orders": self._get_open_orders().sudo(),
            "garage_to_agree": self._get_orders_to_agree(),
            "garage_agreed": self._get_agreed_orders(),
            "garage_to_pay": self._prepare_to_pay(),
            "garage_recommendations": self._get_due_recommendations(vehicles)[
                : self._home_limit
            ].sudo(),
        }

    def _get_own_domain(self):
        """Return the domain of documents of the user's commercial partner."""
        partner = request.env.user.partner_id.commercial_partner_id
        return Domain("partner_id", "child_of", [partner.id])

    def _get_vehicle_domain(self):
        """Return the domain of the user's own cars."""
        return self._get_own_domain()

    def _get_work_order_domain(self):
        """Return the domain of the user's work orders that he was shown: not drafts."""
        return (
            self._get_own_domain()
            & Domain("is_work_order", "=", True)
            & Domain("state", "in", ("sent", "sale"))
        )

    def _search_orders(self, domain, **kwargs):
        """Search the user's orders; empty for staff without the right to read them."""
        order_model = request.env["sale.order"]
        if not order_model.has_access("read"):
            return order_model
        return order_model.search(domain, **kwargs)

    def _get_open_orders(self, vehicle=None):
        """Return the orders whose car is in the shop now, the latest first."""
        domain = self._get_work_order_domain() & Domain(
            "work_state", "in", ("received", "in_progress", "on_hold", "ready")
        )
        if vehicle:
            domain &= Domain("vehicle_id", "=", vehicle.id)
        return self._search_orders(
            domain, order="date_received desc, id desc", limit=self._home_limit
        )

    def _get_orders_to_agree(self, vehicle=None):
        """Return the orders that wait for the customer's signature."""
        domain = self._get_work_order_domain() & (
            Domain("state", "=", "sent") | Domain("consent_state", "=", "extra")
        )
        if vehicle:
            domain &= Domain("vehicle_id", "=", vehicle.id)
        orders = self._search_orders(domain, order="date_order desc, id desc", limit=50)
        return orders.sudo().filtered(lambda order: order._is_to_agree_online())

    def _get_agreed_orders(self):
        """Return the agreed orders that wait for something the customer does next."""
        orders = self._search_orders(
            self._get_work_order_domain()
            & Domain("state", "=", "sale")
            & Domain("work_state", "=", "new")
            & Domain("consent_state", "!=", "extra"),
            order="date_order desc, id desc",
            limit=self._home_limit,
        ).sudo()  # sudo: as on the order's own page
        return orders.filtered(
            lambda order: (order._get_portal_next_step() or {}).get("is_open")
        )

    def _get_unpaid_invoices(self):
        """Return the posted invoices of the user that wait for money."""
        move_model = request.env["account.move"]
        if not move_model.has_access("read"):
            return move_model
        invoices = move_model.search(
            self._get_own_domain()
            & Domain("state", "=", "posted")
            & Domain("move_type", "=", "out_invoice")
            & Domain("amount_residual", ">", 0),
            order="invoice_date_due, id",
            limit=50,
        )
        # sudo: his own invoices; a customer reads no payments
        return invoices.sudo()._filter_unpaid_invoices()

    def _get_orders_with_balance(self):
        """Return the orders that ask for money, or hold some that must go back.

        An order asks when its car is ready; before, its invoices do.
        """
        is_ready = Domain("work_state", "in", ("ready", "released"))
        domain = self._get_own_domain() & Domain("is_work_order", "=", True)
        return self._search_orders(
            domain
            & (
                Domain("state", "=", "sale") & is_ready & Domain("amount_due", ">", 0)
                | Domain("amount_due", "<", 0)
            ),
            limit=50,
        ).sudo()

    def _prepare_to_pay(self):
        """Return the sums to pay by currency and the documents that ask for them.

        An order stands with what its open invoices do not ask for: all rows of an order
        add up to what is due.

        :return: dict(totals=[(currency, amount)], refunds=[(currency, amount)],
            unused=[(currency, amount)], documents=[dict(name, url, amount, ...)])
        """
        orders = self._get_orders_with_balance()
        documents = [
            self._prepare_invoice_to_pay(invoice)
            for invoice in self._get_unpaid_invoices()
        ]
        documents += filter(None, map(self._prepare_order_to_pay, orders))
        to_refund = orders.filtered(lambda order: order.amount_due < 0)
        with_money = self._search_orders(
            self._get_work_order_domain(), order="id desc", limit=50
        ).sudo()
        return {
            "totals": self._sum_by_currency(
                (document["currency"], document["amount"]) for document in documents
            ),
            "refunds": self._sum_by_currency(
                (order.currency_id, -order.amount_due) for order in to_refund
            ),
            "unused": self._sum_by_currency(
                (order.currency_id, order.amount_unused)
                for order in with_money
                if order.amount_unused
            ),
            "documents": documents,
        }

    def _prepare_invoice_to_pay(self, invoice):
        """Return the row of an open invoice."""
        return {
            "name": invoice.name,
            "url": invoice.get_portal_url(),
            "amount": invoice._get_open_amount(),
            "currency": invoice.currency_id,
            "date_due": invoice.invoice_date_due,
        }

    def _prepare_order_to_pay(self, order):
        """Return the row of an order, None when its invoices ask for all of it."""
        asked = sum(
            invoice._get_open_amount()
            for invoice in order._get_portal_unpaid_invoices()
        )
        amount = order.currency_id.round(max(order.amount_due, 0.0) - asked)
        if order.currency_id.is_zero(amount):
            return None
        return {
            "name": order.name,
            "url": order._get_portal_payment_url(),
            "amount": amount,
            "currency": order.currency_id,
            "date_due": False,
        }

    def _sum_by_currency(self, amounts):
        """Sum (currency, amount) pairs up, one of each currency."""
        totals = {}
        for currency, amount in amounts:
            totals[currency] = totals.get(currency, 0.0) + amount
        return list(totals.items())

    def _get_due_recommendations(self, vehicles):
        """Return the advised work of the cars, the unsafe and the soonest first."""
        ranks = {"danger": 0, "soon": 1, "safe": 2}
        recommendations = request.env["auto.recommendation"].search(
            self._get_recommendation_domain(vehicles), limit=50
        )
        return recommendations.sorted(
            lambda advice: (
                ranks.get(advice.severity, 1),
                advice.date_due or fields.Date.end_of(fields.Date.today(), "year"),
                advice.id,
            )
        )

    def _get_recommendation_domain(self, vehicles):
        """Return the domain of the advised work of the cars that still waits."""
        return Domain("vehicle_id", "in", vehicles.ids) & Domain(
            "state", "in", OPEN_RECOMMENDATIONS
        )

    # ------------------------------------------------------------------
    # Cars
    # ------------------------------------------------------------------

    def _find_vehicle(self, vehicle_id):
        """Return the user's own car.

        :raise NotFound: for a missing, archived and foreign car alike
        """
        if not request.env["auto.vehicle"].has_access("read"):
            raise NotFound
        vehicle = request.env["auto.vehicle"].search(
            self._get_vehicle_domain() & Domain("id", "=", vehicle_id), limit=1
        )
        if not vehicle:
            raise NotFound
        return vehicle

    @route(
        ["/my/cars", "/my/cars/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def portal_my_cars(self, page=1, **_kw):
        """List the customer's cars."""
        vehicle_model = request.env["auto.vehicle"]
        if not vehicle_model.has_access("read"):
            return request.redirect("/my")
        domain = self._get_vehicle_domain()
        pager = portal_pager(
            url="/my/cars",
            total=vehicle_model.search_count(domain),
            page=page,
            step=self._cars_per_page,
        )
        vehicles = vehicle_model.search(
            domain, limit=self._cars_per_page, offset=max(pager["offset"], 0)
        )
        values = self._prepare_portal_layout_values()
        values.update(
            {"page_name": "vehicle", "vehicles": vehicles.sudo(), "pager": pager}
        )
        return request.render("auto_crm.portal_my_cars", values)

    @route(
        ["/my/cars/<int:vehicle_id>", "/my/cars/<int:vehicle_id>/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def portal_my_car(self, vehicle_id, page=1, message=None, **_kw):
        """Show one car: what is done with it now, what is due, its history."""
        vehicle = self._find_vehicle(vehicle_id)
        values = self._prepare_car_page_values(vehicle, page)
        values["message"] = message
        return request.render("auto_crm.portal_my_car", values)

    def _prepare_car_page_values(self, vehicle, page=1):
        """Return the values of a car's page.

        Orders are those of the user's own partner: a former owner's stay his.
        """
        domain = self._get_work_order_domain() & Domain("vehicle_id", "=", vehicle.id)
        order_model = request.env["sale.order"]
        total = (
            order_model.search_count(domain) if order_model.has_access("read") else 0
        )
        pager = portal_pager(
            url=f"/my/cars/{vehicle.id}",
            total=total,
            page=page,
            step=self._history_per_page,
        )
        orders = self._search_orders(
            domain,
            order="date_order desc, id desc",
            limit=self._history_per_page,
            offset=max(pager["offset"], 0),
        )
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "vehicle",
                "vehicle": vehicle.sudo(),
                "open_orders": self._get_open_orders(vehicle).sudo(),
                "to_agree": self._get_orders_to_agree(vehicle),
                "orders": orders.sudo(),
                "pager": pager,
                "recommendations": self._get_due_recommendations(vehicle).sudo(),
                "readings": request.env["auto.odometer"]
                .search([("vehicle_id", "=", vehicle.id)], limit=self._readings_limit)
                .sudo(),
                "errors": {},
                "form": {},
            }
        )
        return values

    # ------------------------------------------------------------------
    # A reading of the odometer
    # ------------------------------------------------------------------

    @route(
        "/my/cars/<int:vehicle_id>/odometer",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_add_reading(self, vehicle_id, odometer="", sure="", **_kw):
        """Keep the reading the customer typed, or show beside the field why not.

        :param str sure: the reading, if he was asked about it and says that it is right
        """
        vehicle = self._find_vehicle(vehicle_id)
        value, error = self._parse_odometer(odometer)
        form = {"odometer": odometer}
        if not error and str(value) != sure:
            # sudo: his own car, found above
            error = vehicle.sudo()._get_odometer_excess(value)
            form["sure"] = error and value
        if not error:
            error = self._add_reading(vehicle, value)
        if not error:
            return request.redirect(f"/my/cars/{vehicle.id}?message=reading#mileage")
        values = self._prepare_car_page_values(vehicle)
        values.update({"errors": {"odometer": error}, "form": form})
        return request.render("auto_crm.portal_my_car", values)

    def _parse_odometer(self, text):
        """Return (kilometres, None) or (None, what is wrong with the text)."""
        value = parse_kilometres((text or "")[:64])
        if value is None:
            return None, request.env._("Enter the mileage as a number, such as 85200.")
        if not 0 < value <= self._max_odometer:
            return None, request.env._(
                "Enter a mileage between 1 and %(maximum)s km.",
                maximum=f"{self._max_odometer:,}".replace(",", "\u00a0"),
            )
        return value, None

    def _add_reading(self, vehicle, value):
        """Store the reading; the same one sent twice is one reading.

        :return: the reason why it was refused, None if it was kept
        """
        # A customer may only read readings; the car is his, the source is forced.
        vehicle_sudo = vehicle.sudo()
        today = request.env.company._get_today()
        same = Domain("vehicle_id", "=", vehicle.id) & Domain("date", "=", today)
        same &= Domain("source", "=", "portal")
        reading_model = request.env["auto.odometer"]
        if reading_model.search_count(same & Domain("value", "=", value), limit=1):
            return None
        if reading_model.search_count(same) >= self._readings_a_day:
            return request.env._(
                "That was enough for one day: call us if the mileage is still wrong."
            )
        last = vehicle_sudo.odometer
        if value < last:
            return request.env._(
                "The last reading is %(last)s km. Enter a higher number, or call us "
                "if the odometer was replaced.",
                last=f"{last:,}".replace(",", "\u00a0"),
            )
        try:
            with request.env.cr.savepoint():
                vehicle_sudo._add_odometer(value, date=today, source="portal")
        except UserError as error:  # also ValidationError: the car's own checks
            return str(error)
        return None

    # ------------------------------------------------------------------
    # A new car
    # ------------------------------------------------------------------

    @route(
        "/my/cars/add",
        type="http",
        auth="user",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def portal_add_car(self, **post):
        """Show the form of a new car; keep it, or say beside the fields why not."""
        if not request.env["auto.vehicle"].has_access("read"):
            return request.redirect("/my")
        form = {
            name: (post.get(name) or "").strip()[:128]
            for name in ("license_plate", "car", "year", "vin")
        }
        errors = {}
        if request.httprequest.method == "POST":
            errors = self._check_car_form(form)
            url = None if errors else self._add_car(form, errors)
            if url:
                return request.redirect(url)
        values = self._prepare_portal_layout_values()
        values.update({"page_name": "vehicle_add", "form": form, "errors": errors})
        return request.render("auto_crm.portal_add_car", values)

    def _check_car_form(self, form):
        """Return {field: what is wrong with it} of a new car's form."""
        errors = {}
        if not form["license_plate"] and not form["vin"]:
            errors["license_plate"] = request.env._(
                "Enter the plate, or the VIN of a new car."
            )
        elif form["license_plate"] and not self._is_plate(form["license_plate"]):
            errors["license_plate"] = request.env._(
                "A plate has 4 to 12 letters and digits."
            )
        if not form["car"]:
            errors["car"] = request.env._("Enter the make and model, such as Kia Rio.")
        newest = fields.Date.today().year + 1
        year = form["year"]
        if year and not (
            year.isascii() and year.isdigit() and 1900 <= int(year) <= newest
        ):
            errors["year"] = request.env._(
                "Enter a year between 1900 and %(year)s.", year=newest
            )
        if form["vin"] and not self._is_vin(form["vin"]):
            errors["vin"] = request.env._(
                "A VIN has 17 letters and digits, an older body number fewer. It is in "
                "the registration papers."
            )
        return errors

    def _is_plate(self, text):
        """Tell whether the text may be a plate of any country."""
        return len(text) <= 20 and 4 <= len(plate_key(text)) <= 12

    def _is_vin(self, text):
        """Tell whether the text may be a VIN, or a body number of a car without one."""
        number = normalize_vin(text) or ""
        return bool(re.fullmatch(r"[A-Z0-9]{6,17}", number))

    def _add_car(self, form, errors):
        """Keep the customer's new car; fill ``errors`` instead when it cannot be.

        A plate or VIN that is known already is never given to a second customer, and
        who owns it is not told: the advisors get an activity with what was typed.

        :return: where to go next, None with errors
        """
        self._lock_partner()
        known_sudo = self._find_known_vehicles(form)
        own = known_sudo and request.env["auto.vehicle"].search(
            self._get_vehicle_domain() & Domain("id", "in", known_sudo.ids), limit=1
        )
        if own:
            return f"/my/cars/{own.id}?message=known"
        if self._count_cars_today() >= self._cars_a_day:
            errors["form"] = request.env._(
                "That was enough for one day. Please call us to add more cars."
            )
            return None
        if known_sudo:
            self._ask_advisors(known_sudo[0], form, "owner")
            errors["form"] = self._get_refusal()
            return None
        try:
            with request.env.cr.savepoint():
                vehicle_sudo = self._create_vehicle(form)
        except (UserError, IntegrityError):
            # What the car's own checks say names the other car: not for a customer.
            _logger.info("A car typed in the portal was refused", exc_info=True)
            errors["form"] = self._get_refusal()
            return None
        return f"/my/cars/{vehicle_sudo.id}?message=added"

    def _get_refusal(self):
        """Return the one answer to every car that cannot be added, for any reason."""
        return request.env._(
            "This car could not be added here. We have noted your request and will "
            "contact you; you may also ask the service."
        )

    def _lock_partner(self):
        """Let one of two equal forms sent at once wait, fail to serialize, be retried.

        A retried request finds the car that the first one made.
        """
        partner = request.env.user.partner_id.commercial_partner_id
        request.env.execute_query(
            SQL("UPDATE res_partner SET id = id WHERE id = %s RETURNING id", partner.id)
        )

    def _count_cars_today(self):
        """Return how many cars the user added or asked for in the last 24 hours."""
        since = fields.Datetime.now() - timedelta(days=1)
        domain = Domain("create_uid", "=", request.env.uid)
        domain &= Domain("create_date", ">=", since)
        # A customer has no right on activities; only his own are counted.
        activities = request.env["mail.activity"].sudo().with_context(active_test=False)
        vehicles = request.env["auto.vehicle"].sudo().with_context(active_test=False)
        added = vehicles.search(domain, limit=self._cars_a_day)
        return len(added) + activities.search_count(
            domain
            & Domain("res_model", "=", "auto.vehicle")
            & Domain("res_id", "not in", added.ids)
        )

    def _find_known_vehicles(self, form):
        """Return the cars, of anybody, archived too, with this plate or VIN (sudo)."""
        domain = Domain.FALSE
        if plate := plate_key(form["license_plate"]):
            domain |= Domain("plate_key", "=", plate)
        if vin := normalize_vin(form["vin"]):
            domain |= Domain("vin", "=", vin)
        companies = request.env.user.company_ids
        # Whose car it is stays here: the customer only learns that it cannot be added.
        vehicles_sudo = (
            request.env["auto.vehicle"].sudo().with_context(active_test=False)
        )
        return vehicles_sudo.search(
            domain & Domain("company_id", "in", [*companies.ids, False]), limit=20
        )

    def _create_vehicle(self, form):
        """Create the customer's car; words that name no model are left for a person.

        :return: the car (sudo: a customer may only read; the owner is forced to be his)
        """
        vals = self._prepare_vehicle_vals(form)
        vehicle_sudo = (
            request.env["auto.vehicle"]
            .sudo()
            .with_context(mail_create_nosubscribe=True)
            .create(vals)
        )
        if not vals["model_id"]:
            self._ask_advisors(vehicle_sudo, form, "model")
        return vehicle_sudo

    def _prepare_vehicle_vals(self, form):
        """Return the values of the customer's new car; hook of further fields."""
        user_partner = request.env.user.partner_id
        owner = user_partner.commercial_partner_id
        # The catalogue of makes and models is no customer's, he only names one of it.
        model, rest = request.env["fleet.vehicle.model"].sudo()._match_text(form["car"])
        return {
            "note": Markup("<p>%s</p>") % form["car"] if rest else False,
            "model_id": model.id,
            "partner_id": owner.id,
            "driver_id": user_partner.id if user_partner != owner else False,
            "license_plate": form["license_plate"],
            "vin": form["vin"],
            "year": int(form["year"] or 0),
        }

    def _ask_advisors(self, vehicle_sudo, form, reason):
        """Leave what the customer typed as an activity, in his advisor's own language.

        :param str reason: "owner", the car is known as somebody's, or "model",
            unknown words
        """
        customer = request.env.user.partner_id
        advisor = self._get_advisor(vehicle_sudo)
        env = request.env(context={**request.env.context, "lang": advisor.lang})
        summaries = {
            "owner": env._("Whose car: %(customer)s", customer=customer.display_name),
            "model": env._("Choose the model of this car"),
        }
        told = env._(
            "%(customer)s typed in the portal:", customer=customer.display_name
        )
        typed = ", ".join(text for text in form.values() if text)
        vehicle_sudo.with_env(env(su=True)).activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summaries[reason],
            note=Markup("<p>%s</p><p>%s</p>") % (told, typed),
            user_id=advisor.id,
        )

    def _get_advisor(self, vehicle_sudo):
        """Return who serves the customer; else any advisor of the car's company."""
        partner = request.env.user.partner_id
        company = vehicle_sudo.company_id or request.env.company
        group = request.env.ref("auto_crm.auto_crm_group_advisor").sudo()
        advisors = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        own = partner.user_id or partner.commercial_partner_id.user_id
        return own if own in advisors else advisors.sorted("id", reverse=True)[:1]

    # ------------------------------------------------------------------
    # A request about a car
    # ------------------------------------------------------------------

    @route(
        "/my/cars/<int:vehicle_id>/request",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_request(self, vehicle_id, recommendation_id=None, wish="", **_kw):
        """Ask the service to call about the car, or about work advised for it."""
        vehicle = self._find_vehicle(vehicle_id)
        recommendation = self._find_recommendation(vehicle, recommendation_id)
        wish = (wish or "").strip()[:1000] or recommendation.name
        if not wish:
            return request.redirect(
                f"/my/cars/{vehicle.id}?message=empty#recommendations"
            )
        self._take_turn(vehicle)
        if self._count_requests_today() >= self._requests_a_day:
            return request.redirect(
                f"/my/cars/{vehicle.id}?message=enough#recommendations"
            )
        self._create_request(vehicle, wish)
        return request.redirect(
            f"/my/cars/{vehicle.id}?message=requested#recommendations"
        )

    def _find_recommendation(self, vehicle, recommendation_id):
        """Return the open recommendation of this car with the id, empty for others."""
        if not str(recommendation_id or "").isdecimal():
            return request.env["auto.recommendation"]
        return request.env["auto.recommendation"].search(
            self._get_recommendation_domain(vehicle)
            & Domain("id", "=", int(recommendation_id)),
            limit=1,
        )

    def _count_requests_today(self):
        """Return how many notes on deals the customer's requests left in 24 hours."""
        since = fields.Datetime.now() - timedelta(days=1)
        # A customer has no right on deals; his own notes on them are counted, not read.
        return (
            request.env["mail.message"]
            .sudo()
            .search_count(
                Domain("author_id", "=", request.env.user.partner_id.id)
                & Domain("model", "=", "crm.lead")
                & Domain("date", ">=", since)
            )
        )

    def _take_turn(self, vehicle):
        """Let equal forms sent at once wait for each other, see `take_turn`."""
        partner = request.env.user.partner_id
        # sudo: a customer has no right on deals; only names are made
        leads = request.env["crm.lead"].sudo()
        turns = leads._get_request_turns(
            {"partner_id": partner.id}, vehicle.company_id or request.env.company
        )
        take_turn(request.env.cr, turns)

    def _create_request(self, vehicle, wish):
        """Hand the wish over like any other request: it makes or joins a deal."""
        # A customer has no right on deals; he is forced to be the one who asks.
        lead_model = request.env["crm.lead"].sudo()
        return lead_model._receive_request(self._prepare_request_vals(vehicle, wish))

    def _prepare_request_vals(self, vehicle, wish):
        """Return the values of the request; hook of other things asked for."""
        partner = request.env.user.partner_id
        return {
            "name": shorten(wish, width=80, placeholder="…"),
            "partner_id": partner.id,
            "vehicle_id": vehicle.id,
            "wish": wish,
        }
