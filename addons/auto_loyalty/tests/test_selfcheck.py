from odoo import fields
from odoo.tests import tagged

from .test_crons import AutoBonusCronCommon

CARDS = "odoo.addons.auto_loyalty.models.loyalty_card_check"
ORDERS = "odoo.addons.auto_loyalty.models.sale_order_check"


@tagged("post_install", "-at_install")
class TestSelfCheck(AutoBonusCronCommon):
    """Whatever breaks the ledger from outside is named, and stays as it is."""

    def _check(self, logger):
        with self.assertLogs(logger, "ERROR") as logs:
            self._run_cron("ir_cron_check_bonus")
        return "\n".join(logs.output)

    def _update(self, query, *values):
        self.env.flush_all()
        self.cr.execute(query, values)
        self.env.invalidate_all()

    def _get_notes(self, record):
        record.invalidate_recordset()
        return record.activity_ids.mapped("note")

    def test_what_is_right_is_not_named(self):
        card = self._give(1000.0)
        order = self._create_order((self.labour, 2))
        order._set_bonus_points(600.0)
        order.action_confirm()
        self._hand_over(order)
        cancelled = self._create_agreed((self.labour, 1))
        cancelled._action_cancel()
        self.run_events()
        with self.assertNoLogs(CARDS, "ERROR"), self.assertNoLogs(ORDERS, "ERROR"):
            self._run_cron("ir_cron_check_bonus")
        self._assert_ledger(card, 520.0)
        self.assertFalse(order.activity_ids + card.activity_ids)

    def test_points_that_are_not_the_sum_of_the_ledger(self):
        card, other = (
            self._give(100.0),
            self._give(5.0, self._create_cards(1).partner_id),
        )
        self._update("UPDATE loyalty_card SET points = 90 WHERE id = %s", card.id)
        self.assertIn(f"loyalty.card({card.id},): the card has 90", self._check(CARDS))
        self._run_cron("ir_cron_check_bonus")
        self.assertEqual(card.points, 90.0)
        self.assertEqual(len(self._get_notes(card)), 1)
        self.assertIn("sums up to 100", self._get_notes(card)[0])
        self.assertFalse(self._get_notes(other))

    def test_what_is_left_of_a_lot(self):
        card = self._give(100.0)
        lot = card.bonus_entry_ids
        card._spend_bonus(30.0, kind="spent")
        self._update("UPDATE auto_bonus_entry SET remaining = 80 WHERE id = %s", lot.id)
        self.assertIn(f"entry {lot.id} is wrong", self._check(CARDS))

    def test_a_row_that_was_deleted(self):
        card = self._give(100.0)
        card._spend_bonus(30.0, kind="spent")
        row = card.bonus_entry_ids.filtered("lot_id")
        self._update("DELETE FROM auto_bonus_entry WHERE id = %s", row.id)
        self.assertIn(f"({card.id},): the card has 70", self._check(CARDS))

    def test_more_taken_from_a_lot_than_it_held(self):
        card = self._give(100.0)
        self.env["auto.bonus.entry"].create(
            {
                "card_id": card.id,
                "kind": "spent",
                "points": -120.0,
                "lot_id": card.bonus_entry_ids.id,
            }
        )
        card._store_bonus_balance()
        lot = card.bonus_entry_ids.filtered(lambda row: not row.lot_id)
        self.assertIn(f"entry {lot.id} is wrong", self._check(CARDS))

    def test_an_order_that_is_cancelled_and_keeps_bonuses(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        order._set_bonus_points(600.0)
        order.action_confirm()
        self._update("UPDATE sale_order SET state = 'cancel' WHERE id = %s", order.id)
        self.assertIn(f"sale.order({order.id},): -600.0 are booked", self._check(CARDS))

    def test_an_order_whose_documents_say_something_else(self):
        order = self._visit((self.labour, 2))
        card = self._get_card()
        self._assert_ledger(card, 150.0)
        card._append_bonus([{"kind": "earned", "points": 50.0, "order_id": order.id}])
        before = len(card.bonus_entry_ids)
        text = self._check(ORDERS)
        self.assertIn(f"({order.id},): what is booked differs by -50 from", text)
        self.assertEqual(len(card.bonus_entry_ids), before, "nothing is repaired")
        self.assertEqual(len(self._get_notes(order)), 1)
        self.assertEqual(
            order.activity_ids.user_id,
            self.env["crm.lead"]._get_notify_manager(self.company),
        )

    def test_all_orders_are_checked_within_four_weeks(self):
        order = self._visit((self.labour, 2))
        orders = self.env["sale.order"]
        nights = 0
        for days in range(40, 68):
            with self._later(days=days):
                nights += order in orders.search(orders._get_bonus_check_domain())
        self.assertEqual(nights, 1)

    def test_sums_need_as_many_queries_for_a_few_as_for_many(self):
        def check(count):
            for card in self._create_cards(count):
                card._add_bonus(5.0, "opening", date_usable=fields.Datetime.now())
            return self._count(self.cards._find_bonus_faults)

        self.assertEqual(check(2), check(20))
