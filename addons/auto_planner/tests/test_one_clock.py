from datetime import timedelta

from odoo import Command
from odoo.tests import Form, freeze_time, tagged

from ..tools.intervals import to_interval
from .online_common import HOUR, AutoOnlineCommon

HALF_HOUR = timedelta(minutes=30)
DAY = "2035-01-08"
SHOP = [(9, 13), (14, 18)]


@tagged("post_install", "-at_install")
class TestOneClock(AutoOnlineCommon):
    """Nine o'clock of a schedule is one moment, whoever reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2035-01-07 12:00"))  # Sunday
        cls.midnight = cls.monday - 9 * HOUR
        cls.lift.buffer_minutes = 0

    def _at(self, hour):
        """Return a moment of the Monday by the clock of the shop, naive UTC."""
        return self.midnight + hour * HOUR

    def _read_board(self):
        return self.env["auto.booking"].planner_read(
            [],
            {},
            self.midnight,
            self._at(24),
            ["post_id", "mechanic_ids"],
            ["date_start", "date_stop"],
            tz="Europe/Moscow",
        )

    # ------------------------------------------------------------------
    # Readers: each returns the half hours in which somebody works, or how many
    # ------------------------------------------------------------------

    def _read_hours(self, record):
        works = record.resource_id._get_works(self.midnight, self._at(24))
        return self._to_halves(works[record.resource_id.id])

    def _to_halves(self, pairs):
        return [
            number
            for number in range(48)
            for start, stop in [
                to_interval(self._at(number / 2), self._at(number / 2 + 0.5))
            ]
            if any(a <= start and stop <= b for a, b in pairs)
        ]

    def _read_offers(self, record):
        name = "posts" if record._name == "auto.post" else "mechanics"
        slots = self.env["auto.booking"]._find_free_slots(
            0.5,
            start=self.midnight,
            stop=self._at(23.5),
            company=self.company,
            **{name: record},
        )
        return sorted({(slot["start"] - self.midnight) // HALF_HOUR for slot in slots})

    def _read_closed(self, record):
        name = "post_id" if record._name == "auto.post" else "mechanic_ids"
        closed = self._read_board()["closed"][name][record.id]
        closed = [to_interval(*part) for part in closed]
        return [
            number
            for number in range(48)
            for start, stop in [
                to_interval(self._at(number / 2), self._at(number / 2 + 0.5))
            ]
            if not any(a < stop and start < b for a, b in closed)
        ]

    def _read_warnings(self, record):
        is_post = record._name == "auto.post"
        bookings = self.env["auto.booking"].create(
            [
                {
                    "vehicle_id": self.vehicle.id,
                    "partner_id": self.customer.id,
                    "post_id": is_post and record.id,
                    "mechanic_ids": [Command.set([] if is_post else record.ids)],
                    "date_start": self._at(number / 2),
                    "date_stop": self._at(number / 2 + 0.5),
                }
                for number in range(48)
            ]
        )
        worked = [
            number
            for number, booking in enumerate(bookings)
            if "does not work" not in (booking.warning or "")
        ]
        bookings.action_cancel()
        return worked

    def _count_capacities(self, record):
        is_post = record._name == "auto.post"
        name = "post_id" if is_post else "mechanic_ids"
        on_board = self._read_board()["load"][name][record.id][DAY]["capacity"]
        field = "post_id" if is_post else "employee_id"
        [[in_report]] = self.env["auto.booking.report"]._read_group(
            [("date", "=", DAY), (field, "=", record.id)], [], ["hours_capacity:sum"]
        )
        return {"board": on_board, "report": in_report}

    def _count_planned(self, post):
        """Return the hours planned on a post, as board, load and paper tell them."""
        on_board = self._read_board()["load"]["post_id"][post.id][DAY]["planned"]
        [[in_report]] = self.env["auto.booking.report"]._read_group(
            [("date", "=", DAY), ("post_id", "=", post.id)], [], ["hours_planned:sum"]
        )
        plan = self.env["auto.booking.day"].create({"date": DAY})
        [part] = [
            part for part in plan._get_values()["sections"] if part["name"] == post.name
        ]
        on_paper = float(part["hours"].replace(",", "."))
        return {"board": on_board, "report": in_report, "paper": on_paper}

    def _assert_works(self, record, spans):
        halves = [n for start, stop in spans for n in range(start * 2, stop * 2)]
        open_halves = [n for start, stop in SHOP for n in range(start * 2, stop * 2)]
        for reader, expected in (
            (self._read_hours, halves),
            (self._read_closed, halves),
            (self._read_warnings, halves),
            # while the shop is open
            (self._read_offers, [n for n in halves if n in open_halves]),
        ):
            with self.subTest(reader=reader.__name__, record=record.name):
                self.assertEqual(reader(record), expected)
        hours = len(halves) / 2
        self.assertEqual(
            self._count_capacities(record), {"board": hours, "report": hours}
        )

    # ------------------------------------------------------------------
    # The zone
    # ------------------------------------------------------------------

    def _move_to_utc(self):
        """Let all have been made before somebody set the zone."""
        self.calendar.tz = "UTC"
        for record in (self.lift, self.lift_2, self.mechanic, self.mechanic_2):
            record.tz = "UTC"

    def test_posts_and_mechanics_follow_a_zone_that_is_set_later(self):
        self._move_to_utc()
        booking = self._create_booking(3, 3)  # from 12 to 15 in Moscow
        self.assertEqual(self._read_hours(self.lift)[0], 24)  # nine in UTC
        self.calendar.tz = "Europe/Moscow"
        for record in (self.lift, self.mechanic):
            self._assert_works_beside(record, booking)

    def _assert_works_beside(self, record, booking):
        booking.action_cancel()
        self._assert_works(record, SHOP)
        booking.action_reopen()
        planned = self._count_planned(self.lift)
        # the lunch of the shop is no work
        self.assertEqual(planned, {"board": 2.0, "report": 2.0, "paper": 2.0})

    def test_a_mechanic_is_read_by_the_clock_of_his_schedule_not_of_his_user(self):
        self.mechanic.tz = "Asia/Vladivostok"
        self._assert_works(self.mechanic, SHOP)

    def test_another_schedule_brings_its_own_clock(self):
        self.lift.resource_calendar_id = self.calendar.copy(
            {"tz": "Asia/Yekaterinburg"}
        )
        self.assertEqual(self._read_hours(self.lift)[0], 14)  # nine is seven in Moscow

    def test_who_sets_the_zone_is_told_of_bookings_to_come(self):
        self._create_booking()
        self._create_booking(1, post_id=self.lift_2.id)
        form = Form(self.calendar)
        with self.assertLogs("odoo.tests.form.onchange", "WARNING") as logs:
            form.tz = "Asia/Yekaterinburg"
        self.assertIn("2 bookings to come", logs.output[0])

    def test_without_bookings_nobody_is_told_anything(self):
        result = self.calendar.new(
            {"tz": "Asia/Yekaterinburg"}, origin=self.calendar
        )._onchange_tz_bookings()
        self.assertIsNone(result)

    # ------------------------------------------------------------------
    # Flexible hours
    # ------------------------------------------------------------------

    def _take_off_two_hours(self):
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": self.mechanic.resource_id.id,
                "calendar_id": self.mechanic.resource_calendar_id.id,
                "date_from": self._at(9),
                "date_to": self._at(11),
            }
        )

    def test_an_absence_of_who_has_no_schedule_is_as_long_as_it_is(self):
        self.mechanic.resource_calendar_id = False
        self._take_off_two_hours()
        self._assert_works(self.mechanic, [(0, 9), (11, 24)])

    def test_an_absence_in_a_flexible_contract_is_as_long_as_it_is(self):
        self.mechanic.version_id.write(
            {"contract_date_start": "2034-01-01", "resource_calendar_id": False}
        )
        self._take_off_two_hours()
        self._assert_works(self.mechanic, [(0, 9), (11, 24)])

    def test_flexible_hours_of_a_schedule_are_the_same_for_all(self):
        self.mechanic.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Flexible",
                "tz": "Europe/Moscow",
                "flexible_hours": True,
                "hours_per_day": 8.0,
                "full_time_required_hours": 40.0,
            }
        )
        self._take_off_two_hours()
        self._assert_works(self.mechanic, [(8, 9), (11, 16)])
