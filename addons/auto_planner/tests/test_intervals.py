from datetime import date
from zoneinfo import ZoneInfo

from odoo.fields import Datetime
from odoo.tests import BaseCase, tagged

from odoo.addons.auto_planner.tools import intervals

HOUR = 3600
DAYS = (date(2035, 1, 8), date(2035, 1, 9))


def hours(*pairs):
    """Return intervals given in hours as intervals in seconds."""
    return [(round(start * HOUR), round(stop * HOUR)) for start, stop in pairs]


@tagged("post_install", "-at_install")
class TestIntervals(BaseCase):
    """Arithmetic of times, where those that only touch do not overlap."""

    def count(self, *pairs, works=None):
        """Return the hours of each of two days, 0 to 24 and 24 to 48."""
        days = [(day, n * 24 * HOUR, (n + 1) * 24 * HOUR) for n, day in enumerate(DAYS)]
        found = intervals.hours_by_day(hours(*pairs), days, works and hours(*works))
        return [found.get(day) for day in DAYS]

    def test_moments_are_seconds_and_back(self):
        moment = Datetime.to_datetime("1970-01-02 01:00:00")
        self.assertEqual(intervals.to_seconds(moment), 25 * HOUR)
        self.assertEqual(intervals.to_moment(25 * HOUR), moment)
        day = (
            Datetime.to_datetime("1970-01-02 00:00:00"),
            Datetime.to_datetime("1970-01-03 00:00:00"),
        )
        self.assertEqual([intervals.to_interval(*day)], hours((24, 48)))

    def test_days_are_those_of_the_zone(self):
        moscow = ZoneInfo("Europe/Moscow")  # three hours before UTC
        span = (
            Datetime.to_datetime("1970-01-02 09:00:00"),
            Datetime.to_datetime("1970-01-02 21:00:00"),
        )
        self.assertEqual(
            intervals.days_of(*span, moscow), [(date(1970, 1, 2), 21 * HOUR, 45 * HOUR)]
        )

    def test_what_overlaps_is_cut_to_the_interval(self):
        [day] = hours((9, 12))
        others = hours((8, 9), (8, 10), (11, 13), (12, 14))
        self.assertEqual(intervals.overlap(day, others), hours((9, 10), (11, 12)))

    def test_inside_is_what_work_goes_on_after(self):
        [day] = hours((9, 18))
        others = hours((9, 10), (12, 13), (17, 18))
        self.assertEqual(intervals.inside(day, others), hours((12, 13)))

    def test_closed_is_what_is_not_worked(self):
        start, stop = 8 * HOUR, 20 * HOUR
        works = hours((9, 12), (13, 18))
        self.assertEqual(
            intervals.closed_of(works, start, stop), hours((8, 9), (12, 13), (18, 20))
        )
        works = hours((8, 12), (12, 20))
        self.assertEqual(intervals.closed_of(works, start, stop), [])

    def test_a_break_is_a_gap_of_an_hour_and_a_half_at_most(self):
        works = hours((8, 12), (13, 14), (14, 15), (16.5, 17), (20, 21))
        self.assertEqual(intervals.breaks_of(works), hours((12, 13), (15, 16.5)))

    def test_a_break_is_bridged_that_is_met_on_both_sides(self):
        lunch = hours((12, 13))
        for works, bridged in (
            (hours((9, 12), (13, 18)), hours((9, 18))),
            (hours((9, 12), (14, 18)), hours((9, 12), (14, 18))),
            (hours((9, 11), (13, 18)), hours((9, 11), (13, 18))),
        ):
            self.assertEqual(intervals.bridge(works, lunch), bridged)

    def test_hours_are_counted_by_day(self):
        self.assertEqual(self.count((9, 10), (14, 16)), [3, None])
        self.assertEqual(self.count((22, 26)), [2, 2])
        self.assertEqual(self.count((-5, 2), (47, 60)), [2, 1])

    def test_of_a_night_only_the_hours_that_are_worked_count(self):
        works = [(9, 12), (13, 18), (33, 36), (37, 42)]
        self.assertEqual(self.count((17, 34), works=works), [1, 1])
        self.assertEqual(self.count((18, 33), works=works), [None, None])
        # it is no night if it begins or ends with the day
        self.assertEqual(self.count((20, 24), (24, 30), works=works), [4, 6])

    def test_a_break_within_the_work_does_not_count(self):
        works = [(9, 12), (13, 18)]
        self.assertEqual(self.count((11, 14), works=works), [2, None])
        self.assertEqual(self.count((12.5, 14), works=works), [1.5, None])
