from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.auto_planner.tools.intervals import merge
from odoo.addons.auto_planner.tools.slots import (
    Candidate,
    find_slots,
    free_stretches,
    starts_of,
    stop_of,
    work_between,
)

# the same examples in every run, however slow the machine is
PROPERTY = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
HOUR = 3600
UNIT = 900  # the oracle looks at every quarter of an hour
ZONES = ("Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
# the days on which clocks change; in Lord Howe by half an hour, in Santiago at midnight
CHANGES = (
    ("Europe/Berlin", "2026-03-29", 23),
    ("Europe/Berlin", "2026-10-25", 25),
    ("America/New_York", "2026-03-08", 23),
    ("America/New_York", "2026-11-01", 25),
    ("Australia/Lord_Howe", "2026-10-04", 23.5),
    ("Australia/Lord_Howe", "2026-04-05", 24.5),
    ("America/Santiago", "2026-09-06", 23),
    ("Asia/Kathmandu", "2026-05-10", 24),
)


def hours(*pairs):
    """Return intervals given in hours as intervals in seconds."""
    return [(round(start * HOUR), round(stop * HOUR)) for start, stop in pairs]


def units(most=96):
    """Strategy of merged or overlapping intervals in whole units of a day."""
    return st.lists(
        st.tuples(st.integers(0, most), st.integers(1, 24)).map(
            lambda pair: (pair[0] * UNIT, (pair[0] + pair[1]) * UNIT)
        ),
        max_size=5,
    )


def candidates():
    """Strategy of the posts or mechanics of a shop: works, bookings, buffer."""
    return st.lists(
        st.tuples(units(), units(), st.sampled_from((0, UNIT, 2 * UNIT))),
        max_size=3,
    )


def day_of(day, zone):
    """Return when a day begins and ends on the wall, in seconds."""

    def midnight(day):
        return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())

    return midnight(day), midnight(day + timedelta(days=1))


def is_free(works, busy, buffer, moments):
    """Oracle: look at every unit of the work, and of the buffer after it, by itself."""
    inside = all(any(a <= m < b for a, b in works) for m in moments)
    after = range(moments[-1] + UNIT, moments[-1] + UNIT + buffer, UNIT)
    return inside and not any(a <= m < b for a, b in busy for m in (*moments, *after))


@tagged("post_install", "-at_install")
class TestSlots(BaseCase):
    def make(self, key, works, busy=(), buffer=0):
        """Return a candidate whose times are given in hours."""
        return Candidate(key, hours(*works), hours(*busy), round(buffer * HOUR))

    def find(self, duration, starts, **options):
        """Return the slots as (start, post, mechanic), times in hours."""
        slots = find_slots(
            round(duration * HOUR), [round(s * HOUR) for s in starts], **options
        )
        return [(slot.start / HOUR, slot.post, slot.mechanic) for slot in slots]

    def test_post_and_mechanic_must_be_free_together(self):
        posts = [self.make("lift", [(9, 18)], [(10, 12)])]
        mechanics = [self.make("Anna", [(9, 18)], [(13, 15)])]
        found = self.find(1, range(24), posts=posts, mechanics=mechanics)
        self.assertEqual([slot[0] for slot in found], [9, 12, 15, 16, 17])

    def test_a_post_alone_or_a_mechanic_alone_will_do(self):
        posts = [self.make("lift", [(9, 11)])]
        self.assertEqual(
            self.find(1, range(24), posts=posts),
            [(9, "lift", None), (10, "lift", None)],
        )
        self.assertEqual(self.find(2, range(24), mechanics=posts), [(9, None, "lift")])

    def test_a_shop_without_posts_offers_nothing(self):
        mechanics = [self.make("Anna", [(9, 18)])]
        self.assertEqual(self.find(1, range(24), posts=[], mechanics=mechanics), [])

    def test_the_buffer_keeps_the_next_booking_away_but_may_run_into_the_night(self):
        posts = [self.make("lift", [(9, 13)], [(11, 12)], buffer=0.5)]
        starts = [9, 9.5, 10, 10.5, 12]
        self.assertEqual(
            [s[0] for s in self.find(1, starts, posts=posts)], [9, 9.5, 12]
        )

    def test_of_two_posts_the_one_with_the_smaller_gap_is_named(self):
        posts = [
            self.make("empty", [(9, 18)]),
            self.make("tight", [(9, 18)], [(10, 18)]),
        ]
        self.assertEqual(self.find(1, [9], posts=posts), [(9, "tight", None)])

    def test_the_gap_is_what_is_left_over_before_and_after(self):
        lift = self.make("lift", [(9, 18)], [(13, 14)], buffer=0.5)
        for start, stop, gap in (
            (10, 11, 2.5),  # an hour before, and after it one and a half less buffer
            (9, 12.5, 0),
            (16, 17, 2.5),
            (17, 18, 3),  # the buffer runs into the night
        ):
            found = lift.gap(round(start * HOUR), round(stop * HOUR))
            self.assertEqual(found, gap * HOUR, (start, stop))

    def test_work_rests_while_the_shop_has_lunch(self):
        lunch = hours((12, 13))
        posts = [self.make("lift", [(8, 17)])]
        found = find_slots(5 * HOUR, hours((8, 9))[0][:1], posts=posts, breaks=lunch)
        self.assertEqual(found[0].stop, 14 * HOUR)
        self.assertEqual(self.find(1, [12, 12.5], posts=posts, breaks=lunch), [])
        self.assertEqual(stop_of(11 * HOUR, HOUR, lunch), 12 * HOUR)
        self.assertEqual(stop_of(11 * HOUR, 2 * HOUR, lunch), 14 * HOUR)

    def test_no_more_than_asked_for(self):
        posts = [self.make("lift", [(9, 18)])]
        self.assertEqual(len(self.find(1, range(24), posts=posts, limit=3)), 3)

    def test_merged_intervals_are_sorted_and_apart(self):
        self.assertEqual(merge([(5, 6), (1, 3), (2, 4), (4, 5), (9, 9)]), [(1, 6)])

    @given(works=units(), busy=units())
    @settings(PROPERTY, max_examples=200)
    def test_free_is_what_is_worked_and_not_booked(self, works, busy):
        free = list(free_stretches(merge(works), merge(busy)))
        for moment in range(0, 130 * UNIT, UNIT):
            expected = is_free(works, busy, 0, [moment])
            found = any(f.start <= moment < f.stop for f in free)
            self.assertEqual(found, expected, moment)

    @given(posts=candidates(), mechanics=candidates(), length=st.integers(1, 12))
    @settings(PROPERTY, max_examples=300)
    def test_offered_is_exactly_what_can_be_booked(self, posts, mechanics, length):
        starts = range(0, 110 * UNIT, UNIT)
        slots = find_slots(
            length * UNIT,
            starts,
            posts=[Candidate(n, *post) for n, post in enumerate(posts)],
            mechanics=[Candidate(n, *one) for n, one in enumerate(mechanics)],
        )
        found = {slot.start: slot for slot in slots}
        for start in starts:
            moments = range(start, start + length * UNIT, UNIT)
            free_posts = [n for n, c in enumerate(posts) if is_free(*c, moments)]
            free_people = [n for n, c in enumerate(mechanics) if is_free(*c, moments)]
            self.assertEqual(start in found, bool(free_posts and free_people), start)
            if start in found:
                self.assertIn(found[start].post, free_posts)
                self.assertIn(found[start].mechanic, free_people)

    @given(
        zone=st.sampled_from(ZONES),
        day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        step=st.sampled_from((900, 1800, 3600)),
    )
    @settings(PROPERTY, max_examples=200)
    def test_starts_are_round_on_the_wall_on_every_day_of_the_year(
        self, zone, day, step
    ):
        tz = ZoneInfo(zone)
        first = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        found = set(starts_of(first, first + 24 * HOUR, step, tz))
        for moment in range(first, first + 24 * HOUR + 1, UNIT):
            wall = datetime.fromtimestamp(moment, tz)
            is_round = (wall.hour * HOUR + wall.minute * 60) % step == 0
            self.assertEqual(moment in found, is_round, wall)

    @given(
        change=st.sampled_from(CHANGES),
        opens=st.integers(0, 20),
        hours_open=st.integers(1, 24),
        busy=units(100),
        buffer=st.sampled_from((0, UNIT)),
        length=st.integers(1, 16),
        step=st.sampled_from((900, 1200, 1800, 3600)),
    )
    @settings(PROPERTY, max_examples=300)
    @example(
        change=("Europe/Berlin", "2026-10-25", 25),
        opens=0,
        hours_open=24,
        busy=[(90000, 90900)],  # after midnight
        buffer=UNIT,
        length=1,
        step=900,
    )
    def test_on_the_day_clocks_change_exactly_what_can_be_booked_is_offered(
        self, change, opens, hours_open, busy, buffer, length, step
    ):
        """The oracle reads the clock on the wall at every five minutes of the day."""
        zone = ZoneInfo(change[0])
        first, last = day_of(date.fromisoformat(change[1]), zone)
        self.assertEqual((last - first) / HOUR, change[2])

        def is_worked(moment):
            wall = datetime.fromtimestamp(moment, zone)
            return opens <= wall.hour + wall.minute / 60 < opens + hours_open

        works = [(m, m + 300) for m in range(first, last, 300) if is_worked(m)]
        busy = [(first + start, first + stop) for start, stop in busy]
        posts = [Candidate("lift", works, busy, buffer)]
        found = {
            slot.start
            for slot in find_slots(
                length * UNIT, starts_of(first, last - 1, step, zone), posts=posts
            )
        }
        free = {
            m
            for m in range(first, last + UNIT, 300)
            if not any(start <= m < stop for start, stop in busy)
        }
        worked = {start for start, _stop in works}
        for moment in range(first, last, 300):
            wall = datetime.fromtimestamp(moment, zone)
            work = range(moment, moment + length * UNIT, 300)
            after = range(work[-1] + 300, work[-1] + 300 + buffer, 300)
            can_be_booked = (
                (wall.hour * 60 + wall.minute) * 60 % step == 0
                and worked.issuperset(work)
                and not any(a < moment + length * UNIT and moment < b for a, b in busy)
                and free.issuperset(after)
            )
            self.assertEqual(moment in found, can_be_booked, wall)

    @given(
        start=st.integers(0, 96),
        duration=st.integers(1, 40),
        breaks=units(),
    )
    @settings(PROPERTY, max_examples=200)
    def test_work_that_rests_in_breaks_takes_as_long_as_without(
        self, start, duration, breaks
    ):
        breaks = merge(breaks)
        start, duration = start * UNIT, duration * UNIT
        stop = stop_of(start, duration, breaks)
        self.assertEqual(work_between(start, stop, breaks), duration)
        worked = [
            m
            for m in range(start, stop, UNIT)
            if not any(a <= m < b for a, b in breaks)
        ]
        self.assertEqual(len(worked) * UNIT, duration)
        self.assertIn(stop - UNIT, worked)  # and not longer than that

    @given(posts=candidates(), mechanics=candidates(), length=st.integers(1, 12))
    @settings(PROPERTY, max_examples=200)
    def test_of_those_who_are_free_the_one_with_the_smallest_gap_is_named(
        self, posts, mechanics, length
    ):
        sides = {
            name: [Candidate(n, *one) for n, one in enumerate(given)]
            for name, given in (("posts", posts), ("mechanics", mechanics))
        }
        slots = find_slots(length * UNIT, range(0, 110 * UNIT, UNIT), **sides)
        self.assertEqual(
            [slot.start for slot in slots], sorted({slot.start for slot in slots})
        )
        for slot in slots:
            best = 0
            for one in sides.values():
                gaps = [c.gap(slot.start, slot.stop) for c in one]
                best += min(gap for gap in gaps if gap is not None)
            self.assertEqual(slot.gap, best)

    def test_a_step_that_does_not_divide_the_day_is_counted_from_midnight(self):
        tz = ZoneInfo("Europe/Moscow")
        for day in (24, 25):
            first = int(datetime(2026, 11, day, 5, tzinfo=UTC).timestamp())
            walls = [
                datetime.fromtimestamp(moment, tz).strftime("%H:%M")
                for moment in starts_of(first, first + 3 * HOUR, 50 * 60, tz)
            ]
            self.assertEqual(walls, ["08:20", "09:10", "10:00", "10:50"])

    def test_the_hour_that_is_lost_in_spring_is_not_offered_and_not_counted(self):
        tz = ZoneInfo("Europe/Berlin")  # 2026-03-29: 02:00 becomes 03:00
        opens = int(datetime(2026, 3, 29, 0, tzinfo=UTC).timestamp())  # 01:00
        closes = int(datetime(2026, 3, 29, 3, tzinfo=UTC).timestamp())  # 05:00
        self.assertEqual(closes - opens, 3 * HOUR)
        starts = starts_of(opens, closes, HOUR, tz)
        posts = [Candidate("lift", [(opens, closes)])]
        walls = [
            datetime.fromtimestamp(slot.start, tz).hour
            for slot in find_slots(HOUR, starts, posts=posts)
        ]
        self.assertEqual(walls, [1, 3, 4])

    def test_every_half_hour_of_a_month_in_a_large_shop_is_offered(self):
        start = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp())
        days = [start + n * 24 * HOUR for n in range(30)]
        works = [(day + 6 * HOUR, day + 15 * HOUR) for day in days]
        shop = [Candidate(n, works) for n in range(30)]
        slots = find_slots(
            HOUR,
            starts_of(
                start, start + int(timedelta(days=30).total_seconds()), 1800, UTC
            ),
            posts=shop[:10],
            mechanics=shop[10:],
        )
        self.assertEqual(len(slots), 30 * 17)
