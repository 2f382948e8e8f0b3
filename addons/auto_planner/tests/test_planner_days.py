from datetime import UTC, date, datetime

from odoo.tests import BaseCase, tagged

from ..tools.intervals import closed_of, days_of, hours_by_day, to_seconds


def moment(*parts):
    """Seconds, as intervals have them."""
    return to_seconds(utc(*parts))


def utc(*parts):
    """Naive UTC, as the database has it."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestPlannerDays(BaseCase):
    def test_closed_is_what_work_leaves(self):
        nine, one, two, six, ten = (moment(2035, 1, 8, h) for h in (9, 13, 14, 18, 22))
        self.assertEqual(
            closed_of([(nine, one), (two, six)], nine, ten), [(one, two), (six, ten)]
        )
        self.assertEqual(closed_of([], nine, ten), [(nine, ten)])
        self.assertEqual(closed_of([(nine, ten)], nine, ten), [])

    def test_hours_are_counted_on_their_day(self):
        days = days_of(utc(2035, 1, 8), utc(2035, 1, 10), UTC)
        planned = [
            (moment(2035, 1, 8, 9), moment(2035, 1, 8, 10, 30)),
            (moment(2035, 1, 8, 11), moment(2035, 1, 8, 12)),
            (moment(2035, 1, 9, 20), moment(2035, 1, 9, 21)),
        ]
        self.assertEqual(
            hours_by_day(planned, days), {date(2035, 1, 8): 2.5, date(2035, 1, 9): 1}
        )

    def test_over_night_only_working_hours_count(self):
        days = days_of(utc(2035, 1, 8), utc(2035, 1, 10), UTC)
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
        days = days_of(utc(2035, 1, 8), utc(2035, 1, 9), UTC)
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
        days = days_of(utc(2035, 1, 8), utc(2035, 1, 9), UTC)
        planned = [(moment(2035, 1, 7, 22), moment(2035, 1, 8, 1))]
        self.assertEqual(hours_by_day(planned, days), {date(2035, 1, 8): 1})
