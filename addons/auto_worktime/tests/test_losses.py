from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_output_report import AutoOutputCommon


@tagged("post_install", "-at_install")
class TestLosses(AutoOutputCommon):
    def setUp(self):
        super().setUp()
        self.lift_reason = self.env.ref("auto_crm.hold_reason_lift")
        self.job = self._create_job()
        with self._freeze(-1):
            self.run_events()
        self._create_booking(0, 2, order_id=self.job.order_id.id)
        self._check_in(start=0, stop=10)
        self._log(0, 1, self.job)
        self._log(1, 4, self.job, kind="idle", reason_id=self.parts.id)
        self._log(4, 6, self.job, kind="idle", reason_id=self.lift_reason.id)
        self._log(6, 6.5, kind="idle", reason_id=self.helping.id)
        self._log(6.5, 9, self.job)

    def _get_losses(self):
        with self._freeze(20):
            action = self.env["auto.loss"].with_user(self.manager).action_open()
        return self.env["auto.loss"].with_user(self.manager).browse(action["res_id"])

    def test_the_largest_losses_of_the_week_come_first_with_their_money(self):
        self._release(self.job, 9.5)
        losses = self._get_losses()
        self.assertEqual(losses.date_from, date(2035, 1, 8))
        self.assertEqual(losses.display_name, "Losses")
        self.assertRecordValues(
            losses.line_ids,
            [
                {
                    "name": "Waiting for parts",
                    "hours": 3,
                    "amount": 3000,
                    "is_top": True,
                },
                {
                    "name": "Waiting for a lift",
                    "hours": 2,
                    "amount": 2000,
                    "is_top": True,
                },
                {"name": "Nothing given", "hours": 1, "amount": 1000, "is_top": True},
                {
                    "name": "Helping a colleague",
                    "hours": 0.5,
                    "amount": 500,
                    "is_top": False,
                },
            ],
        )

    def test_without_sales_nobody_knows_what_an_hour_would_have_brought(self):
        losses = self._get_losses()
        self.assertEqual(losses.line_ids.mapped("amount"), [0] * 4)
        self.assertFalse(losses.effective_rate)

    def test_work_in_progress_adds_up_over_the_days(self):
        losses = self._get_losses()
        self.assertRecordValues(
            losses,
            [
                {
                    "hours_wip_start": 0,
                    "hours_jobs": 3.5,
                    "hours_finished": 0,
                    "hours_wip_stop": 3.5,
                }
            ],
        )
        losses.date_from = date(2035, 1, 9)
        self.assertEqual(losses.hours_wip_start, 3.5)
        self.assertFalse(losses.line_ids)

    def test_a_loss_opens_its_purchase(self):
        order = self.job.order_id
        order.order_line = [
            (0, 0, {"product_id": self.part.id, "part_source": "order"})
        ]
        purchases = order._get_purchase_orders()
        self.assertTrue(purchases)
        line = self._get_losses().line_ids[0]
        self.assertEqual(line.action_open()["res_id"], purchases.id)

    def test_a_loss_opens_its_lift(self):
        action = self._get_losses().line_ids[1].action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("auto.post", self.lift.id)
        )

    def test_what_has_no_cause_opens_its_hours(self):
        lines = self._get_losses().line_ids
        for line in lines[0] + lines[2] + lines[3]:
            action = line.action_open()
            self.assertEqual(action["res_model"], "auto.output.report")

    def test_losses_are_for_managers(self):
        for user in self.foreman + self.mechanic_user + self.advisor:
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["auto.loss"].with_user(user).action_open()

    def test_the_order_shows_where_its_days_went(self):
        order = self.job.order_id
        with self._freeze(10):
            self.job.action_hold(self.parts)
            self.run_events()
        with self._freeze(24):
            parts = order.with_user(self.advisor)._get_clock_parts()
            self.assertEqual(round(sum(part["share"] for part in parts)), 100)
            waits = [part["hours"] for part in parts if part["colour"] == "bg-warning"]
            self.assertEqual(waits, [14])
            names = [part["name"] for part in order.clock_bar]
            self.assertIn("Waiting for parts", names)

    def test_each_part_of_the_days_opens_its_rows(self):
        order = self.job.order_id.with_user(self.advisor)
        with self._freeze(10):
            self.job.action_hold(self.parts)
            self.run_events()
        with self._freeze(24):
            for part in order.clock_bar:
                action = order.action_open_clock(part["state"], part["reason"])
                rows = self.env[action["res_model"]].with_user(self.advisor)
                rows = rows.search(action["domain"])
                self.assertTrue(rows)
                self.assertEqual(sum(rows.mapped("hours")), part["hours"])

    def test_the_order_opens_the_logs_of_its_mechanics(self):
        order = self.job.order_id.with_user(self.manager)
        logs = self.logs.with_user(self.manager)
        logs = logs.search(order.action_open_time_logs()["domain"])
        self.assertEqual(logs.order_id, order)

    def test_an_estimate_has_no_days(self):
        self.assertFalse(self._create_order().clock_bar)


@tagged("post_install", "-at_install")
class TestWorkshopNow(AutoOutputCommon):
    def _get_now(self):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["auto.workshop.now"].with_user(self.foreman)
        return rows.search(
            [("employee_id", "in", (self.mechanic + self.mechanic_2).ids)]
        )

    def test_who_does_what_now(self):
        job = self._create_job()
        self._check_in(start=0)
        self._log(1, None, job)
        self._check_in(self.mechanic_2, start=0)
        self._log(0, 1, job, self.mechanic_2)
        with self._freeze(3):
            rows = self._get_now()
            self.assertRecordValues(
                rows,
                [
                    {
                        "employee_id": self.mechanic_2.id,
                        "kind": "none",
                        "job_id": False,
                        "hours": 2,
                        "is_over": False,
                    },
                    {
                        "employee_id": self.mechanic.id,
                        "kind": "work",
                        "job_id": job.id,
                        "hours": 2,
                        "is_over": True,
                    },
                ],
            )
            self.assertEqual(rows[1].license_plate, self.vehicle.license_plate)
            self.assertEqual(rows[1].order_name, job.order_id.name)

    def test_who_has_left_is_absent(self):
        self._check_in(start=0, stop=2)
        self.assertEqual(set(self._get_now().mapped("kind")), {"absent"})

    def test_mechanics_do_not_see_what_the_others_do(self):
        with self.assertRaises(AccessError):
            self.env["auto.workshop.now"].with_user(self.mechanic_user).search([])
