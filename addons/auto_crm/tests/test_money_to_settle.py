from ast import literal_eval
from datetime import timedelta
from functools import partialmethod
from unittest.mock import patch

from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .order_common import AutoOrderCommon
from .test_portal import AutoPortalCommon


class MoneyCommon(AutoOrderCommon):
    """Orders of 1,500 each, and the ways money reaches them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.labour.invoice_policy = "order"
        cls.order = cls._create_agreed((cls.labour, 1), opportunity_id=cls.deal.id)

    @classmethod
    def _pay_on_account(cls, amount, memo, partner=None):
        """A payment that the customer made without an invoice."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.customer).id,
                "amount": amount,
                "memo": memo,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def _advance(cls, order, amount):
        wizard = cls.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "fixed",
                "fixed_amount": amount,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        invoice = wizard._create_invoices(order)
        invoice.action_post()
        return invoice


@tagged("post_install", "-at_install")
class TestMoneyToSettle(MoneyCommon):
    def _get_list(self):
        """What the accountant sees on his list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_crm.sale_order_action_to_settle"
        )
        self.assertIn("'search_default_to_settle': 1", action["context"])
        view = self.env["sale.order"].get_view(action["search_view_id"][0], "search")
        arch = etree.fromstring(view["arch"])
        domain = arch.find(".//filter[@name='to_settle']").get("domain")
        orders = self.env["sale.order"].with_user(self.accountant)
        found = orders.search(literal_eval(action["domain"]) + literal_eval(domain))
        return found & (self.order | self.deal.order_ids)

    def test_nothing_is_on_the_list_while_nothing_has_to_go_back(self):
        self.assertFalse(self._get_list())
        self._pay(self._invoice(self.order))
        self.assertFalse(self._get_list())

    def test_a_cut_order_is_on_the_list_and_on_the_deal(self):
        order = self._create_agreed((self.labour, 2), opportunity_id=self.deal.id)
        self._pay(self._invoice(order))
        order.order_line.product_uom_qty = 1
        self.assertEqual(self._get_list(), order)
        self.assertRecordValues(
            order, [{"amount_due": -1500, "payment_status": "refund"}]
        )
        self.order._action_cancel()
        self.assertRecordValues(
            self.deal, [{"amount_due": -1500, "payment_status": "refund"}]
        )

    def test_cancelling_an_order_with_money_says_so_first(self):
        self._pay(self._advance(self.order, 600))
        action = self.order.with_user(self.advisor).action_cancel()
        self.assertEqual(action["res_model"], "auto.order.cancel")
        self.assertEqual(self.order.state, "sale")
        wizard = (
            self.env["auto.order.cancel"]
            .with_user(self.advisor)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn("600.00", wizard.message)
        self.assertIn("paid back", wizard.message)
        wizard.action_cancel()
        self.assertRecordValues(
            self.order,
            [{"state": "cancel", "amount_due": -600, "payment_status": "refund"}],
        )
        self.assertEqual(self._get_list(), self.order)
        self.assertRecordValues(
            self.deal, [{"amount_due": -600, "payment_status": "refund"}]
        )

    def test_cancelling_an_order_with_an_open_invoice_says_so_first(self):
        self._invoice(self.order)
        action = self.order.action_cancel()
        wizard = (
            self.env["auto.order.cancel"].with_context(**action["context"]).create({})
        )
        self.assertIn("is open on its invoices", wizard.message)
        wizard.action_cancel()
        self.assertRecordValues(
            self.order, [{"amount_due": 1500, "payment_status": "due"}]
        )
        self.assertEqual(self._get_list(), self.order)

    def test_a_locked_order_with_money_is_not_cancelled(self):
        self._pay(self._advance(self.order, 600))
        self.order.locked = True
        wizard = self.env["auto.order.cancel"].create({"order_ids": self.order.ids})
        for action in (self.order.action_cancel, wizard.action_cancel):
            with self.assertRaises(UserError):
                action()

    def test_several_orders_cancelled_at_once_say_so_too(self):
        other = self._create_agreed((self.labour, 1))
        self._pay(self._advance(self.order, 600))
        wizard = self.env["sale.mass.cancel.orders"].create(
            {"sale_order_ids": [Command.set((self.order | other).ids)]}
        )
        action = wizard.action_mass_cancel()
        self.assertEqual(action["res_model"], "auto.order.cancel")
        self.assertEqual({self.order.state, other.state}, {"sale"})

    def test_an_order_without_money_is_cancelled_at_once(self):
        self.order.with_user(self.advisor).action_cancel()
        self.assertEqual(self.order.state, "cancel")
        self.assertFalse(self._get_list())

    def test_a_stock_quotation_is_cancelled_as_ever(self):
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "is_work_order": False,
                "order_line": [Command.create({"product_id": self.part.id})],
            }
        )
        sale.action_confirm()
        sale.action_cancel()
        self.assertEqual(sale.state, "cancel")

    def test_sums_of_an_order_that_one_may_not_read_are_refused(self):
        self._pay(self._advance(self.order, 600))
        with self.assertRaises(AccessError):
            self.env["auto.order.cancel"].with_user(self.mechanic_user).create(
                {"order_ids": [Command.set(self.order.ids)]}
            )

    def test_a_payment_on_account_that_names_the_order_is_shown(self):
        self._pay_on_account(500, f"for {self.order.name}, thanks")
        self._pay_on_account(70, "for my car")
        self._pay_on_account(90, f"{self.order.name}0")
        self._pay_on_account(40, self.order.name, partner=self.supplier)
        order = self.order.with_user(self.advisor)
        self.assertRecordValues(order, [{"amount_unused": 500, "amount_due": 1500}])
        self.assertEqual(self.deal.with_user(self.advisor).amount_unused, 500)

    def test_an_overpayment_is_shown_until_it_is_used(self):
        invoice = self._invoice(self.order)
        self._pay(invoice, 1700)
        order = self.order.with_user(self.advisor)
        self.assertRecordValues(order, [{"amount_unused": 200, "amount_due": 0}])
        other = self._create_agreed((self.labour, 1))
        bill = self._invoice(other)
        (invoice.line_ids.matched_credit_ids.credit_move_id | bill.line_ids).filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()
        order.invalidate_recordset(["amount_unused"])
        self.assertEqual(order.amount_unused, 0)
        self.assertEqual(other.amount_due, 1300)

    def test_unused_money_of_many_orders_costs_the_same(self):
        orders = self.order
        for number in range(4):
            orders |= self._create_agreed((self.labour, 1))
            self._pay_on_account(100 + number, orders[-1].name)
        counts = []
        for batch in (orders[:1], orders):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            batch.mapped("amount_unused")
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_a_payment_link_asks_for_what_is_due(self):
        self._pay(self._invoice(self.order), 500)
        values = self.order._get_default_payment_link_values()
        self.assertEqual((values["amount"], values["amount_max"]), (1000, 1000))

    def test_money_that_must_go_back_settles_a_released_order(self):
        self.order.action_receive()
        self.order.job_ids.action_done()
        self._pay(self._invoice(self.order))
        self.order.with_user(self.advisor).action_release()
        self.run_events()
        self.assertEqual(self.deal.won_status, "won")


@tagged("post_install", "-at_install")
class TestOverdueCron(MoneyCommon):
    def _make_overdue(self, *orders):
        for order in orders:
            self._invoice(order).invoice_date_due = fields.Date.today() + timedelta(3)
        self.env.flush_all()

    def _run(self):
        with (
            freeze_time(fields.Date.today() + timedelta(days=5)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("auto_crm.ir_cron_refresh_overdue").method_direct_trigger()

    @mute_logger("odoo.addons.auto_crm.models.auto_cron_delay")
    def test_one_bad_order_does_not_stop_the_others(self):
        other = self._create_agreed((self.labour, 1))
        self._make_overdue(self.order, other)
        compute = type(self.order)._get_balance

        def _get_balance(order):
            if order.id == self.order.id:
                raise ValueError("a rate is missing")
            return compute(order)

        with patch.object(self.registry["sale.order"], "_get_balance", _get_balance):
            self._run()
        self.assertEqual(other.payment_status, "overdue")
        self.assertEqual(self.order.payment_status, "due")

    def test_all_orders_are_looked_at_in_batches(self):
        orders = self.order
        for _number in range(4):
            orders |= self._create_agreed((self.labour, 1))
        self._make_overdue(*orders)
        run = self.registry["sale.order"]._cron_refresh_overdue
        in_twos = partialmethod(run, batch_size=2)
        with patch.object(self.registry["sale.order"], run.__name__, in_twos):
            self._run()
        self.assertEqual(set(orders.mapped("payment_status")), {"overdue"})


@tagged("post_install", "-at_install")
class TestPortalMoney(AutoPortalCommon, MoneyCommon):
    @classmethod
    def _create_order(cls, *lines, **vals):
        return MoneyCommon._create_order.__func__(cls, *lines, **vals)

    def _get_home(self):
        self.login(self.portal_user)
        return self.url_open("/my").text

    def test_the_customer_reads_what_he_gets_back(self):
        self._pay(self._advance(self.order, 600))
        self.order._action_cancel()
        page = self._get_home()
        self.assertIn("We owe you", page)
        self.assertIn("600.00", page)
        self.assertIn("We owe you", self.url_open(self.order.get_portal_url()).text)

    def test_the_customer_reads_what_money_is_not_used(self):
        self._pay_on_account(500, self.order.name)
        page = self._get_home()
        self.assertIn("Your money not used yet", page)
        self.assertIn("500.00", page)

    def test_the_rows_of_an_order_add_up_to_what_is_due(self):
        self.order.action_receive()
        self._invoice(self.order)
        self.order.order_line = [Command.create({"product_id": self.labour.id})]
        self.order.job_ids.action_done()
        self.assertEqual(self.order.amount_due, 3000)
        page = self._get_home()
        self.assertIn("3,000.00", page)
        self.assertEqual(page.count("1,500.00"), 2)
