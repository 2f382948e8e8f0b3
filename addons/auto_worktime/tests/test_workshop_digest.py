from odoo.tests import tagged

from .test_output_report import AutoOutputCommon


@tagged("post_install", "-at_install")
class TestWorkshopDigest(AutoOutputCommon):
    def setUp(self):
        super().setUp()
        self.env["res.company"].search([]).auto_digest_date = "2036-01-01"
        self.company.auto_digest_date = False
        job = self._create_job()
        self._check_in(start=0, stop=10)
        self._log(0, 3, job, kind="idle", reason_id=self.parts.id)
        self._log(3, 4, job)
        self._release(job, 5)

    def _mail(self, hours):
        """Run the scheduled action, and return what managers got."""
        before = self.env["mail.message"].search([], order="id desc", limit=1)
        with self._freeze(hours), self.enter_registry_test_mode():
            self.env.ref(
                "auto_worktime.ir_cron_mail_workshop_digest"
            ).method_direct_trigger()
        self.env.invalidate_all()
        return self.env["mail.message"].search(
            [
                ("id", ">", before.id),
                ("partner_ids", "in", self.manager.partner_id.ids),
            ]
        )

    def test_managers_get_the_output_of_the_week_on_monday(self):
        self.company.auto_digest_date = "2035-01-08"
        self.assertFalse(self._mail(6 * 24))
        message = self._mail(7 * 24)
        self.assertEqual(len(message), 1)
        body = message.body
        for text in ("Utilisation", "10 %", "Waiting for parts", "03:00"):
            self.assertIn(text, body)
        self.assertIn("3,000", body)
        self.assertFalse(self._mail(8 * 24))

    def test_clocks_that_are_overdue_are_told(self):
        self._check_in(self.mechanic_2, start=144)
        self._log(144, None, self._create_job(self.mechanic_2), self.mechanic_2)
        self.assertIn("Mechanic Two", self._mail(7 * 24).body)

    def test_nobody_is_mailed_about_a_week_without_work(self):
        self.company.auto_digest_date = "2035-01-15"
        self.assertFalse(self._mail(14 * 24))

    def test_mechanics_and_foremen_get_no_mail(self):
        partners = self._mail(7 * 24).partner_ids
        self.assertNotIn(self.mechanic_user.partner_id, partners)
        self.assertNotIn(self.foreman.partner_id, partners)
