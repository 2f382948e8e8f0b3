from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged, users

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestAutoJob(AutoOrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_stock(cls.part, 10)
        cls.order = cls._create_order((cls.labour, 1), (cls.part, 2))
        cls.line = cls.order.order_line[0]
        cls.line.mechanic_ids = cls.mechanic

    def _get_received_job(self):
        self.order.action_confirm()
        self.order.action_receive()
        return self.order.job_ids

    def test_confirmation_makes_a_job_per_labour_line(self):
        self.assertFalse(self.order.job_ids)
        self.order.action_confirm()
        self.assertRecordValues(
            self.order.job_ids,
            [
                {
                    "name": "Replace front pads",
                    "order_line_id": self.line.id,
                    "vehicle_id": self.vehicle.id,
                    "work_type_id": self.work_type.id,
                    "mechanic_ids": self.mechanic.ids,
                    "norm_hours": 1.5,
                    "state": "todo",
                }
            ],
        )

    def test_orders_confirmed_together_get_their_jobs(self):
        orders = self._create_order() + self._create_order()
        orders.action_confirm()
        self.assertEqual(orders.job_ids.order_id, orders)

    def test_an_order_that_is_no_work_order_gets_no_job(self):
        order = self._create_order(vehicle_id=False)
        self.assertFalse(order.is_work_order)
        order.action_confirm()
        self.assertFalse(order.job_ids)
        self.assertEqual(order.order_line.qty_delivered_method, "manual")

    def test_a_line_added_to_an_agreed_order_gets_a_job(self):
        self.order.action_confirm()
        line = self.env["sale.order.line"].create(
            {"order_id": self.order.id, "product_id": self.labour.id}
        )
        self.assertEqual(line.job_ids.state, "todo")
        self.assertEqual(len(self.order.job_ids), 2)

    def test_quantity_zero_cancels_the_job_and_back_revives_it(self):
        self.order.action_confirm()
        job = self.order.job_ids
        self.line.product_uom_qty = 0
        self.assertEqual(job.state, "cancel")
        self.line.product_uom_qty = 1
        self.assertEqual(job.state, "todo")
        self.assertEqual(self.order.job_ids, job)

    def test_cancelling_the_order_cancels_open_jobs_only(self):
        order = self._create_received((self.labour, 1), (self.labour, 1))
        order.job_ids[0].action_done()
        order._action_cancel()
        self.assertEqual(order.job_ids.mapped("state"), ["done", "cancel"])
        self.assertFalse(order.work_state)

    def test_an_order_confirmed_again_revives_its_jobs(self):
        self.order.action_confirm()
        jobs = self.order.job_ids
        self.order._action_cancel()
        self.order.action_draft()
        self.order.action_confirm()
        self.assertEqual(self.order.job_ids, jobs)
        self.assertEqual(jobs.state, "todo")

    def test_deleting_a_quotation_line_deletes_nothing_else(self):
        self.line.unlink()
        self.order.action_confirm()
        self.assertFalse(self.order.job_ids)

    def test_the_job_follows_its_line(self):
        self.order.action_confirm()
        self.line.write({"norm_hours": 3, "mechanic_ids": False, "name": "Pads\nboth"})
        job = self.order.job_ids
        self.assertRecordValues(
            job, [{"norm_hours": 3, "mechanic_ids": [], "name": "Pads"}]
        )

    def test_norm_hours_are_those_of_all_that_is_sold(self):
        self.line.product_uom_qty = 4
        self.order.action_confirm()
        self.assertEqual(self.order.norm_hours, 6)
        self.assertEqual(self.order.job_ids.norm_hours, 6)

    def test_no_work_before_the_car_is_received(self):
        self.order.action_confirm()
        for action in ("action_start", "action_done"):
            with (
                self.subTest(action=action),
                self.assertRaisesRegex(UserError, "received"),
            ):
                getattr(self.order.job_ids, action)()
        with self.assertRaisesRegex(UserError, "received"):
            self.order.job_ids.action_hold(self.reason)

    def test_facts_of_a_job_make_the_state_of_its_order(self):
        job = self._get_received_job()
        self.assertEqual(self.order.work_state, "received")
        job.action_start()
        self.assertEqual(self.order.work_state, "in_progress")
        job.action_hold(self.reason)
        self.assertEqual(self.order.work_state, "on_hold")
        self.assertEqual(self.order.waiting_reason_id, self.reason)
        job.action_resume()
        self.assertEqual(self.order.work_state, "in_progress")
        self.assertFalse(job.hold_reason_id)
        self.assertFalse(self.order.waiting_reason_id)
        job.action_done()
        self.assertEqual(self.order.work_state, "ready")

    def test_dates_are_those_of_the_first_start_and_the_end(self):
        job = self._get_received_job()
        with freeze_time("2026-03-02 08:00:00"):
            job.action_start()
        with freeze_time("2026-03-02 09:00:00"):
            job.action_hold(self.reason)
        with freeze_time("2026-03-02 10:00:00"):
            job.action_start()
        with freeze_time("2026-03-02 11:00:00"):
            job.action_done()
        self.assertEqual(
            job.date_started, fields.Datetime.to_datetime("2026-03-02 08:00:00")
        )
        self.assertEqual(
            job.date_done, fields.Datetime.to_datetime("2026-03-02 11:00:00")
        )

    def test_done_delivers_the_labour_and_reopening_takes_it_back(self):
        job = self._get_received_job()
        self.assertEqual(self.line.qty_delivered_method, "auto_job")
        self.assertEqual(self.line.qty_delivered, 0)
        job.action_done()
        self.assertEqual(self.line.qty_delivered, 1)
        self.assertEqual(self.line.job_state, "done")
        job.action_reopen()
        self.assertEqual(self.line.qty_delivered, 0)
        self.assertEqual(self.order.work_state, "in_progress")

    def test_done_twice_keeps_the_first_date(self):
        job = self._get_received_job()
        with freeze_time("2026-03-02 11:00:00"):
            job.action_done()
        job.action_done()
        self.assertEqual(
            job.date_done, fields.Datetime.to_datetime("2026-03-02 11:00:00")
        )

    def test_refused_transitions(self):
        job = self._get_received_job()
        with self.assertRaisesRegex(UserError, "to do"):
            job.action_reopen()
        job.action_done()
        for action in ("action_start", "action_cancel"):
            with self.subTest(action=action), self.assertRaisesRegex(UserError, "done"):
                getattr(job, action)()
        with self.assertRaisesRegex(UserError, "done"):
            job.action_hold(self.reason)

    def test_nothing_changes_after_release(self):
        job = self._get_received_job()
        job.action_done()
        self.order.action_release()
        for action in (
            job.action_start,
            job.action_done,
            job.action_reopen,
            job.action_cancel,
            lambda: job.action_hold(self.reason),
        ):
            with self.assertRaisesRegex(UserError, "S.* is closed already"):
                action()

    def test_hold_without_a_reason_asks_for_one(self):
        job = self._get_received_job()
        action = job.action_hold()
        wizard = (
            self.env["auto.order.hold"]
            .with_context(**action["context"])
            .create({"reason_id": self.reason.id})
        )
        wizard.action_hold()
        self.assertRecordValues(
            job, [{"state": "on_hold", "hold_reason_id": self.reason.id}]
        )

    def test_a_mechanic_says_why_his_job_waits(self):
        job = self._get_received_job().with_user(self.mechanic_user)
        action = job.action_hold()
        wizard = (
            self.env["auto.order.hold"]
            .with_user(self.mechanic_user)
            .with_context(**action["context"])
            .create({"reason_id": self.reason.id})
        )
        self.env.invalidate_all()  # the browser sends it in another request
        wizard.action_hold()
        self.assertEqual(job.state, "on_hold")

    def test_actions_work_on_no_job_and_on_two(self):
        order = self._create_received((self.labour, 1), (self.labour, 1))
        for jobs in (order.job_ids.browse(), order.job_ids):
            jobs.action_start()
            jobs.action_hold(self.reason)
            jobs.action_resume()
            jobs.action_done()
            jobs.action_reopen()
            jobs.action_cancel()
        self.assertEqual(set(order.job_ids.mapped("state")), {"cancel"})

    @users("auto_mechanic")
    def test_a_mechanic_works_on_his_job_without_reading_the_order(self):
        self._get_received_job()
        job = self.env["auto.job"].search([])
        self.assertEqual(len(job), 1)
        self.assertEqual(job.wish, self.order.sudo().wish)
        self.assertEqual(job.order_name, self.order.name)
        self.assertEqual(job.part_ids.part_state, "arrived")
        job.action_start()
        job.action_hold(self.reason.id)
        job.action_start()
        job.note = "Discs are worn"
        job.action_done()
        self.assertEqual(job.state, "done")
        self.assertEqual(self.order.order_line[0].qty_delivered, 1)
        with self.assertRaises(AccessError):
            job.order_id.read(["amount_total"])
        with self.assertRaises(AccessError):
            job.order_line_id.read(["price_unit"])

    @users("auto_mechanic")
    def test_a_mechanic_changes_a_job_by_actions_only(self):
        self._get_received_job()
        job = self.env["auto.job"].search([])
        for vals in (
            {"state": "done"},
            {"norm_hours": 9},
            {"mechanic_ids": False},
            {"date_done": "2026-01-01"},
            {"order_line_id": self.line.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                job.write(vals)
        with self.assertRaises(AccessError):
            job.action_cancel()
        with self.assertRaises(AccessError):
            job.unlink()

    @users("auto_mechanic")
    def test_a_mechanic_sees_only_his_own_jobs(self):
        self._get_received_job()
        other = self._create_received().with_env(self.env).sudo().job_ids
        job = other.with_user(self.mechanic_user)
        self.assertNotIn(job, self.env["auto.job"].search([]))
        with self.assertRaises(AccessError):
            job.action_start()

    @users("auto_mechanic")
    def test_a_mechanic_tells_what_else_he_found(self):
        self._get_received_job()
        job = self.env["auto.job"].search([])
        action = job.action_open_recommend()
        self.env["auto.job.finding"].with_context(**action["context"]).create(
            {"name": "Oil leaks", "severity": "danger"}
        ).action_record()
        self.assertRecordValues(
            self.order.recommendation_ids,
            [
                {
                    "name": "Oil leaks",
                    "severity": "danger",
                    "vehicle_id": self.vehicle.id,
                    "state": "advised",
                    "is_extra": False,
                }
            ],
        )
        self.assertFalse(self.order.found_extra_ids)
        [activity] = self.order.activity_ids
        self.assertEqual(activity.user_id, self.order._get_advisor())
        self.assertIn("found something", activity.summary)

    @users("auto_mechanic")
    def test_what_needs_doing_now_is_agreed_by_the_advisor(self):
        self._get_received_job()
        order = self.order
        order._record_consent("phone")
        job = self.env["auto.job"].search([])
        action = self.env["auto.job.finding"].create(
            {"job_id": job.id, "name": "Hose <burst>", "urgency": "now"}
        )
        action.action_record()
        work = order.found_extra_ids
        self.assertRecordValues(work, [{"name": "Hose <burst>", "is_extra": True}])
        [activity] = order.activity_ids
        self.assertEqual(activity.user_id, order._get_advisor())
        self.assertEqual(activity.summary, "Extra work to agree: Hose <burst>")
        self.assertIn("&lt;burst&gt;", activity.note)
        extra = [
            "|",
            ("consent_state", "=", "extra"),
            (
                "recommendation_ids",
                "any",
                [("is_extra", "=", True), ("state", "=", "advised")],
            ),
        ]
        self.assertIn(order, order.search(extra))
        # a price first: mere words cannot be agreed to
        works = work.with_user(self.advisor).with_context(
            **work.action_open_extra()["context"]
        )
        with self.assertRaisesRegex(UserError, "Choose the work"):
            works.action_add_to_order()
        works.product_id = self.labour
        works.action_add_to_order()
        self.assertEqual(order.consent_state, "extra")
        self.assertGreater(order.amount_extra, 0)
        self.assertFalse(order.found_extra_ids)

    @users("auto_advisor")
    def test_an_advisor_plans_jobs(self):
        self.order.with_env(self.env).action_confirm()
        job = self.order.job_ids.with_env(self.env)
        job.write({"mechanic_ids": False, "norm_hours": 2})
        job.action_cancel()
        self.assertEqual(job.state, "cancel")
