from odoo.fields import Datetime
from odoo.tests import tagged

from .common import AutoWorktimeCommon


@tagged("post_install", "-at_install")
class TestPresence(AutoWorktimeCommon):
    """Leaving ends what runs; being present is the union of raw intervals."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls._create_job()

    def _run(self, hours=1):
        self.attendance = self._check_in()
        with self._freeze(hours):
            self.mechanic._clock_start(self.job)

    def test_a_check_out_by_odoos_buttons_ends_the_log(self):
        self._run()
        with self._freeze(3):
            self.mechanic._attendance_action_change({"mode": "systray"})
        self.assertEqual(self._get_times(), [("work", self.job, 1, 3)])
        self.assertEqual(self.job.state, "in_progress")

    def test_a_check_out_typed_by_an_officer_ends_the_log(self):
        self._run()
        officer = self._create_officer()
        self.attendance.with_user(officer).check_out = self._at(2.5)
        self.assertEqual(self._get_times(), [("work", self.job, 1, 2.5)])

    def _create_officer(self):
        return self.env["res.users"].create(
            {
                "name": "Officer",
                "login": "auto_officer",
                "group_ids": [
                    (4, self.env.ref("hr_attendance.group_hr_attendance_user").id)
                ],
            }
        )

    def test_a_check_out_by_the_terminal_ends_the_log(self):
        self._run()
        with self._freeze(3):
            self.mechanic._clock_out()
        self.assertEqual(self._get_times(), [("work", self.job, 1, 3)])
        self.assertRecordValues(
            self.attendance, [{"check_out": self._at(3), "out_mode": "kiosk"}]
        )

    def test_a_presence_that_is_made_with_its_end_ends_the_log(self):
        self._run()
        self.attendance.with_context(tracking_disable=True).unlink()
        self.assertFalse(self.logs.search([("date_stop", "=", False)]))
        self._check_in(start=-1)
        with self._freeze(4):
            self.mechanic._clock_start(self.job)
        self.Attendance.search([]).unlink()
        self._check_in(start=-1, stop=5)
        self.assertFalse(self.logs.search([("date_stop", "=", False)]))

    def test_two_leave_at_once(self):
        self._run()
        self.job.mechanic_ids += self.mechanic_2
        other = self._check_in(self.mechanic_2)
        with self._freeze(2):
            self.mechanic_2._clock_start(self.job)
        (self.attendance + other).write({"check_out": self._at(3)})
        self.assertEqual(self._get_times(), [("work", self.job, 1, 3)])
        self.assertEqual(self._get_times(self.mechanic_2), [("work", self.job, 2, 3)])

    def test_an_old_presence_that_is_typed_in_later_ends_nothing(self):
        self._run()
        self._check_in(start=-24, stop=-16)
        self.assertEqual(self._get_times(), [("work", self.job, 1, False)])

    def test_what_began_after_a_late_check_out_goes_to_the_foreman(self):
        self._run(hours=5)
        self.attendance.check_out = self._at(4)
        self.assertFalse(self._get_times())
        correction = self.env["auto.time.correction"].search([])
        self.assertRecordValues(
            correction,
            [
                {
                    "cause": "left",
                    "state": "open",
                    "employee_id": self.mechanic.id,
                    "job_id": self.job.id,
                    "start_before": self._at(5),
                    "stop_before": False,
                    "stop_after": False,
                }
            ],
        )

    def test_an_employee_who_is_not_clocked_leaves_as_ever(self):
        self.mechanic.is_mechanic = False
        attendance = self._check_in()
        attendance.check_out = self._at(1)
        self.assertFalse(self.env["auto.time.correction"].search([]))

    def test_presence_is_the_union_of_raw_intervals(self):
        """05:00 to 15:00 UTC is ten hours, though Odoo deducts lunch: 9."""
        self.Attendance.create(
            [
                {
                    "employee_id": self.mechanic.id,
                    "check_in": "2035-01-08 05:00:00",
                    "check_out": "2035-01-08 15:00:00",
                },
                {
                    "employee_id": self.mechanic.id,
                    "check_in": "2035-01-09 05:00:00",
                    "check_out": "2035-01-09 05:00:01",
                    "in_mode": "technical",
                    "out_mode": "technical",
                },
            ]
        )
        self.assertLess(self.Attendance.search([], limit=2)[1].worked_hours, 10)
        presence = (self.mechanic + self.mechanic_2)._get_presence(
            Datetime.to_datetime("2035-01-08 00:00:00"),
            Datetime.to_datetime("2035-01-10 00:00:00"),
        )
        self.assertEqual(
            presence,
            {
                self.mechanic.id: [
                    (
                        Datetime.to_datetime("2035-01-08 05:00:00"),
                        Datetime.to_datetime("2035-01-08 15:00:00"),
                    )
                ],
                self.mechanic_2.id: [],
            },
        )

    def test_overlapping_presence_counts_once(self):
        """Odoo accepts a closed attendance inside an open one."""
        self._check_in(start=0)
        self._check_in(start=1, stop=2)
        with self._freeze(4):
            presence = self.mechanic._get_presence(self._at(-3), self._at(9))
        self.assertEqual(presence[self.mechanic.id], [(self._at(0), self._at(4))])

    def test_presence_over_midnight_is_cut_at_the_window(self):
        self._check_in(start=10, stop=20)
        presence = self.mechanic._get_presence(self._at(15), self._at(39))
        self.assertEqual(presence[self.mechanic.id], [(self._at(15), self._at(20))])

    def test_presence_costs_the_same_for_many(self):
        employees = self.mechanic + self.mechanic_2
        self._check_in(start=0, stop=1)
        self._check_in(self.mechanic_2, start=0, stop=1)
        self.env.flush_all()
        with self.assertQueryCount(1):
            employees._get_presence(self._at(0), self._at(1))

    def test_a_night_of_the_change_to_winter_time_is_an_hour_longer(self):
        self.mechanic.tz = "Europe/Berlin"
        self.Attendance.create(
            {
                "employee_id": self.mechanic.id,
                "check_in": "2035-10-27 20:00:00",  # 22:00 local
                "check_out": "2035-10-28 05:00:00",  # 06:00 local
            }
        )
        presence = self.mechanic._get_presence(
            Datetime.to_datetime("2035-10-27 00:00:00"),
            Datetime.to_datetime("2035-10-29 00:00:00"),
        )
        [(start, stop)] = presence[self.mechanic.id]
        self.assertEqual((stop - start).total_seconds() / 3600, 9)
