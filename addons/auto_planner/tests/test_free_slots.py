from datetime import datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .online_common import HOUR, AutoOnlineCommon


@tagged("post_install", "-at_install")
class TestFreeSlots(AutoOnlineCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2035-01-07 12:00"))  # Sunday

    def _find(self, hours=1.0, *, day=0, days=1, **options):
        """Return the slots of days counted from the Monday."""
        start = self.monday + timedelta(days=day) - 6 * HOUR - 3 * HOUR
        options.setdefault("start", start)
        options.setdefault("stop", start + timedelta(days=days))
        return self.env["auto.booking"]._find_free_slots(hours, **options)

    def _times(self, slots, zone="Europe/Moscow"):
        return [
            slot["start"]
            .replace(tzinfo=ZoneInfo("UTC"))
            .astimezone(ZoneInfo(zone))
            .strftime("%H:%M")
            for slot in slots
        ]

    def _try(self, slot_or_start, stop=None, post=None, mechanic=None):
        """Tell whether a booking can be made so, within everybody's hours."""
        if isinstance(slot_or_start, dict):
            slot = slot_or_start
        else:
            slot = {
                "start": slot_or_start,
                "stop": stop,
                "post": post,
                "mechanic": mechanic,
            }
        savepoint = self.cr.savepoint()
        try:
            booking = self.env["auto.booking"].create(
                {
                    "post_id": slot["post"].id,
                    "mechanic_ids": slot["mechanic"].ids,
                    "date_start": slot["start"],
                    "date_stop": slot["stop"],
                }
            )
        except UserError:
            return False
        else:
            return "does not work" not in (booking.warning or "")
        finally:
            self.env.flush_all()
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    # ------------------------------------------------------------------
    # Never offers what cannot be booked, never hides what can
    # ------------------------------------------------------------------

    def _fill_monday(self):
        self._create_booking(0, 1, mechanic_ids=self.mechanic.ids)
        self._create_booking(
            1.25, 1.5, post_id=self.lift_2.id, mechanic_ids=self.mechanic_2.ids
        )
        self._create_booking(5, 2, mechanic_ids=self.mechanic.ids)
        self._create_booking(6.5, 1, post_id=self.lift_2.id)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Doctor",
                "resource_id": self.mechanic_2.resource_id.id,
                "calendar_id": self.calendar.id,
                "date_from": self.monday + 7 * HOUR,
                "date_to": self.monday + 8 * HOUR,
            }
        )

    def test_every_slot_offered_can_be_booked(self):
        self._fill_monday()
        slots = self._find(1.0, days=2)
        self.assertGreater(len(slots), 15)
        for slot in slots:
            with self.subTest(start=slot["start"]):
                self.assertTrue(self._try(slot))

    def test_no_time_that_can_be_booked_is_hidden(self):
        self._fill_monday()
        offered = {slot["start"] for slot in self._find(1.0)}
        for half_hours in range(-2, 22):
            start = self.monday + half_hours * HOUR / 2
            if start in offered:
                continue
            for post in self.lift + self.lift_2:
                for mechanic in self.mechanic + self.mechanic_2:
                    with self.subTest(start=start, post=post.name, by=mechanic.name):
                        self.assertFalse(self._try(start, start + HOUR, post, mechanic))

    def test_what_was_offered_is_not_offered_any_more_once_booked(self):
        for _turn in range(4):
            slot = self._find(1.0, limit=1)[0]
            self.env["auto.booking"].create(
                {
                    "post_id": slot["post"].id,
                    "mechanic_ids": slot["mechanic"].ids,
                    "date_start": slot["start"],
                    "date_stop": slot["stop"],
                }
            )
        self.assertEqual(self._times(self._find(1.0, limit=1)), ["11:00"])

    # ------------------------------------------------------------------
    # Hours
    # ------------------------------------------------------------------

    def test_only_the_hours_of_the_shop_are_offered(self):
        times = self._times(self._find(1.0))
        self.assertEqual(times[0], "09:00")
        self.assertEqual(times[-1], "17:00")
        self.assertNotIn("13:00", times)
        self.assertFalse(self._find(1.0, day=5, days=2))  # the weekend

    def test_work_rests_at_lunch(self):
        slot = next(s for s in self._find(2.0) if self._times([s]) == ["12:00"])
        self.assertEqual(slot["stop"] - slot["start"], 3 * HOUR)

    def test_an_absence_noted_a_moment_ago_counts(self):
        self.assertTrue(self._find(1.0, day=1))
        leave = self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": self.monday + 18 * HOUR,
                "date_to": self.monday + 42 * HOUR,
            }
        )
        self.assertFalse(self._find(1.0, day=1))
        leave.unlink()
        self.assertTrue(self._find(1.0, day=1))

    def test_hours_changed_a_moment_ago_count(self):
        self.assertEqual(self._times(self._find(1.0, limit=1)), ["09:00"])
        self.calendar.attendance_ids.filtered(lambda a: a.hour_from == 9).hour_from = 10
        self.assertEqual(self._times(self._find(1.0, limit=1)), ["10:00"])

    def test_a_new_mechanic_is_offered_at_once(self):
        self._create_booking(0, 1, mechanic_ids=(self.mechanic + self.mechanic_2).ids)
        self.assertEqual(self._times(self._find(1.0, limit=1)), ["10:00"])
        self.env["hr.employee"].create(
            {
                "name": "New",
                "is_mechanic": True,
                "resource_calendar_id": self.calendar.id,
                "tz": "Europe/Moscow",
            }
        )
        slot = self._find(1.0, limit=1)[0]
        self.assertEqual(
            (self._times([slot]), slot["mechanic"].name), (["09:00"], "New")
        )

    def test_a_shop_that_plans_no_mechanics_offers_its_posts(self):
        (self.mechanic + self.mechanic_2).is_mechanic = False
        slot = self._find(1.0, limit=1)[0]
        self.assertFalse(slot["mechanic"])

    def test_a_shop_whose_mechanics_do_other_work_offers_nothing(self):
        other = self.env["auto.work.type"].create({"name": "Paint"})
        (self.mechanic + self.mechanic_2).auto_work_type_ids = other
        self.assertFalse(self._find(1.0, work_types=self.work_type))

    # ------------------------------------------------------------------
    # Posts
    # ------------------------------------------------------------------

    def test_only_fit_posts_and_mechanics_are_offered(self):
        other = self.env["auto.work.type"].create({"name": "Paint"})
        self.lift.work_type_ids = other
        self.mechanic.auto_work_type_ids = other
        slots = self._find(1.0, work_types=self.work_type)
        self.assertEqual({slot["post"] for slot in slots}, {self.lift_2})
        self.assertEqual({slot["mechanic"] for slot in slots}, {self.mechanic_2})
        self.lift_2.work_type_ids = self.work_type
        self.assertFalse(self._find(1.0, work_types=self.work_type + other))

    def test_a_post_named_is_offered_whatever_it_is_fit_for(self):
        self.lift.work_type_ids = self.env["auto.work.type"].create({"name": "Paint"})
        slots = self._find(
            1.0, work_types=self.work_type, posts=self.lift, mechanics=False
        )
        self.assertEqual({slot["post"] for slot in slots}, {self.lift})
        self.assertFalse(slots[0]["mechanic"])

    def test_a_car_that_is_too_high_gets_another_post(self):
        self.lift.max_height = 1.9
        with self.patch_size({"max_height": 2.1}):
            slots = self._find(1.0, vehicle=self.vehicle)
        self.assertEqual({slot["post"] for slot in slots}, {self.lift_2})

    def patch_size(self, size):
        return self.patch_method("_get_vehicle_size", size)

    def patch_method(self, name, value):
        return patch.object(
            self.env.registry["auto.booking"], name, lambda *_args: value
        )

    def test_each_post_takes_its_own_time(self):
        self.lift.efficiency = 50
        slots = self.env["auto.booking"]._find_free_slots(
            norm_hours=2.0, start=self.monday, stop=self.monday, posts=self.lift
        )
        self.assertEqual(slots[0]["stop"] - slots[0]["start"], 4 * HOUR)
        slots = self.env["auto.booking"]._find_free_slots(
            norm_hours=2.0, start=self.monday, stop=self.monday, posts=self.lift_2
        )
        self.assertEqual(slots[0]["stop"] - slots[0]["start"], 2 * HOUR)

    def test_the_buffer_of_a_post_is_kept_free(self):
        self._create_booking(1, 1, post_id=self.lift_2.id)
        times = self._times(self._find(1.0, posts=self.lift_2))
        self.assertEqual(times[0], "11:30")

    # ------------------------------------------------------------------
    # Online
    # ------------------------------------------------------------------

    def test_customers_are_offered_the_notice_and_the_horizon(self):
        options = {"online": True, "start": None, "stop": None}
        with freeze_time(self.monday + HOUR / 2):  # 9:30
            slots = self._find(1.0, **options)
        self.assertEqual(self._times(slots[:1]), ["11:30"])
        last = slots[-1]["start"]
        self.assertLess(last, self.monday + timedelta(days=30, hours=15))
        self.assertGreater(last, self.monday + timedelta(days=28))

    def test_customers_are_offered_the_posts_open_to_them(self):
        self.lift.is_online = False
        posts = {slot["post"] for slot in self._find(1.0, online=True)}
        self.assertEqual(posts, {self.lift_2})

    def test_a_held_slot_is_offered_again_when_the_hold_expires(self):
        self._create_booking(
            0,
            9,
            mechanic_ids=(self.mechanic + self.mechanic_2).ids,
            date_hold="2035-01-07 12:10:00",
        )
        self.assertFalse(self._find(1.0))
        with freeze_time("2035-01-07 12:11"):
            self.assertTrue(self._find(1.0))

    def test_a_booking_that_is_moved_does_not_stand_in_its_own_way(self):
        booking = self._create_booking(
            0, 9, mechanic_ids=(self.mechanic + self.mechanic_2).ids
        )
        self.assertFalse(self._find(1.0))
        self.assertTrue(self._find(1.0, exclude=booking))

    def test_the_best_of_a_start_leaves_the_least_gap(self):
        self._create_booking(1, 8, mechanic_ids=self.mechanic.ids)
        slot = self._find(1.0, limit=1)[0]
        self.assertEqual((slot["post"], slot["mechanic"]), (self.lift, self.mechanic))

    # ------------------------------------------------------------------
    # Zones
    # ------------------------------------------------------------------

    def test_days_on_which_clocks_change(self):
        """Work through such a night lasts as long as ever, and no hour is lost."""
        self.calendar.attendance_ids.unlink()
        self.calendar.attendance_ids = [
            Command.create(
                {
                    "name": "Day",
                    "dayofweek": str(day),
                    "hour_from": 0,
                    "hour_to": 24,
                    "day_period": "full_day",
                }
            )
            for day in range(7)
        ]
        for name, date, hours in (
            ("Europe/Berlin", "2035-03-25", 23),
            ("Europe/Berlin", "2035-10-28", 25),
            ("Europe/Berlin", "2035-06-10", 24),
            ("America/New_York", "2035-03-11", 23),
            ("America/New_York", "2035-11-04", 25),
            ("Australia/Lord_Howe", "2035-10-07", 23.5),
            ("Australia/Lord_Howe", "2035-04-01", 24.5),
        ):
            zone = ZoneInfo(name)
            for record in (self.calendar, self.lift, self.mechanic):
                record.tz = name
            day = datetime.fromisoformat(date).replace(tzinfo=zone)
            start, stop = (
                moment.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
                for moment in (day, day + timedelta(days=1))
            )
            slots = self._find(
                3.0,
                start=start,
                stop=stop - HOUR / 60,
                posts=self.lift,
                mechanics=self.mechanic,
            )
            with self.subTest(zone=name, date=date):
                self.assertEqual(
                    [slot["start"] for slot in slots],
                    [start + number * HOUR / 2 for number in range(int(hours * 2))],
                )
                self.assertEqual(
                    {slot["stop"] - slot["start"] for slot in slots}, {3 * HOUR}
                )

    def test_the_absence_of_who_has_no_calendar_counts(self):
        self.mechanic_2.is_mechanic = False
        self.mechanic.write(
            {"contract_date_start": "2030-01-01", "resource_calendar_id": False}
        )
        self.assertEqual(self._times(self._find(1.0, limit=1)), ["09:00"])
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Doctor",
                "resource_id": self.mechanic.resource_id.id,
                "date_from": self.monday,
                "date_to": self.monday + 2 * HOUR,
            }
        )
        self.assertEqual(self._times(self._find(1.0, limit=1)), ["11:00"])

    def test_who_is_a_mechanic_again_is_offered_in_every_month(self):
        self.mechanic_2.is_mechanic = False
        self._find(1.0, day=0)
        self.mechanic.is_mechanic = False
        self.mechanic_2.is_mechanic = True
        self._find(1.0, day=35)
        self.mechanic.is_mechanic = True
        for day in (0, 35):
            found = self._find(1.0, day=day, mechanics=self.mechanic)
            self.assertTrue(found, day)

    def test_the_company_takes_another_calendar(self):
        """Its lunch is what all rest at."""
        self.assertEqual(len(self._find(2.0)), 8 + 5)
        self.company.resource_calendar_id = self.calendar.copy()
        self.company.resource_calendar_id.attendance_ids.filtered(
            lambda one: one.day_period == "morning"
        ).hour_to = 12
        self.assertEqual(self._times(self._find(2.0, limit=1)), ["09:00"])
        self.assertNotIn("12:00", self._times(self._find(2.0)))

    def test_a_mechanic_of_another_zone_works_by_the_clock_of_his_schedule(self):
        self.mechanic_2.is_mechanic = False
        calendar = self.mechanic.resource_calendar_id.copy()
        calendar.tz = "Asia/Yekaterinburg"  # two hours ahead
        self.mechanic.resource_calendar_id = calendar
        times = self._times(self._find(1.0))
        self.assertEqual((times[0], times[-1]), ("09:00", "15:00"))

    # ------------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------------

    def test_six_queries_whatever_the_number_of_bookings(self):
        self._find(1.0, days=10)
        for count in (1, 8):
            for number in range(count):
                self._create_booking(24 * 2 + count * 24 + number * 0.5, 0.5)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(6):
                self._find(
                    1.0, days=14, work_types=self.work_type.browse(self.work_type.id)
                )
