from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderIssue(AutoOrderCommon):
    """What is on the bill and what left the stock are the same when the car goes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.labour.invoice_policy = "order"
        cls.part.invoice_policy = "order"

    def _create_ready(self, quantity=2):
        order = self._create_received((self.labour, 4), (self.part, quantity))
        order.job_ids.action_done()
        return order

    def _ask(self, order):
        """Press the button as the advisor: the question comes up."""
        action = order.with_user(self.advisor).action_release()
        self.assertEqual(action["res_model"], "auto.order.issue")
        self.assertFalse(order.date_released)
        return Form(
            self.env["auto.order.issue"]
            .with_user(self.advisor)
            .with_context(**action["context"])
        )

    def _assert_agrees(self, order, quantity):
        self.assertEqual(order.work_state, "released")
        self.assertRecordValues(
            order.order_line[1],
            [{"product_uom_qty": quantity, "qty_delivered": quantity}],
        )

    def test_a_part_that_is_not_here_is_taken_off(self):
        self._set_stock(self.part, 1)
        order = self._create_ready()
        form = self._ask(order)
        with form.line_ids.edit(0) as line:
            self.assertEqual(line.product_id, self.part)
            self.assertEqual((line.quantity, line.qty_missing), (2, 1))
            self.assertEqual((line.qty_free, line.choice), (0, "cancel"))
        wizard = form.save()
        with self.assertRaisesRegex(AccessError, "not paid"), self.cr.savepoint():
            wizard.action_apply()
        self.assertEqual(order.amount_total, 12000)
        order.order_line[1].product_uom_qty = 1
        self._pay(self._invoice(order))
        order.with_user(self.advisor).action_release()
        self._assert_agrees(order, 1)

    def test_a_billed_part_that_is_not_here_is_credited(self):
        self._set_stock(self.part, 1)
        order = self._create_ready()
        invoice = self._invoice(order)
        self._pay(invoice)
        self._ask(order).save().action_apply()
        self._assert_agrees(order, 1)
        refund = invoice.reversal_move_ids
        self.assertRecordValues(
            refund,
            [{"state": "draft", "move_type": "out_refund", "amount_total": 3000}],
        )
        self.assertEqual(refund.invoice_line_ids.sale_line_ids, order.order_line[1])
        self.assertEqual(order.amount_due, -3000)
        refund.action_post()
        self.assertRecordValues(
            order.order_line[1], [{"qty_invoiced": 1, "qty_to_invoice": 0}]
        )
        self.assertEqual(order.amount_due, -3000)

    def test_the_last_of_several_invoices_is_credited_first(self):
        self._set_stock(self.part, 1)
        order = self._create_ready(quantity=2)
        first = self._invoice(order)
        order.order_line[1].product_uom_qty = 4
        second = self._invoice(order)
        self._pay(first)
        self._pay(second)
        self._ask(order).save().action_apply()
        self._assert_agrees(order, 1)
        self.assertEqual(second.reversal_move_ids.amount_total, 6000)
        self.assertEqual(first.reversal_move_ids.amount_total, 3000)

    def test_a_part_on_a_draft_invoice_is_taken_off_it(self):
        self._set_stock(self.part, 1)
        order = self._create_ready()
        invoice = self._invoice(order, post=False)
        wizard = self._ask(order).save().with_user(self.manager)
        wizard.action_apply()
        self._assert_agrees(order, 1)
        self.assertEqual(invoice.amount_total, 9000)
        self.assertFalse(invoice.reversal_move_ids)

    def test_a_part_that_was_put_on_the_shelf_meanwhile_is_issued(self):
        order = self._create_ready()
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        self._set_stock(self.part, 2)
        self._pay(self._invoice(order))
        form = self._ask(order)
        with form.line_ids.edit(0) as line:
            self.assertEqual((line.qty_free, line.choice), (2, "issue"))
        form.save().action_apply()
        self._assert_agrees(order, 2)
        self.assertEqual(self.part.qty_available, 0)

    def test_a_part_returned_to_the_supplier_is_asked_about(self):
        order = self._create_ready()
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        receipt = self._receive(purchase)
        self._pay(self._invoice(order))
        order.picking_ids.do_unreserve()
        self._send_back(receipt)
        order.picking_ids.filtered(
            lambda picking: picking.picking_type_code == "outgoing"
        ).action_assign()
        self.assertEqual(self.part.qty_available, 1)
        self._ask(order).save().action_apply()
        self._assert_agrees(order, 1)
        self.assertEqual(order.amount_due, -3000)

    def test_what_is_not_on_stock_is_not_issued(self):
        order = self._create_ready()
        form = self._ask(order)
        form.choice = "issue"
        with form.line_ids.edit(0) as line:
            self.assertEqual(line.choice, "issue")
        with self.assertRaisesRegex(UserError, "not on stock"):
            form.save().action_apply()
        self.assertFalse(order.date_released)

    def test_customers_own_parts_are_not_asked_about(self):
        order = self._create_order((self.labour, 4), (self.part, 1))
        order.order_line[1].part_source = "customer"
        order.action_confirm()
        order.action_receive()
        order.job_ids.action_done()
        order.with_user(self.manager).action_release()
        self._assert_agrees(order, 1)

    def test_several_orders_are_asked_about_at_once(self):
        orders = self._create_ready() + self._create_ready()
        action = orders.with_user(self.manager).action_release()
        form = Form(
            self.env["auto.order.issue"]
            .with_user(self.manager)
            .with_context(**action["context"])
        )
        form.save().action_apply()
        self.assertEqual(orders.mapped("work_state"), ["released", "released"])
        self.assertEqual(orders.mapped("amount_total"), [6000, 6000])

    def test_a_shop_that_bills_what_is_issued_takes_the_money_before(self):
        self.labour.invoice_policy = "delivery"
        self.part.invoice_policy = "delivery"
        self._set_stock(self.part, 2)
        order = self._create_ready()
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [4, 0])
        order.with_user(self.advisor).action_issue_parts()
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [4, 2])
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 12000)
        self._pay(invoice)
        order.with_user(self.advisor).action_release()
        self._assert_agrees(order, 2)

    def test_parts_are_issued_by_advisors_while_the_car_is_here(self):
        order = self._create_agreed((self.part, 1))
        with self.assertRaises(AccessError):
            order.with_user(self.accountant).action_issue_parts()
        order = order.with_user(self.advisor)
        with self.assertRaisesRegex(UserError, "not here"):
            order.action_issue_parts()
        order.action_receive()
        with self.assertRaisesRegex(UserError, "on stock"):
            order.action_issue_parts()
