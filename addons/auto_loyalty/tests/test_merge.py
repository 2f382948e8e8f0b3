from odoo import Command
from odoo.tests import tagged

from .common import AutoLoyaltyCommon


@tagged("post_install", "-at_install")
class TestMerge(AutoLoyaltyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.double = cls.env["res.partner"].create({"name": "I. Petrov"})

    def _merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": [Command.set((source + target).ids)],
                "dst_partner_id": target.id,
            }
        )
        wizard.action_merge()
        self.run_events()

    def test_points_and_history_move_with_their_times(self):
        old, card = self._give(300.0, self.double), self._give(100.0)
        lot = old.bonus_entry_ids
        self._merge(self.double, self.customer)
        self.assertEqual(self._get_card(), card)
        self._assert_ledger(card, 400.0)
        self._assert_ledger(old, 0.0)
        self.assertEqual(old.merged_into_id, card)
        self.assertFalse(old.active)
        moved = card.bonus_entry_ids.filtered(lambda row: row.kind == "moved")
        self.assertEqual(moved.date_expire, lot.date_expire)
        self.assertEqual(moved.date_usable, lot.date_usable)

    def test_a_card_without_another_one_changes_its_holder_only(self):
        old = self._give(300.0, self.double)
        self._merge(self.double, self.customer)
        self.assertEqual(self._get_card(), old)
        self._assert_ledger(old, 300.0)

    def test_a_refund_after_the_merge_takes_back_from_the_card_there_is(self):
        order = self._visit((self.labour, 2), partner_id=self.double.id)
        old, card = self._get_card(self.double), self._give(100.0)
        self._merge(self.double, self.customer)
        self._assert_ledger(card, 250.0)
        self.assertEqual(card._get_bonus_spend(), {card: 3000.0})
        self._credit(order.invoice_ids).action_post()
        self.run_events()
        self._assert_ledger(card, 100.0)
        self._assert_ledger(old, 0.0)
        self.assertEqual(card._get_bonus_spend(), {card: 0.0})

    def test_what_was_spent_comes_back_to_the_card_there_is(self):
        old = self._give(1000.0, self.double)
        order = self._create_order((self.labour, 2), partner_id=self.double.id)
        order._set_bonus_points(600.0)
        order.action_confirm()
        card = self._give(100.0)
        self._merge(self.double, self.customer)
        self._assert_ledger(card, 500.0)
        order._action_cancel()
        self.run_events()
        self._assert_ledger(card, 1100.0)
        self._assert_ledger(old, 0.0)

    def test_an_estimate_stays_paid_with_the_bonuses(self):
        self._give(1000.0, self.double)
        card = self._give(100.0)
        order = self._create_order((self.labour, 2), partner_id=self.double.id)
        order._set_bonus_points(600.0)
        self._merge(self.double, self.customer)
        self.assertEqual(order.amount_total, 2400.0)
        order.action_confirm()
        self.assertEqual(order.amount_total, 2400.0)
        self._assert_ledger(card, 500.0)

    def test_debts_are_paid_off_by_the_other_card(self):
        debtor = self._give(50.0, self.double)
        debtor._take_bonus(80.0, kind="correction")
        self._assert_ledger(debtor, -30.0)
        card = self._give(100.0)
        self._merge(self.double, self.customer)
        self._assert_ledger(card, 70.0)
        self.assertEqual(card.bonus_usable, 70.0)
