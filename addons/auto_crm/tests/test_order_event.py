from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderEvent(AutoOrderCommon):
    def _create_deal_order(self, *lines, agreed=True):
        order = self._create_order(*lines, opportunity_id=self.deal.id)
        if agreed:
            order.action_confirm()
        self.run_events()
        return order

    def _assert_events(self, calls, events):
        self.assertEqual(set().union(*(call[1] for call in calls)), events)
        for deals, __, cause in calls:
            self.assertEqual(deals, cause.opportunity_id)

    def test_an_order_of_a_deal_takes_its_car_and_is_an_estimate(self):
        with self._record_events() as calls:
            order = self.env["sale.order"].create(
                {"partner_id": self.customer.id, "opportunity_id": self.deal.id}
            )
        self.assertTrue(order.is_work_order)
        self.assertEqual(order.vehicle_id, self.vehicle)
        self._assert_events(calls, {"estimate"})

    def test_an_order_without_a_deal_tells_nobody(self):
        with self._record_events() as calls:
            self._create_received((self.part, 1), (self.labour, 1))
        self.assertFalse(calls)

    def test_sending_the_estimate_is_an_event(self):
        order = self._create_deal_order(agreed=False)
        with self._record_events() as calls:
            order.action_quotation_sent()
        self._assert_events(calls, {"estimate"})

    def test_purchase_and_receipt_are_events(self):
        order = self._create_deal_order((self.part, 2))
        purchase = self._get_purchases(order)
        with self._record_events() as calls:
            purchase.button_confirm()
        self._assert_events(calls, {"parts_ordered"})
        with self._record_events() as calls:
            self._receive(purchase, quantity=1)
        self.assertFalse(calls)
        with self._record_events() as calls:
            self._receive(purchase)
        self._assert_events(calls, {"parts_ordered", "parts_arrived"})

    def test_receipts_validated_together_move_all_deals_in_one_call(self):
        deals = self.deal.copy() + self.deal.copy() + self.deal.copy()
        orders = self.env["sale.order"].concat(
            *(
                self._create_agreed((self.part, 1), opportunity_id=deal.id)
                for deal in deals
            )
        )
        purchases = self._get_purchases(orders)
        purchases.button_confirm()
        with self._record_events() as calls:
            self._receive(purchases)
        self.assertEqual(len(calls), 1)
        self.assertEqual(calls[0][0], deals)

    def test_the_workshop_is_events(self):
        order = self._create_deal_order((self.labour, 1))
        with self._record_events() as calls:
            order.action_receive()
        self._assert_events(calls, {"received"})
        with self._record_events() as calls:
            order.job_ids.action_start()
        self._assert_events(calls, {"received", "in_repair"})
        with self._record_events() as calls:
            order.job_ids.action_hold(self.reason)
        self._assert_events(calls, {"received", "in_repair"})
        with self._record_events() as calls:
            order.job_ids.action_done()
        self._assert_events(calls, {"received", "in_repair", "ready"})

    def test_waiting_before_any_work_is_not_in_repair(self):
        order = self._create_deal_order((self.labour, 1))
        order.action_receive()
        with self._record_events() as calls:
            order.action_hold(self.reason)
        self._assert_events(calls, {"received"})

    @users("auto_mechanic")
    def test_a_mechanic_moves_a_deal_he_cannot_read(self):
        order = self._create_deal_order((self.labour, 1))
        order.order_line.mechanic_ids = self.mechanic
        order.action_receive()
        with self._record_events() as calls:
            self.env["auto.job"].search([]).action_done()
        self._assert_events(calls, {"received", "in_repair", "ready"})

    def test_payment_registered_on_the_invoice_is_an_event(self):
        order = self._create_deal_order((self.labour, 1))
        order.action_receive()
        order.job_ids.action_done()
        invoice = self._invoice(order)
        order.action_release()
        with self._record_events() as calls:
            self._pay(invoice)
        self._assert_events(calls, {"paid"})

    def test_release_of_a_paid_car_is_an_event(self):
        order = self._create_deal_order((self.labour, 1))
        order.action_receive()
        order.job_ids.action_done()
        self._pay(self._invoice(order))
        with self._record_events() as calls:
            order.action_release()
        self._assert_events(calls, {"received", "in_repair", "ready", "paid"})

    def test_a_value_that_stays_is_no_event(self):
        order = self._create_deal_order((self.labour, 1))
        order.action_receive()
        with self._record_events() as calls:
            order._fields["work_state"].recompute(order)
            self.env.add_to_compute(order._fields["work_state"], order)
            order.flush_recordset()
        self.assertFalse(calls)

    def test_a_failing_deal_never_blocks_the_fact(self):
        order = self._create_deal_order((self.labour, 1))

        def fail(deals, events, cause):
            deals.name = "Half done"
            self.env.flush_all()
            raise ValueError("broken stage")

        order.action_receive()
        with (
            patch.object(self.registry["crm.lead"], "_move_by_event", fail),
            mute_logger("odoo.addons.auto_crm.models.sale_order_event"),
        ):
            self.run_events()
        self.env.invalidate_all()
        self.assertTrue(order.date_received)
        self.assertEqual(order.work_state, "received")
        self.assertEqual(self.deal.name, "Brakes of a Rio")

    def test_a_deal_given_later_hears_of_the_estimate(self):
        order = self._create_order()
        with self._record_events() as calls:
            order.opportunity_id = self.deal
        self._assert_events(calls, {"estimate"})

    def test_orders_deleted_before_the_commit_are_forgotten(self):
        with self._record_events() as calls:
            order = self._create_order(opportunity_id=self.deal.id)
            order.unlink()
        self.assertFalse([call for call in calls if call[0]])

    def test_rpc_write_is_noticed(self):
        order = self._create_deal_order((self.labour, 1))
        with self._record_events() as calls:
            order.job_ids.write({"mechanic_ids": [Command.set(self.mechanic.ids)]})
            self.assertFalse(calls)
            order.with_user(self.advisor).action_receive()
        self._assert_events(calls, {"received"})

    def test_what_follows_a_transaction_knows_what_was_before(self):
        order = self._create_order()
        self.run_events()
        calls = []

        def _follow_changes(orders, before_by_id):
            calls.append((orders, dict(before_by_id)))

        with patch.object(
            self.registry["sale.order"], "_follow_changes", _follow_changes
        ):
            order.action_confirm()
            order.action_receive()
            self.run_events()
        [(orders, before_by_id)] = calls
        self.assertEqual(orders, order)  # with or without a deal
        before = before_by_id[order.id]
        self.assertEqual((before["state"], before["work_state"]), ("draft", "new"))
        self.assertNotIn("waiting_reason_id", before)

    def test_a_failure_of_what_follows_does_not_block_the_fact(self):
        order = self._create_agreed()
        self.run_events()
        with (
            patch.object(
                self.registry["sale.order"], "_follow_changes", side_effect=KeyError
            ),
            self.assertLogs("odoo.addons.auto_crm", "ERROR"),
        ):
            order.action_receive()
            self.run_events()
        self.assertEqual(order.work_state, "received")
