from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase, tagged

from ..tools.working_time import get_working_date


@tagged("post_install", "-at_install")
class TestWorkingTime(BaseCase):
    def setUp(self):
        super().setUp()
        self.intervals = [
            (
                datetime(2026, 1, day, start, tzinfo=UTC).timestamp(),
                datetime(2026, 1, day, stop, tzinfo=UTC).timestamp(),
            )
            for day in (5, 6, 9)
            for start, stop in ((9, 13), (14, 18))
        ]

    def _get(self, *moment, days=0, zone=UTC):
        moment = datetime(2026, 1, *moment)  # noqa: DTZ001 as the database has it
        return get_working_date(self.intervals, moment, zone, days)

    def test_today_while_work_is_ahead(self):
        self.assertEqual(self._get(5, 7), date(2026, 1, 5))
        self.assertEqual(self._get(5, 13, 30), date(2026, 1, 5))
        self.assertEqual(self._get(5, 17, 59), date(2026, 1, 5))

    def test_next_working_day_after_hours(self):
        self.assertEqual(self._get(5, 18), date(2026, 1, 6))
        self.assertEqual(self._get(7, 12), date(2026, 1, 9))

    def test_days_are_working_days(self):
        self.assertEqual(self._get(5, 10, days=2), date(2026, 1, 9))
        self.assertEqual(self._get(6, 20, days=0), date(2026, 1, 9))

    def test_no_working_time_in_sight(self):
        self.assertIsNone(self._get(10, 10))
        self.intervals = []
        self.assertIsNone(self._get(5))

    def test_days_are_those_of_the_zone(self):
        east = ZoneInfo("Pacific/Kiritimati")  # fourteen hours ahead
        self.assertEqual(self._get(5, 18, zone=east), date(2026, 1, 6))
        self.assertEqual(self._get(5, 7, days=1, zone=east), date(2026, 1, 6))
