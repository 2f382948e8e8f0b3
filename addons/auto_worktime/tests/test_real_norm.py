from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .test_output_report import AutoOutputCommon


@tagged("post_install", "-at_install")
class TestRealNorm(AutoOutputCommon):
    def _work(self, *hours, **vals):
        """Make released orders whose work took so many hours each."""
        for number, length in enumerate(hours):
            job = self._create_job(**vals)
            self._log(number * 10, number * 10 + length, job)
            self._release(job, number * 10 + length, invoice=False)

    def _create_product(self, **vals):
        return self.env["product.product"].create(
            {
                "name": "Bleed",
                "type": "service",
                "service_tracking": "auto_job",
                **vals,
            }
        )

    def _get_norm(self, **subject):
        self.env.flush_all()
        [(name, record)] = subject.items()
        norms = self.env["auto.real.norm"].with_user(self.manager)
        kind = {"product_id": "work", "package_id": "package", "work_type_id": "type"}
        return norms.search([(name, "=", record.id), ("kind", "=", kind[name])])

    def test_it_is_the_median_with_its_spread_and_count(self):
        self._work(1, 2, 3, 4, 9)
        self.assertRecordValues(
            self._get_norm(product_id=self.labour),
            [
                {
                    "order_count": 5,
                    "hours_median": 3,
                    "hours_low": 2,
                    "hours_high": 4,
                    "norm_hours": 1.5,
                    "difference": 100,
                    "work_type_id": self.work_type.id,
                }
            ],
        )

    def test_open_orders_and_rework_do_not_count(self):
        self._work(1)
        open_job = self._create_job()
        self._log(10, 19, open_job)
        job = self._create_job(rework_of_id=open_job.order_id.id)
        self._log(20, 29, job)
        self._release(job, 30, invoice=False)
        self.assertEqual(self._get_norm(product_id=self.labour).order_count, 1)

    def test_a_manager_takes_it_over(self):
        self._work(1, 2, 3)
        self._get_norm(product_id=self.labour).action_take_over()
        self.assertEqual(self.labour.norm_hours, 2)

    def test_a_work_type_has_its_own_norm(self):
        other = self._create_product(norm_hours=7, work_type_id=self.work_type.id)
        self._work(1, 2, 3)
        line = [Command.create({"product_id": other.id, "product_uom_qty": 2})]
        job = self._create_job()
        job.order_id.order_line = line
        self._log(40, 50, job.order_id.job_ids.filtered(lambda one: one != job))
        self._release(job, 51, invoice=False)
        norm = self._get_norm(work_type_id=self.work_type)
        self.assertRecordValues(
            norm,
            [
                {
                    "name": self.work_type.name,
                    "order_count": 4,
                    "hours_median": 2.5,
                    "hours_low": 1.75,
                    "hours_high": 3.5,
                    "norm_hours": 0,
                    "difference": 0,
                }
            ],
        )
        norm.action_take_over()
        self.assertEqual(self.work_type.norm_hours, 2.5)
        self.assertEqual((self.labour + other).mapped("norm_hours"), [1.5, 7])

    def test_a_new_work_begins_with_the_norm_of_its_type(self):
        self.work_type.norm_hours = 2.5
        templates = self.env["product.template"].with_user(self.manager)
        form = Form(
            templates.with_context(
                default_type="service", default_service_tracking="auto_job"
            )
        )
        form.name = "Change hoses"
        form.work_type_id = self.work_type
        self.assertEqual(form.norm_hours, 2.5)
        form.norm_hours = 1
        form.work_type_id = self.work_type.copy({"name": "Other"})
        self.assertEqual(form.norm_hours, 1)

    def test_a_package_keeps_the_proportions_of_its_works(self):
        other = self._create_product(norm_hours=0.5)
        package = self.env["auto.package"].create(
            {
                "name": "Brakes",
                "line_ids": [
                    Command.create({"product_id": self.labour.id}),
                    Command.create({"product_id": other.id}),
                ],
            }
        )
        order = self._create_order(order_line=[])
        package._add_to_order(order)
        with self._freeze(-2):
            order.action_confirm()
            order.action_receive()
        first, second = order.job_ids
        self._log(0, 3, first)
        self._log(3, 4, second)
        self._release(first, 5, invoice=False)
        norm = self._get_norm(package_id=package)
        self.assertRecordValues(
            norm, [{"hours_median": 4, "norm_hours": 2, "order_count": 1}]
        )
        norm.action_take_over()
        self.assertEqual(package.line_ids.mapped("norm_hours"), [3, 1])

    def test_norms_are_for_managers(self):
        self._work(1)
        norm = self._get_norm(product_id=self.labour)
        for user in self.mechanic_user + self.foreman + self.advisor:
            with self.subTest(user.login), self.assertRaises(AccessError):
                norm.with_user(user).action_take_over()
            with self.subTest(user.login), self.assertRaises(AccessError):
                norm.with_user(user).search([])
