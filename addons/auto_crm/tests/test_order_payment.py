from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderPayment(AutoOrderCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.labour.invoice_policy = "order"
        cls.order = cls._create_agreed((cls.labour, 1))

    def _assert_payment(self, status, due, order=None):
        order = order or self.order
        self.assertRecordValues(order, [{"payment_status": status, "amount_due": due}])

    def _pay_online(self, order, amount):
        provider = self.env["payment.provider"].create({"name": "Test"})
        method = self.env["payment.method"].search([], limit=1)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "reference": f"{order.name}-{amount}",
                "operation": "offline",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        transaction._set_done()
        return transaction

    def test_an_estimate_owes_nothing(self):
        self._assert_payment("none", 0, self._create_order())

    def test_an_agreed_order_is_due(self):
        self._assert_payment("due", 1500)

    def test_what_is_taken_back_in_part_exchange_lowers_what_is_due(self):
        order = self._create_order((self.labour, 4), (self.labour, -1))
        order.action_confirm()
        self._assert_payment("due", 4500, order)
        invoice = order._create_invoices(final=True)
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 4500)
        self._pay(invoice)
        self._assert_payment("paid", 0, order)

    def test_taxes_of_the_whole_are_due_to_the_cent(self):
        tax = self.env["account.tax"].create(
            {"name": "VAT 20", "amount": 20.0, "price_include_override": "tax_included"}
        )
        order = self._create_order((self.labour, 1))
        order.order_line.write(
            {"price_unit": 100.01, "discount": 50.0, "tax_ids": [Command.set(tax.ids)]}
        )
        order.action_confirm()
        self._assert_payment("due", order.amount_total, order)
        self._pay(self._invoice(order))
        self._assert_payment("paid", 0, order)

    def test_a_draft_invoice_changes_nothing(self):
        self._invoice(self.order, post=False)
        self._assert_payment("due", 1500)

    def test_invoice_and_payments(self):
        invoice = self._invoice(self.order)
        self._assert_payment("due", 1500)
        self._pay(invoice, 500)
        self._assert_payment("partial", 1000)
        self._pay(invoice)
        self._assert_payment("paid", 0)

    def test_payment_undone_is_due_again(self):
        invoice = self._invoice(self.order)
        payment = self._pay(invoice)
        self._assert_payment("paid", 0)
        payment.action_draft()
        payment.action_cancel()
        self._assert_payment("due", 1500)

    def test_overdue_when_the_date_passes(self):
        invoice = self._invoice(self.order)
        invoice.invoice_date_due = fields.Date.today() + timedelta(days=3)
        self._assert_payment("due", 1500)
        with (
            freeze_time(fields.Date.today() + timedelta(days=4)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("auto_crm.ir_cron_refresh_overdue").method_direct_trigger()
        self._assert_payment("overdue", 1500)
        self._pay(invoice)
        self._assert_payment("paid", 0)

    def test_overdue_by_its_date_at_once(self):
        invoice = self._invoice(self.order, post=False)
        invoice.invoice_payment_term_id = False
        invoice.invoice_date = fields.Date.today() - timedelta(days=10)
        invoice.invoice_date_due = fields.Date.today() - timedelta(days=5)
        invoice.action_post()
        self._assert_payment("overdue", 1500)

    def test_down_payment_is_a_prepayment(self):
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "fixed",
                "fixed_amount": 600,
                "sale_order_ids": [Command.set(self.order.ids)],
            }
        )
        advance = wizard._create_invoices(self.order)
        advance.action_post()
        self._assert_payment("due", 1500)
        self._pay(advance)
        self._assert_payment("prepaid", 900)
        final = self.order._create_invoices(final=True)
        final.action_post()
        self.assertEqual(final.amount_total, 900)
        self._assert_payment("partial", 900)
        self._pay(final)
        self._assert_payment("paid", 0)

    def test_online_payment_counts_before_the_invoice(self):
        self._pay_online(self.order, 500)
        self._assert_payment("prepaid", 1000)
        self._pay_online(self.order, 1000)
        self._assert_payment("paid", 0)

    def test_more_work_after_payment_is_due(self):
        self._pay(self._invoice(self.order))
        self.order.order_line = [
            Command.create({"product_id": self.labour.id, "product_uom_qty": 1})
        ]
        self._assert_payment("prepaid", 1500)

    def test_credit_note_of_the_whole(self):
        invoice = self._invoice(self.order)
        self._pay(invoice)
        refund = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        refund.action_post()
        self._assert_payment("refund", -1500)
        self._pay(refund)
        self._assert_payment("none", 0)

    def test_credit_note_of_a_part_after_release(self):
        self.order.action_receive()
        self.order.job_ids.action_done()
        invoice = self._invoice(self.order)
        self._pay(invoice)
        self.order.action_release()
        refund = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        refund.invoice_line_ids.price_unit = 300
        refund.action_post()
        self._assert_payment("refund", -300)
        self._pay(refund)
        self._assert_payment("paid", 0)

    def test_invoice_reversed_and_made_anew(self):
        invoice = self._invoice(self.order)
        refund = invoice._reverse_moves(
            [{"invoice_date": fields.Date.today()}], cancel=True
        )
        self.assertEqual(refund.state, "posted")
        again = self.order._create_invoices()
        self._assert_payment("due", 1500)
        again.action_post()
        self._assert_payment("due", 1500)
        self._pay(again)
        self._assert_payment("paid", 0)

    def test_one_invoice_of_two_orders_is_shared_by_their_lines(self):
        other = self._create_agreed((self.labour, 3))
        invoice = (self.order + other)._create_invoices()
        self.assertEqual(len(invoice), 1)
        invoice.action_post()
        self._pay(invoice, 3000)
        self._assert_payment("partial", 750)
        self._assert_payment("partial", 2250, other)

    def test_cancelled_order_owes_nothing(self):
        self.order._action_cancel()
        self._assert_payment("none", 0)

    def test_cancelled_invoice_is_due_again(self):
        invoice = self._invoice(self.order)
        invoice.button_draft()
        invoice.button_cancel()
        self._assert_payment("due", 1500)

    def test_the_car_shows_what_was_spent_on_it_and_what_is_due(self):
        self._create_order((self.labour, 1))
        self._pay(self._invoice(self._create_agreed((self.labour, 2))))
        stranger = self.vehicle.copy({"license_plate": "В001ВВ99"})
        cars = (self.vehicle | stranger).with_user(self.advisor)
        self.assertRecordValues(
            cars,
            [
                {"amount_orders": 4500, "amount_due": 1500},
                {"amount_orders": 0, "amount_due": 0},
            ],
        )

    def test_a_mechanic_does_not_see_what_was_spent_on_a_car(self):
        self.order.order_line.mechanic_ids = self.mechanic
        with self.assertRaises(AccessError):
            self.vehicle.with_user(self.mechanic_user).read(["amount_orders"])
