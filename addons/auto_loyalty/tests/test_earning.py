from odoo.tests import tagged

from .common import AutoLoyaltyCommon


@tagged("post_install", "-at_install")
class TestEarning(AutoLoyaltyCommon):
    def test_a_released_and_paid_order_earns_of_its_works(self):
        order = self._create_agreed((self.labour, 2))
        self.run_events()
        self.assertFalse(self._get_card())
        self._hand_over(order)
        card = self._get_card()
        self.assertEqual(order.amount_total, 3000.0)
        self._assert_ledger(card, 150.0)
        self.assertEqual(card.bonus_usable, 0.0)
        self.assertEqual(card.bonus_pending, 150.0)
        with self._later(hours=25):
            card.invalidate_recordset()
            self.assertEqual(card.bonus_usable, 150.0)

    def test_odoo_s_faults_of_points_are_none_of_bonuses(self):
        order = self._create_agreed((self.labour, 1))
        order.order_line.product_uom_qty = 2
        self.run_events()
        order._action_cancel()
        self.run_events()
        self.assertFalse(self._get_card())

    def test_a_refund_takes_back_what_was_earned(self):
        order = self._visit((self.labour, 2))
        card = self._get_card()
        self._credit(order.invoice_ids).action_post()
        self.run_events()
        self._assert_ledger(card, 0.0)

    def test_paying_with_bonuses(self):
        card = self._give(1000.0)
        order = self._create_order((self.labour, 2))
        self.assertEqual(order.bonus_limit, 600.0)
        order._set_bonus_points(600.0)
        self.assertEqual(order.amount_total, 2400.0)
        self._assert_ledger(card, 1000.0)
        order.action_confirm()
        self._assert_ledger(card, 400.0)
        order.order_line.filtered(lambda line: not line.reward_id).product_uom_qty = 1
        self.run_events()
        self.assertEqual(order.amount_total, 1200.0)
        self._assert_ledger(card, 700.0)
        order._action_cancel()
        self.run_events()
        self._assert_ledger(card, 1000.0)

    def test_an_order_paid_with_bonuses_earns_of_the_money(self):
        card = self._give(1000.0)
        order = self._create_order((self.labour, 2))
        order._set_bonus_points(600.0)
        order.action_confirm()
        self._hand_over(order)
        self.assertEqual(order.payment_status, "paid")
        self._assert_ledger(card, 400.0 + 120.0)
        self._credit(order.invoice_ids).action_post()
        self.run_events()
        self._assert_ledger(card, 1000.0)

    def test_bonuses_can_be_taken_off_an_agreed_order(self):
        card = self._give(1000.0)
        order = self._create_order((self.labour, 2))
        order._set_bonus_points(600.0)
        order.action_confirm()
        order._set_bonus_points(0.0)
        self.run_events()
        self.assertEqual(order.amount_total, 3000.0)
        self.assertFalse(order.order_line.filtered("reward_id"))
        self._assert_ledger(card, 1000.0)

    def test_a_refund_after_the_points_have_expired_takes_nothing_more(self):
        order = self._visit((self.labour, 2))
        card = self._get_card()
        lot = card.bonus_entry_ids.filtered(lambda row: row.points > 0)
        card._append_bonus([{"kind": "expired", "points": -150.0, "lot_id": lot.id}])
        self._credit(order.invoice_ids).action_post()
        self.run_events()
        self._assert_ledger(card, 0.0)

    def test_a_refund_of_points_that_are_spent_is_owed_and_paid_off(self):
        order = self._visit((self.labour, 2))
        card = self._get_card()
        with self._later(hours=25):
            second = self._create_order((self.labour, 2))
            second._set_bonus_points(150.0)
            second.action_confirm()
            self._assert_ledger(card, 0.0)
            self._credit(order.invoice_ids).action_post()
            self.run_events()
            self._assert_ledger(card, -150.0)
            self.assertEqual(card.bonus_usable, 0.0)
            third = self._create_agreed((self.labour, 1))
            self.assertEqual(third.state, "sale")
            card._add_bonus(200.0, "opening")
            self._assert_ledger(card, 50.0)

    def test_another_customer_does_not_pay_with_them(self):
        card = self._give(1000.0)
        order = self._create_order((self.labour, 2))
        order._set_bonus_points(600.0)
        order.partner_id = self.supplier
        self.assertEqual(order.amount_total, 3000.0)
        self._assert_ledger(card, 1000.0)
