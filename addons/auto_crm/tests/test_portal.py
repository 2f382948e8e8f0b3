from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo import Command, fields, http
from odoo.exceptions import ValidationError
from odoo.modules.migration import load_script
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import file_path, format_amount, mute_logger

from ..controllers.portal_car import AutoPortalCar
from ..controllers.portal_request import AutoPortalRequest
from .common import AutoCrmCommon

RULES = "odoo.addons.base.models.ir_rule"
HTTP = "odoo.http"
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


class AutoPortalCommon(AutoCrmCommon, HttpCase):
    """The customer of the small shop with a login, and a stranger with his own car."""

    signature = SIGNATURE

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.lang = "en_US"
        cls.portal_user = cls._create_portal_user("auto_customer", cls.customer)
        cls.stranger = cls.env["res.partner"].create(
            {"name": "Stranger", "email": "stranger@example.com"}
        )
        cls.stranger_user = cls._create_portal_user("auto_stranger", cls.stranger)
        cls.stranger_vehicle = cls.env["auto.vehicle"].create(
            {
                "partner_id": cls.stranger.id,
                "model_id": cls.vehicle_model.id,
                "license_plate": "М902КТ199",
            }
        )

    @classmethod
    def _create_portal_user(cls, login, partner, **kwargs):
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            name=partner.name,
            partner_id=partner.id,
            email=partner.email,
            **{"lang": "en_US", **kwargs},
        )

    @classmethod
    def _create_order(cls, vehicle=None, *, sent=True, **vals):
        """Make a work order of a car, as its owner would see it."""
        vehicle = vehicle or cls.vehicle
        order = cls.env["sale.order"].create(
            {
                "partner_id": vehicle.partner_id.id,
                "is_work_order": True,
                "vehicle_id": vehicle.id,
                "wish": "Knock in front on the left",
                "order_line": [
                    Command.create({"product_id": cls.labour.id}),
                    Command.create({"product_id": cls.part.id}),
                ],
                **vals,
            }
        )
        if sent:
            order.action_quotation_sent()
        return order

    def login(self, user):
        self.authenticate(user.login, user.login)

    def post(self, url, **data):
        """Post a form of the portal as a browser does."""
        data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=data)

    def get_page(self, url):
        """Return a page that opens: what an error page does not show is no news."""
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200, url)
        return response.text

    def get_status(self, url):
        return self.url_open(url).status_code


@tagged("post_install", "-at_install")
class TestPortalGarage(AutoPortalCommon):
    def test_home_shows_own_cars_and_what_is_to_do(self):
        order = self._create_order()
        self.login(self.portal_user)
        page = self.get_page("/my")
        self.assertIn(self.vehicle.license_plate, page)
        self.assertIn("To agree (1)", page)
        self.assertIn(order.name, page)
        self.assertNotIn(self.stranger_vehicle.license_plate, page)

    def test_home_of_a_customer_without_cars_says_what_to_do_first(self):
        newcomer = self.env["res.partner"].create(
            {"name": "New", "email": "n@example.com"}
        )
        self.login(self._create_portal_user("auto_new", newcomer))
        page = self.get_page("/my")
        self.assertIn('href="/my/cars/add"', page)
        self.assertIn("Add your car", page)

    def test_counters_count_cars_and_leave_work_orders_to_their_own_list(self):
        self._create_order()
        plain = self._create_order()
        plain.write({"is_work_order": False, "vehicle_id": False})
        self.login(self.portal_user)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["vehicle_count", "quotation_count"]}
        )
        self.assertEqual(counters["vehicle_count"], 1)
        self.assertEqual(counters["quotation_count"], 1)

    def test_open_invoice_is_to_pay_and_a_paid_one_is_not(self):
        invoice = self._create_invoice(self.customer)
        self._create_invoice(self.stranger)
        self.login(self.portal_user)
        page = self.get_page("/my")
        self.assertEqual(page.count(f"/my/invoices/{invoice.id}?"), 1)
        self.assertIn("To pay", page)
        self.assertIn('name="to_pay"', page)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.assertNotIn('name="to_pay"', self.get_page("/my"))

    def _create_invoice(self, partner):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.labour.id,
                            "price_unit": 500.0,
                            "tax_ids": [],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        return invoice

    def test_progress_tells_facts_only(self):
        order = self._create_order()
        order.action_confirm()
        steps = {step["name"]: step for step in order._get_portal_progress()}
        self.assertEqual(
            {step["state"] for name, step in steps.items() if name != "parts"}, {"todo"}
        )
        order.date_received = fields.Datetime.now()
        order.job_ids[:1].write(
            {"state": "in_progress", "date_started": fields.Datetime.now()}
        )
        steps = {step["name"]: step for step in order._get_portal_progress()}
        self.assertEqual(steps["received"]["state"], "done")
        self.assertTrue(steps["received"]["date"])
        self.assertEqual(steps["ready"]["state"], "todo")

    def test_car_in_the_shop_comes_first_on_the_home_page(self):
        order = self._create_order()
        order.action_confirm()
        order.date_received = fields.Datetime.now()
        self.login(self.portal_user)
        page = self.get_page("/my")
        self.assertIn('data-step="received"', page)
        self.assertLess(page.index("o_auto_open_order"), page.index('name="cars"'))

    def test_unsafe_recommendations_come_first(self):
        names = {"safe": "Winter tyres", "danger": "Brake hose", "soon": "Oil"}
        for severity, name in names.items():
            self.env["auto.recommendation"].create(
                {"vehicle_id": self.vehicle.id, "name": name, "severity": severity}
            )
        self.login(self.portal_user)
        page = self.get_page("/my")
        self.assertLess(page.index("Brake hose"), page.index("Oil"))
        self.assertLess(page.index("Oil"), page.index("Winter tyres"))


@tagged("post_install", "-at_install")
class TestPortalCar(AutoPortalCommon):
    def test_car_page_shows_history_and_advised_work(self):
        order = self._create_order()
        order.action_confirm()
        self.env["auto.recommendation"].create(
            {"vehicle_id": self.vehicle.id, "name": "Rear discs", "odometer_due": 90000}
        )
        self.login(self.portal_user)
        page = self.get_page(f"/my/cars/{self.vehicle.id}")
        for text in (
            self.vehicle.license_plate,
            order.name,
            "Rear discs",
            self.labour.name,
        ):
            self.assertIn(text, page)

    def test_drafts_and_cancelled_orders_are_not_history(self):
        shown, draft = self._create_order(), self._create_order(sent=False)
        cancelled = self._create_order()
        cancelled._action_cancel()
        self.login(self.portal_user)
        page = self.get_page(f"/my/cars/{self.vehicle.id}")
        self.assertIn(shown.name, page)
        self.assertNotIn(draft.name, page)
        self.assertNotIn(cancelled.name, page)

    def test_new_owner_does_not_see_orders_of_the_former_one(self):
        order = self._create_order()
        order.action_confirm()
        self.vehicle.partner_id = self.stranger
        self.login(self.stranger_user)
        page = self.url_open(f"/my/cars/{self.vehicle.id}")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(order.name, page.text)
        self.login(self.portal_user)
        self.assertEqual(self.get_status(f"/my/cars/{self.vehicle.id}"), 404)
        self.assertIn(order.name, self.get_page(f"/my/orders/{order.id}"))

    def test_long_history_has_pages(self):
        orders = self.env["sale.order"]
        for _number in range(12):
            orders |= self._create_order()
        self.login(self.portal_user)
        first = self.get_page(f"/my/cars/{self.vehicle.id}")
        second = self.get_page(f"/my/cars/{self.vehicle.id}/page/2")
        for order in orders:
            self.assertEqual(
                (f"/my/orders/{order.id}?" in second.split('id="history"')[1])
                + (f"/my/orders/{order.id}?" in first.split('id="history"')[1]),
                1,
                f"{order.name} must be on exactly one page",
            )

    def test_request_makes_a_deal_for_the_customer(self):
        self.login(self.portal_user)
        response = self.post(f"/my/cars/{self.vehicle.id}/request", wish="Oil leaks")
        self.assertIn("We will call you", response.text)
        lead = self.env["crm.lead"].search([("vehicle_id", "=", self.vehicle.id)])
        self.assertEqual(len(lead), 1)
        self.assertEqual(lead.partner_id, self.customer)

    def test_request_by_recommendation_takes_its_words(self):
        advice = self.env["auto.recommendation"].create(
            {"vehicle_id": self.vehicle.id, "name": "Rear discs"}
        )
        self.login(self.portal_user)
        self.post(f"/my/cars/{self.vehicle.id}/request", recommendation_id=advice.id)
        lead = self.env["crm.lead"].search([("vehicle_id", "=", self.vehicle.id)])
        self.assertIn("Rear discs", f"{lead.wish} {lead.name}")

    def test_requests_a_day_are_limited_and_join_one_deal(self):
        url = f"/my/cars/{self.vehicle.id}/request"
        self.login(self.portal_user)
        for wish in ("Oil leaks", "Brakes squeal"):
            self.assertIn("We will call you about it", self.post(url, wish=wish).text)
        with patch.object(AutoPortalRequest, "_requests_a_day", 2):
            self.assertIn("If it is urgent", self.post(url, wish="And tyres").text)
        lead = self.env["crm.lead"].search([("vehicle_id", "=", self.vehicle.id)])
        self.assertEqual(len(lead), 1)
        notes = "".join(lead.message_ids.mapped("body"))
        self.assertIn("Brakes squeal", notes)
        self.assertNotIn("And tyres", notes)

    def test_request_cannot_name_the_recommendation_of_another_car(self):
        advice = self.env["auto.recommendation"].create(
            {"vehicle_id": self.stranger_vehicle.id, "name": "Secret"}
        )
        self.login(self.portal_user)
        for given in (advice.id, "x", "", "99999999999"):
            response = self.post(
                f"/my/cars/{self.vehicle.id}/request", recommendation_id=given
            )
            self.assertEqual(response.status_code, 200)
            self.assertIn("Please write what", response.text)
        self.assertFalse(
            self.env["crm.lead"].search([("partner_id", "=", self.customer.id)])
        )


@tagged("post_install", "-at_install")
class TestPortalOdometer(AutoPortalCommon):
    def _post_reading(self, text, vehicle=None, **values):
        vehicle = vehicle or self.vehicle
        return self.post(f"/my/cars/{vehicle.id}/odometer", odometer=text, **values)

    def _get_readings(self):
        return self.env["auto.odometer"].search(
            [("vehicle_id", "=", self.vehicle.id), ("source", "=", "portal")]
        )

    def test_reading_is_kept_with_its_source(self):
        self.login(self.portal_user)
        response = self._post_reading("85 200 km")
        self.assertIn("mileage is kept", response.text)
        self.assertRecordValues(
            self._get_readings(), [{"value": 85200, "source": "portal"}]
        )
        self.assertEqual(self.vehicle.odometer, 85200)

    def test_reading_sent_twice_is_one_reading(self):
        self.login(self.portal_user)
        for _number in range(2):
            self.assertIn("mileage is kept", self._post_reading("85200").text)
        self.assertEqual(len(self._get_readings()), 1)

    def test_lower_reading_is_refused_and_what_was_typed_is_kept(self):
        self.vehicle._add_odometer(90000)
        self.login(self.portal_user)
        page = self._post_reading("85200").text
        self.assertIn("The last reading is 90", page)
        self.assertIn('value="85200"', page)
        self.assertFalse(self._get_readings())

    def test_a_tenth_of_a_kilometre_is_no_digit_of_the_mileage(self):
        self.login(self.portal_user)
        for text in ("127762.5", "127 762,5 km", "127.762", "127,762.5", "127'762"):
            with self.subTest(text=text):
                self.assertIn("mileage is kept", self._post_reading(text).text)
                self.assertEqual(self.vehicle.odometer, 127762)

    def test_an_absurd_reading_is_asked_about_and_not_kept(self):
        self.vehicle._add_odometer(90000)
        self.login(self.portal_user)
        page = self._post_reading("902000").text
        self.assertIn("very much since", page)
        self.assertIn('name="sure"', page)
        self.assertFalse(self._get_readings())
        page = self._post_reading("902000", sure="902000").text
        self.assertIn("mileage is kept", page)
        self.assertEqual(self.vehicle.odometer, 902000)

    def test_nonsense_is_refused_beside_the_field(self):
        self.login(self.portal_user)
        for text in (
            "",
            "many",
            "-5",
            "0",
            "1e9",
            "9" * 30,
            "٣٤",
            "2000001",
            "<b>1</b>",
        ):
            with self.subTest(text=text):
                response = self._post_reading(text)
                self.assertEqual(response.status_code, 200)
                self.assertIn("auto_odometer_error", response.text)
                self.assertNotIn("<b>1</b>", response.text)
        self.assertFalse(self._get_readings())

    def test_readings_a_day_are_limited(self):
        self.login(self.portal_user)
        for number in range(12):
            self._post_reading(str(1000 + number))
        self.assertEqual(len(self._get_readings()), 10)

    @mute_logger(HTTP)
    def test_form_without_token_is_refused(self):
        self.login(self.portal_user)
        response = self.url_open(
            f"/my/cars/{self.vehicle.id}/odometer", data={"odometer": "85200"}
        )
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self._get_readings())

    def test_reading_of_a_foreign_or_missing_car_is_refused_alike(self):
        self.login(self.portal_user)
        missing = self.env["auto.vehicle"].browse(self.stranger_vehicle.id + 1000)
        for vehicle in (self.stranger_vehicle, missing):
            self.assertEqual(self._post_reading("85200", vehicle).status_code, 404)
        self.assertFalse(self.stranger_vehicle.odometer_ids)


@tagged("post_install", "-at_install")
class TestPortalAddCar(AutoPortalCommon):
    def _add(self, license_plate="К010ОО 77", car="Testla Rio", year="2021", vin=""):
        return self.post(
            "/my/cars/add", license_plate=license_plate, car=car, year=year, vin=vin
        )

    def _get_vehicles(self, partner=None):
        return self.env["auto.vehicle"].search(
            [("partner_id", "=", (partner or self.customer).id)]
        )

    def test_car_is_added_to_the_customer(self):
        self.login(self.portal_user)
        response = self._add()
        self.assertIn("The car is added", response.text)
        vehicle = self._get_vehicles() - self.vehicle
        self.assertRecordValues(
            vehicle,
            [
                {
                    "partner_id": self.customer.id,
                    "model_id": self.vehicle_model.id,
                    "year": 2021,
                }
            ],
        )

    def test_words_of_an_unknown_model_are_left_for_the_advisor(self):
        self.login(self.portal_user)
        self._add(car="Qwertymobile Zx")
        vehicle = self._get_vehicles() - self.vehicle
        self.assertFalse(vehicle.model_id)
        self.assertIn("Qwertymobile Zx", vehicle.activity_ids.note)
        self.assertTrue(vehicle.activity_ids.user_id)

    def test_an_unknown_word_does_not_hide_the_model(self):
        self.login(self.portal_user)
        self._add(car="серая Testla Rio 1.6")
        vehicle = self._get_vehicles() - self.vehicle
        self.assertEqual(vehicle.model_id, self.vehicle_model)
        self.assertIn("серая", vehicle.note)

    def test_form_sent_twice_makes_one_car(self):
        self.login(self.portal_user)
        self._add()
        response = self._add(license_plate="k010oo77")
        self.assertIn("in your list already", response.text)
        self.assertEqual(len(self._get_vehicles()), 2)

    def test_errors_stand_beside_fields_and_values_are_kept(self):
        self.login(self.portal_user)
        page = self._add(license_plate="К", car="", year="12", vin="!").text
        for name in ("license_plate", "car", "year", "vin"):
            self.assertIn(f'id="auto_{name}_error"', page)
        self.assertIn('value="12"', page)
        self.assertEqual(self._get_vehicles(), self.vehicle)

    def test_plate_of_another_customer_is_refused_without_telling_whose_it_is(self):
        self.login(self.portal_user)
        page = self._add(license_plate="m902kt 199").text
        self.assertIn("could not be added here", page)
        self.assertNotIn(self.stranger.name, page)
        self.assertIn('value="m902kt 199"', page)
        self.assertEqual(self.stranger_vehicle.partner_id, self.stranger)
        activity = self.stranger_vehicle.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertIn(self.customer.name, activity.summary)
        self.assertTrue(
            activity.user_id.has_group("auto_crm.auto_crm_group_advisor"),
            "an advisor is asked to find out",
        )

    def test_refusal_by_the_car_itself_tells_nothing_either(self):
        refusal = ValidationError("belongs to Stranger")
        self.login(self.portal_user)
        with (
            patch.object(AutoPortalCar, "_create_vehicle", side_effect=refusal),
            mute_logger("odoo.addons.auto_crm.controllers.portal_car"),
        ):
            page = self._add().text
        self.assertIn("could not be added here", page)
        self.assertNotIn("Stranger", page)

    def test_owner_cannot_be_chosen_by_the_form(self):
        self.login(self.portal_user)
        self.post(
            "/my/cars/add",
            license_plate="К010ОО77",
            car="Testla Rio",
            partner_id=self.stranger.id,
            company_id="2",
        )
        self.assertEqual(self._get_vehicles(self.stranger), self.stranger_vehicle)
        self.assertEqual(len(self._get_vehicles()), 2)

    def test_cars_a_day_are_limited_and_refused_ones_count(self):
        self.login(self.portal_user)
        for number in range(3):
            self._add(license_plate=f"К01{number}ОО77")
        for _number in range(3):
            self._add(license_plate="М902КТ199")
        self.assertIn("enough for one day", self._add(license_plate="К999ОО77").text)
        self.assertEqual(len(self._get_vehicles()), 4)
        self.assertEqual(len(self.stranger_vehicle.activity_ids), 2)

    def test_car_of_an_employee_belongs_to_the_company_and_names_the_driver(self):
        firm = self.env["res.partner"].create({"name": "Vector", "is_company": True})
        contact = self.env["res.partner"].create(
            {"name": "Anna", "email": "anna@example.com", "parent_id": firm.id}
        )
        self.login(self._create_portal_user("auto_anna", contact))
        self._add()
        self.assertRecordValues(
            self._get_vehicles(firm), [{"partner_id": firm.id, "driver_id": contact.id}]
        )


@tagged("post_install", "-at_install")
class TestPortalOrder(AutoPortalCommon):
    def test_page_shows_car_wish_hours_and_maker(self):
        order = self._create_order()
        self.login(self.portal_user)
        page = self.get_page(order.get_portal_url())
        for text in (
            self.vehicle.license_plate,
            "Knock in front on the left",
            "norm-h",
            "Brembo",
            "PAD-1",
            "Works and parts",
        ):
            self.assertIn(text, page)

    def test_plain_order_keeps_odoo_page(self):
        order = self._create_order()
        order.write({"is_work_order": False, "vehicle_id": False})
        self.login(self.portal_user)
        page = self.get_page(order.get_portal_url())
        self.assertNotIn("Works and parts", page)
        self.assertIn(order.name, page)

    def test_work_orders_are_to_be_signed(self):
        self.assertTrue(self._create_order()._has_to_be_signed())

    def test_signature_in_the_portal_agrees_the_estimate(self):
        order = self._create_order()
        self.login(self.portal_user)
        result = self.make_jsonrpc_request(
            order.get_portal_url(suffix="/accept"),
            {"name": "Ivan Petrov", "signature": SIGNATURE},
        )
        self.assertTrue(result.get("force_refresh"), result)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.signed_by, "Ivan Petrov")
        self.assertEqual(order.consent_ids.method, "signature")

    def test_signature_by_token_without_login(self):
        order = self._create_order()
        url = order.get_portal_url(suffix="/accept")
        self.authenticate(None, None)
        refused = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept", {"name": "Thief", "signature": SIGNATURE}
        )
        self.assertIn("error", refused)
        self.make_jsonrpc_request(url, {"name": "Ivan", "signature": SIGNATURE})
        self.assertEqual(order.state, "sale")

    def _agree(self, order, name="Ivan Petrov", signature=SIGNATURE):
        return self.make_jsonrpc_request(
            order.get_portal_url(suffix="/agree_extra"),
            {"name": name, "signature": signature},
        )

    def _add_extra_work(self, order):
        order.order_line = [Command.create({"product_id": self.labour.id})]
        self.env.flush_all()

    def _create_agreed_order(self):
        order = self._create_order()
        order.write({"signed_by": "Ivan", "signature": SIGNATURE})
        order.action_confirm()
        return order

    def test_extra_work_is_agreed_by_a_second_signature(self):
        order = self._create_agreed_order()
        self.assertNotEqual(order.consent_state, "extra")
        self._add_extra_work(order)
        self.assertEqual(order.consent_state, "extra")
        self.login(self.portal_user)
        self.assertIn("modalextra", self.get_page(order.get_portal_url()))
        self.assertIn(order.name, self.get_page("/my"))
        result = self._agree(order)
        self.assertTrue(result.get("force_refresh"), result)
        self.assertEqual(order.consent_state, "agreed")
        self.assertNotIn("modalextra", self.get_page(order.get_portal_url()))

    def test_pages_tell_what_is_not_agreed_and_show_no_signature_under_it(self):
        order = self._create_agreed_order()
        self.login(self.portal_user)
        page = html.fromstring(self.get_page(order.get_portal_url()))
        self.assertTrue(page.xpath("//section[@id='signature']//img"))
        order.order_line[1].product_uom_qty = 0
        line_vals = {"product_id": self.part.id, "price_unit": 2900}
        order.order_line = [Command.create(line_vals)]
        self.env.flush_all()
        page = html.fromstring(self.get_page(order.get_portal_url()))
        self.assertFalse(page.xpath("//section[@id='signature']"))
        text = page.xpath("//*[@name='not_agreed']")[0].text_content()
        self.assertRegex(
            text, r"Agreed \$\s4,500.00 on [\d/]+; not agreed yet: \$\s2,900"
        )
        to_agree = html.fromstring(self.get_page("/my"))
        to_agree = to_agree.xpath("//div[@name='to_agree']")[0].text_content()
        self.assertIn("2,900.00", to_agree)
        self.assertNotIn("-", to_agree)
        self.assertTrue(self._agree(order).get("force_refresh"))
        page = html.fromstring(self.get_page(order.get_portal_url()))
        self.assertTrue(page.xpath("//section[@id='signature']//img"))

    @mute_logger("odoo.sql_db")
    def test_an_estimate_is_signed_by_a_picture_and_once(self):
        order = self._create_order()
        order.state = "sent"
        self.login(self.portal_user)
        url = order.get_portal_url(suffix="/accept")
        for values in (
            {"name": "Ivan", "signature": "not an image"},
            {"name": "Ivan", "signature": "PHN2Zy8+"},  # <svg/>
            {"name": " ", "signature": SIGNATURE},
        ):
            with self.subTest(values=values):
                self.assertIn("error", self.make_jsonrpc_request(url, values))
        self.assertFalse(order.signature or order.consent_ids)
        values = {"name": "Ivan", "signature": SIGNATURE}
        self.assertIn("redirect_url", self.make_jsonrpc_request(url, values))
        again = self.make_jsonrpc_request(url, values)
        self.assertIn("nothing to agree any more", again["error"])
        self.assertEqual(len(order.consent_ids), 1)

    def test_prices_with_taxes_are_shown_as_they_are(self):
        order = self._create_order()
        taxes = self.env["account.tax"].create(
            [
                {"name": "On top", "amount": 20.0},
                {
                    "name": "Included",
                    "amount": 20.0,
                    "price_include_override": "tax_included",
                },
            ]
        )
        work, part = order.order_line
        work.write({"price_unit": 1000, "tax_ids": taxes[1].ids})
        part.write({"price_unit": 500, "tax_ids": taxes[0].ids, "discount": 50})
        self.login(self.portal_user)
        page = html.fromstring(self.get_page(order.get_portal_url()))

        def get_cells(name):
            cells = page.xpath(f"//tr[@name='tr_product']/td[@name='{name}']")
            return [" ".join(cell.text_content().split()) for cell in cells]

        self.assertEqual(get_cells("td_product_subtotal"), ["$ 1,000.00", "$ 300.00"])
        self.assertEqual(
            get_cells("td_product_priceunit"), ["$ 1,000.00", "$ 600.00 300.00"]
        )

    def test_extra_work_is_not_agreed_twice_or_without_signature(self):
        order = self._create_agreed_order()
        self.login(self.portal_user)
        self.assertIn("nothing to agree", self._agree(order)["error"])
        self._add_extra_work(order)
        self.assertIn("error", self._agree(order, signature=""))
        self.assertIn("error", self._agree(order, name="  "))
        self.assertIn("error", self._agree(order, signature="not an image"))
        self.assertEqual(order.consent_state, "extra")

    @mute_logger(RULES)
    def test_extra_work_of_a_foreign_order_is_refused_like_a_missing_one(self):
        order = self._create_agreed_order()
        self._add_extra_work(order)
        self.login(self.stranger_user)
        answers = [
            self.make_jsonrpc_request(
                f"/my/orders/{order_id}/agree_extra",
                {"name": "Thief", "signature": SIGNATURE},
            )
            for order_id in (order.id, order.id + 1000)
        ]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(order.consent_state, "extra")

    def test_documents_of_the_order_are_downloaded(self):
        order = self._create_order()
        self.login(self.portal_user)
        page = self.get_page(order.get_portal_url())
        _name, ref = order._get_work_order_documents()[0]
        self.assertIn(f"/my/orders/{order.id}/paper/{ref}", page)
        response = self.url_open(f"/my/orders/{order.id}/paper/{ref}")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")

    @mute_logger(RULES)
    def test_documents_need_the_order_and_its_list(self):
        order = self._create_order()
        _name, ref = order._get_work_order_documents()[0]
        self.login(self.portal_user)
        for report in (
            "sale.action_report_saleorder",
            "base.report_ir_model_overview",
            "x",
        ):
            self.assertEqual(
                self.get_status(f"/my/orders/{order.id}/paper/{report}"), 404
            )
        self.login(self.stranger_user)
        for order_id in (order.id, order.id + 1000):
            self.assertEqual(self.get_status(f"/my/orders/{order_id}/paper/{ref}"), 404)
        self.authenticate(None, None)
        self.assertEqual(self.get_status(f"/my/orders/{order.id}/paper/{ref}"), 404)
        url = order.get_portal_url(suffix=f"/paper/{ref}")
        self.assertEqual(self.get_status(url), 200)

    def test_badges_do_not_tell_why_a_job_waits(self):
        order = self._create_order()
        order.action_confirm()
        job = order.job_ids[:1]
        reason = self.env["auto.hold.reason"].create({"name": "Mechanic is drunk"})
        job.write({"state": "on_hold", "hold_reason_id": reason.id})
        self.assertEqual(job.order_line_id._get_portal_badge()[0], "Waiting")
        self.login(self.portal_user)
        page = self.get_page(order.get_portal_url())
        self.assertIn("Waiting", page)
        self.assertNotIn(reason.name, page)

    def test_works_come_before_parts_unless_sections_order_them(self):
        order = self._create_order()
        order.order_line.sorted("id", reverse=True)[0].sequence = 1
        lines = order._get_portal_lines()
        self.assertEqual(lines.mapped("line_kind"), ["labour", "part"])
        self.assertEqual(
            list(order._get_portal_headings(lines).values()), ["Works", "Parts"]
        )
        order.order_line = [
            Command.create({"display_type": "line_section", "name": "Brakes"})
        ]
        self.assertFalse(order._get_portal_headings(order._get_portal_lines()))


@tagged("post_install", "-at_install")
class TestPortalMail(AutoPortalCommon):
    def _render(self, order):
        template = order._find_mail_template()
        values = template._generate_template(order.ids, ["subject", "body_html"])
        return template, values[order.id]

    def test_estimate_letter_names_the_car_and_links_to_it(self):
        order = self._create_order()
        template, values = self._render(order)
        self.assertEqual(template, self.env.ref("auto_crm.mail_template_estimate"))
        self.assertIn(self.vehicle.license_plate, values["subject"])
        self.assertIn(order.access_token, str(values["body_html"]))
        self.assertIn(f"/my/orders/{order.id}", str(values["body_html"]))

    def test_letter_of_extra_work_names_its_sum_and_the_total(self):
        order = self._create_order()
        order.order_line.write({"price_unit": 1000.0})
        order._record_consent("phone")
        order.action_confirm()
        agreed = order.amount_total
        order.order_line[1].product_uom_qty = 0
        order.order_line = [
            Command.create({"product_id": self.part.id, "price_unit": 2900.0})
        ]
        template, values = self._render(order)
        self.assertEqual(template, self.env.ref("auto_crm.mail_template_extra_work"))
        self.assertIn(self.vehicle.license_plate, values["subject"])
        for amount in (2900.0, agreed - 1000.0 + 2900.0):
            text = format_amount(order.env, amount, order.currency_id)
            self.assertIn(text, str(values["body_html"]))

    def test_an_older_letter_of_extra_work_learns_its_sum(self):
        template = self.env.ref("auto_crm.mail_template_extra_work")
        template.body_html = "<p>we found more to do. With it, it is more.</p>"
        self.env.flush_all()
        name = "auto_crm/migrations/19.0.1.2.3/post-extra_work_letter.py"
        script = load_script(file_path(name), "extra_work_letter")
        script.migrate(self.cr, "19.0.1.2.2")
        self.env.invalidate_all()
        self.assertIn("object.amount_extra", template.body_html)

    def test_letter_is_in_the_customers_language(self):
        template = self.env.ref("auto_crm.mail_template_estimate")
        self.env["res.lang"]._activate_lang("ru_RU")
        template.with_context(lang="ru_RU").subject = "Смета {{ object.name }}"
        self.customer.lang = "ru_RU"
        order = self._create_order()
        _template, values = self._render(order)
        self.assertEqual(values["subject"], f"Смета {order.name}")

    def test_plain_order_keeps_odoo_letter(self):
        order = self._create_order()
        order.write({"is_work_order": False, "vehicle_id": False})
        self.assertEqual(
            order._find_mail_template(), self.env.ref("sale.email_template_edi_sale")
        )

    def test_deleted_template_falls_back_to_odoo_letter(self):
        self.env.ref("auto_crm.mail_template_estimate").unlink()
        self.assertEqual(
            self._create_order()._find_mail_template(),
            self.env.ref("sale.email_template_edi_sale"),
        )


@tagged("post_install", "-at_install")
class TestPortalSecurity(AutoPortalCommon):
    @mute_logger(RULES)
    def test_foreign_and_missing_cars_answer_the_same(self):
        self.login(self.portal_user)
        urls = ("/my/cars/%s", "/my/cars/%s/page/2")
        for url in urls:
            for vehicle_id in (
                self.stranger_vehicle.id,
                self.stranger_vehicle.id + 1000,
            ):
                self.assertEqual(self.get_status(url % vehicle_id), 404)

    @mute_logger(RULES)
    def test_foreign_and_missing_orders_answer_the_same(self):
        order = self._create_order(self.stranger_vehicle)
        self.login(self.portal_user)
        answers = []
        for order_id in (order.id, order.id + 1000):
            response = self.url_open(f"/my/orders/{order_id}")
            answers.append((response.status_code, response.url))
            self.assertIn(self.vehicle.license_plate, response.text)  # the home
            self.assertNotIn(self.stranger_vehicle.license_plate, response.text)
        self.assertEqual(answers[0], answers[1])
        self.assertTrue(answers[0][1].endswith("/my"), answers)

    def test_foreign_photo_is_not_shown(self):
        image = SIGNATURE
        self.stranger_vehicle.image_1920 = image
        self.vehicle.image_1920 = image
        self.login(self.portal_user)
        own = self.url_open(f"/web/image/auto.vehicle/{self.vehicle.id}/image_128")
        foreign = self.url_open(
            f"/web/image/auto.vehicle/{self.stranger_vehicle.id}/image_128"
        )
        self.assertEqual(own.status_code, 200)
        self.assertNotEqual(foreign.content, own.content)

    def test_archived_car_is_gone_but_its_orders_stay(self):
        order = self._create_order()
        link = f'"/my/cars/{self.vehicle.id}"'
        self.login(self.portal_user)
        self.assertIn(link, self.get_page("/my/cars"))
        self.vehicle.active = False
        self.assertEqual(self.get_status(f"/my/cars/{self.vehicle.id}"), 404)
        self.assertNotIn(link, self.get_page("/my/cars"))
        self.assertIn(order.name, self.get_page(order.get_portal_url()))

    def test_contacts_of_a_company_share_its_cars(self):
        firm = self.env["res.partner"].create({"name": "Vector", "is_company": True})
        contacts = self.env["res.partner"].create(
            [
                {"name": name, "email": f"{name}@example.com", "parent_id": firm.id}
                for name in ("anna", "boris")
            ]
        )
        self.vehicle.partner_id = contacts[0]
        self.login(self._create_portal_user("auto_boris", contacts[1]))
        self.assertEqual(self.get_status(f"/my/cars/{self.vehicle.id}"), 200)
        self.login(self.stranger_user)
        self.assertEqual(self.get_status(f"/my/cars/{self.vehicle.id}"), 404)

    def test_customer_of_another_company_does_not_see_the_car(self):
        company = self.env["res.company"].create({"name": "Second Shop"})
        user = self._create_portal_user(
            "auto_second",
            self.env["res.partner"].create(
                {"name": "Second", "email": "s@example.com"}
            ),
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        vehicle = self.env["auto.vehicle"].create(
            {
                "partner_id": user.partner_id.id,
                "company_id": self.company.id,
                "license_plate": "Е777КХ77",
            }
        )
        self.login(user)
        self.assertEqual(self.get_status(f"/my/cars/{vehicle.id}"), 404)
        vehicle.company_id = company
        self.assertEqual(self.get_status(f"/my/cars/{vehicle.id}"), 200)

    def test_visitor_is_asked_to_sign_in(self):
        self.authenticate(None, None)
        for url in ("/my/cars", f"/my/cars/{self.vehicle.id}", "/my/cars/add"):
            response = self.url_open(url)
            self.assertIn("/web/login", response.url)
            self.assertNotIn(self.vehicle.license_plate, response.text)

    @mute_logger(RULES)
    def test_employees_see_only_their_own_garage(self):
        self._create_order()
        bystander = new_test_user(
            self.env, login="auto_bystander", groups="base.group_user"
        )
        for user in (self.mechanic_user, self.advisor, bystander):
            with self.subTest(user=user.login):
                self.login(user)
                home = self.url_open("/my")
                self.assertEqual(home.status_code, 200)
                self.assertIn('href="/my/cars"', home.text)
                self.assertNotIn(self.vehicle.license_plate, home.text)
                self.assertEqual(self.get_status(f"/my/cars/{self.vehicle.id}"), 404)
                self.assertEqual(
                    self.post(
                        f"/my/cars/{self.vehicle.id}/odometer", odometer="5"
                    ).status_code,
                    404,
                )

    def test_customer_may_read_his_cars_and_write_nothing(self):
        reading = self.vehicle._add_odometer(1000)
        advice = self.env["auto.recommendation"].create(
            {"vehicle_id": self.vehicle.id, "name": "Oil"}
        )
        for record in (self.vehicle, reading, advice):
            record = record.with_user(self.portal_user)
            self.assertTrue(record.has_access("read"))
            for operation in ("write", "create", "unlink"):
                self.assertFalse(record.has_access(operation), operation)
        for model in ("auto.order.consent", "auto.acceptance", "auto.order.clock"):
            self.assertFalse(
                self.env[model].with_user(self.portal_user).has_access("read"), model
            )

    def test_customer_does_not_read_what_is_written_for_the_shop(self):
        for model, name in (("auto.vehicle", "note"), ("auto.job", "hold_reason_id")):
            record = self.env[model].with_user(self.portal_user)
            self.assertFalse(
                record._has_field_access(record._fields[name], "read"),
                f"{model}.{name}",
            )


@tagged("post_install", "-at_install")
class TestPortalQueries(AutoPortalCommon):
    def _count_queries(self, url):
        """Return the queries of a page when all its caches are warm."""
        for _number in range(2):
            self.assertEqual(self.url_open(url).status_code, 200)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.url_open(url)
        return self.cr.sql_log_count - before

    def _create_vehicles(self, count):
        return self.env["auto.vehicle"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "model_id": self.vehicle_model.id,
                    "license_plate": f"К{number:03}ОО77",
                }
                for number in range(count)
            ]
        )

    def test_list_of_cars_takes_the_same_queries_for_20_cars(self):
        self.login(self.portal_user)
        for url in ("/my/cars", "/my"):
            self._count_queries(url)
        one = self._count_queries("/my/cars")
        home = self._count_queries("/my")
        self._create_vehicles(19)
        self.assertEqual(self._count_queries("/my/cars"), one)
        self.assertEqual(self._count_queries("/my"), home)

    def test_car_page_takes_the_same_queries_for_50_orders(self):
        self.login(self.portal_user)
        self._create_order().action_confirm()
        self._create_order()
        url = f"/my/cars/{self.vehicle.id}"
        self._count_queries("/my")
        one, home = self._count_queries(url), self._count_queries("/my")
        for number in range(48):
            order = self._create_order()
            order.date_order = fields.Datetime.now() - timedelta(days=number)
            if number % 2:
                order.action_confirm()
        self.assertLessEqual(
            self._count_queries(url), one + 3
        )  # the pager and its count
        self.assertLessEqual(self._count_queries("/my"), home + 1)
