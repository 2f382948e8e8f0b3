from odoo.exceptions import UserError
from odoo.tests import Form, tagged, users

from odoo.addons.auto_worktime.tools.errors import ClockError

from .common import AutoWorktimeCommon


@tagged("post_install", "-at_install")
class TestJobButtons(AutoWorktimeCommon):
    """The buttons of `auto_crm` are the presses of the clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls._create_job()
        cls.other = cls._create_job()
        cls._check_in()

    def _press(self, hours, user, method, *args, job=None):
        with self._freeze(hours):
            return getattr((job or self.job).with_user(user), method)(*args)

    def test_a_mechanic_clocks_himself(self):
        self._press(1, self.mechanic_user, "action_start")
        self._press(2, self.mechanic_user, "action_hold", self.parts)
        self._press(3, self.mechanic_user, "action_start")
        self._press(4, self.mechanic_user, "action_done")
        self.assertEqual(
            self._get_times(),
            [
                ("work", self.job, 1, 2),
                ("idle", self.job, 2, 3),
                ("work", self.job, 3, 4),
            ],
        )
        self.assertEqual(self.logs.search([]).user_id, self.mechanic_user)
        self.assertEqual(self.job.state, "done")

    def test_an_advisor_clocks_the_mechanic_of_the_job(self):
        self._press(1, self.advisor, "action_start")
        self.assertEqual(self._get_times(), [("work", self.job, 1, False)])
        self._press(2, self.advisor, "action_hold", self.parts)
        self.assertEqual(self.job.state, "on_hold")
        self.assertEqual(self.logs.search([], limit=1).user_id, self.advisor)

    def test_what_runs_for_nobody_clocks_nobody(self):
        with self._freeze(1):
            self.job.action_start()
        self.assertEqual(self.job.state, "in_progress")
        self.assertFalse(self._get_times())

    def test_an_employee_who_is_no_mechanic_is_not_clocked(self):
        self.mechanic.is_mechanic = False
        self._press(1, self.mechanic_user, "action_start")
        self.assertEqual(self.job.state, "in_progress")
        self.assertFalse(self._get_times())

    def test_a_start_during_another_job_offers_to_switch(self):
        self._press(1, self.mechanic_user, "action_start")
        action = self._press(2, self.mechanic_user, "action_start", job=self.other)
        self.assertEqual(action["res_model"], "auto.time.start")
        wizard = self._open(action, self.mechanic_user, 2)
        with self._freeze(2):
            self.assertIn("is on “Replace front pads” since 10:00", wizard.question)
            wizard.action_start()
        self.assertEqual(
            self._get_times(),
            [("work", self.job, 1, 2), ("work", self.other, 2, False)],
        )

    def _open(self, action, user, hours):
        with self._freeze(hours):
            model = self.env[action["res_model"]].with_user(user)
            return Form(model.with_context(**action["context"])).save()

    def test_who_is_absent_may_check_in_where_odoo_lets_him(self):
        self.Attendance.search([]).check_out = self._at(0)
        action = self._press(1, self.mechanic_user, "action_start")
        wizard = self._open(action, self.mechanic_user, 1)
        with self._freeze(1):
            self.assertFalse(wizard.may_check_in)
            self.assertIn("checks in at the kiosk", wizard.question)
            with self.assertRaises(ClockError):
                wizard.action_start()
        self.company.attendance_from_systray = True
        wizard = self._open(action, self.mechanic_user, 1)
        with self._freeze(1):
            self.assertTrue(wizard.may_check_in)
            wizard.action_start()
        self.assertEqual(self._get_times(), [("work", self.job, 1, False)])
        self.assertTrue(self.mechanic._find_attendance(self._at(1)))

    def test_an_advisor_says_which_of_several_mechanics_starts(self):
        self.job.mechanic_ids += self.mechanic_2
        action = self._press(1, self.advisor, "action_start")
        with self._freeze(1):
            form = Form(
                self.env["auto.time.start"]
                .with_user(self.advisor)
                .with_context(**action["context"])
            )
            form.employee_ids.remove(self.mechanic_2.id)
            form.save().action_start()
        self.assertEqual(self._get_times(), [("work", self.job, 1, False)])
        self.assertFalse(self._get_times(self.mechanic_2))

    def test_a_wizard_starts_for_the_mechanics_of_the_job_only(self):
        self._check_in(self.mechanic_2)
        wizard = (
            self.env["auto.time.start"]
            .with_user(self.mechanic_user)
            .create({"job_id": self.job.id, "employee_ids": [(4, self.mechanic_2.id)]})
        )
        with self._freeze(1):
            wizard.action_start()
        self.assertFalse(self._get_times(self.mechanic_2))

    def test_of_several_jobs_at_once_an_absent_mechanic_is_named(self):
        self.Attendance.search([]).check_out = self._at(0)
        with self.assertRaisesRegex(ClockError, "not checked in"):
            self._press(1, self.advisor, "action_start", job=self.job + self.other)

    def test_nobody_can_be_idle_on_a_job_that_nobody_is_on(self):
        with self.assertRaisesRegex(UserError, "Nobody works on"):
            self._press(1, self.advisor, "action_hold", self.helping)
        self._press(1, self.advisor, "action_hold", self.parts)
        self.assertEqual(self.job.state, "on_hold")

    def test_a_mechanic_pauses_himself_not_his_colleague(self):
        self.job.mechanic_ids += self.mechanic_2
        self._check_in(self.mechanic_2)
        with self._freeze(1):
            self.mechanic._clock_start(self.job)
            self.mechanic_2._clock_start(self.job)
        self._press(2, self.mechanic_user, "action_hold", self.parts)
        self.assertEqual(
            self._get_times(self.mechanic_2), [("work", self.job, 1, False)]
        )
        self.assertEqual(self.job.state, "in_progress")

    def test_the_wizard_of_a_pause_does_it_the_same_way(self):
        self._press(1, self.mechanic_user, "action_start")
        action = self._press(2, self.mechanic_user, "action_hold")
        with self._freeze(2):
            form = Form(
                self.env["auto.order.hold"]
                .with_user(self.mechanic_user)
                .with_context(**action["context"])
            )
            form.reason_id = self.helping
            form.save().action_hold()
        self.assertEqual(
            self._get_times(),
            [("work", self.job, 1, 2), ("idle", self.job, 2, False)],
        )
        self.assertEqual(self.job.state, "in_progress")

    @users("auto_mechanic")
    def test_a_mechanic_does_not_read_what_the_wizard_asks_of_others(self):
        wizard = self.env["auto.time.start"].create({"job_id": self.other.id})
        self.assertEqual(wizard.offered_ids.ids, self.mechanic.ids)
