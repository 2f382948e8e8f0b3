from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AutoWorktimeCommon


@tagged("post_install", "-at_install")
class TestLatePresses(AutoWorktimeCommon):
    """A tablet that was offline sends what was pressed: both clocks are right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls._create_job()
        cls.other = cls._create_job()
        cls.attendance = cls._check_in()
        cls.events = cls.env["auto.time.event"]

    def _send(self, sequence, action, hours, job=None, reason=None, now=5, **options):
        with self._freeze(now):
            event = self.events._press(
                "tablet",
                sequence,
                options.get("employee", self.mechanic),
                action,
                self._at(hours),
                job=job,
                reason=reason,
            )
            self.run_events()
        return event

    def test_work_that_is_sent_late_is_right_in_both_clocks(self):
        self._send(1, "start", 1, self.job)
        self._send(2, "pause", 2, reason=self.parts)
        self._send(3, "start", 2.5, self.other)
        self._send(4, "done", 3, self.other)
        self._send(5, "start", 3.5, self.job)
        self._send(6, "done", 4, self.job)
        self.assertEqual(
            self._get_times(),
            [
                ("work", self.job, 1, 2),
                ("idle", self.job, 2, 2.5),
                ("work", self.other, 2.5, 3),
                ("work", self.job, 3.5, 4),
            ],
        )
        self.assertEqual(self.job.date_started, self._at(1))
        self.assertEqual(self.job.date_done, self._at(4))
        clock = self.job.order_id.clock_ids.filtered(
            lambda row: row.date_start >= self._at(1)
        )
        self.assertEqual(
            clock.mapped(
                lambda row: (
                    row.work_state,
                    self._hours(row.date_start),
                    self._hours(row.date_stop),
                )
            ),
            [
                ("in_progress", 1, 2),
                ("on_hold", 2, 3.5),
                ("in_progress", 3.5, 4),
                ("ready", 4, False),
            ],
        )

    def test_a_press_is_done_once_however_often_it_is_sent(self):
        first = self._send(1, "start", 1, self.job)
        self._send(2, "done", 2, self.job)
        self.assertEqual(self._send(1, "start", 1, self.job), first)
        self.assertEqual(self._get_times(), [("work", self.job, 1, 2)])
        self.assertEqual(self.job.state, "done")

    def test_a_check_out_that_came_first_bounds_what_is_sent_later(self):
        self.attendance.check_out = self._at(4)
        self._send(1, "start", 1, self.job)
        self._send(2, "pause", 2, reason=self.parts)
        self.assertEqual(
            self._get_times(),
            [("work", self.job, 1, 2), ("idle", self.job, 2, 4)],
        )
        self.assertEqual(self.job.state, "on_hold")

    def test_a_press_between_others_lasts_up_to_the_next(self):
        with self._freeze(3):
            self.mechanic._clock_start(self.other)
        self._send(1, "start", 1, self.job)
        self.assertEqual(
            self._get_times(),
            [("work", self.job, 1, 3), ("work", self.other, 3, False)],
        )
        self.assertEqual(self.other.state, "in_progress")

    def test_the_first_start_is_the_earliest_however_late_it_comes(self):
        self.job.mechanic_ids += self.mechanic_2
        self._check_in(self.mechanic_2)
        with self._freeze(3):
            self.mechanic_2._clock_start(self.job)
        self._send(1, "start", 1, self.job)
        self.assertEqual(self.job.date_started, self._at(1))

    def test_work_before_a_done_that_is_known_already_is_kept(self):
        with self._freeze(3):
            self.job.with_user(self.advisor).action_done()
        self._send(1, "start", 1, self.job)
        self._send(2, "done", 2.5, self.job)
        self.assertEqual(self._get_times(), [("work", self.job, 1, 2.5)])
        self.assertEqual(self.job.state, "done")
        self.assertEqual(self.job.date_started, self._at(1))

    def test_work_of_a_car_that_has_left_is_kept(self):
        with self._freeze(3):
            self.job.action_done()
            self.job.order_id.action_release()
        event = self._send(1, "start", 1, self.job)
        self.assertEqual(event.state, "done", event.refusal)
        self._send(2, "done", 2, self.job)
        self.assertEqual(self._get_times(), [("work", self.job, 1, 2)])

    def test_a_start_after_the_job_was_done_is_refused(self):
        with self._freeze(3):
            self.job.action_done()
        event = self._send(1, "start", 4, self.job)
        self.assertEqual(event.state, "refused")
        self.assertIn("done", event.refusal)
        self.assertFalse(self._get_times())

    def test_a_done_that_others_went_on_after_is_refused(self):
        self.job.mechanic_ids += self.mechanic_2
        self._check_in(self.mechanic_2)
        with self._freeze(3):
            self.mechanic_2._clock_start(self.job)
        event = self._send(1, "done", 2, self.job)
        self.assertRecordValues(
            event,
            [
                {
                    "state": "refused",
                    "refusal": "Mechanic Two went on with Replace front pads after "
                    "that.",
                }
            ],
        )
        self.assertEqual(self.job.state, "in_progress")

    def test_work_before_the_car_was_received_is_refused(self):
        job = self._create_job(received=2)
        event = self._send(1, "start", 1, job)
        self.assertIn("not received then", event.refusal)

    def test_what_is_refused_waits_for_the_foreman(self):
        self.attendance.check_out = self._at(0)
        event = self._send(1, "start", 1, self.job)
        found = self.events.with_user(self.foreman).search([("state", "=", "refused")])
        self.assertEqual(found, event)
        found.action_settle()
        self.assertRecordValues(
            event, [{"state": "settled", "settled_uid": self.foreman.id}]
        )

    def test_late_check_in_and_out(self):
        self.attendance.unlink()
        self._send(1, "in", 1)
        self._send(2, "start", 1.5, self.job)
        self._send(3, "break", 2)
        self._send(4, "resume", 3)
        self._send(5, "out", 4)
        attendance = self.Attendance.search([("employee_id", "=", self.mechanic.id)])
        self.assertRecordValues(
            attendance, [{"check_in": self._at(1), "check_out": self._at(4)}]
        )
        self.assertEqual(
            self._get_times(),
            [
                ("work", self.job, 1.5, 2),
                ("break", self.job, 2, 3),
                ("work", self.job, 3, 4),
            ],
        )

    def test_times_around_the_change_to_winter_time_are_those_of_utc(self):
        moments = ["2035-10-28 00:30:00", "2035-10-28 01:30:00"]  # both 02:30, Berlin
        self.mechanic.tz = "Europe/Berlin"
        self.attendance.check_out = self._at(0)
        fields = self.env["ir.fields.converter"].env["hr.attendance"]._fields
        start, stop = (fields["check_in"].to_datetime(text) for text in moments)
        self.Attendance.create({"employee_id": self.mechanic.id, "check_in": start})
        with self._freeze(24 * 365):
            self.events._press("t", 1, self.mechanic, "start", start, job=self.job)
            self.events._press("t", 2, self.mechanic, "done", stop, job=self.job)
        self.assertEqual(self.logs.search([]).duration, 1)

    def test_a_pause_needs_presence(self):
        self.attendance.check_out = self._at(0)
        with self.assertRaises(UserError), self._freeze(1):
            self.mechanic._clock_pause(self.parts)
