from odoo import Command
from odoo.tests import tagged

from .common import AutoLoyaltyCommon


@tagged("post_install", "-at_install")
class TestGift(AutoLoyaltyCommon):
    """Gift cards and promo codes are Odoo's own and work with work orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gifts = cls.env["loyalty.program"].create(
            {
                "name": "Gift cards",
                "program_type": "gift_card",
                "applies_on": "future",
                "trigger": "auto",
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": 1,
                            "discount_mode": "per_point",
                            "discount_applicability": "order",
                        }
                    )
                ],
            }
        )
        cls.gift = cls.env["loyalty.card"].create(
            {"program_id": cls.gifts.id, "points": 500.0, "code": "GIFT-500"}
        )
        cls.promo = cls.env["loyalty.program"].create(
            {
                "name": "Summer",
                "program_type": "promo_code",
                "trigger": "with_code",
                "applies_on": "current",
                "rule_ids": [Command.create({"mode": "with_code", "code": "SUMMER"})],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": 10,
                            "discount_mode": "percent",
                            "discount_applicability": "order",
                        }
                    )
                ],
            }
        )

    def _redeem(self, order, code):
        """Type a code in, as the advisor does by the button Coupon Code."""
        wizard = (
            self.env["sale.loyalty.coupon.wizard"]
            .with_user(self.advisor)
            .create({"order_id": order.id, "coupon_code": code})
        )
        action = wizard.action_apply()
        if isinstance(action, dict) and action.get("res_model"):
            rewards = (
                self.env[action["res_model"]]
                .with_user(self.advisor)
                .with_context(**(action.get("context") or {}))
                .create({"order_id": order.id})
            )
            rewards.selected_reward_id = rewards.reward_ids[:1]
            rewards.action_apply()

    def test_a_gift_card_pays_for_a_work_order(self):
        order = self._create_order((self.labour, 2))
        self._redeem(order, "GIFT-500")
        self.assertEqual(order.amount_total, 2500.0)
        self.assertEqual(order.amount_labour, 3000.0)
        self.assertEqual(order.amount_reward, -500.0)
        self.assertEqual(order.amount_other, 0.0)
        order.action_confirm()
        self.assertEqual(self.gift.points, 0.0)
        self.assertEqual(order.job_count, 1)
        self._hand_over(order)
        self.assertEqual(order.payment_status, "paid")

    def test_a_gift_card_is_no_extra_work_and_lowers_no_price(self):
        order = self._create_order((self.labour, 2))
        order._record_consent("phone")
        order.action_confirm()
        self._redeem(order, "GIFT-500")
        self.assertEqual(order.amount_total, 2500.0)
        self.assertEqual(order.consent_state, "agreed")
        order.action_receive()
        order.job_ids.action_done()
        self._pay(self._invoice(order))
        order.with_user(self.advisor).action_release()
        self.assertTrue(order.date_released)

    def test_a_promo_code_is_told_apart_on_papers(self):
        order = self._create_order((self.labour, 2), (self.part, 1))
        self._redeem(order, "SUMMER")
        self.assertEqual(order.amount_total, 5400.0)
        self.assertEqual(order.amount_reward, -600.0)
        values = self.env["auto.document"]._get_values(order)
        self.assertEqual(len(values["works"]), 1)
        labels = [row["label"] for row in values["totals"]]
        self.assertIn("Promotions and gift cards", labels)

    def test_a_promo_code_on_an_agreed_order_needs_a_manager(self):
        order = self._create_agreed((self.labour, 2))
        order.action_receive()
        order.job_ids.action_done()
        self._redeem(order, "SUMMER")
        self.assertEqual(order._get_amount_waived(), 300.0)

    def test_an_order_earns_on_the_money_after_a_promo_code(self):
        order = self._create_order((self.labour, 2))
        self._redeem(order, "SUMMER")
        order.action_confirm()
        self._hand_over(order)
        self._assert_ledger(self._get_card(), 135.0)

    def test_bonuses_go_with_a_promo_code_by_the_programme(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        self._redeem(order, "SUMMER")
        order._set_bonus_points(100.0)
        self.assertEqual(order.amount_total, 2600.0)
        order._set_bonus_points(0.0)
        self.program.bonus_with_promo = False
        self.assertIn("promotion", order._get_bonus_hindrance(self._get_card()))

    def test_the_buttons_are_in_the_form_of_a_work_order(self):
        view = self.env.ref("auto_crm.sale_order_view_form_work_order")
        orders = self.env["sale.order"].with_user(self.advisor)
        arch = orders.get_view(view.id, "form")["arch"]
        self.assertIn("Coupon Code", arch)
        self.assertIn("action_open_reward_wizard", arch)
