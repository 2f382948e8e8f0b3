from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import AutoWorktimeCommon


@tagged("post_install", "-at_install")
class TestClockCompany(AutoWorktimeCommon):
    """Two companies in two zones: each has its own mechanics, logs and midnight."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Ural shop"})
        cls.other_company.resource_calendar_id.tz = "Asia/Yekaterinburg"
        cls.guest = cls.env["hr.employee"].create(
            {
                "name": "Mechanic Ural",
                "is_mechanic": True,
                "company_id": cls.other_company.id,
                "tz": "Asia/Yekaterinburg",
            }
        )
        cls.job = cls._create_job()
        cls._check_in()
        cls._check_in(cls.guest)

    def test_nobody_works_for_another_company(self):
        with self._freeze(1), self.assertRaisesRegex(UserError, "does not work for"):
            self.guest._clock_start(self.job)

    def test_logs_are_of_the_mechanics_company_and_read_there_only(self):
        foreman = new_test_user(
            self.env,
            login="ural_foreman",
            groups="auto_worktime.auto_worktime_group_foreman",
            company_id=self.other_company.id,
            company_ids=[(6, 0, self.other_company.ids)],
        )
        with self._freeze(1):
            own = self.mechanic._clock_start(self.job)
            other = self.guest._clock_pause(self.helping)
        self.assertEqual(own.company_id, self.company)
        self.assertEqual(other.company_id, self.other_company)
        logs = self.logs.with_user(foreman)
        self.assertEqual(logs.search([]), other)
        self.assertEqual(self.logs.with_user(self.foreman).search([]), own)
        wizard = self.env["auto.time.correct"].with_user(foreman)
        with self._freeze(3), self.assertRaises(UserError):
            wizard.create(
                {
                    "employee_id": self.mechanic.id,
                    "kind": "break",
                    "date_start": self._at(1),
                    "date_stop": self._at(2),
                    "reason": "x",
                }
            ).action_apply()

    def test_the_hours_in_sentences_are_those_of_the_mechanic(self):
        with self._freeze(1):
            log = self.guest._clock_pause(self.helping)
            own = self.mechanic._clock_pause(self.helping)
        self.assertEqual(log._format_start(), "12:00 PM")
        self.assertEqual(own._format_start(), "10:00 AM")

    def test_each_is_cut_at_the_end_of_his_own_shift(self):
        self.guest.resource_calendar_id = self.other_company.resource_calendar_id
        self.mechanic.resource_calendar_id = self.company.resource_calendar_id
        ends = [
            self._hours(attendance._get_shift_end())
            for attendance in (
                self.mechanic._find_attendance(self._at(0)),
                self.guest._find_attendance(self._at(0)),
            )
        ]
        self.assertEqual(ends, [8, 6])
