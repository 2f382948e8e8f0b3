from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderCredit(AutoOrderCommon):
    """Credit notes that give money back, and credit notes that take work back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.labour.invoice_policy = "order"
        cls.part.invoice_policy = "order"
        cls.order = cls._create_agreed((cls.labour, 4), (cls.part, 1))
        cls.labour_line, cls.part_line = cls.order.order_line
        cls.invoice = cls._invoice(cls.order)

    def _refund(self, invoice=None, post=True, **prices):
        """Reverse an invoice; the lines are kept by product at the prices given."""
        refund = (invoice or self.invoice)._reverse_moves([{}])
        for line in refund.invoice_line_ids:
            price = prices.get("labour" if line.product_id == self.labour else "part")
            if price is None:
                line.unlink()
            else:
                line.price_unit = price
        if post:
            refund.action_post()
        return refund

    def test_goodwill_does_not_offer_the_work_again(self):
        refund = self._refund(labour=300)
        self.assertTrue(refund.invoice_line_ids._is_price_credit())
        self.assertRecordValues(
            self.labour_line,
            [{"qty_invoiced": 4, "qty_invoiced_posted": 4, "qty_to_invoice": 0}],
        )
        self.assertEqual(self.order.invoice_status, "invoiced")
        with self.assertRaises(UserError):
            self.order._create_invoices()

    def test_a_draft_credit_note_of_the_price_does_not_offer_it_either(self):
        refund = self._refund(labour=300, post=False)
        self.assertEqual(self.labour_line.qty_to_invoice, 0)
        refund.button_cancel()
        self.assertEqual(self.labour_line.qty_invoiced, 4)

    def test_a_refund_at_the_billed_price_takes_the_work_back(self):
        refund = self._refund(labour=1500, part=3000)
        self.assertFalse(
            any(line._is_price_credit() for line in refund.invoice_line_ids)
        )
        self.assertEqual(self.order.order_line.mapped("qty_to_invoice"), [4, 1])
        self.assertEqual(self.order._create_invoices().amount_total, 9000)

    def test_the_price_of_a_draft_credit_note_is_followed(self):
        refund = self._refund(labour=1500, post=False)
        self.assertEqual(self.labour_line.qty_to_invoice, 4)
        refund.invoice_line_ids.price_unit = 300
        self.assertEqual(self.labour_line.qty_to_invoice, 0)
        refund.invoice_line_ids.write({"price_unit": 1500, "discount": 50})
        self.assertEqual(self.labour_line.qty_to_invoice, 0)
        refund.invoice_line_ids.discount = 0
        self.assertEqual(self.labour_line.qty_to_invoice, 4)

    def test_the_price_after_discount_is_compared(self):
        order = self._create_agreed((self.labour, 1))
        order.order_line.discount = 80
        invoice = self._invoice(order)
        refund = self._refund(invoice, labour=1500)
        self.assertEqual(refund.amount_total, 300)
        self.assertFalse(refund.invoice_line_ids._is_price_credit())

    def test_a_credit_note_made_by_hand_is_compared_with_what_was_billed(self):
        refund = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.labour.id,
                            "quantity": 1,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                            "sale_line_ids": [Command.set(self.labour_line.ids)],
                        }
                    )
                    for price in (1500, 100)
                ],
            }
        )
        self.assertEqual(
            [line._is_price_credit() for line in refund.invoice_line_ids],
            [False, True],
        )
        self.assertEqual(self.labour_line.qty_invoiced, 3)

    def test_only_credit_notes_of_work_orders_are_price_credits(self):
        self.assertFalse(self.invoice.invoice_line_ids[0]._is_price_credit())
        sale = self._create_agreed((self.labour, 1), vehicle_id=False)
        refund = self._refund(self._invoice(sale), labour=300)
        self.assertFalse(refund.invoice_line_ids._is_price_credit())
        self.assertEqual(sale.order_line.qty_to_invoice, 1)

    def test_a_smaller_down_payment_is_still_deducted(self):
        order = self._create_agreed((self.labour, 4), (self.part, 1))
        advance = (
            self.env["sale.advance.payment.inv"]
            .create(
                {
                    "advance_payment_method": "fixed",
                    "fixed_amount": 2700,
                    "sale_order_ids": [Command.set(order.ids)],
                }
            )
            ._create_invoices(order)
        )
        advance.action_post()
        refund = advance._reverse_moves([{}])
        refund.invoice_line_ids.price_unit = 700
        refund.action_post()
        final = order._create_invoices(final=True)
        self.assertEqual(final.amount_total, 7000)
