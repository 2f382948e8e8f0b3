from datetime import date, datetime, timedelta

import pytz

from odoo.tests import BaseCase, tagged

from ..tools.planner import closed_of, days_of, hours_by_day

BERLIN = pytz.timezone("Europe/Berlin")
MOSCOW = pytz.timezone("Europe/Moscow")


def moment(*parts):
    """Naive UTC, as the database has it."""
    return datetime(*parts, tzinfo=pytz.utc).replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestPlannerDays(BaseCase):
    def test_days_begin_at_the_shops_midnight(self):
        days = days_of(moment(2035, 1, 7, 21), moment(2035, 1, 9, 21), MOSCOW)
        self.assertEqual(
            days,
            [
                (date(2035, 1, 8), moment(2035, 1, 7, 21), moment(2035, 1, 8, 21)),
                (date(2035, 1, 9), moment(2035, 1, 8, 21), moment(2035, 1, 9, 21)),
            ],
        )

    def test_a_day_has_23_or_25_hours_when_clocks_are_changed(self):
        for day, hours in (((2026, 3, 29), 23), ((2026, 10, 25), 25)):
            midnight = BERLIN.localize(moment(*day)).astimezone(pytz.utc)
            start = midnight.replace(tzinfo=None)
            [(_day, begin, end)] = days_of(start, start + timedelta(hours=20), BERLIN)
            self.assertEqual((end - begin).total_seconds() / 3600, hours)

    def test_closed_is_what_work_leaves(self):
        nine, one, two, six, ten = (moment(2035, 1, 8, h) for h in (9, 13, 14, 18, 22))
        self.assertEqual(
            closed_of([(nine, one), (two, six)], nine, ten), [(one, two), (six, ten)]
        )
        self.assertEqual(closed_of([], nine, ten), [(nine, ten)])
        self.assertEqual(closed_of([(nine, ten)], nine, ten), [])

    def test_hours_are_counted_on_their_day(self):
        days = days_of(moment(2035, 1, 8), moment(2035, 1, 10), pytz.utc)
        planned = [
            (moment(2035, 1, 8, 9), moment(2035, 1, 8, 10, 30)),
            (moment(2035, 1, 8, 11), moment(2035, 1, 8, 12)),
            (moment(2035, 1, 9, 20), moment(2035, 1, 9, 21)),
        ]
        self.assertEqual(
            hours_by_day(planned, days), {date(2035, 1, 8): 2.5, date(2035, 1, 9): 1}
        )

    def test_over_night_only_working_hours_count(self):
        days = days_of(moment(2035, 1, 8), moment(2035, 1, 10), pytz.utc)
        works = [
            (moment(2035, 1, 8, 9), moment(2035, 1, 8, 18)),
            (moment(2035, 1, 9, 9), moment(2035, 1, 9, 18)),
        ]
        planned = [(moment(2035, 1, 8, 15), moment(2035, 1, 9, 11))]
        self.assertEqual(
            hours_by_day(planned, days, works),
            {date(2035, 1, 8): 3, date(2035, 1, 9): 2},
        )

    def test_a_break_counts_unless_work_begins_or_ends_in_it(self):
        days = days_of(moment(2035, 1, 8), moment(2035, 1, 9), pytz.utc)
        works = [
            (moment(2035, 1, 8, 8), moment(2035, 1, 8, 12)),
            (moment(2035, 1, 8, 13), moment(2035, 1, 8, 17)),
        ]
        for start, stop, hours in ((8, 17, 8), (11, 14, 2), (12, 14, 2), (16, 19, 3)):
            planned = [(moment(2035, 1, 8, start), moment(2035, 1, 8, stop))]
            self.assertEqual(
                hours_by_day(planned, days, works), {date(2035, 1, 8): hours}
            )

    def test_what_began_before_the_range_counts_in_it(self):
        days = days_of(moment(2035, 1, 8), moment(2035, 1, 9), pytz.utc)
        planned = [(moment(2035, 1, 7, 22), moment(2035, 1, 8, 1))]
        self.assertEqual(hours_by_day(planned, days), {date(2035, 1, 8): 1})
