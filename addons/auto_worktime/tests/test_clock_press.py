from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.auto_worktime.tools.errors import ClockError

from .common import AutoWorktimeCommon


@tagged("post_install", "-at_install")
class TestClockPress(AutoWorktimeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls._create_job()
        cls.other = cls._create_job()
        cls.attendance = cls._check_in()

    def _start(self, hours, job=None, employee=None, **options):
        employee = employee or self.mechanic
        with self._freeze(hours):
            return employee._clock_start(job or self.job, **options)

    def test_a_start_makes_a_log_and_the_facts_of_the_job(self):
        log = self._start(1)
        self.assertRecordValues(
            log,
            [
                {
                    "employee_id": self.mechanic.id,
                    "company_id": self.company.id,
                    "job_id": self.job.id,
                    "kind": "work",
                    "date_start": self._at(1),
                    "date_stop": False,
                    "user_id": self.env.uid,
                }
            ],
        )
        self.assertEqual(self.job.state, "in_progress")
        self.assertEqual(self.job.date_started, self._at(1))

    def test_a_second_press_changes_nothing(self):
        log = self._start(1)
        self.assertEqual(self._start(2), log)
        self.assertEqual(self._get_times(), [("work", self.job, 1, False)])

    def test_who_is_absent_does_not_start(self):
        for hours in (-1.5, 3):
            self.attendance.check_out = self._at(3)
            with self.assertRaisesRegex(ClockError, "not checked in") as caught:
                self._start(hours)
            self.assertEqual(caught.exception.code, "absent")
        self.assertEqual(self.job.state, "todo")

    def test_a_technical_row_of_odoo_is_no_presence(self):
        self.attendance.write({"check_out": self._at(0)})
        self.Attendance.create(
            {
                "employee_id": self.mechanic.id,
                "check_in": self._at(1),
                "check_out": self._at(1, 1),
                "in_mode": "technical",
            }
        )
        with self.assertRaises(ClockError):
            self._start(1)

    def test_a_car_that_is_not_received_is_not_worked_on(self):
        order = self._create_order()
        order.action_confirm()
        order.job_ids.mechanic_ids = self.mechanic
        with self.assertRaisesRegex(UserError, "not received"):
            self._start(1, order.job_ids)

    def test_the_job_of_others_is_not_started(self):
        self._check_in(self.mechanic_2)
        with self.assertRaisesRegex(UserError, "not a job of Mechanic Two"):
            self._start(1, employee=self.mechanic_2)

    def test_the_job_of_nobody_becomes_that_of_who_starts_it(self):
        self.job.mechanic_ids = False
        self._start(1)
        self.assertEqual(self.job.mechanic_ids, self.mechanic)

    def test_two_jobs_at_once_are_refused_and_a_switch_ends_the_first(self):
        self._start(1)
        with self.assertRaisesRegex(ClockError, "is on “Replace front pads”") as caught:
            self._start(2, self.other)
        self.assertEqual(caught.exception.code, "busy")
        self._start(2, self.other, switch=True)
        self.assertEqual(
            self._get_times(),
            [("work", self.job, 1, 2), ("work", self.other, 2, False)],
        )

    def test_a_switch_within_a_second_leaves_no_empty_log(self):
        self._start(1)
        self._start(1, self.other, switch=True)
        self.assertEqual(self._get_times(), [("work", self.other, 1, False)])

    def test_several_mechanics_work_on_one_job(self):
        self.job.mechanic_ids += self.mechanic_2
        self._check_in(self.mechanic_2)
        self._start(1)
        self._start(2, employee=self.mechanic_2)
        self.assertEqual(self._get_times(), [("work", self.job, 1, False)])
        self.assertEqual(
            self._get_times(self.mechanic_2), [("work", self.job, 2, False)]
        )
        self.assertEqual(self.job.date_started, self._at(1))

    def test_a_pause_makes_idle_time_and_the_car_wait(self):
        self._start(1)
        with self._freeze(2):
            self.mechanic._clock_pause(self.parts)
        self.assertEqual(
            self._get_times(),
            [("work", self.job, 1, 2), ("idle", self.job, 2, False)],
        )
        self.assertEqual(self.job.state, "on_hold")
        self.assertEqual(self.job.order_id.waiting_reason_id, self.parts)

    def test_a_pause_of_no_concern_to_the_car_leaves_it_in_work(self):
        self._start(1)
        with self._freeze(2):
            self.mechanic._clock_pause(self.helping)
        self.assertEqual(self.job.state, "in_progress")
        self.assertFalse(self.job.order_id.waiting_reason_id)

    def test_a_job_that_a_colleague_goes_on_with_does_not_wait(self):
        self.job.mechanic_ids += self.mechanic_2
        self._check_in(self.mechanic_2)
        self._start(1)
        self._start(1, employee=self.mechanic_2)
        with self._freeze(2):
            self.mechanic._clock_pause(self.parts)
        self.assertEqual(self.job.state, "in_progress")
        with self._freeze(3):
            self.mechanic_2._clock_pause(self.parts)
        self.assertEqual(self.job.state, "on_hold")

    def test_an_order_waits_while_its_mechanic_works_elsewhere(self):
        self._start(1)
        with self._freeze(2):
            self.mechanic._clock_pause(self.parts)
            self.run_events()
        self._start(3, self.other)
        row = self.job.order_id.clock_ids.filtered(lambda row: not row.date_stop)
        self.assertRecordValues(
            row,
            [
                {
                    "work_state": "on_hold",
                    "hold_reason_id": self.parts.id,
                    "date_start": self._at(2),
                }
            ],
        )

    def test_idle_time_needs_no_job(self):
        with self._freeze(1):
            self.mechanic._clock_pause(self.helping)
        self.assertEqual(self._get_times(), [("idle", self.env["auto.job"], 1, False)])

    def test_after_a_break_the_job_goes_on(self):
        self._start(1)
        with self._freeze(2):
            self.mechanic._clock_break()
        self.assertEqual(self.job.state, "in_progress")
        with self._freeze(3):
            self.mechanic._clock_resume()
        self.assertEqual(
            self._get_times(),
            [
                ("work", self.job, 1, 2),
                ("break", self.job, 2, 3),
                ("work", self.job, 3, False),
            ],
        )

    def test_done_ends_the_logs_of_all_on_the_job(self):
        self.job.mechanic_ids += self.mechanic_2
        self._check_in(self.mechanic_2)
        self._start(1)
        self._start(2, employee=self.mechanic_2)
        with self._freeze(3):
            self.mechanic._clock_done(self.job)
        self.assertEqual(self.job.state, "done")
        self.assertEqual(self.job.date_done, self._at(3))
        self.assertEqual(self._get_times(), [("work", self.job, 1, 3)])
        self.assertEqual(self._get_times(self.mechanic_2), [("work", self.job, 2, 3)])

    def test_a_job_that_is_cancelled_is_worked_on_no_more(self):
        self._start(1)
        with self._freeze(2):
            self.job.order_id._action_cancel()
        self.assertEqual(self._get_times(), [("work", self.job, 1, 2)])

    def test_a_rework_is_logged_as_such(self):
        self.job.order_id.rework_of_id = self.other.order_id
        self.assertEqual(self._start(1).kind, "rework")

    def test_a_press_of_the_future_is_one_of_now(self):
        with self._freeze(1):
            log = self.mechanic._clock_start(self.job, at=self._at(5))
        self.assertEqual(log.date_start, self._at(1))
