from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .online_common import HOUR
from .page_common import AutoPageCommon


@tagged("post_install", "-at_install")
class TestBookingPage(AutoPageCommon):
    """The pages, step by step, without scripts."""

    # ------------------------------------------------------------------
    # From the start to the booking
    # ------------------------------------------------------------------

    def test_a_stranger_books_with_a_code(self):
        page = self.choose_work()
        self.assertEqual(page.path, "/book/time")
        self.assertIn("О551ТР97 Lada Vesta · Front brakes", page.text())
        self.assertGreater(len(page.days), 15)
        page = self.choose_time(page)
        self.assertEqual(page.path, "/book/contact")
        held = self._get_held()
        self.assertEqual(held.source, "site")
        page = self.give_contact(page)
        self.assertEqual(page.path, "/book/code")
        self.assertIn(self.phone, page.text())
        page = self.give_code(page)
        self.assertIn("You are booked", page.text())
        self.assertTrue(page.path.startswith("/booking/"))
        booking = self._get_online()
        self.assertEqual(booking, held)
        self.assertEqual(booking.state, "confirmed")
        self.assertTrue(booking.is_phone_confirmed)
        self.assertEqual(booking.partner_id.name, "Anna")
        self.assertEqual(booking.lead_id.stage_id.auto_event, "booked")

    def test_without_a_channel_a_stranger_waits_for_an_advisor(self):
        self.channel.active = False
        page = self.give_contact()
        self.assertIn("Thank you, we will confirm your booking", page.text())
        self.assertIn("A service advisor will look at it", page.text())
        self.assertEqual(self._get_online().state, "tentative")

    def test_a_customer_books_his_own_car_without_typing(self):
        self.authenticate("auto_customer", "auto_customer")
        page = self.get("/book")
        self.assertIn("Testla Rio", page.text("//fieldset[@name='car']"))
        fields_of_page = page.fields("//form[@action='/book']")
        self.assertEqual(fields_of_page["vehicle_id"], str(self.vehicle.id))
        page = self.choose_work(
            plate="", model="", vehicle_id=fields_of_page["vehicle_id"]
        )
        page = self.choose_time(page)
        contact = page.fields("//form[@action='/book/contact']")
        self.assertEqual(contact["phone"], "+79161234567")
        page = self.post(page, "//form[@action='/book/contact']")
        self.assertIn("You are booked", page.text())
        booking = self._get_online()
        self.assertEqual(booking.partner_id, self.customer)
        self.assertEqual(booking.vehicle_id, self.vehicle)
        self.assertEqual(booking.source, "portal")
        self.assertIn("Rio", page.text())
        home = self.get("/my")
        self.assertIn("Front brakes", home.text("//section[@name='garage']"))

    def test_a_link_chooses_car_and_work_beforehand(self):
        self.authenticate("auto_customer", "auto_customer")
        other = self.vehicle.copy({"license_plate": "М902КТ199"})
        link = self.get(f"/my/cars/{other.id}").find("//a[@name='book']").get("href")
        self.assertEqual(link, f"/book?vehicle={other.id}")
        page = self.get(f"{link}&package={self.package.id}")
        values = page.fields("//form[@action='/book']")
        self.assertEqual(values["vehicle_id"], str(other.id))
        self.assertEqual(values["package_ids"], str(self.package.id))

    def test_sent_twice_it_is_booked_once(self):
        page = self.give_contact()
        form = page.fields("//form[@name='code']")
        code = self._read_code()
        first = self.give_code(page, code)
        again = self.url_open("/book/code", data={**form, "code": code})
        self.assertEqual(again.url, first.url.removesuffix("?new=1"))
        self.assertEqual(len(self._get_online()), 1)

    def test_a_request_without_a_time_is_a_deal(self):
        page = self.choose_work(wish="After work only")
        page = self.get("/book/request")
        page = self.post(
            page,
            "//form[@action='/book/request']",
            name="Anna",
            phone=self.phone,
        )
        self.assertIn("Thank you, we will call you", page.text())
        lead = self.env["crm.lead"].search([], order="id desc", limit=1)
        self.assertIn("Front brakes\nAfter work only", lead.wish)
        self.assertEqual(lead.vehicle_id.license_plate, "О551ТР 97")
        self.assertEqual(lead.stage_id.auto_event, "request")
        self.assertEqual(self.get("/book/request").path, "/book")

    # ------------------------------------------------------------------
    # Typed wrong
    # ------------------------------------------------------------------

    def test_what_was_typed_stays_when_something_is_missing(self):
        page = self.choose_work(plate="", model="", wish="Knocks <b>")
        self.assertIn("Enter the plate", page.text("//div[@name='error_car']"))
        values = page.fields("//form[@action='/book']")
        self.assertEqual(values["wish"], "Knocks <b>")
        self.assertEqual(values["package_ids"], str(self.package.id))
        page = self.choose_work(package_ids="")
        self.assertIn("Choose what", page.text("//div[@name='error_work']"))
        self.assertEqual(page.fields("//form[@action='/book']")["plate"], "О551ТР97")

    def test_a_package_of_another_make_is_refused_by_name(self):
        other = self.env["fleet.vehicle.model.brand"].create({"name": "Otherla"})
        package = self._create_package("Otherla brakes", brand_ids=other.ids)
        page = self.choose_work(model="Testla Rio", package_ids=str(package.id))
        self.assertIn(
            "Not for this car: Otherla brakes", page.text("//div[@name='error_work']")
        )
        page = self.choose_work(model="Some car", package_ids=str(package.id))
        self.assertEqual(page.path, "/book/time")

    def test_contact_errors_are_beside_their_fields_and_nothing_is_lost(self):
        page = self.give_contact(name="", phone="12", email="nobody")
        for name in ("name", "phone", "email"):
            self.assertTrue(page.text(f"//div[@id='book_{name}_error']"), name)
        values = page.fields("//form[@action='/book/contact']")
        self.assertEqual((values["phone"], values["email"]), ("12", "nobody"))
        self.assertFalse(self._get_online())

    def test_nonsense_is_no_error_of_the_server(self):
        nonsense = ("\x00", "9" * 5000, "-1", "'; --", "<script>", "٣", "0001-01-01")
        for text in nonsense:
            with self.subTest(text=text[:20]):
                page = self.choose_work(
                    vehicle_id=text, package_ids=text, plate=text, wish="Knocks"
                )
                self.assertEqual(page.status, 200)
                self.assertEqual(page.path, "/book/time")
                self.get(f"/book/time?day={text[:30]}")
                for start in (text, "9999-12-31T23:59", "0001-01-01T00:00+23:00"):
                    page = self.post(page, "//form[@name='times']", start=start)
                    self.assertEqual(page.status, 200)
                    self.assertEqual(page.path, "/book/time")
        self.assertFalse(self._get_held())

    def test_too_large_a_form_is_not_read(self):
        page = self.get("/book")
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/book",
                data={
                    **page.fields("//form[@action='/book']"),
                    "wish": "x" * 100_000,
                },
            )
        self.assertEqual(answer.status_code, 413)

    def test_a_form_of_another_site_is_refused(self):
        self.choose_work()
        with mute_logger("odoo.http"):
            answer = self.url_open("/book/time", data={"start": "2035-01-08T06:00"})
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self._get_held())

    # ------------------------------------------------------------------
    # Steps out of turn
    # ------------------------------------------------------------------

    def test_steps_cannot_be_skipped(self):
        for path in ("/book/time", "/book/contact", "/book/code", "/book/request"):
            self.assertEqual(self.get(path).path, "/book", path)
        self.choose_work()
        for path in ("/book/contact", "/book/code"):
            self.assertEqual(self.get(path).path, "/book/time", path)

    def test_a_code_is_not_skipped_by_going_back(self):
        page = self.choose_time()
        self.assertEqual(self.get("/book/code").path, "/book/time?gone=1")
        self.give_contact(page)
        self.assertEqual(self.get("/book/contact").path, "/book/contact")
        self.assertFalse(self._get_online())

    def test_a_hold_that_is_gone_is_told(self):
        page = self.choose_time()
        self._get_held().unlink()
        page = self.give_contact(page)
        self.assertEqual(page.path, "/book/time?gone=1")
        self.assertIn("not kept any longer", page.text("//div[@name='refusal']"))
        self.assertGreater(len(page.times), 0)

    def test_a_hold_that_has_expired_goes_to_who_comes_next(self):
        page = self.choose_time()
        held = self._get_held()
        held.date_hold = fields.Datetime.now() - HOUR
        start = held.date_start
        self._create_booking(
            date_start=start, date_stop=start + HOUR, post_id=held.post_id.id
        )
        self.assertFalse(held.exists())
        self.assertEqual(self.give_contact(page).path, "/book/time?gone=1")

    def test_another_time_frees_the_one_before(self):
        self.choose_time()
        first = self._get_held()
        self.choose_time(self.get_times(), 1)
        self.assertFalse(first.exists())
        self.assertEqual(len(self._get_held()), 1)

    def test_another_time_offers_ones_own_time_too(self):
        self.lift_2.is_online = False
        self.choose_time()
        held = self._get_held()
        start = held.date_start
        page = self.get_times()
        self.assertEqual(page.times[0], start.isoformat())
        self.assertEqual(self.choose_time(page).path, "/book/contact")
        self.assertFalse(held.exists())
        self.assertEqual(self._get_held().date_start, start)

    def test_a_refused_time_does_not_cost_the_one_before(self):
        self.choose_time()
        held = self._get_held()
        page = self.get_times()
        start = fields.Datetime.to_datetime(page.times[-1].replace("T", " "))
        for post in self.lift + self.lift_2:
            self._create_booking(
                date_start=start, date_stop=start + HOUR, post_id=post.id
            )
        page = self.choose_time(page, -1)
        self.assertIn("has just been taken", page.text("//div[@name='refusal']"))
        self.assertEqual(self._get_held(), held)
        self.assertTrue(held.slot_ids)
        page = self.give_contact(self.get("/book/contact"))
        self.assertEqual(page.path, "/book/code")

    def test_a_hold_that_staff_has_moved_is_gone(self):
        page = self.choose_time()
        held = self._get_held()
        held.write(
            {"date_start": held.date_start + HOUR, "date_stop": held.date_stop + HOUR}
        )
        self.assertEqual(self.give_contact(page).path, "/book/time?gone=1")

    def test_a_hold_that_staff_has_cancelled_is_gone(self):
        page = self.choose_time()
        self._get_held().date_cancelled = fields.Datetime.now()
        self.assertEqual(self.give_contact(page).path, "/book/time?gone=1")

    def test_what_only_staff_should_read_is_no_answer(self):
        page = self.choose_work()
        bookings = self.env.registry["auto.booking"]
        words = UserError("Lift 1 is taken by Ivan.")
        with mute_logger("odoo.addons.auto_planner.controllers.common"):
            with patch.object(bookings, "_hold_online", side_effect=words):
                refused = self.choose_time(page)
            self.assertEqual(refused.status, 200)
            text = refused.text("//div[@name='refusal']")
            self.assertEqual(text, "This cannot be sent now. Please call us.")
            page = self.give_contact(self.choose_time(page))
            with patch.object(bookings, "_prepare_online_vals", side_effect=words):
                refused = self.give_code(page)
        self.assertEqual(refused.status, 200)
        self.assertIn("This cannot be sent now", refused.text())
        self.assertNotIn("Ivan", refused.text())
        held = self._get_held()
        self.assertTrue(held)
        self.assertFalse(held.lead_id)

    def test_two_people_want_one_slot(self):
        page = self.choose_work()
        start = fields.Datetime.to_datetime(page.times[0].replace("T", " "))
        for post in self.lift + self.lift_2:
            self._create_booking(
                date_start=start, date_stop=start + HOUR, post_id=post.id
            )
        page = self.choose_time(page)
        self.assertEqual(page.path, "/book/time")
        self.assertIn("has just been taken", page.text("//div[@name='refusal']"))
        self.assertNotIn("Rio", page.text("//div[@name='refusal']"))
        self.assertTrue(page.times)
        self.assertNotIn(start.isoformat(), page.times)

    def test_a_page_that_is_off_offers_a_request(self):
        self.choose_work()
        self.company.auto_booking_is_online = False
        for path in ("/book", "/book/time", "/book/contact", "/book/code"):
            page = self.get(path)
            self.assertIn("not possible at the moment", page.text(), path)

    def test_a_shop_without_free_time_says_so(self):
        (self.lift + self.lift_2).is_online = False
        page = self.choose_work()
        self.assertIn("no free time", page.text("//p[@name='no_time']"))
        self.assertIsNotNone(page.find("//a[@name='request']"))

    # ------------------------------------------------------------------
    # Codes
    # ------------------------------------------------------------------

    def test_a_wrong_code_is_told_and_five_are_the_end(self):
        page = self.give_contact()
        code = self._read_code()
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        for _turn in range(4):
            page = self.give_code(page, wrong)
            self.assertIn("not the code", page.text("//div[@name='refusal']"))
        page = self.give_code(page, wrong)
        self.assertIn("too often", page.text("//div[@name='refusal']"))
        page = self.give_code(page, code)
        self.assertIn("ask for a new one", page.text("//div[@name='refusal']"))
        self.assertFalse(self._get_online())

    def test_a_new_code_makes_the_old_one_worthless(self):
        page = self.give_contact()
        old = self._read_code()
        page = self.post(page, "//form[@name='again']")
        self.assertIn("We have sent a new code", page.text())
        new = self._read_code()
        if old != new:
            page = self.give_code(page, old)
            self.assertIn("not the code", page.text("//div[@name='refusal']"))
        self.assertIn("You are booked", self.give_code(page, new).text())

    def test_codes_are_not_sent_without_end(self):
        page = self.give_contact()
        for _turn in range(3):
            page = self.post(page, "//form[@name='again']")
        self.assertIn("enough codes", page.text("//div[@name='refusal']"))
        self.assertEqual(len(self._get_messages(audience="customer")), 3)

    def test_the_phone_of_the_code_counts_not_one_typed_later(self):
        page = self.give_contact()
        code = self._read_code()
        self.give_contact(self.get("/book/contact"), phone="+7 916 123-45-67")
        page = self.give_code(page, code)
        booking = self._get_online()
        self.assertFalse(booking.filtered(lambda b: b.partner_id == self.customer))

    def test_only_the_owner_of_a_phone_learns_that_it_has_bookings(self):
        for hours in (0, 2):
            self._book(hours, phone=self.phone).is_phone_confirmed = True
        page = self.give_contact()
        self.assertEqual(page.path, "/book/code")  # as for any other phone
        page = self.give_code(page)
        self.assertIn("2 booking(s)", page.text("//div[@name='refusal']"))

    # ------------------------------------------------------------------
    # Limits
    # ------------------------------------------------------------------

    def test_times_are_not_held_without_end(self):
        self.choose_work()
        page = self.get_times()
        with patch(
            "odoo.addons.auto_planner.controllers.booking_time.HOLDS_AN_HOUR", 2
        ):
            for number in range(2):
                self.assertEqual(self.choose_time(page, number).path, "/book/contact")
            page = self.choose_time(page, 2)
        self.assertIn("Please call us", page.text("//div[@name='refusal']"))

    def test_requests_are_not_taken_without_end(self):
        self.choose_work()
        with patch(
            "odoo.addons.auto_planner.controllers.booking_contact.REQUESTS_AN_HOUR", 0
        ):
            page = self.post(
                self.get("/book/request"),
                "//form[@action='/book/request']",
                name="Anna",
                phone=self.phone,
            )
        self.assertIn("Please call us", page.text())
        values = page.fields("//form[@action='/book/request']")
        self.assertEqual(values["name"], "Anna")

    def test_one_company_does_not_show_the_menu_of_another(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._create_package("Elsewhere", company_id=other.id)
        menu = self.get("/book").text()
        self.assertIn("Front brakes", menu)
        self.assertNotIn("Elsewhere", menu)

    def test_another_customers_car_cannot_be_chosen(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        car = self.vehicle.copy(
            {"partner_id": stranger.id, "license_plate": "М902КТ199"}
        )
        self.authenticate("auto_customer", "auto_customer")
        cars = self.get("/book").text()
        self.assertIn("А123ВС", cars)
        self.assertNotIn("М902КТ", cars)
        page = self.choose_work(vehicle_id=str(car.id), plate="", model="")
        self.assertIn("Enter the plate", page.text("//div[@name='error_car']"))

    def test_nobody_keeps_a_copy_of_the_pages(self):
        for page in (self.get("/book"), self.choose_work()):
            self.assertEqual(page.response.headers["Cache-Control"], "no-store")
