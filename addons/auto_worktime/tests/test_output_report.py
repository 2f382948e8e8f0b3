from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import AutoWorktimeCommon


class AutoOutputCommon(AutoWorktimeCommon):
    """A shop that sells what its mechanics do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["auto.output.report"]

    @classmethod
    def _log(cls, start, stop, job=None, employee=None, kind="work", **vals):
        """Clock a mechanic, in hours after nine on Monday."""
        employee = employee or cls.mechanic
        return cls.logs.create(
            {
                "employee_id": employee.id,
                "company_id": employee.company_id.id,
                "kind": kind,
                "job_id": job and job.id,
                "date_start": cls._at(start),
                "date_stop": stop is not None and cls._at(stop),
                **vals,
            }
        )

    @classmethod
    def _release(cls, job, hours, invoice=True):
        """Finish the job, bill its order and hand over the car."""
        order = job.order_id
        with freeze_time(cls._at(hours)):
            order.job_ids.action_done()
            if invoice:
                cls._bill(order)
            order.action_release()
        return order

    @classmethod
    def _bill(cls, order):
        invoice = order._create_invoices()
        invoice.invoice_date = fields.Date.today()
        invoice.action_post()
        return invoice

    @classmethod
    def _refund(cls, invoice, hours, **line_vals):
        """Credit an invoice; with values of its lines, only so much."""
        with freeze_time(cls._at(hours)):
            today = fields.Date.today()
            refund = invoice._reverse_moves([{"invoice_date": today, "date": today}])
            refund.invoice_line_ids.write(line_vals)
            refund.action_post()
        return refund

    def _sum(self, *names, domain=(), groupby=()):
        """Return the report's figures, by group if asked for."""
        self.env.flush_all()
        report = self.report
        aggregates = [f"{name}:{report._fields[name].aggregator}" for name in names]
        employees = (self.mechanic + self.mechanic_2).ids
        rows = report._read_group(
            [("employee_id", "in", employees), *domain], groupby, aggregates
        )
        return rows if groupby else rows[0]


@tagged("post_install", "-at_install")
class TestOutputReport(AutoOutputCommon):
    def test_present_is_on_jobs_idle_breaks_and_nothing_given(self):
        job = self._create_job()
        self._check_in(start=0, stop=9)
        self._log(0, 3, job)
        self._log(3, 4, job, kind="idle", reason_id=self.parts.id)
        self._log(4, 5, kind="break")
        self._log(5, 7, job, kind="rework")
        self.assertEqual(
            self._sum(
                "hours",
                "hours_present",
                "hours_jobs",
                "hours_rework",
                "hours_idle",
                "hours_break",
                "hours_none",
            ),
            (9, 9, 5, 2, 1, 1, 2),
        )

    def test_overlapping_presences_count_once(self):
        self._check_in(start=0, stop=9)
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO hr_attendance"
            " (employee_id, check_in, check_out, in_mode, date) VALUES"
            " (%(employee)s, %(two)s, %(three)s, 'manual', %(two)s),"
            " (%(employee)s, %(nine)s, %(ten)s, 'manual', %(two)s),"
            " (%(employee)s, %(ten)s, %(late)s, 'technical', %(two)s)",
            {
                "employee": self.mechanic.id,
                "two": self._at(2),
                "three": self._at(3),
                "nine": self._at(8),
                "ten": self._at(10),
                "late": self._at(12),
            },
        )
        self.assertEqual(self._sum("hours_present"), (10,))

    def test_what_is_clocked_while_absent_does_not_count(self):
        job = self._create_job()
        self._check_in(start=1, stop=3)
        self._log(0, 4, job)
        self.assertEqual(self._sum("hours_jobs", "hours_present"), (2, 2))

    def test_a_night_shift_is_split_at_the_midnight_of_the_shop(self):
        self._check_in(start=13, stop=17)  # 22:00 to 2:00 in Moscow
        self.assertEqual(
            self._sum("hours_present", groupby=["date:day"]),
            [(date(2035, 1, 8), 2), (date(2035, 1, 9), 2)],
        )

    def test_the_day_of_the_change_to_summer_time_has_23_hours(self):
        self.company.resource_calendar_id.tz = "Europe/Berlin"
        sunday = fields.Datetime.to_datetime("2035-03-24 23:00:00")
        self.Attendance.create(
            {
                "employee_id": self.mechanic.id,
                "check_in": sunday,
                "check_out": sunday + timedelta(hours=24),
            }
        )
        self.assertEqual(
            self._sum("hours_present", groupby=["date:day"]),
            [(date(2035, 3, 25), 23), (date(2035, 3, 26), 1)],
        )

    def test_who_is_present_and_works_is_so_up_to_now(self):
        job = self._create_job()
        self._check_in(start=0)
        self._log(1, None, job)
        with self._freeze(5):
            self.assertEqual(self._sum("hours_present", "hours_jobs"), (5, 4))

    def test_norm_hours_are_sold_when_the_car_is_released(self):
        job = self._create_job()
        self._check_in(start=0, stop=9)
        self._log(0, 2, job)
        self.assertEqual(self._sum("hours_sold", "hours_finished"), (False, False))
        self._release(job, 3)
        figures = self._sum(
            "hours_sold",
            "revenue",
            "hours_recovered",
            "efficiency",
            "productivity",
            "recovery",
            "effective_rate",
            "order_count",
        )
        self.assertEqual(
            [round(figure, 2) for figure in figures],
            [1.5, 1500, 1.5, 75, 16.67, 75, 1000, 1],
        )

    def test_revenue_of_a_bill_after_the_release_counts_on_its_day(self):
        job = self._create_job()
        order = self._release(job, 3, invoice=False)
        with self._freeze(30):
            self._bill(order)
        self.assertEqual(
            self._sum("hours_sold", "revenue", groupby=["date:day"]),
            [(date(2035, 1, 8), 1.5, False), (date(2035, 1, 9), 0, 1500)],
        )

    def test_two_on_a_work_share_it_by_their_time(self):
        job = self._create_job(self.mechanic + self.mechanic_2)
        for employee in self.mechanic + self.mechanic_2:
            self._check_in(employee, start=0, stop=9)
        self._log(0, 1, job)
        self._log(0, 2, job, self.mechanic_2)
        self._release(job, 3)
        rows = self._sum("hours_sold", "revenue", groupby=["employee_id"])
        self.assertEqual(
            [(mechanic, round(sold, 6), revenue) for mechanic, sold, revenue in rows],
            [(self.mechanic, 0.5, 500), (self.mechanic_2, 1, 1000)],
        )
        self.assertEqual(self._sum("order_count"), (1,))

    def test_work_that_nobody_clocked_is_shared_alike(self):
        job = self._create_job(self.mechanic + self.mechanic_2)
        self._release(job, 3)
        self.assertEqual(
            self._sum("hours_sold", groupby=["employee_id"]),
            [(self.mechanic, 0.75), (self.mechanic_2, 0.75)],
        )

    def test_a_credit_note_subtracts_on_its_day(self):
        order = self._release(self._create_job(), 3)
        self._refund(order.invoice_ids, 30)
        self.assertEqual(
            self._sum("hours_sold", "revenue", groupby=["date:day"]),
            [(date(2035, 1, 8), 1.5, 1500), (date(2035, 1, 9), -1.5, -1500)],
        )

    def test_goodwill_takes_money_and_no_hours(self):
        order = self._release(self._create_job(), 3)
        self._refund(order.invoice_ids, 30, price_unit=500)
        self.assertEqual(self._sum("hours_sold", "revenue"), (1.5, 1000))

    def test_what_is_billed_again_is_sold_again(self):
        order = self._release(self._create_job(), 3)
        self._refund(order.invoice_ids, 30)
        with self._freeze(31):
            self._bill(order)
        self.assertEqual(self._sum("hours_sold", "revenue"), (1.5, 1500))

    def test_rework_counts_time_and_no_sales(self):
        order = self._release(self._create_job(), 3)
        with self._freeze(24):
            rework = self.env["sale.order"].browse(
                order.action_create_rework()["res_id"]
            )
            rework.action_confirm()
            rework.action_receive()
        job = rework.job_ids
        self._check_in(start=24, stop=30)
        self._log(24, 26, job, kind="rework")
        self._release(job, 27)
        self.assertEqual(
            self._sum(
                "hours_jobs",
                "hours_rework",
                "hours_sold",
                "hours_finished",
                "order_count",
                "comeback_count",
                "comeback_rate",
            ),
            (2, 2, 1.5, 2, 1, 1, 100),
        )

    def test_work_in_progress_reconciles_what_is_worked_and_what_is_finished(self):
        job, other = self._create_job(), self._create_job()
        self._check_in(start=0, stop=9)
        self._log(0, 2, job)
        self._log(2, 3, other)
        self._check_in(start=24, stop=33)
        self._log(24, 25, job)
        self._release(job, 30)
        self.assertEqual(
            self._sum(
                "hours_jobs", "hours_finished", "hours_wip", groupby=["date:day"]
            ),
            [(date(2035, 1, 8), 3, False, 3), (date(2035, 1, 9), 1, 3, -2)],
        )

    def test_cancelled_work_is_no_work_in_progress(self):
        job = self._create_job()
        self._check_in(start=0, stop=9)
        self._log(0, 2, job)
        job.action_cancel()
        self.assertEqual(self._sum("hours_finished", "hours_wip"), (2, 0))

    def test_breaks_and_unpaid_idle_time_are_not_paid(self):
        self.parts.is_paid = False
        self._check_in(start=0, stop=9)
        self._log(0, 2, kind="idle", reason_id=self.parts.id)
        self._log(2, 4, kind="idle", reason_id=self.helping.id)
        self._log(4, 5, kind="break")
        self.assertEqual(self._sum("hours_paid"), (6,))

    def test_an_unknown_figure_is_empty(self):
        job = self._create_job()
        self._check_in(start=0, stop=9)
        self._log(0, 2, job)
        by_type = self._sum(
            "utilisation", "hours_present", "efficiency", groupby=["work_type_id"]
        )
        self.assertIn((self.work_type, False, False, False), by_type)

    def test_output_is_told_by_make_post_and_work_type(self):
        job = self._create_job()
        self._create_booking(0, 2, order_id=job.order_id.id)
        self._create_booking(24, 2, order_id=job.order_id.id, post_id=self.lift_2.id)
        self._check_in(start=0, stop=9)
        self._log(0, 2, job)
        self._check_in(start=24, stop=33)
        self._log(24, 25, job)
        on_jobs = [("kind", "=", "work")]
        self.assertEqual(
            self._sum(
                "hours_jobs",
                domain=on_jobs,
                groupby=["brand_id", "work_type_id", "post_id"],
            ),
            [
                (self.brand, self.work_type, self.lift, 2),
                (self.brand, self.work_type, self.lift_2, 1),
            ],
        )

    def test_each_row_opens_what_it_is_made_of(self):
        job = self._create_job()
        attendance = self._check_in(start=0, stop=9)
        log = self._log(0, 2, job)
        order = self._release(job, 3)
        rows = self.report.with_user(self.manager).search(
            [("employee_id", "=", self.mechanic.id)]
        )
        self.assertEqual(len(set(rows.ids)), len(rows))
        opened = {}
        for row in rows:
            action = row.action_open()
            model = self.env[action["res_model"]].with_user(self.manager)
            opened[row.kind] = (
                model.browse(action["res_id"])
                if action.get("res_id")
                else model.search(action["domain"])
            )
        self.assertEqual(
            opened,
            {
                "presence": attendance,
                "none": attendance,
                "work": log,
                "finish": log,
                "sale": order,
            },
        )

    def test_a_foreman_opens_the_logs_of_the_day(self):
        job = self._create_job()
        self._check_in(start=0, stop=9)
        log = self._log(0, 2, job)
        self._release(job, 3)
        rows = self.report.with_user(self.foreman)
        for row in rows.search([("employee_id", "=", self.mechanic.id)]):
            action = row.action_open()
            logs = self.logs.with_user(self.foreman).search(action["domain"])
            self.assertEqual(logs, log)

    def test_the_foreman_sees_hours_and_no_money(self):
        self._check_in(start=0, stop=9)
        self.env.flush_all()
        report = self.report.with_user(self.foreman)
        rows = report._read_group([], [], ["hours_present:sum", "productivity:avg"])
        self.assertTrue(rows[0][0])
        for spec in (
            "revenue:sum",
            "hours_recovered:sum",
            "recovery:avg",
            "effective_rate:avg",
        ):
            with self.subTest(spec), self.assertRaises(AccessError):
                report._read_group([], [], [spec])
        with self.assertRaises(AccessError):
            report.search([], limit=1).read(["revenue"])
        with self.assertRaises(AccessError):
            report.search([("revenue", ">", 0)])
        with self.assertRaises(AccessError):
            report.search([], order="revenue")

    def test_a_mechanic_has_no_report(self):
        report = self.report.with_user(self.mechanic_user)
        with self.assertRaises(AccessError):
            report.search([])
        with self.assertRaises(AccessError):
            report._read_group([], [], ["hours_present:sum"])

    def test_output_of_another_company_is_not_told(self):
        other = self.env["res.company"].create({"name": "Other Shop"})
        employee = self.env["hr.employee"].create(
            {"name": "Stranger", "company_id": other.id, "is_mechanic": True}
        )
        self._check_in(employee, start=0, stop=9)
        self.env.flush_all()
        domain = [("employee_id", "=", employee.id)]
        boss = new_test_user(
            self.env,
            login="auto_boss",
            groups="auto_crm.auto_crm_group_manager",
            company_ids=[Command.set((self.company + other).ids)],
        )
        report = self.report.with_user(boss)
        ours = report.with_context(allowed_company_ids=self.company.ids)
        self.assertFalse(ours.search(domain))
        both = report.with_context(allowed_company_ids=(self.company + other).ids)
        self.assertTrue(both.search(domain))
