from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_pay import AutoPayCommon


@tagged("post_install", "-at_install")
class TestJobShares(AutoPayCommon):
    """Two mechanics on a job share its norm-hours as given, not by their time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheme.copy({"employee_id": cls.mechanic_2.id})
        cls.job = cls._create_job(cls.mechanic + cls.mechanic_2)
        cls._check_in(start=0, stop=9)
        cls._log(0, 2, cls.job)

    def _give(self, job=None, user=None, **percents):
        """Give the mechanics `one` and `two` their shares."""
        mechanics = {"one": self.mechanic, "two": self.mechanic_2}
        job = (job or self.job).with_user(user or self.env.user)
        job.share_ids = [
            Command.clear(),
            *(
                Command.create({"employee_id": mechanics[name].id, "percent": percent})
                for name, percent in percents.items()
            ),
        ]

    def _get_shares(self):
        return [(share.employee_id, share.percent) for share in self.job.share_ids]

    def test_given_shares_win_over_time_in_report_and_pay(self):
        self._give(one=60, two=40)
        self._release(self.job, 3)
        rows = self._sum("hours_sold", "revenue", groupby=["employee_id"])
        self.assertEqual(
            [(mechanic, round(sold, 6), revenue) for mechanic, sold, revenue in rows],
            [(self.mechanic, 0.9, 900), (self.mechanic_2, 0.6, 600)],
        )
        self.assertEqual(self._get_entries(), [("revenue", 270), ("norm", 180)])
        self.assertEqual(
            self._get_entries(self.mechanic_2), [("revenue", 180), ("norm", 120)]
        )

    def test_shares_of_who_did_not_touch_it_are_his(self):
        self._give(two=100)
        self._release(self.job, 3)
        rows = self._sum("hours_sold", groupby=["employee_id"])
        self.assertEqual(rows, [(self.mechanic, False), (self.mechanic_2, 1.5)])
        self.assertFalse(self._get_entries())

    def test_without_shares_time_says_it_again(self):
        self._give(one=60, two=40)
        self._give()
        self._release(self.job, 3)
        self.assertEqual(self._get_entries(), [("revenue", 450), ("norm", 300)])

    def test_advisor_and_foreman_change_all_shares_at_once(self):
        for user, percents in ((self.advisor, (60, 40)), (self.foreman, (50, 50))):
            with Form(self.job.with_user(user)) as form:
                if form.share_ids:
                    for number, percent in enumerate(percents):
                        with form.share_ids.edit(number) as share:
                            share.percent = percent
                    continue
                mechanics = self.mechanic, self.mechanic_2
                for mechanic, percent in zip(mechanics, percents, strict=True):
                    with form.share_ids.new() as share:
                        share.employee_id = mechanic
                        share.percent = percent
        self.assertEqual(
            self._get_shares(), [(self.mechanic, 50), (self.mechanic_2, 50)]
        )

    def test_shares_come_to_the_whole(self):
        with self.assertRaisesRegex(ValidationError, "come to 90.0 %"):
            self._give(one=60, two=30)
        self._give(one=33.33, two=66.67)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.job.share_ids[0].percent = 50
        with self.assertRaisesRegex(UserError, "on the job"):
            self.job.share_ids[0].unlink()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self._give(one=100, two=0)

    def test_what_is_earned_is_not_shared_anew(self):
        self._give(one=60, two=40)
        order = self._release(self.job, 3)
        for write in (
            lambda: self._give(one=50, two=50),
            self._give,
            self.job.share_ids.unlink,
            lambda: self.job.share_ids.write({"percent": 50}),
        ):
            with self.assertRaisesRegex(UserError, "is earned"):
                write()
        order.with_user(self.manager).action_unrelease()
        self._give(one=50, two=50)
        self.assertEqual(
            self._get_shares(), [(self.mechanic, 50), (self.mechanic_2, 50)]
        )

    def test_what_was_approved_is_not_shared_anew(self):
        order = self._release(self.job, 3)
        statement = self._create_statement()
        statement.action_collect()
        statement.action_approve()
        order.with_user(self.manager).action_unrelease()
        with self.assertRaisesRegex(UserError, "is earned"):
            self._give(one=50, two=50)

    def test_a_mechanic_neither_sees_nor_gives_shares(self):
        self._give(one=60, two=40)
        job = self.job.with_user(self.mechanic_user)
        with self.assertRaises(AccessError):
            job.read(["share_ids"])
        with self.assertRaises(AccessError):
            job.share_ids = [Command.clear()]
        with self.assertRaises(AccessError):
            self.job.share_ids.with_user(self.mechanic_user).read(["percent"])
