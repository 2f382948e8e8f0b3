import io
from datetime import date

from openpyxl import load_workbook
from psycopg2.errors import ExclusionViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_output_report import AutoOutputCommon


class AutoPayCommon(AutoOutputCommon):
    """A mechanic with a scheme, and a journal for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entries = cls.env["auto.pay.entry"]
        cls.scheme = cls.env["auto.pay.scheme"].create(
            {
                "employee_id": cls.mechanic.id,
                "date_from": "2035-01-01",
                "hourly": 100,
                "percent": 30,
                "per_norm_hour": 200,
            }
        )
        accounts = cls.env["account.account"].create(
            [
                {"name": "Wages", "code": "WAGE1", "account_type": "expense"},
                {
                    "name": "Wages to pay",
                    "code": "WAGE2",
                    "account_type": "liability_current",
                },
            ]
        )
        cls.company.auto_pay_expense_account_id = accounts[0]
        cls.company.auto_pay_account_id = accounts[1]
        cls.company.auto_pay_journal_id = cls.env["account.journal"].create(
            {"name": "Pay", "code": "PAYX", "type": "general"}
        )

    def _get_entries(self, employee=None):
        entries = self.entries.search(
            [("employee_id", "=", (employee or self.mechanic).id)], order="id"
        )
        return [(entry.kind, entry.amount) for entry in entries]

    @classmethod
    def _create_statement(cls, employee=None, **vals):
        statement = cls.env["auto.pay.statement"].with_user(cls.manager)
        return statement.create(
            {
                "employee_id": (employee or cls.mechanic).id,
                "date_from": "2035-01-01",
                "date_to": "2035-01-31",
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class TestPay(AutoPayCommon):
    def test_releasing_the_car_accrues_pay(self):
        job = self._create_job()
        with self._freeze(2):
            job.action_done()
            self._bill(job.order_id)
        self.assertFalse(self._get_entries())
        with self._freeze(3):
            job.order_id.with_user(self.manager).action_release()
        self.assertEqual(self._get_entries(), [("revenue", 450), ("norm", 300)])

    def test_a_bill_after_the_release_accrues_its_share(self):
        order = self._release(self._create_job(), 3, invoice=False)
        self.assertEqual(self._get_entries(), [("norm", 300)])
        with self._freeze(30):
            self._bill(order)
        self.assertEqual(self._get_entries(), [("norm", 300), ("revenue", 450)])

    def test_a_refund_takes_back_and_its_cancellation_gives_again(self):
        order = self._release(self._create_job(), 3)
        refund = self._refund(order.invoice_ids, 30)
        taken = [("revenue", 450), ("norm", 300), ("revenue", -450), ("norm", -300)]
        self.assertEqual(self._get_entries(), taken)
        refund.button_draft()
        self.assertEqual(self._get_entries()[4:], [("revenue", 450), ("norm", 300)])

    def test_goodwill_lowers_the_share_of_the_revenue_only(self):
        order = self._release(self._create_job(), 3)
        self._refund(order.invoice_ids, 30, price_unit=500)
        self.assertEqual(self._get_entries()[2:], [("revenue", -150)])

    def test_a_release_by_mistake_is_taken_back(self):
        order = self._release(self._create_job(), 3)
        order.with_user(self.manager).action_unrelease()
        self.assertEqual(sum(amount for _kind, amount in self._get_entries()), 0)

    def test_two_on_a_work_share_it(self):
        self.scheme.copy({"employee_id": self.mechanic_2.id, "percent": 10})
        job = self._create_job(self.mechanic + self.mechanic_2)
        self._log(0, 1, job)
        self._log(0, 2, job, self.mechanic_2)
        self._release(job, 3)
        self.assertEqual(self._get_entries(), [("revenue", 150), ("norm", 100)])
        self.assertEqual(
            self._get_entries(self.mechanic_2), [("revenue", 100), ("norm", 200)]
        )

    def test_fixed_sums_are_by_job_else_by_work_type(self):
        self.scheme.write(
            {
                "percent": 0,
                "per_norm_hour": 0,
                "line_ids": [
                    Command.create({"work_type_id": self.work_type.id, "amount": 50}),
                    Command.create({"product_id": self.labour.id, "amount": 70}),
                ],
            }
        )
        self._release(self._create_job(), 3)
        self.scheme.line_ids.filtered("product_id").unlink()
        self._release(self._create_job(), 4)
        self.assertEqual(self._get_entries(), [("fixed", 70), ("fixed", 50)])

    def test_rework_earns_nothing(self):
        job = self._create_job(rework_of_id=self._create_order().id)
        self._log(0, 1, job, kind="rework")
        self._release(job, 3, invoice=False)
        self.assertFalse(self._get_entries())

    def test_the_scheme_of_the_day_of_the_release_counts(self):
        self.scheme.date_to = "2035-01-08"
        self.env.flush_all()
        self.scheme.copy({"date_from": "2035-01-09", "date_to": False, "percent": 50})
        self._release(self._create_job(), 30)
        self.assertEqual(self._get_entries(), [("revenue", 750), ("norm", 300)])

    def test_a_mechanic_has_one_scheme_at_a_time(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            self.scheme.copy({"date_from": "2035-02-01"})
            self.env.flush_all()

    def test_a_statement_collects_pay_and_paid_hours(self):
        job = self._create_job()
        self._check_in(start=0, stop=9)
        self._log(0, 1, job)
        self._log(1, 2, kind="break")
        self._release(job, 3)
        statement = self._create_statement()
        statement.action_collect()
        statement.action_collect()
        self.assertEqual(statement.amount, 750 + 8 * 100)
        self.assertEqual(len(statement.entry_ids), 3)

    def test_bonus_and_penalty_are_on_the_statement(self):
        self.entries.with_user(self.manager).create(
            [
                {
                    "employee_id": self.mechanic.id,
                    "kind": kind,
                    "name": "Well done",
                    "amount": amount,
                    "date": "2035-01-10",
                }
                for kind, amount in (("bonus", 500), ("penalty", -100))
            ]
        )
        statement = self._create_statement()
        statement.action_collect()
        self.assertEqual(statement.amount, 400)

    def _approve(self):
        self._release(self._create_job(), 3)
        statement = self._create_statement()
        statement.action_collect()
        statement.action_approve()
        return statement

    def test_approval_drafts_an_entry_in_the_journal(self):
        move = self._approve().sudo().move_id
        self.assertEqual(move.state, "draft")
        self.assertEqual(move.journal_id, self.company.auto_pay_journal_id)
        self.assertEqual(move.date, date(2035, 1, 31))
        self.assertRecordValues(
            move.line_ids.sorted("balance", reverse=True),
            [
                {
                    "account_id": self.company.auto_pay_expense_account_id.id,
                    "balance": 750,
                },
                {"account_id": self.company.auto_pay_account_id.id, "balance": -750},
            ],
        )

    def test_the_entry_comes_after_what_is_locked(self):
        self.company.fiscalyear_lock_date = "2035-02-28"
        statement = self._create_statement()
        self.entries.create(
            {
                "employee_id": self.mechanic.id,
                "name": "Well done",
                "amount": 10,
                "date": "2035-01-10",
            }
        )
        statement.action_collect()
        statement.action_approve()
        self.assertEqual(statement.sudo().move_id.date, date(2035, 3, 1))

    def test_without_a_journal_nothing_is_approved(self):
        self.company.auto_pay_journal_id = False
        with self.assertRaisesRegex(UserError, "settings"):
            self._approve()

    def test_what_is_approved_is_locked(self):
        statement = self._approve()
        entry = statement.entry_ids[0]
        for change in (
            lambda: statement.write({"date_to": "2035-02-01"}),
            lambda: statement.action_collect(),
            lambda: statement.action_approve(),
            lambda: statement.unlink(),
            lambda: statement.write({"entry_ids": [Command.unlink(entry.id)]}),
            lambda: entry.write({"amount": 1}),
            lambda: entry.write({"statement_id": False}),
            lambda: entry.unlink(),
            lambda: self.entries.create(
                {
                    "employee_id": self.mechanic.id,
                    "name": "More",
                    "amount": 1,
                    "statement_id": statement.id,
                }
            ),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()

    def test_pay_for_a_line_that_is_gone_stays(self):
        job = self._create_job()
        self._release(job, 2)
        before = self._get_entries()
        self.entries.create(
            {
                "employee_id": self.mechanic.id,
                "name": "Gone",
                "kind": "fixed",
                "amount": 5,
                "order_id": job.order_id.id,
            }
        )
        job.order_id._sync_pay()
        self.assertEqual(self._get_entries(), [*before, ("fixed", 5)])

    def test_nothing_is_approved_or_opened_again_by_hand(self):
        draft, approved = self._create_statement(self.mechanic_2), self._approve()
        for change in (
            lambda: draft.write({"state": "approved"}),
            lambda: approved.write({"state": "draft"}),
            lambda: approved.write({"amount": 1}),
            lambda: self._create_statement(self.mechanic_2, state="approved"),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                change()

    def test_pay_stays_with_the_company_it_was_earned_in(self):
        statement = self._approve()
        entries = statement.entry_ids
        other = self.env["res.company"].create({"name": "Other Shop"})
        self.mechanic.company_id = other
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(statement.sudo().company_id, self.company)
        self.assertEqual(entries.sudo().company_id, self.company)

    def test_a_refund_after_the_approval_is_on_the_next_statement(self):
        statement = self._approve()
        order = statement.entry_ids.sudo().order_id
        self._refund(order.invoice_ids, 800)
        following = self._create_statement(date_from="2035-02-01", date_to="2035-02-28")
        following.action_collect()
        self.assertEqual((statement.amount, following.amount), (750, -750))

    def test_labour_costs_what_was_accrued(self):
        order = self._release(self._create_job(), 3)
        self.assertEqual(order._get_labour_costs(), {order: 750})

    def test_labour_costs_accrued_pay_and_the_hours_paid_beside_it(self):
        """One is paid by output and the hour, one by output only, one by the hour."""
        self.scheme.copy({"employee_id": self.mechanic_2.id, "hourly": 0})
        helper = self.env["hr.employee"].create(
            {"name": "Helper", "is_mechanic": True, "hourly_cost": 50}
        )
        job = self._create_job(self.mechanic + self.mechanic_2 + helper)
        self._log(0, 1, job)
        self._log(0, 1, job, self.mechanic_2)
        self._log(0, 1, job, helper)
        order = self._release(job, 3)
        paid = sum(self.entries.search([]).mapped("amount"))
        self.assertEqual(paid, 500)  # two of three thirds of 750
        self.assertEqual(order._get_labour_costs(), {order: 500 + 100 + 50})
        self.mechanic.hourly_cost = 130  # with what the shop pays on top
        self.assertEqual(order._get_labour_costs(), {order: 500 + 130 + 50})
        helper.hourly_cost = 0
        self.assertEqual(order._get_labour_costs(), {order: None})

    def test_labour_costs_hours_of_who_is_paid_by_the_hour_only(self):
        self.scheme.write({"percent": 0, "per_norm_hour": 0})
        job = self._create_job()
        self._log(0, 2, job)
        with self._freeze(2):
            self.assertEqual(job.order_id._get_labour_costs(), {job.order_id: 200})
        order = self._release(job, 3)
        self.assertEqual(order._get_labour_costs(), {order: 200})

    def test_labour_costs_hours_without_a_scheme(self):
        self.mechanic_2.hourly_cost = 300
        job = self._create_job(self.mechanic_2)
        self._log(0, 2, job, self.mechanic_2)
        other = self._create_job(self.mechanic)
        orders = job.order_id + other.order_id
        self.assertEqual(
            orders._get_labour_costs(), {job.order_id: 600, other.order_id: None}
        )
        self._log(2, 3, other)
        self.assertIsNone(other.order_id._get_labour_costs()[other.order_id])


@tagged("post_install", "-at_install")
class TestMyPay(AutoPayCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mechanic_user.group_ids += cls.env.ref("base.group_allow_export")
        user = new_test_user(
            cls.env, login="auto_two", groups="auto_crm.auto_crm_group_mechanic"
        )
        cls.mechanic_2.user_id = user
        cls.scheme.copy({"employee_id": cls.mechanic_2.id})
        cls.statements = cls.env["auto.pay.statement"]
        for employee in cls.mechanic + cls.mechanic_2:
            cls._release(cls._create_job(employee), 3)
            statement = cls._create_statement(employee)
            statement.action_collect()
            cls.statements += statement

    def test_a_mechanic_sees_his_own_pay_only(self):
        own, others = self.statements.with_user(self.mechanic_user)
        self.assertEqual(own.read(["amount"])[0]["amount"], 750)
        for records in (others, others.sudo().entry_ids.with_user(self.mechanic_user)):
            with self.subTest(records._name):
                self.assertEqual(records.search([("id", "in", records.ids)]).ids, [])
                with self.assertRaises(AccessError):
                    records.read(["amount"])
                with self.assertRaises(AccessError):
                    records.export_data(["amount"])
                total = records._read_group(
                    [("id", "in", records.ids)], [], ["amount:sum"]
                )
                self.assertFalse(total[0][0])

    def test_a_mechanic_writes_no_pay(self):
        own = self.statements[0].with_user(self.mechanic_user)
        for records in (own, own.entry_ids):
            with self.subTest(records._name):
                with self.assertRaises(AccessError):
                    records.write({"employee_id": self.mechanic_2.id})
                with self.assertRaises(AccessError):
                    records.create({})
                with self.assertRaises(AccessError):
                    records.unlink()
        for method in ("action_approve", "action_collect"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(own, method)()

    def test_a_mechanic_reads_no_prices_and_no_schemes(self):
        entries = self.statements[0].with_user(self.mechanic_user).entry_ids
        for name in ("base", "order_id", "order_line_id"):
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    entries.read([name])
                with self.assertRaises(AccessError):
                    entries.search([(name, "!=", False)])
                with self.assertRaises(AccessError):
                    entries._read_group([], [name], ["__count"])
        for model in ("auto.pay.scheme", "auto.pay.scheme.line", "auto.real.norm"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.mechanic_user).search([])
        with self.assertRaises(AccessError):
            self.statements[0].with_user(self.mechanic_user).read(["move_id"])

    def test_foremen_and_advisors_see_nobodys_pay(self):
        for user in self.foreman + self.advisor:
            for model in ("auto.pay.entry", "auto.pay.statement"):
                with self.subTest(user.login, model=model):
                    self.assertFalse(self.env[model].with_user(user).search([]))

    def test_the_spreadsheet_is_for_him_and_the_manager(self):
        own, others = self.statements
        self.mechanic_user.password = "auto_mechanic_1"
        self.authenticate("auto_mechanic", "auto_mechanic_1")
        address = own.action_download()["url"]
        book = load_workbook(io.BytesIO(self.url_open(address).content))
        cells = [
            cell for row in book.active.iter_rows(values_only=True) for cell in row
        ]
        self.assertIn(750, cells)
        refused = self.url_open(others.action_download()["url"])
        self.assertEqual(refused.status_code, 404)

    def test_the_statement_is_printed(self):
        report = self.env["ir.actions.report"].with_user(self.mechanic_user)
        page = report._render_qweb_html(
            "auto_worktime.report_pay_statement", self.statements[0].ids
        )[0]
        self.assertIn("Pay Statement", page.decode())
        self.assertIn("750", page.decode())
