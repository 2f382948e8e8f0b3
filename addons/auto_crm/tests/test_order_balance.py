from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .money_common import AutoMoneyCommon
from .money_oracle import MoneyOracle


@tagged("post_install", "-at_install")
class TestOrderBalance(AutoMoneyCommon):
    """What an order owes is its documents less its money, signed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wash = cls._create_product("Wash", 1000)
        cls.wrong_part = cls._create_product("Wrong pads", 500)
        cls.right_part = cls._create_product("Right pads", 700)

    @classmethod
    def _create_product(cls, name, price):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "invoice_policy": "order",
                "list_price": price,
                "taxes_id": [Command.clear()],
            }
        )

    def _assert_balance(self, order, due, status):
        self.env.flush_all()
        self.env.invalidate_all()
        money = MoneyOracle(self.env.cr).judge(order.id)
        self.assertEqual((money.due, money.get_status()), (due, status), "oracle")
        self.assertRecordValues(order, [{"amount_due": due, "payment_status": status}])

    def _assert_paper(self, order, **sums):
        labels = {"paid": "Paid", "to_pay": "To pay", "to_refund": "To refund"}
        paper = self._get_paper(order)
        self.assertEqual(
            {name: paper.get(label) for name, label in labels.items()},
            {**dict.fromkeys(labels), **sums},
        )

    def _assert_release_refused(self, order):
        with self.assertRaisesRegex(AccessError, "not paid"):
            order.with_user(self.advisor).action_release()
        self.assertFalse(order.date_released)

    # ------------------------------------------------------------------
    # Down payments
    # ------------------------------------------------------------------

    def test_a_down_payment_paid_out_again_is_owed_again(self):
        order = self._make_ready(self._create_fixture())
        advance = self._advance(order, amount=100)
        self._assert_balance(order, 9000, "due")
        self._settle(advance)
        self._assert_balance(order, 0, "paid")
        credit = self._post(self._credit(advance))
        self._assert_balance(order, 0, "paid")
        self._settle(credit)
        self._assert_balance(order, 9000, "due")
        self._assert_release_refused(order)

    def test_a_credited_down_payment_is_money_until_it_is_paid_out(self):
        order = self._create_fixture()
        advance = self._advance(order, amount=30)
        self._settle(advance)
        credit = self._post(self._credit(advance))
        self._assert_balance(order, 6300, "prepaid")
        self._assert_paper(order, paid="2,700.00", to_pay="6,300.00")
        self._settle(credit)
        self._assert_balance(order, 9000, "due")

    def test_a_down_payment_that_is_only_asked_for_changes_nothing(self):
        order = self._create_fixture()
        advance = self._advance(order, "fixed", 2500)
        self._advance(order, "fixed", 1000)
        self._assert_balance(order, 9000, "due")
        self._post(self._credit(advance))
        self._assert_balance(order, 9000, "due")

    def test_a_down_payment_is_taken_off_the_final_invoice(self):
        order = self._create_fixture()
        self._settle(self._advance(order, amount=30))
        final = self._post(self._bill(order))
        self.assertEqual(final.amount_total, 6300)
        self._assert_balance(order, 6300, "partial")
        self._settle(final)
        self._assert_balance(order, 0, "paid")

    def test_a_down_payment_above_the_order_goes_back_in_part(self):
        order = self._create_fixture()
        self._settle(self._advance(order, "fixed", 9000))
        order.order_line.filtered(lambda line: line.product_id == self.part).write(
            {"product_uom_qty": 0}
        )
        self._assert_balance(order, -3000, "refund")
        final = self._post(self._bill(order))
        self.assertEqual((final.move_type, final.amount_total), ("out_refund", 3000))
        self._assert_balance(order, -3000, "refund")
        self._settle(final)
        self._assert_balance(order, 0, "paid")

    # ------------------------------------------------------------------
    # Edits after the bill
    # ------------------------------------------------------------------

    def test_a_wrong_part_replaced_after_payment(self):
        order = self._create_agreed((self.wash, 1), (self.wrong_part, 1))
        self._settle(self._post(self._bill(order)))
        order.order_line[1].product_uom_qty = 0
        credit = self._bill(order)
        self.assertEqual((credit.move_type, credit.amount_total), ("out_refund", 500))
        self._settle(self._post(credit))
        self._assert_balance(order, 0, "paid")
        order.order_line = [Command.create({"product_id": self.right_part.id})]
        self._assert_balance(order, 700, "prepaid")
        self.assertIn("payment_amount=700.0", order._get_portal_payment_url())
        order.action_receive()
        order.action_check()
        self.assertEqual(order.work_state, "ready")
        self._assert_release_refused(order)

    def test_an_order_cut_below_what_was_paid_is_to_refund(self):
        order = self._create_agreed((self.wash, 2), opportunity_id=self.deal.id)
        self._settle(self._post(self._bill(order)))
        order.order_line.product_uom_qty = 1.5
        self._assert_balance(order, -500, "refund")
        self._assert_paper(order, paid="2,000.00", to_refund="500.00")
        self.assertRecordValues(
            self.deal, [{"amount_due": -500, "payment_status": "refund"}]
        )
        self.assertEqual(self.vehicle.with_user(self.advisor).amount_due, -500)

    def test_a_credit_note_explains_a_cut(self):
        order = self._create_agreed((self.wash, 2))
        self._settle(self._post(self._bill(order)))
        order.order_line.product_uom_qty = 1.5
        credit = self._post(self._bill(order))
        self.assertEqual((credit.move_type, credit.amount_total), ("out_refund", 500))
        self._assert_balance(order, -500, "refund")
        self._settle(credit)
        self._assert_balance(order, 0, "paid")

    def test_a_cancelled_credit_note_explains_nothing(self):
        order = self._create_agreed((self.wash, 2))
        self._settle(self._post(self._bill(order)))
        order.order_line.product_uom_qty = 1.5
        credit = self._bill(order)
        self._assert_balance(order, -500, "refund")
        credit.button_cancel()
        self._assert_balance(order, -500, "refund")

    def test_a_cut_goes_back_at_the_billed_price_and_more_work_at_its_own(self):
        order = self._create_agreed((self.wash, 2))
        invoice = self._bill(order)
        invoice.invoice_line_ids.price_unit = 900
        self._post(invoice)
        self._assert_balance(order, 1800, "due")
        order.order_line.product_uom_qty = 3
        self._assert_balance(order, 2800, "due")
        order.order_line.product_uom_qty = 1.5
        self._assert_balance(order, 1350, "due")

    def test_what_is_done_above_the_order_is_owed_where_it_is_billed(self):
        order = self._create_agreed((self.wash, 1))
        order.order_line.qty_delivered = 3
        self.assertEqual(order.amount_due, 1000)
        self.wash.invoice_policy = "delivery"
        order._recompute_payment_status()
        self.assertEqual(order.amount_due, 3000)

    def test_goodwill_is_not_billed_again(self):
        order = self._create_agreed((self.wash, 2))
        invoice = self._post(self._bill(order))
        credit = self._credit(invoice)
        credit.invoice_line_ids.price_unit = 100
        self._post(credit)
        self._assert_balance(order, 1800, "due")
        self._settle(invoice, 1800)
        self._assert_balance(order, 0, "paid")

    def _type_credit(self, invoice, amount):
        """Post a credit note of which the lines were typed in anew."""
        credit = self._credit(invoice)
        credit.invoice_line_ids = [
            Command.clear(),
            Command.create({"name": "Sorry", "price_unit": amount, "tax_ids": []}),
        ]
        return self._post(credit)

    def test_a_credit_note_typed_by_hand_counts(self):
        order = self._create_agreed((self.wash, 2))
        self._type_credit(self._post(self._bill(order)), 300)
        self._assert_balance(order, 1700, "due")

    def test_a_credit_note_typed_by_hand_leaves_the_advance_deducted(self):
        order = self._create_fixture()
        self._settle(self._advance(order, amount=30))
        self._type_credit(self._post(self._bill(order)), 630)
        self._assert_balance(order, 5670, "partial")

    def test_a_down_payment_given_back_in_part_by_hand(self):
        order = self._create_fixture()
        advance = self._advance(order, amount=30)
        self._settle(advance)
        credit = self._type_credit(advance, 1000)
        self._assert_balance(order, 6300, "prepaid")
        self._settle(credit)
        self._assert_balance(order, 7300, "prepaid")

    def test_a_line_typed_on_the_invoice_counts(self):
        order = self._create_agreed((self.wash, 2))
        invoice = self._bill(order)
        invoice.invoice_line_ids = [
            Command.create({"name": "Bulb", "price_unit": 50, "tax_ids": []})
        ]
        self._post(invoice)
        self._assert_balance(order, 2050, "due")
        self._settle(invoice)
        self._assert_balance(order, 0, "paid")

    def test_a_credited_invoice_is_owed_again_when_it_is_drafted_anew(self):
        order = self._create_agreed((self.wash, 2))
        invoice = self._post(self._bill(order))
        again = self._credit(invoice, "modify_moves")
        self.assertEqual((again.move_type, again.state), ("out_invoice", "draft"))
        self._assert_balance(order, 2000, "due")
        self._settle(self._post(again))
        self._assert_balance(order, 0, "paid")

    def test_what_is_drafted_anew_is_owed_as_far_as_it_is_ordered(self):
        order = self._create_agreed((self.wash, 2))
        draft = self._credit(self._post(self._bill(order)), "modify_moves")
        order.order_line.product_uom_qty = 1
        self.assertEqual(draft.invoice_line_ids.quantity, 2)
        self._assert_balance(order, 1000, "due")

    def test_a_draft_of_new_work_asks_for_no_work_that_was_credited(self):
        order = self._create_agreed((self.wash, 2))
        draft = self._credit(self._post(self._bill(order)), "modify_moves")
        order.order_line.product_uom_qty = 3
        draft.invoice_line_ids.quantity = 1
        self._assert_balance(order, 1000, "due")

    # ------------------------------------------------------------------
    # One invoice of two orders
    # ------------------------------------------------------------------

    def _bill_together(self):
        """Post one invoice of an order of 1,000 and another of 3,000."""
        small = self._create_agreed((self.wash, 1))
        large = self._create_agreed((self.wash, 3))
        return small, large, self._post(self._bill(small + large))

    def test_what_is_credited_of_one_order_leaves_the_other_s_sum(self):
        small, large, invoice = self._bill_together()
        credit = self._credit(invoice)
        (credit.invoice_line_ids - small.order_line.invoice_lines).unlink()
        self._post(credit)
        self.assertEqual(invoice.amount_residual, 3000)
        self._assert_balance(small, 0, "none")
        self._assert_balance(large, 3000, "due")

    def test_each_order_shows_its_share_of_what_is_late(self):
        small, large, invoice = self._bill_together()
        with freeze_time(invoice.invoice_date_due + timedelta(days=2)):
            self._run_cron()
            self._assert_balance(small, 1000, "overdue")
            self._assert_balance(large, 3000, "overdue")
            self.assertEqual(small._get_balance()["overdue"], 1000)
            self._settle(invoice, 2001)
            self._assert_balance(small, 499.75, "overdue")
            self.assertEqual(small._get_balance()["overdue"], 499.75)

    def test_a_cancelled_order_shows_its_share_of_an_open_invoice(self):
        small, large, _invoice = self._bill_together()
        small._action_cancel()
        self._assert_balance(small, 1000, "due")
        self._assert_balance(large, 3000, "due")

    def test_what_is_typed_on_an_invoice_of_free_work_is_shared_by_lines(self):
        orders = self._create_agreed((self.wash, 1)) + self._create_agreed(
            (self.wash, 1)
        )
        orders.order_line.price_unit = 0
        invoice = self._bill(orders)
        invoice.invoice_line_ids = [
            Command.create({"name": "Bulb", "price_unit": 50, "tax_ids": []})
        ]
        self._post(invoice)
        for order in orders:
            self._assert_balance(order, 25, "due")

    def test_an_online_payment_of_two_orders_is_halved(self):
        orders = self._create_agreed((self.wash, 1)) + self._create_agreed(
            (self.wash, 3)
        )
        self._pay_online(orders, 1000)
        self.assertEqual(orders.mapped("amount_due"), [500, 2500])

    # ------------------------------------------------------------------
    # Online payments
    # ------------------------------------------------------------------

    def test_an_authorised_payment_is_no_money_yet(self):
        order = self._create_fixture()
        transaction = self._pay_online(order, 4000, state="authorized")
        self._assert_balance(order, 9000, "due")
        self._process_online(transaction)
        self._assert_balance(order, 5000, "prepaid")

    def test_a_cancelled_online_payment_counts_no_more(self):
        order = self._create_fixture()
        transaction = self._pay_online(order, 4000)
        self._assert_balance(order, 5000, "prepaid")
        transaction.payment_id.with_user(self.accountant).action_cancel()
        self._assert_balance(order, 9000, "due")

    def test_a_refund_by_the_wizard_counts_at_once(self):
        order = self._create_fixture()
        transaction = self._pay_online(order, 4000)
        wizard = (
            self.env["payment.refund.wizard"]
            .with_user(self.accountant)
            .with_context(
                active_model="account.payment", active_id=transaction.payment_id.id
            )
            .create({"amount_to_refund": 1500})
        )
        wizard.action_refund()
        refund = transaction.child_transaction_ids
        self._assert_balance(order, 5000, "prepaid")
        self._process_online(refund)
        self._assert_balance(order, 6500, "prepaid")
        self.assertEqual(refund.payment_id.payment_type, "outbound")
        refund.payment_id.action_cancel()
        self._assert_balance(order, 5000, "prepaid")

    def test_a_refund_of_what_an_invoice_has_used_up_counts(self):
        order = self._create_fixture()
        transaction = self._pay_online(order, 9000)
        invoice = self._post(self._bill(order))
        self.assertEqual(invoice.amount_residual, 0)
        self._assert_balance(order, 0, "paid")
        self._refund_online(transaction, 2000)
        self._assert_balance(order, 2000, "partial")

    # ------------------------------------------------------------------
    # Payments
    # ------------------------------------------------------------------

    def test_in_payment_is_never_nothing_owed(self):
        order = self._create_agreed((self.wash, 1))
        invoice = self._post(self._bill(order))
        with self._pay_without_entries():
            payment = self._settle(invoice, 300)
            self.assertFalse(payment.move_id)
            self.assertEqual(
                (invoice.payment_state, invoice.amount_residual), ("in_payment", 1000)
            )
            self._assert_balance(order, 700, "partial")
            self._assert_paper(order, paid="300.00", to_pay="700.00")
            self.assertEqual(order._get_money(), {"held": 300, "open": 700})
            payment.action_cancel()
            self._assert_balance(order, 1000, "due")

    def test_what_is_credited_of_an_invoice_in_payment_goes_back(self):
        order = self._create_agreed((self.wash, 1))
        invoice = self._post(self._bill(order))
        with self._pay_without_entries():
            self._settle(invoice, 1000)
            credit = self._credit(invoice)
            credit.invoice_line_ids.price_unit = 600
            self._post(credit)
            (invoice | credit).line_ids.filtered(
                lambda line: (
                    line.account_type == "asset_receivable" and not line.reconciled
                )
            ).reconcile()
            self.assertEqual(invoice.amount_residual, 400)
            self._assert_balance(order, -600, "refund")

    def test_what_is_in_payment_is_not_late(self):
        order = self._create_agreed((self.wash, 1))
        invoice = self._bill(order)
        invoice.invoice_payment_term_id = self._create_plan()
        self._post(invoice)
        with (
            self._pay_without_entries(),
            freeze_time(fields.Date.today() + timedelta(days=2)),
        ):
            self._settle(invoice, 500)
            self._assert_balance(order, 500, "partial")

    def test_money_on_account_is_shown_and_pays_nothing_yet(self):
        order = self._create_agreed((self.wash, 1), opportunity_id=self.deal.id)
        payment = self._pay_on_account(order, 400)
        self._assert_balance(order, 1000, "due")
        self.assertEqual((order.amount_unused, self.deal.amount_unused), (400, 400))
        invoice = self._post(self._bill(order))
        line = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        invoice.with_user(self.accountant).js_assign_outstanding_line(line.id)
        self._assert_balance(order, 600, "partial")
        self.assertEqual((order.amount_unused, self.deal.amount_unused), (0, 0))

    def test_an_overpayment_is_shown_and_changes_nothing(self):
        order = self._create_agreed((self.wash, 1))
        self._settle(self._post(self._bill(order)), 1250)
        self._assert_balance(order, 0, "paid")
        other = self._create_agreed((self.wash, 1))
        self.assertEqual((order + other).mapped("amount_unused"), [250, 0])

    # ------------------------------------------------------------------
    # Cancelled orders
    # ------------------------------------------------------------------

    def test_a_cancelled_order_gives_back_what_it_holds(self):
        order = self._create_fixture(opportunity_id=self.deal.id)
        self._settle(self._advance(order, amount=30))
        order._action_cancel()
        self._assert_balance(order, -2700, "refund")
        self.assertEqual(self.deal.amount_due, -2700)
        self.assertEqual(self.vehicle.with_user(self.advisor).amount_due, -2700)

    def test_a_cancelled_order_with_an_open_invoice_shows_it(self):
        order = self._create_fixture()
        invoice = self._post(self._bill(order))
        order._action_cancel()
        self._assert_balance(order, 9000, "due")
        self._post(self._credit(invoice))
        self._assert_balance(order, 0, "none")

    def test_a_cancelled_order_gives_back_what_was_paid_online(self):
        order = self._create_fixture()
        transaction = self._pay_online(order, 500)
        order._action_cancel()
        self._assert_balance(order, -500, "refund")
        self._refund_online(transaction, 500)
        self._assert_balance(order, 0, "none")

    # ------------------------------------------------------------------
    # Overdue
    # ------------------------------------------------------------------

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("auto_crm.ir_cron_refresh_overdue").method_direct_trigger()

    def _create_plan(self):
        """Make terms of two instalments: half at once, half after 30 days."""
        return self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 30)
                ],
            }
        )

    def test_each_instalment_is_overdue_by_itself(self):
        order = self._create_agreed((self.wash, 1))
        invoice = self._bill(order)
        invoice.invoice_payment_term_id = self._create_plan()
        self._post(invoice)
        self.assertEqual(len(set(invoice.line_ids.mapped("date_maturity"))), 3)
        self._assert_balance(order, 1000, "due")
        today = fields.Date.today()
        with freeze_time(today + timedelta(days=2)):
            self._run_cron()
            self._assert_balance(order, 1000, "overdue")
            self._settle(invoice, 500)
            self._assert_balance(order, 500, "partial")
        with freeze_time(today + timedelta(days=32)):
            self._run_cron()
            self._assert_balance(order, 500, "overdue")

    def test_a_day_ends_where_the_shop_is(self):
        self.company.resource_calendar_id.tz = "Asia/Vladivostok"
        with freeze_time("2026-03-10 12:00:00"):
            order = self._create_agreed((self.wash, 1))
            invoice = self._bill(order)
            invoice.invoice_payment_term_id = False
            invoice.invoice_date_due = "2026-03-10"
            self._post(invoice)
        with freeze_time("2026-03-10 13:30:00"):  # 23:30 in Vladivostok
            self._run_cron()
            self._assert_balance(order, 1000, "due")
        with freeze_time("2026-03-10 14:30:00"):  # the next day there
            self._run_cron()
            self._assert_balance(order, 1000, "overdue")
