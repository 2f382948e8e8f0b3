from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.modules.migration import load_script
from odoo.tests import new_test_user, tagged
from odoo.tools import file_path

from .order_common import AutoOrderCommon

MIGRATION = "auto_crm/migrations/19.0.1.1.0/post-agreed_prices.py"


class OrderWaivedCommon(AutoOrderCommon):
    """Labour of 6,000 and a part of 3,000, ready to be handed over by the advisor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.labour.invoice_policy = "order"
        cls.part.invoice_policy = "order"
        cls._set_stock(cls.part, 50)
        cls.bookkeeper = new_test_user(
            cls.env,
            login="auto_bookkeeper",
            groups="account.group_account_invoice",
            lang="en_US",
        )
        cls.order = cls._create_ready((cls.labour, 4), (cls.part, 1))
        cls.labour_line, cls.part_line = cls.order.order_line

    @classmethod
    def _create_ready(cls, *lines, **vals):
        order = cls._create_received(*lines, **vals)
        order.job_ids.action_done()
        if not order.job_ids:
            order.action_check()
        cls.env.flush_all()
        return order

    def _assert_refused(self, pattern, order=None):
        order = (order or self.order).with_user(self.advisor)
        with self.assertRaisesRegex(AccessError, pattern), self.cr.savepoint():
            order.action_release()
        self.assertFalse(order.date_released)

    def _assert_waived(self, amount, order=None):
        """The advisor is refused with the sum, the manager's release is kept."""
        order = order or self.order
        self._assert_refused(rf"{amount}\D+less is asked.*ask a manager", order)
        order.with_user(self.manager).action_release()
        self.assertEqual(order.work_state, "released")
        note = order.message_ids.filtered(lambda m: "less than was agreed" in m.body)
        self.assertIn(amount, note.body)
        self.assertIn(self.manager.name, note.body)

    def _release(self, order=None):
        order = order or self.order
        order.with_user(self.advisor).action_release()
        self.assertEqual(order.work_state, "released")
        bodies = "".join(order.message_ids.mapped("body"))
        self.assertNotIn("less than was agreed", bodies)

    def _credit(self, user, invoice, price=None, product=None):
        """Reverse an invoice as a user, in full or one product at a price."""
        wizard = (
            self.env["account.move.reversal"]
            .with_user(user)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        wizard.refund_moves()
        refund = wizard.new_move_ids
        if product:
            others = refund.invoice_line_ids.filtered(lambda l: l.product_id != product)
            others.unlink()
        if price is not None:
            refund.invoice_line_ids.price_unit = price
        refund.action_post()
        return refund


@tagged("post_install", "-at_install")
class TestOrderWaived(OrderWaivedCommon):
    """Nobody but a manager lets a car go for less than was agreed."""

    # === ON THE ORDER === #

    def test_what_is_paid_as_agreed_is_released(self):
        self._pay(self._invoice(self.order))
        self._release()

    def test_price_zero(self):
        lines = self.order.order_line.with_user(self.advisor)
        lines.write({"price_unit": 0})
        self.assertEqual(self.order.amount_due, 0)
        self._assert_waived("9,000.00")

    def test_a_whole_discount(self):
        self.labour_line.with_user(self.advisor).discount = 100
        self.part_line.with_user(self.advisor).discount = 100
        self._assert_waived("9,000.00")

    def test_a_lower_price_that_is_paid(self):
        self.labour_line.with_user(self.advisor).price_unit = 100
        self._pay(self._invoice(self.order))
        self._assert_waived("5,600.00")

    def test_a_lower_price_by_fewer_hours(self):
        self.labour_line.with_user(self.advisor).norm_hours = 0.1
        self.assertEqual(self.labour_line.price_unit, 100)
        self._pay(self._invoice(self.order))
        self._assert_waived("5,600.00")

    def test_a_tax_taken_away(self):
        tax = self.env["account.tax"].create(
            {
                "name": "20 %",
                "amount": 20,
                "type_tax_use": "sale",
                "price_include_override": "tax_excluded",
            }
        )
        order = self._create_order((self.labour, 4))
        order.order_line.tax_ids = tax
        order.action_confirm()
        order.action_receive()
        order.job_ids.action_done()
        order.order_line.with_user(self.advisor).tax_ids = False
        self._pay(self._invoice(order))
        self._assert_waived("1,200.00", order)

    def test_a_done_work_set_to_zero(self):
        self.labour_line.with_user(self.advisor).product_uom_qty = 0
        self._pay(self._invoice(self.order))
        self._assert_waived("6,000.00")

    def test_fewer_of_a_done_work(self):
        self.labour_line.with_user(self.advisor).product_uom_qty = 1
        self._pay(self._invoice(self.order))
        self._assert_waived("4,500.00")

    def test_a_done_work_reopened_and_taken_off(self):
        self.order.job_ids.with_user(self.advisor).action_reopen()
        self.labour_line.with_user(self.advisor).product_uom_qty = 0
        self.order.with_user(self.advisor).action_check()
        self._pay(self._invoice(self.order))
        self._assert_waived("6,000.00")

    def test_a_sublet_taken_off_when_the_car_is_ready(self):
        order = self._create_ready((self.labour, 4), (self.sublet, 1))
        self.sublet.invoice_policy = "order"
        order.order_line[1].with_user(self.advisor).product_uom_qty = 0
        self._pay(self._invoice(order))
        self._assert_waived("900.00", order)

    def test_a_discount_as_a_line_of_its_own(self):
        for vals in (
            {"price_unit": -5000},
            {"price_unit": 5000, "product_uom_qty": -1},
        ):
            with self.subTest(vals=vals):
                order = self._create_ready((self.labour, 4))
                product = self.env["product.product"].create(
                    {"name": "Discount", "type": "service", "invoice_policy": "order"}
                )
                order.with_user(self.advisor).order_line = [
                    Command.create(
                        {
                            "product_id": product.id,
                            "tax_ids": [Command.clear()],
                            **vals,
                        }
                    )
                ]
                self.assertEqual(order.amount_total, 1000)
                invoice = order._create_invoices(final=True)
                invoice.action_post()
                self.assertEqual(invoice.amount_total, 1000)
                self._pay(invoice)
                self._assert_waived("5,000.00", order)

    def test_an_order_cancelled_and_agreed_anew(self):
        order = self.order.with_user(self.advisor)
        order._action_cancel()
        order.action_draft()
        order.order_line.write({"price_unit": 0})
        with self.assertRaisesRegex(UserError, "done or issued"), self.cr.savepoint():
            self.labour_line.with_user(self.advisor).unlink()
        order.action_confirm()
        order.action_receive()
        self.assertEqual(order.work_state, "ready")
        self._assert_waived("9,000.00")

    def test_what_was_agreed_is_not_written_by_hand(self):
        for user in (self.advisor, self.manager):
            for name in ("price_agreed", "qty_owed"):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    self.labour_line.with_user(user).write({name: 0})
                lines = self.env["sale.order.line"].with_user(user)
                vals = {"order_id": self.order.id, "product_id": self.labour.id}
                with self.assertRaises(AccessError), self.cr.savepoint():
                    lines.with_context(**{f"default_{name}": -9}).create(vals)

    def test_a_line_stays_on_its_order(self):
        other = self._create_order()
        with self.assertRaisesRegex(UserError, "stays on its order"):
            self.labour_line.with_user(self.advisor).order_id = other

    # === WHAT IS ALLOWED === #

    def test_prices_of_an_offer_are_free(self):
        order = self._create_order((self.labour, 4), (self.part, 1))
        order = order.with_user(self.advisor)
        order.order_line[0].price_unit = 100
        order.order_line[1].discount = 50
        order.order_line = [
            Command.create(
                {"product_id": self.sublet.id, "price_unit": -400, "name": "Discount"}
            )
        ]
        order.action_confirm()
        order.action_receive()
        order.job_ids.action_done()
        self.assertEqual(order.amount_total, 1500)
        self.sublet.invoice_policy = "order"
        self._pay(self._invoice(order.sudo()))
        self._release(order)

    def test_works_not_done_and_parts_not_issued_are_taken_off(self):
        order = self._create_received(
            (self.labour, 4), (self.labour, 1), (self.part, 1)
        )
        order.order_line[0].job_ids.action_done()
        order.order_line[1:].with_user(self.advisor).write({"product_uom_qty": 0})
        self.assertEqual(order.work_state, "ready")
        self._pay(self._invoice(order))
        self._release(order)

    def test_a_returned_part_is_taken_off(self):
        self.order._issue_parts()
        self.assertEqual(self.part_line.qty_delivered, 1)
        self._send_back(self.order.picking_ids)
        self.assertEqual(self.part_line.qty_delivered, 0)
        self.part_line.with_user(self.advisor).product_uom_qty = 0
        self._pay(self._invoice(self.order))
        self._release()

    def test_an_advance_and_the_rest_are_the_whole(self):
        advance = (
            self.env["sale.advance.payment.inv"]
            .create(
                {
                    "advance_payment_method": "percentage",
                    "amount": 30,
                    "sale_order_ids": [Command.set(self.order.ids)],
                }
            )
            ._create_invoices(self.order)
        )
        advance.action_post()
        self._pay(advance)
        self._assert_refused("6,300.00 is due")
        final = self.order._create_invoices(final=True)
        final.action_post()
        self._pay(final)
        self._release()

    def test_a_manager_lowers_prices_and_the_advisor_releases(self):
        self.labour_line.with_user(self.manager).price_unit = 100
        self.part_line.with_user(self.manager).discount = 50
        self._pay(self._invoice(self.order))
        self._release()

    def test_a_manager_takes_a_done_work_off(self):
        self.labour_line.with_user(self.manager).product_uom_qty = 0
        self._pay(self._invoice(self.order))
        self._release()

    def test_a_manager_adds_a_discount(self):
        self.order.with_user(self.manager).order_line = [
            Command.create(
                {"product_id": self.sublet.id, "price_unit": -400, "name": "Discount"}
            )
        ]
        self.sublet.invoice_policy = "order"
        self._pay(self._invoice(self.order))
        self._release()

    def test_a_manager_s_other_edit_accepts_no_price(self):
        self.labour_line.with_user(self.advisor).price_unit = 100
        self.labour_line.with_user(self.manager).product_uom_qty = 5
        self._pay(self._invoice(self.order))
        self._assert_waived("7,000.00")

    def test_a_price_raised_and_set_back_needs_a_manager(self):
        self.labour_line.with_user(self.advisor).price_unit = 2000
        self.labour_line.with_user(self.advisor).price_unit = 1500
        self._pay(self._invoice(self.order))
        self._assert_waived("2,000.00")

    def test_cents_of_rounding_waive_nothing(self):
        order = self._create_order((self.labour, 1), (self.labour, 1))
        order.order_line.write({"price_unit": 100.01, "discount": 50})
        order.action_confirm()
        order.action_receive()
        order.job_ids.action_done()
        self._pay(self._invoice(order))
        self._release(order)

    def test_lowered_prices_are_in_the_chatter(self):
        self.labour_line.with_user(self.advisor).price_unit = 100
        note = self.order.message_ids.filtered(lambda m: "1,500.00" in m.body)
        self.assertIn("100.00", note.body)
        self.assertEqual(note.author_id, self.advisor.partner_id)
        self.labour_line.with_user(self.advisor).price_unit = 200
        self.assertEqual(
            self.order.message_ids.filtered(lambda m: "1,500.00" in m.body), note
        )

    # === BY DOCUMENTS === #

    def test_a_credit_note_of_the_advisor_on_an_unpaid_invoice(self):
        self._credit(self.advisor, self._invoice(self.order))
        self._assert_waived("9,000.00")

    def test_goodwill_of_the_advisor(self):
        invoice = self._invoice(self.order)
        self._credit(self.advisor, invoice, price=300, product=self.labour)
        self._pay(invoice)
        self._assert_waived("1,200.00")

    def test_goodwill_of_the_accountant(self):
        for user in (self.bookkeeper, self.accountant, self.manager):
            with self.subTest(user=user.login):
                order = self._create_ready((self.labour, 4))
                invoice = self._invoice(order)
                self._credit(user, invoice, price=300, product=self.labour)
                self._pay(invoice)
                self._release(order)

    def test_an_invoice_made_anew_gives_nothing_away(self):
        invoice = self._invoice(self.order)
        self._credit(self.accountant, invoice)
        again = self._invoice(self.order)
        self.assertEqual(again.amount_total, 9000)
        self._credit(self.advisor, again, price=1000, product=self.part)
        self._pay(again)
        self._assert_waived("1,000.00")

    def test_a_price_lowered_on_the_draft_invoice(self):
        invoice = self._invoice(self.order, post=False).with_user(self.advisor)
        invoice.invoice_line_ids[0].price_unit = 1
        invoice.action_post()
        self._pay(invoice)
        self._assert_waived("5,996.00")

    def test_a_negative_line_typed_into_the_invoice(self):
        invoice = self._invoice(self.order, post=False).with_user(self.advisor)
        invoice.invoice_line_ids = [
            Command.create(
                {"name": "Less", "price_unit": -8000, "tax_ids": [Command.clear()]}
            )
        ]
        invoice.action_post()
        self._pay(invoice)
        self._assert_waived("8,000.00")

    def test_a_credit_note_for_nothing_closes_the_invoice(self):
        invoice = self._invoice(self.order)
        refund = (
            self.env["account.move"]
            .with_user(self.advisor)
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": self.customer.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "For nothing",
                                "price_unit": 9000,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        refund.action_post()
        lines = (invoice + refund).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        lines.sudo().reconcile()
        self.assertEqual(self.order.amount_due, 0)
        self._assert_waived("9,000.00")

    def test_a_difference_written_off(self):
        expense = self.env["account.account"].create(
            {"name": "Off", "code": "AUTOOFF", "account_type": "expense"}
        )
        for user, is_granted in ((self.advisor, False), (self.accountant, True)):
            with self.subTest(user=user.login):
                order = self._create_ready((self.labour, 4))
                invoice = self._invoice(order)
                self.env["account.payment.register"].with_user(user).with_context(
                    active_model="account.move", active_ids=invoice.ids
                ).create(
                    {
                        "amount": 1000,
                        "payment_difference_handling": "reconcile",
                        "writeoff_account_id": expense.id,
                    }
                )._create_payments()
                self.assertEqual(invoice.amount_residual, 0)
                if is_granted:
                    self._release(order)
                else:
                    self._assert_waived("5,000.00", order)

    def test_who_granted_a_credit_is_not_written_by_hand(self):
        refund = self._credit(self.advisor, self._invoice(self.order))
        for user in (self.advisor, self.accountant):
            with self.assertRaises(AccessError), self.cr.savepoint():
                refund.with_user(user).write({"is_credit_granted": True})
        refund.with_user(self.accountant).button_draft()
        refund.with_user(self.accountant).action_post()
        self.assertTrue(refund.sudo().is_credit_granted)
        refund.with_user(self.advisor).button_draft()
        refund.with_user(self.advisor).action_post()
        self.assertFalse(refund.sudo().is_credit_granted)

    def test_what_stood_before_the_control_is_not_questioned(self):
        self.order.with_user(self.advisor).order_line = [
            Command.create(
                {"product_id": self.sublet.id, "price_unit": -400, "name": "Discount"}
            )
        ]
        self.sublet.invoice_policy = "order"
        invoice = self._invoice(self.order)
        self._credit(self.advisor, invoice, price=300, product=self.labour)
        self._pay(invoice)
        self._assert_refused("1,600.00")
        self.env.flush_all()
        script = load_script(file_path(MIGRATION), "agreed_prices")
        script.migrate(self.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self._release()

    def test_a_credit_note_is_no_gift_when_made_with_a_default(self):
        moves = self.env["account.move"].with_user(self.advisor)
        with self.assertRaises(AccessError):
            moves.with_context(default_is_credit_granted=True).create(
                {"move_type": "out_refund", "partner_id": self.customer.id}
            )


@tagged("post_install", "-at_install")
class TestOrderPricesClosed(OrderWaivedCommon):
    """Prices of what is billed, or has left, are closed."""

    def test_prices_of_a_released_order_are_closed(self):
        self._pay(self._invoice(self.order))
        self._release()
        tax = self.env["account.tax"].create({"name": "5 %", "amount": 5})
        for user in (self.advisor, self.accountant, self.manager):
            line = self.labour_line.with_user(user)
            for vals in (
                {"price_unit": 1},
                {"discount": 10},
                {"product_uom_qty": 5},
                {"tax_ids": [Command.set(tax.ids)]},
            ):
                with (
                    self.subTest(user=user.login, vals=vals),
                    self.assertRaisesRegex(UserError, "lines and prices are closed"),
                    self.cr.savepoint(),
                ):
                    line.write(vals)
        with self.assertRaisesRegex(UserError, "closed"), self.cr.savepoint():
            self.order.with_user(self.advisor).order_line = [
                Command.create({"product_id": self.labour.id})
            ]
        self.labour_line.with_user(self.advisor).name = "Another name"
        self.order.with_user(self.manager).action_unrelease()
        self.order.with_user(self.advisor).order_line = [
            Command.create({"product_id": self.labour.id})
        ]

    def test_a_note_and_an_advance_may_come_onto_a_released_order(self):
        self.order.with_user(self.manager).action_release()
        self.order.order_line = [
            Command.create({"display_type": "line_note", "name": "Came for the key"})
        ]
        self.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "fixed",
                "fixed_amount": 600,
                "sale_order_ids": [Command.set(self.order.ids)],
            }
        )._create_invoices(self.order).action_post()

    def test_the_price_of_a_billed_line_stays(self):
        self._invoice(self.order)
        tax = self.env["account.tax"].create({"name": "5 %", "amount": 5})
        for user in (self.advisor, self.manager):
            for vals in (
                {"price_unit": 2000},
                {"discount": 10},
                {"tax_ids": [Command.set(tax.ids)]},
            ):
                with (
                    self.subTest(user=user.login, vals=vals),
                    self.assertRaisesRegex(UserError, "on a posted invoice"),
                    self.cr.savepoint(),
                ):
                    self.labour_line.with_user(user).write(vals)
        self.labour_line.with_user(self.advisor).product_uom_qty = 5
        self.assertEqual(self.order.amount_due, 10500)

    def test_the_discount_of_a_billed_line_stays_when_its_quantity_changes(self):
        self.env.user.group_ids += self.env.ref("sale.group_discount_per_so_line")
        order = self._create_order((self.labour, 4))
        order.pricelist_id = self.env["product.pricelist"].create({"name": "Plain"})
        order.order_line.discount = 50
        order.action_confirm()
        self._invoice(order)
        order.order_line.product_uom_qty = 5
        self.assertEqual(order.order_line.discount, 50)

    def test_a_draft_invoice_closes_no_price(self):
        self._invoice(self.order, post=False)
        self.labour_line.with_user(self.advisor).price_unit = 2000
        self.assertEqual(self.order.amount_total, 11000)

    def test_a_price_is_open_again_when_the_invoice_is_credited(self):
        self._credit(self.accountant, self._invoice(self.order))
        self.labour_line.with_user(self.advisor).price_unit = 2000

    def test_stock_sales_are_not_touched(self):
        sale = self._create_agreed((self.labour, 4), vehicle_id=False)
        seller = new_test_user(
            self.env, login="auto_seller", groups="sales_team.group_sale_salesman"
        )
        sale.user_id = seller
        self._invoice(sale)
        line = sale.order_line.with_user(seller)
        line.price_unit = 1
        line.discount = 50
        self.assertFalse(line.sudo().price_agreed)
        self.assertFalse(sale.message_ids.filtered(lambda m: "was agreed" in m.body))
