from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AutoCrmCommon

LOG = "odoo.addons.auto_crm.models.auto_cron_delay"
NOON = fields.Datetime.to_datetime("2026-03-10 12:00:00")


@tagged("post_install", "-at_install")
class TestCronDelay(AutoCrmCommon):
    """Scheduled actions: a row at a time, a bad one parked, no row done twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.delays = cls.env["auto.cron.delay"]
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Row {number}", "ref": "to do"} for number in range(5)]
        )
        cls.domain = [("id", "in", cls.partners.ids), ("ref", "=", "to do")]

    def setUp(self):
        super().setUp()
        self.clock = self.startPatcher(freeze_time(NOON))
        self.done = []
        self.bad = self.env["res.partner"]

    def work(self, partner):
        if partner in self.bad:
            raise ValueError("a bad row")
        partner.ensure_one()
        partner.ref = "done"
        self.done.append(partner.id)

    def run_job(self, work=None, **options):
        self.done = []
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = self.env(cr=cr)  # which may commit, as the scheduler's
            env["auto.cron.delay"]._run_each(
                "test",
                env["res.partner"],
                self.domain,
                work or self.work,
                **options,
            )
        self.env.invalidate_all()
        return self.done

    def test_all_rows_are_done_in_batches_and_once(self):
        self.assertEqual(self.run_job(batch_size=2), self.partners.ids)
        self.assertEqual(self.run_job(), [])

    @mute_logger(LOG)
    def test_a_bad_row_is_parked_and_the_others_go_on(self):
        self.bad = self.partners[1]
        self.assertEqual(self.run_job(batch_size=1), (self.partners - self.bad).ids)
        delay = self.delays.search([("job", "=", "test")])
        self.assertRecordValues(
            delay,
            [
                {
                    "res_id": self.bad.id,
                    "tries": 1,
                    "date_next": NOON + timedelta(minutes=10),
                    "error": "ValueError: a bad row",
                }
            ],
        )

    def test_a_parked_row_is_tried_when_its_time_has_come(self):
        self.bad = self.partners[:1]
        with self.assertLogs(LOG, "ERROR"):
            self.run_job()
        with self.assertNoLogs(LOG, "ERROR"):
            self.run_job()
        self.clock.tick(timedelta(minutes=11))
        with self.assertLogs(LOG, "ERROR"):
            self.run_job()
        self.assertEqual(self.delays.search([("job", "=", "test")]).tries, 2)
        self.bad = self.env["res.partner"]
        self.clock.tick(timedelta(minutes=21))
        self.assertEqual(self.run_job(), self.partners[:1].ids)

    @mute_logger(LOG)
    def test_a_row_waits_for_a_day_at_most(self):
        self.bad = self.partners[:1]
        for _day in range(12):
            self.run_job()
            self.clock.tick(timedelta(days=1, minutes=1))
        delay = self.delays.search([("job", "=", "test")])
        self.assertEqual(delay.tries, 12)
        self.assertLess(delay.date_next, fields.Datetime.now())

    def test_what_a_bad_row_has_changed_is_taken_back(self):
        def work(partner):
            partner.ref = "half"
            raise ValueError

        with mute_logger(LOG):
            self.run_job(work)
        self.assertEqual(set(self.partners.mapped("ref")), {"to do"})

    def test_a_row_that_another_worker_holds_is_left_to_it(self):
        held = self.partners[2]
        model = self.registry["res.partner"]
        lock = model.try_lock_for_update

        def lock_others(partners, **options):
            return lock(partners - partners.browse(held.id), **options)

        with patch.object(model, "try_lock_for_update", lock_others):
            done = self.run_job()
        self.assertEqual(done, (self.partners - held).ids)
        self.assertFalse(self.delays.search([("job", "=", "test")]))

    def test_a_row_that_somebody_has_done_meanwhile_is_not_done_again(self):
        def work(partner):
            partner.browse(self.partners[3].id).ref = "done by another"
            self.work(partner)

        self.assertEqual(self.run_job(work), (self.partners - self.partners[3]).ids)

    def test_a_row_that_has_gone_meanwhile_stops_nobody(self):
        gone = self.partners[4]
        others = self.partners - gone

        def work(partner):
            partner.browse(gone.id).exists().unlink()
            self.work(partner)

        self.assertEqual(self.run_job(work), others.ids)

    def test_jobs_park_rows_apart(self):
        self.bad = self.partners
        with mute_logger(LOG):
            self.run_job()
        self.assertTrue(self.delays.search([("job", "=", "test")]))
        for job, due in (("other", self.partners), ("test", self.bad.browse())):
            domain = self.delays._get_due_domain(job)
            self.assertEqual(self.partners.filtered_domain(domain), due)

    def run_batches(self, work, **options):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = self.env(cr=cr)  # which may commit, as the scheduler's
            env["auto.cron.delay"]._run_batches(
                "test", env["res.partner"], self.domain, work, **options
            )
        self.env.invalidate_all()

    def test_batches_are_done_at_once(self):
        sizes = []

        def work(partners):
            sizes.append(len(partners))
            partners.ref = "done"

        self.run_batches(work, batch_size=2)
        self.run_batches(work, batch_size=2)
        self.assertEqual(sizes, [2, 2, 1])
        self.assertEqual(set(self.partners.mapped("ref")), {"done"})

    @mute_logger(LOG)
    def test_of_a_batch_that_fails_only_the_bad_row_is_parked(self):
        bad = self.partners[1]

        def work(partners):
            partners.ref = "done"
            if bad.id in partners.ids:
                raise ValueError("a bad row")

        self.run_batches(work, batch_size=3)
        others = self.partners - bad
        self.assertEqual(set(others.mapped("ref")), {"done"})
        self.assertEqual(bad.ref, "to do")
        delay = self.delays.search([("job", "=", "test")])
        self.assertEqual(delay.res_id, bad.id)

    def test_old_delays_are_forgotten(self):
        self.bad = self.partners[:1]
        with mute_logger(LOG):
            self.run_job()
        self.clock.tick(timedelta(days=20))
        self.delays._gc_delays()
        self.assertTrue(self.delays.search([("job", "=", "test")]))
        self.clock.tick(timedelta(days=20))
        self.delays._gc_delays()
        self.assertFalse(self.delays.search([("job", "=", "test")]))
