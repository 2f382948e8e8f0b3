from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase, freeze_time, tagged

from ..tools import clock
from .common import AutoCrmCommon

BERLIN = ZoneInfo("Europe/Berlin")  # UTC+1, 29 March to 25 October 2026 UTC+2
MOSCOW = ZoneInfo("Europe/Moscow")  # UTC+3, no summer time


def moment(*parts):
    """Naive UTC, as the database has it."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestClock(BaseCase):
    def test_an_unknown_zone_is_utc(self):
        for name in ("", None, False, "Mars/Olympus", "../etc/passwd"):
            self.assertEqual(clock.get_zone(name).key, "UTC")
        self.assertEqual(clock.get_zone("Europe/Moscow"), MOSCOW)

    def test_there_and_back(self):
        local = clock.to_local(moment(2026, 7, 1, 22, 30), BERLIN)
        self.assertEqual(local.isoformat(), "2026-07-02T00:30:00+02:00")
        self.assertEqual(clock.to_naive(local), moment(2026, 7, 1, 22, 30))
        self.assertEqual(clock.day_of(moment(2026, 7, 1, 22), BERLIN), date(2026, 7, 2))
        self.assertEqual(clock.day_of(moment(2026, 7, 1, 21), BERLIN), date(2026, 7, 1))

    def test_days_begin_at_the_shops_midnight(self):
        start, stop = moment(2035, 1, 7, 21), moment(2035, 1, 9, 21)
        self.assertEqual(
            clock.days_of(start, stop, MOSCOW),
            [
                (date(2035, 1, 8), start, moment(2035, 1, 8, 21)),
                (date(2035, 1, 9), moment(2035, 1, 8, 21), stop),
            ],
        )

    def test_a_day_has_23_or_25_hours_when_clocks_are_changed(self):
        for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
            start = clock.midnight(day, BERLIN)
            soon = start + timedelta(hours=20)
            [(_day, begin, end)] = clock.days_of(start, soon, BERLIN)
            self.assertEqual(begin, start)
            self.assertEqual((end - begin).total_seconds() / 3600, hours)

    def test_an_hour_that_is_left_out_is_the_one_after_the_gap(self):
        spring = clock.at_hour(date(2026, 3, 29), 2.5, BERLIN)
        self.assertEqual(clock.to_local(spring, BERLIN).hour, 3)

    def test_an_hour_that_comes_twice_is_either(self):
        autumn = date(2026, 10, 25)
        self.assertEqual(
            clock.at_hour(autumn, 2.5, BERLIN, fold=1)
            - clock.at_hour(autumn, 2.5, BERLIN),
            timedelta(hours=1),
        )


@tagged("post_install", "-at_install")
class TestShopClock(AutoCrmCommon):
    def test_the_zone_is_of_the_hours_else_of_the_address(self):
        self.company.resource_calendar_id.tz = "Asia/Vladivostok"
        self.company.partner_id.tz = "Europe/Samara"
        self.assertEqual(self.company._get_tz(), "Asia/Vladivostok")
        self.company.resource_calendar_id = False
        self.assertEqual(self.company._get_tz(), "Europe/Samara")
        self.company.partner_id.tz = False
        self.env.user.tz = "Europe/Berlin"  # where the reader is, makes no difference
        self.assertEqual(self.company._get_tz(), "UTC")

    def test_no_company_is_the_current_one(self):
        self.company.resource_calendar_id.tz = "Asia/Vladivostok"
        nobody = self.env["res.company"].with_company(self.company)
        self.assertEqual(nobody._get_tz(), "Asia/Vladivostok")

    @freeze_time("2026-03-10 20:30:00")
    def test_it_is_tomorrow_already_in_the_far_east(self):
        self.company.resource_calendar_id.tz = "Asia/Vladivostok"
        self.env.user.tz = "Europe/Berlin"
        self.assertEqual(self.company._get_today(), date(2026, 3, 11))
