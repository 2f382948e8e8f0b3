from odoo import Command
from odoo.tests import tagged

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderPurchase(AutoOrderCommon):
    """What becomes of the purchases of a work order's parts is known to its advisor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_agreed(
            (cls.part, 3), opportunity_id=cls.deal.id, user_id=cls.advisor.id
        )
        cls.purchase = cls._get_purchases(cls.order)
        cls.purchase.button_confirm()

    def _get_activities(self, record):
        return record.activity_ids.filtered(lambda one: one.user_id == self.advisor)

    def test_a_cancelled_purchase_is_told_to_the_advisor(self):
        self.assertEqual(self.deal.parts_state, "ordered")
        self.purchase.button_cancel()
        self.assertEqual(self.order.parts_state, "missing")
        self.assertEqual(self.deal.parts_state, "missing")
        self.assertFalse(self.deal.parts_date)
        [activity] = self._get_activities(self.order)
        self.assertIn(self.purchase.name, activity.note)
        self.assertIn("Front pads", activity.note)

    def test_confirmed_again_it_is_for_the_order_again(self):
        self.purchase.button_cancel()
        self.purchase.button_draft()
        self.assertEqual(self.purchase.work_order_ids, self.order)
        self.purchase.button_confirm()
        self.assertEqual(self.order.parts_state, "ordered")
        self.assertEqual(self.deal.parts_state, "ordered")
        self._receive(self.purchase)
        self.assertEqual(self.order.parts_state, "arrived")
        self.assertEqual(sum(self.order.order_line.move_ids.mapped("quantity")), 3)

    def test_what_came_from_elsewhere_meanwhile_is_left_alone(self):
        self.purchase.button_cancel()
        self._set_stock(self.part, 3)
        self.order.picking_ids.action_assign()
        self.assertEqual(self.order.parts_state, "arrived")
        self.purchase.button_draft()
        self.purchase.button_confirm()
        self.assertEqual(self.order.parts_state, "arrived")

    def test_a_line_taken_off_a_purchase_is_told_too(self):
        self.purchase.button_cancel()
        self.order.activity_ids.unlink()
        self.purchase.button_draft()
        self.purchase.order_line.unlink()
        self.assertEqual(self.order.parts_state, "missing")
        self.assertTrue(self._get_activities(self.order))

    def test_fewer_pieces_after_the_purchase_are_seen(self):
        line = self.order.order_line
        for change in (
            lambda: line.write({"product_uom_qty": 2}),  # as the catalogue does
            lambda: self.order.with_user(self.advisor).write(
                {"order_line": [Command.update(line.id, {"product_uom_qty": 1})]}
            ),
            lambda: line.write({"product_uom_qty": 0}),
        ):
            before = line.product_uom_qty
            change()
            [activity] = self._get_activities(self.purchase)
            self.assertIn(
                f"needs {line.product_uom_qty:g} of [PAD-1] Front pads instead of "
                f"{before:g}.",
                activity.note,
            )
            activity.unlink()

    def test_the_buyer_of_a_purchase_learns_of_fewer_pieces(self):
        self.purchase.user_id = self.manager
        self.order.order_line.product_uom_qty = 1
        self.assertEqual(self.purchase.activity_ids.user_id, self.manager)

    def test_more_pieces_are_nobodys_business(self):
        self.order.order_line.product_uom_qty = 4
        self.assertFalse(self.purchase.activity_ids)

    def test_a_cancelled_order_is_told_to_somebody(self):
        self.order._action_cancel()
        self.assertTrue(self._get_activities(self.purchase))
