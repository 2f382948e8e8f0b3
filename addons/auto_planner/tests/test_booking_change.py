from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..tools.refusal import BookingRefusedError
from .online_common import HOUR, AutoOnlineCommon
from .page_common import AutoPageCommon


@tagged("post_install", "-at_install")
class TestBookingChange(AutoOnlineCommon):
    """What the shop's policy lets customers do with their booking."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2035-01-02 08:00"))

    def assert_refused(self, code, function, *args):
        with self.assertRaises(BookingRefusedError) as caught, self.cr.savepoint():
            function(*args)
        self.assertEqual(caught.exception.code, code)
        return str(caught.exception)

    def test_moved_it_takes_the_other_time_and_frees_the_first(self):
        booking = self._book()
        booking._move_online(self.monday + 3 * HOUR)
        self.assertEqual(booking.date_start, self.monday + 3 * HOUR)
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.duration, 2.5)  # an hour and a half, and lunch
        self.assertEqual(booking._get_work_hours(), 1.5)
        self.assertEqual(
            booking.slot_ids.mapped("date_start"), [self.monday + 3 * HOUR] * 2
        )
        booking._move_online(self.monday + 6 * HOUR)
        self.assertEqual(booking.duration, 1.5)

    def test_moved_to_where_it_is_it_stays(self):
        booking = self._book()
        booking._move_online(booking.date_start)
        self.assertFalse(booking.move_count)

    def test_moved_by_half_an_hour_it_does_not_stand_in_its_own_way(self):
        self.company.auto_booking_limit_phone = 0
        self.lift_2.active = self.mechanic_2.active = False
        booking = self._book()
        booking._move_online(self.monday + HOUR / 2)
        self.assertEqual(booking.date_start, self.monday + HOUR / 2)

    def test_what_staff_has_made_longer_stays_so_long(self):
        booking = self._book()
        booking.duration = 3.0
        booking._move_online(self.monday + 5 * HOUR)
        self.assertEqual(booking.duration, 3.0)
        self.assert_refused("taken", booking._move_online, self.monday + 8 * HOUR)

    def test_on_a_faster_post_it_takes_less(self):
        booking = self._hold()._book_online(
            {"contact_name": "A", "phone": "+79037654321"}, is_trusted=True
        )
        slow, fast = booking.post_id, (self.lift + self.lift_2) - booking.post_id
        self._create_booking(24, 9, post_id=slow.id)
        fast.efficiency = 150
        booking._move_online(self.monday + 24 * HOUR)
        self.assertEqual((booking.post_id, booking.duration), (fast, 1.0))

    def test_a_post_that_is_not_online_is_kept(self):
        self.lift.is_online = False
        booking = self._create_booking(mechanic_ids=self.mechanic.ids)
        booking._move_online(self.monday + 2 * HOUR)
        self.assertEqual(booking.post_id, self.lift)

    def test_a_booking_of_a_post_only_needs_no_mechanic(self):
        booking = self._create_booking()
        for mechanic in self.mechanic + self.mechanic_2:
            self._create_booking(
                2, 2, post_id=False, mechanic_ids=mechanic.ids, vehicle_id=False
            )
        booking._move_online(self.monday + 2 * HOUR)
        self.assertFalse(booking.mechanic_ids)

    def test_a_taken_time_is_refused_with_others(self):
        booking = self._book()
        for post in self.lift + self.lift_2:
            self._create_booking(2, 1, post_id=post.id)
        text = self.assert_refused(
            "taken", booking._move_online, self.monday + 2 * HOUR
        )
        self.assertIn("Free then: ", text)
        self.assertEqual(booking.date_start, self.monday)
        self.assertFalse(booking.move_count)

    def test_only_times_that_are_offered(self):
        booking = self._book()
        for hours in (-3, 0.25, 24 * 5, 24 * 90):
            with self.subTest(hours=hours):
                self.assert_refused(
                    "taken", booking._move_online, self.monday + hours * HOUR
                )

    def test_what_an_advisor_confirms_he_confirms_again(self):
        self.package.is_instant = False
        booking = self._book()
        booking.action_confirm()
        self._commit()
        booking._move_online(self.monday + 2 * HOUR)
        self._commit()
        self.assertEqual(booking.state, "tentative")
        self.assertIn(
            "Confirm the booking made online",
            booking.lead_id._get_event_activities().mapped("summary"),
        )

    def test_in_the_last_hours_it_is_too_late(self):
        booking = self._book()
        with freeze_time(self.monday - 3 * HOUR):
            text = self.assert_refused("late", booking._cancel_online)
            self.assertIn("less than 4 h", text)
            self.assert_refused("late", booking._move_online, self.monday + 24 * HOUR)
        with freeze_time(self.monday - 5 * HOUR):
            booking._cancel_online()
        self.assertEqual(booking.state, "cancelled")

    def test_five_moves_are_enough(self):
        booking = self._book()
        for number in range(1, 6):
            booking._move_online(self.monday + number * HOUR / 2)
        self.assert_refused("limit", booking._move_online, self.monday)
        self.assertIn("call us", booking._get_move_refusal())
        self.assertFalse(booking._get_change_refusal())

    def test_work_of_two_mechanics_is_moved_by_phone(self):
        booking = self._create_booking(
            mechanic_ids=(self.mechanic + self.mechanic_2).ids
        )
        self.assert_refused("limit", booking._move_online, self.monday + 2 * HOUR)

    def test_a_car_that_is_here_is_not_cancelled_by_link(self):
        booking = self._book()
        booking.action_arrive()
        self.assert_refused("late", booking._cancel_online)

    def test_the_file_for_the_calendar(self):
        self.company.write({"street": "Tverskaya 1", "city": "Moscow"})
        booking = self._book()
        database = self.env["ir.config_parameter"].get_param("database.uuid")
        text = booking._get_ical()
        lines = text.split("\r\n")
        for line in (
            "BEGIN:VCALENDAR",
            "DTSTART:20350108T060000Z",
            "DTEND:20350108T073000Z",
            "STATUS:CONFIRMED",
            "LOCATION:Moscow\\, Tverskaya 1",
            f"UID:booking-{booking.id}@{database}",
        ):
            self.assertIn(line, lines)
        self.assertTrue(all(len(line.encode()) <= 75 for line in lines))
        booking._cancel_online()
        self.assertIn("STATUS:CANCELLED", booking._get_ical())


@tagged("post_install", "-at_install")
class TestBookingLink(AutoPageCommon):
    """The page behind the signed link of a booking."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.booking = cls._book()
        cls.booking.is_phone_confirmed = True
        cls.path = f"/booking/{cls.booking._get_token()}"

    def test_it_shows_when_where_and_what(self):
        self.company.write({"street": "Tverskaya 1", "city": "Moscow"})
        page = self.get(self.path)
        for part in ("You are booked", "9:00", "Front brakes", "Tverskaya 1", "Vesta"):
            self.assertIn(part, page.text())
        self.assertNotIn("765-43-21", page.text())
        link = page.find("//a[@name='map']").get("href")
        self.assertIn("yandex.ru/maps", link)
        headers = page.response.headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(headers["X-Robots-Tag"], "noindex")

    def test_opening_it_changes_nothing(self):
        for suffix in ("", "/time", "/calendar.ics"):
            self.url_open(self.path + suffix)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(self.path + "/cancel").status_code, 405)
        self.assertEqual(self.booking.state, "confirmed")

    def test_it_is_moved(self):
        page = self.get(self.path + "/time")
        self.assertIn("Booked now", page.text())
        page = self.post(page, "//form[@name='times']", start=page.times[-1])
        self.assertEqual(page.path, self.path + "?new=1")
        self.assertNotEqual(self.booking.date_start, self.monday)
        self.assertEqual(self.booking.move_count, 1)

    def test_it_is_moved_without_a_session(self):
        """The link is the proof: a form open for days still works."""
        start = (self.monday + 2 * HOUR).isoformat()
        self.opener.cookies.clear()
        self.url_open(self.path + "/time", data={"start": start}, timeout=60)
        self.assertEqual(self.booking.date_start, self.monday + 2 * HOUR)

    def test_a_time_taken_meanwhile_is_told(self):
        page = self.get(self.path + "/time")
        start = fields.Datetime.to_datetime(page.times[-1].replace("T", " "))
        for post in self.lift + self.lift_2:
            self._create_booking(
                post_id=post.id, date_start=start, date_stop=start + HOUR
            )
        page = self.post(page, "//form[@name='times']", start=page.times[-1])
        self.assertIn("has just been taken", page.text("//div[@name='refusal']"))
        self.assertEqual(self.booking.date_start, self.monday)

    def test_nonsense_moves_nothing(self):
        for start in ("", "\x00", "x" * 1000, "9999-12-31T23:59", "2035-13-45"):
            page = self.url_open(self.path + "/time", data={"start": start}, timeout=60)
            self.assertEqual(page.status_code, 200)
            self.assertIn("This time cannot be chosen", page.text)
        self.assertEqual(self.booking.date_start, self.monday)

    def test_its_times_are_those_of_its_own_shop(self):
        other = self.env["res.company"].create({"name": "Far away"})
        other.resource_calendar_id.tz = "Asia/Vladivostok"
        self.env["website"].search([]).company_id = other
        button = self.get(self.path + "/time").find("//button[@name='start']")
        start = fields.Datetime.to_datetime(button.get("value").replace("T", " "))
        local = start + 3 * HOUR
        self.assertEqual(local.hour % 12, int(button.text_content().split(":")[0]) % 12)

    def test_what_only_staff_should_read_is_no_answer(self):
        bookings = self.env.registry["auto.booking"]
        words = UserError("Lift 1 is taken by Ivan.")
        path = self.path + "/cancel"
        with (
            mute_logger("odoo.addons.auto_planner.controllers.common"),
            patch.object(bookings, "_write_facts", side_effect=words),
        ):
            page = self.url_open(path, data={"x": "1"}, timeout=60)
        self.assertEqual(page.status_code, 200)
        self.assertIn("This cannot be sent now. Please call us.", page.text)
        self.assertNotIn("Ivan", page.text)
        self.assertEqual(self.booking.state, "confirmed")

    def test_it_is_cancelled_once(self):
        page = self.get(self.path)
        self.post(page, "//form[@name='cancel']")
        self.assertEqual(self.booking.state, "cancelled")
        page = self.get(self.path)
        self.assertIn("This booking is cancelled", page.text())
        self.assertIsNone(page.find("//form[@name='cancel']"))
        notes = self.booking.lead_id.message_ids
        answer = self.url_open(self.path + "/cancel", data={"x": "1"}, timeout=60)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.booking.lead_id.message_ids, notes)

    def test_too_late_it_says_to_call(self):
        now = fields.Datetime.now()
        self.booking.write({"date_start": now + 2 * HOUR, "date_stop": now + 3 * HOUR})
        page = self.get(self.path)
        self.assertIn("please call us", page.text("//p[@name='change_refusal']"))
        self.assertIsNone(page.find("//form[@name='cancel']"))
        page = self.url_open(self.path + "/cancel", data={"x": "1"}, timeout=60)
        self.assertIn("please call us", page.text)
        self.assertEqual(self.booking.state, "confirmed")
        page = self.get(self.path + "/time")
        self.assertIn("please call us", page.text("//div[@name='refusal']"))

    def test_the_file_for_the_calendar(self):
        answer = self.url_open(self.path + "/calendar.ics")
        self.assertEqual(answer.headers["Content-Type"], "text/calendar; charset=utf-8")
        self.assertIn("BEGIN:VEVENT", answer.text)

    def test_a_forged_link_and_one_of_no_booking_are_not_found(self):
        token = self.booking._get_token()
        tokens = self.env["auto.notify.token"]
        held = self._hold(2)
        gone = self._hold(3)
        gone_token = gone._get_token()
        gone.unlink()
        forged = [
            "x",
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            "9" + token,
            tokens._make("link", self.booking),
            tokens._make("booking", self.booking, days=-1),
            held._get_token(),
            gone_token,
        ]
        with mute_logger("odoo.http"):
            for one in forged:
                for suffix in ("", "/time", "/calendar.ics"):
                    answer = self.url_open(f"/booking/{one}{suffix}")
                    self.assertEqual(answer.status_code, 404, (one, suffix))
                answer = self.url_open(f"/booking/{one}/cancel", data={"x": 1})
                self.assertEqual(answer.status_code, 404, one)
        self.assertEqual(self.booking.state, "confirmed")

    def test_the_tentative_one_is_told_as_such(self):
        self.booking.date_confirmed = False
        self.package.is_instant = False
        self.assertIn("advisor will look", self.get(self.path).text())

    def test_the_portal_shows_own_bookings_only(self):
        own = self._create_booking(
            date_start=self.monday + timedelta(days=1),
            date_stop=self.monday + timedelta(days=1, hours=1),
            package_ids=self._create_package("Own work").ids,
        )
        self.authenticate("auto_customer", "auto_customer")
        garage = self.get("/my").text("//section[@name='garage']")
        self.assertIn("Own work", garage)
        self.assertNotIn("Front brakes", garage)
        own.action_cancel()
        garage = self.get("/my").text("//section[@name='garage']")
        self.assertNotIn("Own work", garage)
        self.assertIn("Book a time", garage)
