from odoo.fields import Date
from odoo.tests import BaseCase, tagged

from odoo.addons.auto_worktime.tools.timeline import fill

from .common import AutoWorktimeCommon


@tagged("post_install", "-at_install")
class TestFill(BaseCase):
    def test_parts_add_up_to_the_presence(self):
        presence = [(0, 10), (20, 30)]
        logs = [((2, 4), "a"), ((4, 6), "b"), ((8, 22), "c"), ((40, 50), "d")]
        self.assertEqual(
            fill(presence, logs),
            [
                ((0, 2), None),
                ((2, 4), "a"),
                ((4, 6), "b"),
                ((6, 8), None),
                ((8, 10), "c"),
                ((20, 22), "c"),
                ((22, 30), None),
            ],
        )
        self.assertEqual(fill([], logs), [])
        self.assertEqual(fill([(0, 5)], []), [((0, 5), None)])


@tagged("post_install", "-at_install")
class TestTimeline(AutoWorktimeCommon):
    def _get_parts(self, now, start=-9, stop=15):
        with self._freeze(now):
            timeline = self.mechanic._get_timeline(self._at(start), self._at(stop))
        return [
            (self._hours(begin), self._hours(end), log.kind)
            for begin, end, log in timeline[self.mechanic.id]
        ]

    def test_presence_without_a_log_is_none_given(self):
        job = self._create_job()
        self._check_in(start=0)
        with self._freeze(1):
            self.mechanic._clock_start(job)
        with self._freeze(2):
            self.mechanic._clock_pause(self.parts)
        with self._freeze(3):
            self.mechanic._clock_stop()
        self.assertEqual(
            self._get_parts(now=4),
            [(0, 1, False), (1, 2, "work"), (2, 3, "idle"), (3, 4, False)],
        )

    def test_a_shift_over_midnight_is_split_at_midnight(self):
        job = self._create_job()
        self._check_in(start=10, stop=20)
        with self._freeze(12):
            self.mechanic._clock_start(job)
        start, stop = self.mechanic._get_day_span(Date.to_date("2035-01-09"))
        self.assertEqual((self._hours(start), self._hours(stop)), (15, 39))
        self.assertEqual(
            self._get_parts(now=21, stop=15), [(10, 12, False), (12, 15, "work")]
        )
        self.assertEqual(self._get_parts(now=21, start=15, stop=39), [(15, 20, "work")])

    def test_a_day_of_the_change_to_winter_time_has_25_hours(self):
        self.mechanic.resource_calendar_id.tz = "Europe/Berlin"
        start, stop = self.mechanic._get_day_span(Date.to_date("2035-10-28"))
        self.assertEqual((stop - start).total_seconds() / 3600, 25)

    def test_a_timeline_costs_the_same_for_many(self):
        employees = self.mechanic + self.mechanic_2
        job = self._create_job(mechanics=employees)
        for employee in employees:
            self._check_in(employee, start=0)
            with self._freeze(1):
                employee._clock_start(job)
        span = self._at(0), self._at(9)
        counts = []
        for some in (self.mechanic, employees):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some._get_timeline(*span)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_jobs_know_how_long_they_took_and_that_they_were_left(self):
        job = self._create_job(mechanics=self.mechanic + self.mechanic_2)
        self._check_in()
        self._check_in(self.mechanic_2)
        with self._freeze(1):
            self.mechanic._clock_start(job)
            self.mechanic_2._clock_start(job)
            self.assertFalse(job.with_user(self.mechanic_user).is_left)
        with self._freeze(2):
            self.mechanic._clock_pause(self.helping)
        with self._freeze(3):
            job.invalidate_recordset()
            self.assertEqual(job.clocked_hours, 3)
            self.assertTrue(job.with_user(self.mechanic_user).is_left)
            self.assertFalse(job.with_user(self.advisor).is_left)
