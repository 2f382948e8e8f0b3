from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .common import AutoPlannerCommon
from .online_common import HOUR

DAY = 24 * HOUR


@tagged("post_install", "-at_install")
class TestHours(AutoPlannerCommon):
    """One reading of working time, which follows every change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2035-01-07 12:00"))  # Sunday
        cls.calendar = cls.company.resource_calendar_id
        cls.mechanic.resource_calendar_id = cls.calendar
        cls.resource = cls.mechanic.resource_id

    def _count_hours(self, resource=None):
        """Return the hours that somebody works on Monday."""
        resource = resource or self.resource
        works = resource._get_works(self.monday - 9 * HOUR, self.monday + 15 * HOUR)
        return sum(stop - start for start, stop in works[resource.id]) / 3600

    def _absent(self, **vals):
        return self.env["resource.calendar.leaves"].create(
            {
                "resource_id": self.resource.id,
                "date_from": self.monday,
                "date_to": self.monday + 2 * HOUR,
                **vals,
            }
        )

    def test_hours_follow_every_absence(self):
        hours = self._count_hours()
        self.assertGreater(hours, 4)
        absence = self._absent()
        self.assertEqual(self._count_hours(), hours - 2)
        absence.date_to = self.monday + HOUR
        self.assertEqual(self._count_hours(), hours - 1)
        absence.date_to = self.monday + 2 * HOUR
        self.assertEqual(self._count_hours(), hours - 2)
        holiday = self._absent(resource_id=False, date_from=self.monday + 2 * HOUR)
        holiday.date_to = self.monday + 3 * HOUR
        self.assertEqual(self._count_hours(), hours - 3)
        (absence | holiday).unlink()
        self.assertEqual(self._count_hours(), hours)

    def test_hours_follow_the_calendar(self):
        hours = self._count_hours()
        monday = self.calendar.attendance_ids.filtered(
            lambda one: one.dayofweek == "0" and one.day_period == "morning"
        )
        monday.hour_from += 1
        self.assertEqual(self._count_hours(), hours - 1)
        self.calendar.tz = "Asia/Vladivostok"
        works = self.resource._get_works(self.monday - DAY, self.monday + DAY)
        self.assertTrue(works[False])
        never = self.env["resource.calendar"].create(
            {"name": "Never", "attendance_ids": [], "tz": "Europe/Moscow"}
        )
        never.attendance_ids.unlink()
        self.mechanic.resource_calendar_id = never
        self.assertEqual(self._count_hours(), 0)

    def test_who_becomes_a_mechanic_has_hours(self):
        self._count_hours()
        clerk = self.env["hr.employee"].create({"name": "Clerk"})
        self.assertEqual(self._count_hours(clerk.resource_id), self._count_hours())
        clerk.is_mechanic = True
        self._absent(
            resource_id=clerk.resource_id.id,
            date_from=self.monday - DAY,
            date_to=self.monday + DAY,
        )
        self.assertEqual(self._count_hours(clerk.resource_id), 0)

    def test_without_a_calendar_absences_count_too(self):
        post = self.lift.resource_id
        post.calendar_id = False
        self.assertEqual(self._count_hours(post), 24)
        self._absent(resource_id=post.id)
        self.assertLess(self._count_hours(post), 24)

    def test_no_change_of_hours_or_wages_clears_what_else_is_remembered(self):
        self._count_hours()
        with patch.object(type(self.env.registry), "clear_cache") as clear_cache:
            absence = self._absent()
            absence.date_to = self.monday + HOUR
            absence.unlink()
            self.calendar.attendance_ids[0].hour_from += 0.5
            self.mechanic.version_id.wage = 1000
            self.mechanic.resource_calendar_id = self.calendar.copy()
            self.mechanic.is_mechanic = False
            self.env.flush_all()
        clear_cache.assert_not_called()

    def test_all_who_ask_are_told_the_same(self):
        booking = self._create_booking(hours=1, mechanic_ids=self.mechanic.ids)
        start, stop = self.monday - 9 * HOUR, self.monday + 15 * HOUR
        busy = self.resource._get_busy(start, stop)[self.resource.id]
        self.assertEqual([b - a for a, b in busy], [3600])
        read = self.env["auto.booking"].planner_read(
            [],
            {},
            start,
            stop,
            ["mechanic_ids"],
            ["date_start", "date_stop"],
            tz="Europe/Moscow",
        )
        load = read["load"]["mechanic_ids"][self.mechanic.id]["2035-01-08"]
        self.assertEqual(load["capacity"], self._count_hours())
        self.assertEqual(load["planned"], booking.duration)
        [group] = self.env["auto.booking.report"]._read_group(
            [("date", "=", "2035-01-08"), ("employee_id", "=", self.mechanic.id)],
            [],
            ["hours_capacity:sum", "hours_planned:sum"],
        )
        self.assertEqual(group, (self._count_hours(), 1.0))
