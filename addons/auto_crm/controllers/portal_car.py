import logging
import re
from datetime import timedelta

from markupsafe import Markup
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route
from odoo.tools import SQL

from ..tools.plate import plate_key
from ..tools.vin import normalize_vin
from .portal import AutoCustomerPortal

_logger = logging.getLogger(__name__)


class AutoPortalCar(AutoCustomerPortal):
    """A customer adds a car of his own."""

    _cars_a_day = 5

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
        told = request.env["auto.vehicle"].sudo()._parse_line(form["car"])
        model, rest = request.env["fleet.vehicle.model"].sudo()._match_text(told.name)
        is_more = rest or told.rest or told.plate or told.vin or told.year
        return {
            "note": Markup("<p>%s</p>") % form["car"] if is_more else False,
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
