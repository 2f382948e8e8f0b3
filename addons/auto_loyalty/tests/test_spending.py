from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AutoLoyaltyCommon


@tagged("post_install", "-at_install")
class TestSpending(AutoLoyaltyCommon):
    """What can be paid with bonuses, and what becomes of it."""

    def _pay_with(self, points, *lines, **vals):
        order = self._create_order(*lines or [(self.labour, 2)], **vals)
        order.with_user(self.advisor)._set_bonus_points(points)
        return order

    def test_more_than_the_order_takes_is_refused_in_words(self):
        self._give(1000.0)
        with self.assertRaisesRegex(UserError, "Up to 600 bonuses"):
            self._pay_with(601.0)

    def test_more_than_the_customer_has_is_refused_in_words(self):
        self._give(100.5)
        with self.assertRaisesRegex(UserError, "Up to 100 bonuses"):
            self._pay_with(101.0)
        with self.assertRaisesRegex(UserError, "whole"):
            self._pay_with(50.5)
        with self.assertRaisesRegex(UserError, "above 0"):
            self._pay_with(-1.0)

    def test_pending_bonuses_do_not_pay(self):
        card = self.cards._find_bonus_card(self.program, self.customer)
        card._add_bonus(100.0, "opening")
        with self.assertRaisesRegex(UserError, "Up to 0 bonuses"):
            self._pay_with(10.0)
        with self._later(hours=25):
            card.invalidate_recordset()
            self.assertEqual(self._pay_with(10.0).amount_total, 2990.0)

    def test_expired_bonuses_do_not_pay_before_the_night_takes_them(self):
        card = self._give(100.0, date_expire=fields.Datetime.now())
        self.assertEqual(card.bonus_usable, 0.0)
        with self.assertRaisesRegex(UserError, "Up to 0 bonuses"):
            self._pay_with(10.0)

    def test_what_expires_first_is_spent_first(self):
        later = fields.Datetime.add(fields.Datetime.now(), days=90)
        soon = fields.Datetime.add(fields.Datetime.now(), days=9)
        card = self._give(100.0, date_expire=False)
        self._give(100.0, date_expire=later)
        self._give(100.0, date_expire=soon)
        self._pay_with(150.0).action_confirm()
        lots = card._search_bonus_lots()
        self.assertEqual(
            [(lot.date_expire, lot.remaining) for lot in lots],
            [(later, 50.0), (False, 100.0)],
        )

    def test_two_estimates_promise_the_same_and_one_is_refused(self):
        self._give(600.0)
        first, second = self._pay_with(600.0), self._pay_with(600.0)
        first.action_confirm()
        second.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "Up to 0 bonuses"):
            second.action_confirm()
        self.assertEqual(second.state, "draft")
        second._set_bonus_points(0.0)
        second.action_confirm()
        self.assertEqual(second.amount_total, 3000.0)

    def test_a_balance_is_needed_if_the_programme_says_so(self):
        self._give(300.0)
        self.program.bonus_min_balance = 500.0
        with self.assertRaisesRegex(UserError, "from a balance of 500 on"):
            self._pay_with(100.0)

    def test_what_is_billed_takes_no_bonuses_any_more(self):
        self._give(1000.0)
        order = self._create_agreed((self.labour, 2))
        self._make_ready(order)
        self._invoice(order)
        with self.assertRaisesRegex(UserError, "invoice is made"):
            order._set_bonus_points(100.0)

    def test_taxes_of_the_lines_are_those_of_the_discount(self):
        self._give(5000.0)
        for kind, total in (("excluded", 3600.0), ("included", 3000.0)):
            tax = self.env["account.tax"].create(
                {
                    "name": f"20% {kind}",
                    "amount": 20,
                    "price_include_override": f"tax_{kind}",
                }
            )
            order = self._create_order((self.labour, 2))
            order.order_line.tax_ids = tax
            self.assertEqual(order.amount_total, total)
            order._set_bonus_points(500.0)
            self.assertEqual(order.amount_total, total - 500.0)
            self.assertEqual(order.order_line.tax_ids, tax)

    def test_a_refund_gives_back_what_was_spent(self):
        card = self._give(1000.0)
        order = self._pay_with(600.0)
        order.action_confirm()
        self._hand_over(order)
        spent = card.bonus_entry_ids.filtered(lambda row: row.kind == "spent")
        self._credit(order.invoice_ids).action_post()
        self.run_events()
        self._assert_ledger(card, 1000.0)
        back = card.bonus_entry_ids.filtered(
            lambda row: row.kind == "spent" and row.points > 0
        )
        self.assertEqual(back.lot_id, spent.lot_id)

    def test_what_comes_back_of_expired_bonuses_is_usable_again(self):
        card = self._give(
            1000.0, date_expire=fields.Datetime.add(fields.Datetime.now(), days=1)
        )
        order = self._pay_with(600.0)
        order.action_confirm()
        with self._later(days=2):
            card._expire_bonus()
            self._assert_ledger(card, 0.0)
            order._action_cancel()
            self.run_events()
            self._assert_ledger(card, 600.0)
            self.assertEqual(card.bonus_usable, 600.0)

    def test_a_copy_of_an_order_is_not_paid(self):
        self._give(1000.0)
        copy = self._pay_with(600.0).copy()
        self.assertEqual(copy.amount_total, 3000.0)
        self.assertFalse(copy.bonus_points)

    def test_a_sale_over_the_counter_has_nothing_to_do_with_bonuses(self):
        self._give(1000.0)
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.part.id})],
            }
        )
        self.assertFalse(sale.is_work_order)
        sale._update_programs_and_rewards()
        self.assertFalse(sale._get_claimable_rewards())
        sale.action_confirm()
        self.run_events()
        self._assert_ledger(self._get_card(), 1000.0)

    def test_a_promotion_and_bonuses_go_together_if_the_programme_says_so(self):
        promotion = self.env["loyalty.program"].create(
            {
                "name": "Spring",
                "program_type": "promotion",
                "trigger": "auto",
                "rule_ids": [Command.create({"minimum_amount": 0})],
                "reward_ids": [Command.create({"discount": 10, "required_points": 1})],
            }
        )
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        order._update_programs_and_rewards()
        [(coupon, reward)] = order._get_claimable_rewards().items()
        self.assertEqual(reward.program_id, promotion)
        order._apply_program_reward(reward, coupon)
        self.assertEqual(order.amount_total, 2700.0)
        order.invalidate_recordset()
        order._set_bonus_points(500.0)
        self.assertEqual(order.amount_total, 2200.0)
        self.assertEqual(order._get_bonus_forecast(), 110.0)
        order._set_bonus_points(0.0)
        self.program.bonus_with_promo = False
        with self.assertRaisesRegex(UserError, "promotion"):
            order._set_bonus_points(100.0)

    def test_a_point_is_worth_what_the_programme_says(self):
        self.program.bonus_value = 0.5
        card = self._give(5000.0)
        order = self._create_order((self.labour, 2))
        self.assertEqual(order.bonus_limit, 1200.0)
        order._set_bonus_points(1000.0)
        self.assertEqual(order.amount_total, 2500.0)
        order.action_confirm()
        self._assert_ledger(card, 4000.0)
        self._hand_over(order)
        self._assert_ledger(card, 4250.0)

    def test_another_currency_is_converted(self):
        euro = self.env.ref("base.EUR")
        if euro == self.company.currency_id:
            euro = self.env.ref("base.USD")
        euro.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "rate": 0.01, "company_id": self.company.id}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        card = self._give(5000.0)
        order = self._create_order((self.labour, 2), pricelist_id=pricelist.id)
        order.order_line.price_unit = 15.0
        self.assertEqual(order.amount_total, 30.0)
        self.assertEqual(order.bonus_limit, 600.0)
        order._set_bonus_points(500.0)
        self.assertEqual(order.amount_total, 25.0)
        order.action_confirm()
        self._assert_ledger(card, 4500.0)
        self._hand_over(order)
        self._assert_ledger(card, 4625.0)

    def test_an_order_that_the_programme_is_not_for_is_told_so(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        self.program.pricelist_ids = self.env["product.pricelist"].create(
            {"name": "Fleets", "currency_id": self.program.currency_id.id}
        )
        order.invalidate_recordset()
        self.assertEqual(order.bonus_limit, 0.0)
        with self.assertRaisesRegex(UserError, "not for this order"):
            order._set_bonus_points(100.0)

    def test_nobody_pays_with_the_card_of_somebody_else(self):
        other = self.env["res.partner"].create({"name": "Somebody else"})
        card = self._give(1000.0, other)
        order = self._create_order((self.labour, 2)).with_user(self.advisor)
        reward = self.program.reward_ids
        line = {
            "product_id": reward.discount_line_product_id.id,
            "price_unit": -100.0,
            "points_cost": 100.0,
            "reward_id": reward.id,
            "coupon_id": card.id,
            "name": "Paid with bonuses",
            "tax_ids": [],
        }
        own = self._give(1000.0)
        for vals in ({}, {"coupon_id": own.id, "reward_id": False}):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(UserError, "not typed in"),
                self.cr.savepoint(),
            ):
                order.order_line = [Command.create({**line, **vals})]
        self._assert_ledger(card, 1000.0)
        self._assert_ledger(own, 1000.0)
