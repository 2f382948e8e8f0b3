from datetime import timedelta

from psycopg2 import errors

from odoo.exceptions import AccessError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .common import AutoWorktimeCommon


@tagged("post_install", "-at_install")
class TestTimeLog(AutoWorktimeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls._create_job()

    def _log(self, start, stop=None, employee=None, **vals):
        return self.logs.create(
            {
                "employee_id": (employee or self.mechanic).id,
                "company_id": self.company.id,
                "kind": "work",
                "job_id": self.job.id,
                "date_start": self._at(start),
                "date_stop": stop is not None and self._at(stop),
                **vals,
            }
        )

    def _assert_refused(self, error, *args, **vals):
        with mute_logger("odoo.sql_db"), self.assertRaises(error), self.cr.savepoint():
            self._log(*args, **vals)

    def test_a_mechanic_has_one_open_log(self):
        self._log(0)
        self._assert_refused(errors.ExclusionViolation, 1)

    def test_a_closed_log_does_not_lie_in_the_open_one(self):
        self._log(0)
        self._assert_refused(errors.ExclusionViolation, 1, 2)

    def test_an_open_log_does_not_begin_before_a_closed_one(self):
        self._log(1, 2)
        self._assert_refused(errors.ExclusionViolation, 0)

    def test_logs_of_a_mechanic_do_not_overlap(self):
        self._log(0, 2)
        self._assert_refused(errors.ExclusionViolation, 1, 3)

    def test_logs_follow_each_other_and_mechanics_work_side_by_side(self):
        self._log(0, 1)
        self._log(1, 2)
        self._log(2)
        self._log(0, employee=self.mechanic_2)
        self.assertEqual(len(self.logs.search([("job_id", "=", self.job.id)])), 4)

    def test_a_log_ends_after_it_starts(self):
        self._assert_refused(errors.CheckViolation, 1, 1)
        self._assert_refused(errors.CheckViolation, 1, 0)

    def test_work_has_a_job_and_idle_time_a_reason(self):
        self._assert_refused(errors.CheckViolation, 0, job_id=False)
        self._assert_refused(errors.CheckViolation, 0, kind="idle")
        self._assert_refused(errors.CheckViolation, 0, reason_id=self.parts.id)
        self._log(0, kind="idle", job_id=False, reason_id=self.parts.id)

    def test_hours_are_those_between_the_moments(self):
        with self._freeze(3):
            log = self._log(0, 1.5) + self._log(2)
            self.assertEqual(log.mapped("hours"), [1.5, 1])
            self.assertEqual(log.mapped("duration"), [1.5, 0])

    @users("auto_mechanic")
    def test_a_mechanic_reads_his_own_logs_and_writes_none(self):
        own = self._log(0, 1)
        other = self._log(0, 1, employee=self.mechanic_2)
        logs = self.logs.with_user(self.env.user)
        self.assertEqual(logs.search([]), own)
        with self.assertRaises(AccessError):
            other.with_user(self.env.user).read(["date_start"])
        with self.assertRaises(AccessError):
            own.with_user(self.env.user).date_stop = self._at(2)
        with self.assertRaises(AccessError):
            logs.create({"employee_id": self.mechanic.id})
        with self.assertRaises(AccessError):
            own.with_user(self.env.user).unlink()

    @users("auto_foreman")
    def test_a_foreman_reads_all_logs_and_writes_none(self):
        log = self._log(0, 1, employee=self.mechanic_2)
        self.assertIn(log, self.logs.with_user(self.env.user).search([]))
        self.assertEqual(log.with_user(self.env.user).job_id.name, self.job.name)
        with self.assertRaises(AccessError):
            log.with_user(self.env.user).date_stop = self._at(2)

    def test_times_are_whole_seconds(self):
        with self._freeze(0):
            self._check_in()
            log = self.mechanic._clock_start(
                self.job, at=self._at(-0.5) + timedelta(microseconds=700000)
            )
        self.assertEqual(log.date_start, self._at(-0.5))
