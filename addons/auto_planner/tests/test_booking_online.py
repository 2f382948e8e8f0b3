from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged, users
from odoo.tools import mute_logger

from ..tools.refusal import BookingRefusedError
from .online_common import HOUR, AutoOnlineCommon


@tagged("post_install", "-at_install")
class TestBookingOnline(AutoOnlineCommon):
    """From a free time to a booking with customer and deal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2035-01-02 08:00"))
        cls.customer.lang = "en_US"

    def assert_refused(self, code, function, *args, **kwargs):
        """Check that a customer is refused, for that reason, and return the words."""
        with self.assertRaises(BookingRefusedError) as caught, self.cr.savepoint():
            function(*args, **kwargs)
        self.assertEqual(caught.exception.code, code)
        return str(caught.exception)

    # ------------------------------------------------------------------
    # Holding
    # ------------------------------------------------------------------

    def test_a_held_time_is_nobody_elses(self):
        held = self._hold(post_id=self.lift.id)
        self.assertTrue(held.slot_ids)
        self.assertEqual(held.date_hold, fields.Datetime.now() + HOUR / 6)
        self.assertEqual(held.duration, 1.5)
        self.assertFalse(held.lead_id)
        self._hold()
        text = self.assert_refused("taken", self._hold)
        self.assertIn("Free then: 1/8/35, 10:30 AM; 1/8/35, 11:00 AM; 1/8/35, ", text)

    def test_who_had_the_time_is_not_told(self):
        self._create_booking(0, 9)
        self._create_booking(0, 9, post_id=self.lift_2.id)
        text = self.assert_refused("taken", self._hold)
        self.assertNotIn("Rio", text)
        self.assertNotIn("Lift", text)

    def test_an_expired_hold_is_free_and_goes_when_somebody_books(self):
        held = {one.post_id: one for one in (self._hold(), self._hold())}
        with freeze_time("2035-01-02 08:11"):
            third = self._hold()
        self.assertFalse(held[third.post_id].exists())
        self.assertTrue(third.slot_ids)

    def test_only_times_that_are_offered_are_held(self):
        for hours in (-2, 0.25, 4.5, 8.5, 24 * 5, 24 * 60):
            with self.subTest(hours=hours):
                self.assert_refused("taken", self._hold, hours)
        with freeze_time(self.monday - HOUR):  # in the notice time
            self.assert_refused("taken", self._hold)

    def test_of_two_at_once_the_second_gets_the_other_lift(self):
        """The second sees what was free when his transaction began."""
        first = self._hold()
        resources = self.env.registry["resource.resource"]
        read, stale = resources._read_busy, [True]

        def read_busy(self, *args):
            busy = read(self, *args)
            return type(busy)(list) if stale and stale.pop() else busy

        with patch.object(resources, "_read_busy", read_busy):
            second = self._hold()
        self.assertEqual(second.date_start, first.date_start)
        self.assertNotEqual(second.post_id, first.post_id)
        self.assertFalse(second.mechanic_ids & first.mechanic_ids)

    def test_words_of_ones_own_take_the_hours_and_the_work_of_the_settings(self):
        diagnostics = self.env["auto.work.type"].create({"name": "Diagnostics"})
        self.lift.work_type_ids = self.work_type
        self.company.write(
            {
                "auto_booking_wish_hours": 2.0,
                "auto_booking_wish_work_type_id": diagnostics.id,
            }
        )
        held = self._hold(packages=self.package.browse(), note="Knocks")
        self.assertEqual(held.post_id, self.lift_2)
        self.assertEqual(held.duration, 2.0)
        self.assertEqual(held.work_type_id, diagnostics)

    def test_a_car_that_is_too_high_is_sent_to_another_lift(self):
        self.vehicle_model.auto_height = 2.5
        self.lift_2.max_height = 2.0
        for _turn in range(2):
            with self.cr.savepoint():
                held = self._hold(vehicle_line="А123ВС777 Testla Rio")
            self.assertEqual(held.post_id, self.lift)
            held.unlink()
        self._hold(vehicle_line="А123ВС777 Testla Rio")
        self.assert_refused("taken", self._hold, vehicle_line="Testla Rio")
        self._hold(vehicle_id=False, vehicle_line="Lada Vesta")

    def test_a_released_hold_is_gone_but_a_booking_stays(self):
        held, booked = self._hold(), self._book(3)
        (held + booked)._release_hold()
        self.assertFalse(held.exists())
        self.assertTrue(booked.exists())

    # ------------------------------------------------------------------
    # Booking
    # ------------------------------------------------------------------

    def test_a_stranger_becomes_a_customer_with_a_deal_that_awaits_him(self):
        booking = self._book()
        self._commit()
        lead = booking.lead_id
        self.assertEqual(booking.state, "confirmed")
        self.assertFalse(booking.date_hold)
        self.assertEqual(booking.partner_id.name, "Anna")
        self.assertEqual(booking.vehicle_id.license_plate, "О551ТР 97")
        self.assertEqual(lead.stage_id.auto_event, "booked")
        self.assertEqual(lead.date_booking, booking.date_start)
        self.assertIn("Front brakes", lead.wish)
        self.assertFalse(lead._get_event_activities())

    def test_a_known_customer_is_matched_and_not_changed(self):
        booking = self._hold()._book_online(
            {"contact_name": "Vanya", "phone": "8 916 123 45 67"}, is_trusted=True
        )
        self.assertEqual(booking.partner_id, self.customer)
        self.assertEqual(self.customer.name, "Ivan Petrov")
        self.assertEqual(self.customer.phone, "+79161234567")

    def test_two_customers_of_one_phone_are_left_to_a_person(self):
        twin = self.customer.copy({"name": "Twin"})
        booking = self._book(phone="+7 916 123-45-67")
        self.assertFalse(booking.partner_id & (twin + self.customer))
        notes = "".join(booking.lead_id.message_ids.mapped("body"))
        self.assertIn("Several customers", notes)

    def test_the_open_deal_is_joined(self):
        first = self._book()
        second = self._book(5)
        self.assertEqual(first.lead_id, second.lead_id)
        self.assertEqual(first.partner_id, second.partner_id)

    def test_booked_twice_is_booked_once(self):
        held = self._hold()
        contact = {"contact_name": "Anna", "phone": "+7 903 765-43-21"}
        booking = held._book_online(contact, is_trusted=True)
        count = self.env["crm.lead"].search_count([])
        again = held._book_online(contact, is_trusted=True)
        self.assertEqual(booking, again)
        self.assertEqual(self.env["crm.lead"].search_count([]), count)

    def test_a_hold_that_is_gone_or_cancelled_is_not_booked(self):
        contact = {"contact_name": "Anna", "phone": "+7 903 765-43-21"}
        gone, cancelled = self._hold(), self._hold(3)
        gone.unlink()
        cancelled.date_cancelled = fields.Datetime.now()
        for held in (gone, cancelled):
            text = self.assert_refused("taken", held._book_online, contact)
            self.assertIn("not kept any longer", text)
        self.assertFalse(cancelled.lead_id)

    def test_whom_nobody_knows_waits_for_an_advisor(self):
        booking = self._book(is_trusted=False)
        self._commit()
        self.assertEqual(booking.state, "tentative")
        self.assertTrue(booking.slot_ids)
        activity = booking.lead_id._get_event_activities()
        self.assertEqual(
            activity.mapped("summary")[-1:], ["Confirm the booking made online"]
        )
        booking.with_user(self.advisor).action_confirm()
        self._commit()
        self.assertEqual(booking.state, "confirmed")
        self.assertFalse(booking.lead_id._get_event_activities())

    def test_a_package_that_is_not_instant_waits_for_an_advisor(self):
        self.package.is_instant = False
        self.assertEqual(self._book().state, "tentative")

    def test_one_phone_has_so_many_open_bookings(self):
        for hours in (0, 2):
            booking = self._book(hours)
            booking.is_phone_confirmed = True
        held = self._hold(5)
        contact = {"contact_name": "Anna", "phone": "8 (903) 765 43 21"}
        text = self.assert_refused("limit", held._book_online, contact, is_trusted=True)
        self.assertIn("You have 2 booking(s)", text)
        booking.action_cancel()
        other = self.env["res.company"].create({"name": "Far away"})
        self._create_booking(
            company_id=other.id,
            post_id=self.lift.copy({"company_id": other.id}).id,
            vehicle_id=False,
            partner_id=False,
            phone="+7 903 765-43-21",
            source="site",
            is_phone_confirmed=True,
        )
        self.assertEqual(held._book_online(contact, is_trusted=True).state, "confirmed")

    def test_a_stranger_does_not_learn_that_a_phone_has_bookings(self):
        for hours in (0, 2):
            self._book(hours, phone="+7 916 123-45-67")
        held = self._hold(5)
        contact = {"contact_name": "Spy", "phone": "+7 916 123-45-67"}
        text = self.assert_refused("limit", held._book_online, contact)
        self.assertEqual(text, "This cannot be booked here. Please call us.")

    def test_a_customer_does_not_learn_it_of_another_phone_either(self):
        for hours in (0, 2):
            self._book(hours).is_phone_confirmed = True
        contact = {"contact_name": "Ivan", "phone": "+7 903 765-43-21"}
        booking = self._hold(5)._book_online(contact, self.customer, is_trusted=True)
        self.assertEqual(booking.partner_id, self.customer)

    def test_who_only_says_so_takes_nobody_his_bookings_away(self):
        for hours in (0, 2):
            self._book(hours, is_trusted=False)
        booking = self._book(5, is_trusted=True)  # the owner of the phone himself
        self.assertEqual(booking.state, "confirmed")

    def test_the_page_shows_a_stranger_only_what_he_has_typed(self):
        self._create_order()  # an open deal of the customer's car
        booking = self._hold(vehicle_line=False, note="Knocks")._book_online(
            {"contact_name": "Spy", "phone": self.customer.phone}
        )
        self.assertFalse(booking._get_page_vehicle())
        self.assertNotIn("Rio", booking._get_ical())
        booking.is_phone_confirmed = True
        self.assertEqual(booking._get_page_vehicle(), booking.vehicle_id)

    def test_the_page_shows_nobody_the_car_of_somebody_else(self):
        line = f"{self.vehicle.license_plate} Lada"
        for number, source in enumerate(("site", "api")):
            booking = self._book(3 * number, vehicle_line=line, source=source)
            booking.is_phone_confirmed = True
            booking.vehicle_id = self.vehicle
            self.assertNotEqual(booking.partner_id, self.customer)
            self.assertFalse(booking._get_page_vehicle())
            booking.partner_id = self.customer
            self.assertEqual(booking._get_page_vehicle(), self.vehicle)

    # ------------------------------------------------------------------
    # Packages
    # ------------------------------------------------------------------

    def test_the_menu_is_what_is_online_and_fits_the_car(self):
        other = self.env["fleet.vehicle.model.brand"].create({"name": "Otherla"})
        offered = self._create_package("Offered", is_online=False)
        mine = self._create_package("Mine", brand_ids=self.brand.ids)
        self._create_package("Theirs", brand_ids=other.ids)
        other_company = self.env["res.company"].create({"name": "Other"})
        self._create_package("Elsewhere", company_id=other_company.id)
        find = self.env["auto.booking"]._get_online_packages
        self.assertEqual(find(self.company, self.vehicle), mine + self.package)
        self.assertEqual(len(find(self.company)), 3)
        self.assertNotIn(offered, find(self.company))
        typed = self.env["auto.booking"]._get_typed_vehicle("А123ВС777 testla rio")
        self.assertEqual(find(self.company, typed), mine + self.package)

    def test_prices_are_told_with_taxes(self):
        tax = self.env["account.tax"].create(
            {"name": "VAT 20", "amount": 20, "type_tax_use": "sale"}
        )
        self.assertEqual(self.package._get_online_price(), 1500)
        self.labour.taxes_id = tax
        self.assertEqual(self.package._get_online_price(), 1800)

    # ------------------------------------------------------------------
    # Codes
    # ------------------------------------------------------------------

    def _send(self, held, phone="+79037654321", address="203.0.113.7"):
        return self.env["auto.booking.code"]._send(held, phone, address)

    def test_the_code_of_the_last_message_confirms_its_phone(self):
        held = self._hold()
        self._send(held)
        old = self._read_code()
        self._send(held)
        check = self.env["auto.booking.code"]._check
        new = self._read_code()
        if old != new:
            self.assert_refused("code", check, held, old)
        self.assertEqual(check(held, f" {new[:3]} {new[3:]} "), "+79037654321")
        self.assert_refused("code", check, held, new)  # once is enough

    def test_a_code_may_be_typed_in_the_digits_of_another_language(self):
        held = self._hold()
        self._send(held)
        arabic = "".join(chr(0x660 + int(digit)) for digit in self._read_code())
        phone = self.env["auto.booking.code"]._check(held, arabic)
        self.assertEqual(phone, "+79037654321")

    def test_a_code_goes_to_the_phone_only_and_is_kept_nowhere(self):
        held = self._hold()
        record = self._send(held)
        code = self._read_code()
        message = record.message_id
        self.assertEqual(message.address, "+79037654321")
        self.assertFalse(message.partner_id)
        self.assertNotIn(code, record.digest)
        self.assertNotIn(code, message.body)
        self.assertIn(code, message._get_sent_text())
        for user in (self.manager, self.advisor):
            names = message.with_user(user).fields_get()
            self.assertNotIn("secret", names)
            self.assertNotIn(code, str(message.with_user(user).read()))
        self.env["auto.booking.code"]._check(held, code)
        self.assertFalse(message.secret)
        self.assertFalse(record.digest)

    def test_a_code_is_too_old_after_ten_minutes(self):
        held = self._hold()
        self._send(held)
        code = self._read_code()
        with freeze_time("2035-01-02 08:11"):
            self.assert_refused(
                "code", self.env["auto.booking.code"]._check, held, code
            )

    def test_a_code_of_another_booking_is_none(self):
        held, other = self._hold(), self._hold(3)
        self._send(held)
        code = self._read_code()
        check = self.env["auto.booking.code"]._check
        self.assert_refused("code", check, other, code)

    def test_five_guesses_and_the_code_is_gone(self):
        held = self._hold()
        self._send(held)
        code = self._read_code()
        check = self.env["auto.booking.code"]._check
        refusals = []
        for _turn in range(5):
            try:  # assertRaises would take the count back
                check(held, f"{(int(code) + 1) % 10**6:06d}")
            except BookingRefusedError as error:
                refusals.append(str(error))
        self.assertEqual(len(refusals), 5)
        self.assertIn("too often", refusals[-1])
        text = self.assert_refused("code", check, held, code)
        self.assertIn("ask for a new one", text)

    def test_codes_are_limited_by_phone_by_address_and_in_all(self):
        held = self._hold()
        for _turn in range(3):
            self._send(held)
        self.assert_refused("limit", self._send, held, address="203.0.113.8")
        for number in range(9):
            self.env["auto.limit"]._count("code", "203.0.113.9", 99, HOUR)
            self.assertTrue(number < 9)
        self._send(held, phone="+79037654322", address="203.0.113.9")
        self.assert_refused(
            "limit", self._send, held, phone="+79037654323", address="203.0.113.9"
        )
        with freeze_time("2035-01-02 09:01"):
            self._send(held)

    def test_codes_go_to_the_countries_of_the_shop_only(self):
        held = self._hold()
        before = len(self._get_messages())
        for phone in ("+37257123456", "+4915112345678", "+8613812345678"):
            self.assert_refused("country", self._send, held, phone=phone)
        self.assertEqual(len(self._get_messages()), before)
        self.company.auto_booking_country_ids = self.env.ref("base.ee")
        self._send(held, phone="+37257123456")
        self.assert_refused("country", self._send, held, phone="+4915112345678")
        self._send(held, phone="+79037654321")

    def test_no_code_is_sent_by_a_shop_that_serves_no_country(self):
        self.company.country_id = False
        self.assertFalse(self.env["auto.booking.code"]._get_kinds(self.company))

    def test_a_stranger_puts_no_car_into_the_garage_of_a_known_phone(self):
        phone = self.customer.phone
        booking = self._book(phone=phone, is_trusted=False)
        self.assertEqual(booking.partner_id, self.customer)
        self.assertEqual(booking.state, "tentative")  # an advisor looks at it
        self.assertFalse(booking.vehicle_id or booking.lead_id.vehicle_id)
        self.assertEqual(self.customer.vehicle_ids, self.vehicle)
        self.assertEqual(booking.lead_id.vehicle_line, "О551ТР97 Lada Vesta")
        booking.lead_id.action_take_vehicle()
        self.assertEqual(len(self.customer.vehicle_ids), 2)

    def test_messages_tell_of_a_car_what_the_page_tells(self):
        line = f"{self.vehicle.license_plate} Lada"
        booking = self._book(vehicle_line=line)
        booking.is_phone_confirmed = True
        booking.vehicle_id = self.vehicle
        for document in (booking, booking.lead_id):
            values = document._get_notify_values(booking.partner_id)
            self.assertNotIn("Rio", values["car"])
            self.assertFalse(values["plate"])
            self.assertFalse(document._get_notify_driver() - booking.partner_id)
            values = document._get_notify_values(self.advisor.partner_id)
            self.assertIn("Rio", values["car"])
        self.vehicle.partner_id = booking.partner_id
        values = booking._get_notify_values(booking.partner_id)
        self.assertIn("Rio", values["car"])

    def test_a_refused_deed_counts_for_nobody(self):
        limits = self.env["auto.limit"]
        both = [("shop", 2), ("visitor", 1)]
        self.assertTrue(limits._count_all("test", both, HOUR))
        for _turn in range(3):
            self.assertFalse(limits._count_all("test", both, HOUR))
        self.assertTrue(limits._count("test", "shop", 2, HOUR))
        self.assertFalse(limits._count("test", "shop", 2, HOUR))

    def test_no_code_is_asked_for_when_none_can_be_sent(self):
        kinds = self.env["auto.booking.code"]._get_kinds
        self.assertEqual(kinds(self.company), [["log", 0]])
        self.channel.active = False
        self.assertFalse(kinds(self.company))

    def test_what_was_counted_and_codes_are_forgotten(self):
        held = self._hold()
        record = self._send(held)
        with freeze_time("2035-01-04 08:00"):
            self.env["auto.limit"]._gc_limits()
            self.env["auto.booking.code"]._gc_codes()
        self.assertFalse(record.exists())
        self.assertFalse(self.env["auto.limit"].search([]))

    # ------------------------------------------------------------------
    # Rights and settings
    # ------------------------------------------------------------------

    @users("auto_manager")
    def test_nobody_reads_codes_and_counts(self):
        for name in ("auto.booking.code", "auto.limit"):
            with self.assertRaises(AccessError):
                self.env[name].search([])

    def test_settings_that_make_no_sense_are_refused(self):
        for name, value in (
            ("auto_booking_notice_hours", -1),
            ("auto_booking_horizon_days", 0),
            ("auto_booking_step_minutes", 1),
            ("auto_booking_hold_minutes", 0),
            ("auto_booking_wish_hours", 0),
        ):
            with (
                self.subTest(name=name),
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.company.write({name: value})
                self.env.flush_all()

    def test_holding_costs_as_many_queries_with_many_bookings(self):
        counts = []
        for number in (1, 20):
            for turn in range(number):
                self._create_booking(24 * (8 + number) + turn * 0.25, 0.25)
            self._hold().unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            held = self._hold()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            held.unlink()
        self.assertLessEqual(counts[1], counts[0] + 1)
        self.assertLess(counts[0], 60)

    def test_days_ahead_are_offered_as_far_as_the_horizon(self):
        self.company.auto_booking_horizon_days = 3
        slots = self.env["auto.booking"]._find_online_slots(self.package, self.company)
        last = max(slot["start"] for slot in slots)
        self.assertLess(last, fields.Datetime.now() + timedelta(days=4))

    # ------------------------------------------------------------------
    # The estimate of the deal
    # ------------------------------------------------------------------

    def _quote(self, lead):
        """Make an estimate by the button of a deal, as its advisor."""
        action = lead.with_user(self.advisor).action_sale_quotations_new()
        orders = self.env["sale.order"].with_user(self.advisor)
        view = self.env.ref("auto_crm.sale_order_view_form_work_order")
        return Form(orders.with_context(**action["context"]), view=view).save()

    def test_what_a_stranger_booked_is_in_the_estimate_of_the_deals_button(self):
        self.package.line_ids.norm_hours = 2.5
        booking = self._book()
        order = self._quote(booking.lead_id)
        [line] = order.order_line
        self.assertEqual(line.product_id, self.labour)
        self.assertEqual(line.package_id, self.package)
        self.assertEqual(line.norm_hours, 2.5)
        self.assertGreater(line.price_unit, 0)
        self.assertEqual(booking.order_id, order)
        self.assertFalse(self._quote(booking.lead_id).order_line)  # not twice

    def test_what_was_booked_and_cancelled_is_in_no_estimate(self):
        booking = self._book()
        booking.action_cancel()
        self.assertFalse(self._quote(booking.lead_id).order_line)
