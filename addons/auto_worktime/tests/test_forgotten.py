from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import AutoWorktimeCommon


@tagged("post_install", "-at_install")
class TestForgotten(AutoWorktimeCommon):
    """Who forgets to check out is cut at the end of his shift, and corrected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # 8 to 17 with lunch on weekdays, in Moscow; nine is hour 0
        cls.mechanic.resource_calendar_id = cls.company.resource_calendar_id
        cls.job = cls._create_job()
        cls.corrections = cls.env["auto.time.correction"]

    def _run_cron(self, hours):
        self.env.flush_all()
        with self._freeze(hours), self.enter_registry_test_mode():
            cron = self.env.ref("auto_worktime.ir_cron_cut_forgotten")
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _forget(self, start=-1, job_start=1):
        attendance = self._check_in(start=start)
        if job_start is not None:
            with self._freeze(job_start):
                self.mechanic._clock_start(self.job)
        return attendance

    def test_presence_and_log_are_cut_at_the_end_of_the_shift(self):
        attendance = self._forget()
        self._run_cron(9.5)  # 18:30: who works late is not disturbed
        self.assertFalse(attendance.check_out)
        self._run_cron(10.5)
        self.assertRecordValues(
            attendance,
            [
                {
                    "check_out": self._at(8),
                    "is_cut": True,
                    "out_mode": "auto_check_out",
                }
            ],
        )
        self.assertEqual(self._get_times(), [("work", self.job, 1, 8)])
        self.assertTrue(self.logs.search([]).is_cut)
        self.assertRecordValues(
            self.corrections.search([], order="id"),
            [
                {
                    "cause": "forgotten",
                    "state": "open",
                    "attendance_id": attendance.id,
                    "log_id": False,
                    "start_before": self._at(-1),
                    "stop_before": False,
                    "stop_after": self._at(8),
                    "hours_after": 9,
                },
                {
                    "cause": "forgotten",
                    "state": "open",
                    "attendance_id": False,
                    "log_id": self.logs.search([]).id,
                    "start_before": self._at(1),
                    "stop_before": False,
                    "stop_after": self._at(8),
                    "hours_after": 7,
                },
            ],
        )

    def test_who_pressed_something_later_was_there_then(self):
        attendance = self._forget(job_start=9)
        self._run_cron(10.5)
        self.assertFalse(attendance.check_out)
        with self._freeze(10):
            self.mechanic._clock_pause(self.parts)
        self._run_cron(13)
        self.assertEqual(attendance.check_out, self._at(10))
        self.assertEqual(self._get_times(), [("work", self.job, 9, 10)])

    def test_on_a_day_off_no_time_is_invented(self):
        sunday = -24
        attendance = self._forget(start=sunday, job_start=None)
        self._run_cron(sunday + 13)
        self.assertRecordValues(
            attendance, [{"check_out": self._at(sunday), "is_cut": True}]
        )
        self.assertEqual(
            self.mechanic._get_presence(self._at(-48), self._at(48))[self.mechanic.id],
            [],
        )

    def test_an_absence_ends_the_shift(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Doctor",
                "resource_id": self.mechanic.resource_id.id,
                "calendar_id": self.mechanic.resource_calendar_id.id,
                "date_from": self._at(3),
                "date_to": self._at(12),
            }
        )
        attendance = self._forget()
        self._run_cron(10.5)
        self.assertEqual(attendance.check_out, self._at(3))

    def test_a_night_shift_ends_on_the_next_day(self):
        self.mechanic.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Nights",
                "tz": "Europe/Moscow",
                "attendance_ids": [
                    (
                        0,
                        0,
                        {"name": "A", "dayofweek": "0", "hour_from": 20, "hour_to": 24},
                    ),
                    (
                        0,
                        0,
                        {"name": "B", "dayofweek": "1", "hour_from": 0, "hour_to": 5},
                    ),
                ],
            }
        )
        attendance = self._forget(start=11, job_start=12)
        self._run_cron(22.5)
        self.assertEqual(attendance.check_out, self._at(20))

    def test_a_shift_in_two_parts_ends_with_the_second(self):
        self.mechanic.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Morning and evening",
                "tz": "Europe/Moscow",
                "attendance_ids": [
                    Command.create(
                        {"name": name, "dayofweek": "0", "hour_from": a, "hour_to": b}
                    )
                    for name, a, b in (("A", 8, 11), ("B", 14, 20))
                ],
            }
        )
        attendance = self._forget()
        self._run_cron(14)
        self.assertEqual(attendance.check_out, self._at(11))

    def test_who_is_no_mechanic_is_left_to_odoo(self):
        self.mechanic.is_mechanic = False
        attendance = self._forget(job_start=None)
        self._run_cron(40)
        self.assertFalse(attendance.check_out)

    def test_a_shop_may_leave_it(self):
        self.company.auto_cut_forgotten = False
        attendance = self._forget()
        self._run_cron(40)
        self.assertFalse(attendance.check_out)

    def test_one_row_that_fails_does_not_keep_the_others(self):
        self._forget()
        other = self._check_in(self.mechanic_2)
        self.mechanic_2.resource_calendar_id = self.company.resource_calendar_id
        original = type(other)._cut

        def _cut(attendance, at):
            if attendance != other:
                raise ValueError("broken")
            return original(attendance, at)

        self.patch(type(other), "_cut", _cut)
        with self.assertLogs("odoo.addons.auto_worktime", "ERROR"):
            self._run_cron(10.5)
        self.assertTrue(other.is_cut)

    def _correct(self, correction, hours=11, **values):
        action = correction.with_user(self.foreman).action_correct()
        with self._freeze(hours):
            form = Form(
                self.env["auto.time.correct"]
                .with_user(self.foreman)
                .with_context(**action["context"])
            )
            form.reason = "I saw him go"
            for name, value in values.items():
                form[name] = value
            wizard = form.save()
            self.env.invalidate_all()
            wizard.action_apply()

    def test_the_foreman_says_when_he_left_and_both_figures_stay(self):
        attendance = self._forget()
        self._run_cron(10.5)
        self._correct(
            self.corrections.search([("attendance_id", "!=", False)]),
            date_stop=self._at(9.5),
        )
        self.assertRecordValues(
            attendance, [{"check_out": self._at(9.5), "is_cut": False}]
        )
        self.assertEqual(self._get_times(), [("work", self.job, 1, 9.5)])
        self.assertFalse(self.logs.search([]).is_cut)
        self.assertRecordValues(
            self.corrections.search([], order="id"),
            [
                {
                    "state": "settled",
                    "stop_before": False,
                    "stop_after": self._at(9.5),
                    "hours_after": 10.5,
                    "reason": "I saw him go",
                    "user_id": self.foreman.id,
                },
                {
                    "state": "settled",
                    "stop_before": False,
                    "stop_after": self._at(9.5),
                    "hours_after": 8.5,
                    "reason": "I saw him go",
                    "user_id": self.foreman.id,
                },
            ],
        )

    def test_a_true_check_out_takes_the_place_of_the_cut(self):
        attendance = self._forget()
        self._run_cron(10.5)
        attendance.check_out = self._at(6)
        self.assertFalse(attendance.is_cut)
        self.assertEqual(self._get_times(), [("work", self.job, 1, 6)])
        self.assertEqual(
            self.corrections.search([]).mapped("state"), ["settled", "settled"]
        )

    def test_the_foreman_corrects_any_log_and_what_it_was_is_kept(self):
        self._check_in(stop=9)
        with self._freeze(1):
            log = self.mechanic._clock_start(self.job)
        with self._freeze(4):
            self.mechanic._clock_stop()
        self._correct(log, date_stop=self._at(3))
        self.assertEqual(self._get_times(), [("work", self.job, 1, 3)])
        self.assertRecordValues(
            self.corrections.search([]),
            [
                {
                    "cause": "foreman",
                    "state": "settled",
                    "log_id": log.id,
                    "hours_before": 3,
                    "hours_after": 2,
                    "user_id": self.foreman.id,
                }
            ],
        )

    def test_a_log_that_was_a_mistake_goes_and_its_hours_stay_on_record(self):
        self._check_in(stop=9)
        with self._freeze(1):
            log = self.mechanic._clock_start(self.job)
        with self._freeze(4):
            self.mechanic._clock_stop()
        self._correct(log, is_removed=True)
        self.assertFalse(self._get_times())
        self.assertRecordValues(
            self.corrections.search([]),
            [{"hours_before": 3, "hours_after": 0, "subject": self.job.name}],
        )

    def test_a_correction_that_overlaps_gets_a_sentence(self):
        self._check_in(stop=9)
        other = self._create_job()
        with self._freeze(1):
            log = self.mechanic._clock_start(self.job)
        with self._freeze(3):
            self.mechanic._clock_start(other, switch=True)
        with self.assertRaisesRegex(
            UserError, "is on “Replace front pads” since 12:00"
        ):
            self._correct(log, date_stop=self._at(4))
        with self.assertRaisesRegex(UserError, "from when to when"):
            self._correct(log, date_stop=self._at(1))

    def test_the_foreman_adds_what_was_not_pressed(self):
        self._check_in(stop=9)
        with self._freeze(10):
            form = Form(self.env["auto.time.correct"].with_user(self.foreman))
            form.employee_id = self.env["hr.employee.public"].browse(self.mechanic.id)
            form.kind = "idle"
            form.idle_reason_id = self.helping
            form.date_start = self._at(1)
            form.date_stop = self._at(2)
            form.reason = "He helped me"
            form.save().action_apply()
        self.assertEqual(self._get_times(), [("idle", self.env["auto.job"], 1, 2)])
        self.assertEqual(self.corrections.search([]).hours_after, 1)

    def test_a_mechanic_sees_his_corrections_and_makes_none(self):
        self._forget()
        self._run_cron(10.5)
        correction = self.corrections.search([], limit=1)
        own = correction.with_user(self.mechanic_user)
        self.assertEqual(own.hours_after, correction.hours_after)
        with self.assertRaises(AccessError):
            self.env["auto.time.correct"].with_user(self.mechanic_user).create(
                {"correction_id": correction.id, "reason": "x"}
            )
        with self.assertRaises(AccessError):
            own.state = "settled"

    def test_odoos_automatic_check_out_and_ours_are_not_both(self):
        with self.assertRaisesRegex(ValidationError, "Automatic Check-Out invents"):
            self.company.auto_check_out = True
        with Form(self.env["res.config.settings"]) as form:
            form.auto_check_out = True
            self.assertIn("invents", form.auto_check_out_warning)
            form.auto_cut_forgotten = False
            self.assertFalse(form.auto_check_out_warning)

    def test_a_company_without_mechanics_does_as_it_likes(self):
        company = self.env["res.company"].create({"name": "No garage"})
        company.auto_check_out = True
        self.assertTrue(company.auto_check_out)
