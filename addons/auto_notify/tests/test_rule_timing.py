from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase, tagged

from odoo.addons.auto_crm.tools.clock import at_hour

from ..tools.quiet import Schedule, get_quiet, shift

MOSCOW = ZoneInfo("Europe/Moscow")  # UTC+3, no summer time
BERLIN = ZoneInfo("Europe/Berlin")  # UTC+1, 29 March to 25 October 2026 UTC+2
NIGHT = (21.0, 9.0)


def utc(day, hour=0, minute=0, month=10):
    """A moment of 2026, naive UTC."""
    moment = datetime(2026, month, day, hour, minute, tzinfo=UTC)
    return moment.replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestQuiet(BaseCase):
    def test_the_night_goes_over_midnight(self):
        bounds = (utc(13, 18), utc(14, 6))
        for moment in (utc(13, 18), utc(13, 20), utc(13, 23), utc(14, 5, 59)):
            self.assertEqual(get_quiet(moment, *NIGHT, MOSCOW), bounds, moment)
        for moment in (utc(13, 17, 59), utc(14, 6), utc(14, 12)):
            self.assertIsNone(get_quiet(moment, *NIGHT, MOSCOW), moment)

    def test_quiet_hours_may_be_within_a_day(self):
        bounds = (utc(13, 10), utc(13, 11, 30))
        self.assertEqual(get_quiet(utc(13, 10), 13.0, 14.5, MOSCOW), bounds)
        self.assertIsNone(get_quiet(utc(13, 11, 30), 13.0, 14.5, MOSCOW))

    def test_equal_hours_are_no_quiet_hours(self):
        self.assertIsNone(get_quiet(utc(13, 18), 21.0, 21.0, MOSCOW))

    def test_the_night_is_the_recipients(self):
        moment = utc(
            13, 19
        )  # 22:00 in Moscow, 2:00 next day in Vladivostok, 9:00 in NY
        new_york = ZoneInfo("America/New_York")
        self.assertTrue(get_quiet(moment, *NIGHT, MOSCOW))
        self.assertIsNone(get_quiet(moment, *NIGHT, new_york))

    def test_the_night_of_summer_time_ends_by_the_clock(self):
        # 28 March 21:00 is 20:00 UTC (winter); 29 March 9:00 is 7:00 UTC (summer)
        self.assertEqual(
            get_quiet(utc(28, 22, month=3), *NIGHT, BERLIN),
            (utc(28, 20, month=3), utc(29, 7, month=3)),
        )
        # 24 October 21:00 is 19:00 UTC; 25 October 9:00 is 8:00 UTC
        self.assertEqual(
            get_quiet(utc(25, 1), *NIGHT, BERLIN), (utc(24, 19), utc(25, 8))
        )

    def test_an_hour_left_out_becomes_the_one_after_it(self):
        self.assertEqual(
            at_hour(date(2026, 3, 29), 2.5, BERLIN), utc(29, 1, 30, month=3)
        )  # 3:30, as 2:30 does not exist

    def test_an_hour_that_comes_twice_ends_the_night_once_more(self):
        # the clock shows 2:10 for the second time, quiet until 2:30
        start, stop = get_quiet(utc(25, 1, 10), 21.0, 2.5, BERLIN)
        self.assertEqual((start, stop), (utc(24, 19), utc(25, 1, 30)))

    def test_days_keep_the_time_of_the_clock(self):
        before = utc(28, 9, month=3)  # 10:00 in winter
        self.assertEqual(shift(before, 1, "days", BERLIN), utc(29, 8, month=3))
        self.assertEqual(
            shift(before, 24, "hours", BERLIN), before + timedelta(hours=24)
        )
        self.assertEqual(
            shift(utc(29, 8, month=3), -1, "days", BERLIN), utc(28, 9, month=3)
        )


@tagged("post_install", "-at_install")
class TestSchedule(BaseCase):
    """It is 13 October 2026, 12:00 in Moscow, unless a test says something else."""

    NOW = utc(13, 9)

    def _plan(self, event=None, now=None, zone=MOSCOW, is_told=False, **values):
        now = now or self.NOW
        return Schedule(**values).plan(now, event or now, zone, is_told)

    def test_at_once_is_now(self):
        plan = self._plan()
        self.assertEqual((plan.planned, plan.due), (self.NOW, self.NOW))
        self.assertEqual(plan.expire, self.NOW + timedelta(hours=24))

    def test_at_once_at_night_waits_for_the_morning_and_expires_later(self):
        plan = self._plan(now=utc(13, 20), quiet=NIGHT, expire_hours=2)
        self.assertEqual((plan.planned, plan.due), (utc(13, 20), utc(14, 6)))
        self.assertEqual(plan.expire, utc(14, 8))

    def test_at_once_about_a_booking_is_not_sent_after_it(self):
        event = utc(13, 11)
        self.assertEqual(self._plan(event).expire, event)

    def test_without_expiry_a_message_is_never_too_late(self):
        self.assertIsNone(self._plan(expire_hours=0).expire)
        self.assertEqual(self._plan(utc(13, 11), expire_hours=0).expire, utc(13, 11))

    def test_after_minutes_hours_and_days(self):
        for unit, planned in (
            ("minutes", utc(13, 9, 3)),
            ("hours", utc(13, 12)),
            ("days", utc(16, 9)),
        ):
            plan = self._plan(timing="after", delay=3, unit=unit)
            self.assertEqual(plan.planned, planned, unit)

    def test_after_a_day_at_an_hour_of_the_recipient(self):
        plan = self._plan(timing="after", delay=1, hour=11.5)
        self.assertEqual(plan.due, utc(14, 8, 30))
        plan = self._plan(timing="after", delay=1, hour=11.5, zone=BERLIN)
        self.assertEqual(plan.due, utc(14, 9, 30))

    def test_the_same_day_at_an_hour_that_has_passed_is_now(self):
        plan = self._plan(timing="after", delay=0, hour=10.0)
        self.assertEqual(plan.due, self.NOW)

    def test_the_hour_counts_for_days_only(self):
        plan = self._plan(timing="after", delay=2, unit="hours", hour=20.0)
        self.assertEqual(plan.due, utc(13, 11))

    def test_after_an_event_long_ago_is_not_told(self):
        event = self.NOW - timedelta(days=5)
        self.assertIsNone(self._plan(event, timing="after", delay=1))
        self.assertTrue(self._plan(event, timing="after", delay=1, expire_hours=0))

    def test_before_a_booking(self):
        event = utc(15, 7)  # 10:00 in Moscow
        plan = self._plan(event, timing="before", delay=2, unit="hours")
        self.assertEqual((plan.due, plan.expire), (utc(15, 5), event))
        plan = self._plan(event, timing="before", delay=1, hour=18.0)
        self.assertEqual(plan.due, utc(14, 15))

    def test_before_keeps_the_clock_when_summer_time_ends(self):
        event = utc(25, 9)  # 10:00 in winter; 10:00 the day before is 8:00 UTC
        plan = self._plan(event, zone=BERLIN, timing="before", delay=1)
        self.assertEqual(plan.due, utc(24, 8))

    def test_a_reminder_at_night_comes_in_the_morning_if_that_is_before(self):
        event = utc(15, 6, 30)  # 9:30
        values = {"timing": "before", "delay": 2, "unit": "hours", "quiet": NIGHT}
        plan = self._plan(event, **values)
        self.assertEqual((plan.planned, plan.due), (utc(15, 4, 30), utc(15, 6)))

    def test_a_reminder_that_the_night_would_kill_comes_in_the_evening(self):
        event = utc(15, 5)  # 8:00
        values = {"timing": "before", "delay": 2, "unit": "hours", "quiet": NIGHT}
        plan = self._plan(event, **values)
        self.assertEqual(plan.due, utc(14, 17, 45))
        # it is evening already
        self.assertIsNone(self._plan(event, now=utc(14, 18, 30), **values))

    def test_a_late_reminder_goes_at_once_unless_it_was_just_told(self):
        event = self.NOW + timedelta(hours=1)
        values = {"timing": "before", "delay": 2, "unit": "hours", "expire_hours": 2}
        self.assertEqual(self._plan(event, **values).due, self.NOW)
        self.assertIsNone(self._plan(event, is_told=True, **values))

    def test_a_reminder_too_late_is_not_made(self):
        values = {"timing": "before", "delay": 1, "expire_hours": 12}
        event = self.NOW + timedelta(hours=13)
        self.assertTrue(self._plan(event, **values))
        event = self.NOW + timedelta(hours=11)
        self.assertIsNone(self._plan(event, **values))

    def test_nobody_is_reminded_of_the_past(self):
        values = {"timing": "before", "delay": 1, "expire_hours": 0}
        self.assertIsNone(self._plan(self.NOW - timedelta(minutes=1), **values))
        self.assertIsNone(self._plan(self.NOW, **values))

    def test_a_reminder_at_an_hour_after_the_event_is_none(self):
        event = utc(15, 6)  # 9:00 in Moscow
        values = {"timing": "before", "delay": 0}
        self.assertEqual(self._plan(event, hour=8.0, **values).due, utc(15, 5))
        self.assertIsNone(self._plan(event, hour=9.0, **values))
        self.assertIsNone(self._plan(event, hour=10.0, **values))

    def test_being_told_does_not_stop_a_reminder_that_has_time(self):
        plan = self._plan(utc(20, 9), timing="before", delay=1, is_told=True)
        self.assertEqual(plan.due, utc(19, 9))
