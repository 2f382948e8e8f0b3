from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import freeze_time, tagged, users
from odoo.tools import mute_logger

from odoo.addons.auto_crm.tools.fact import get_now, happening

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderFact(AutoOrderCommon):
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
            mute_logger("odoo.addons.auto_crm.models.auto_fact_mixin"),
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

        def _update_clock(orders, changes):
            calls.append((orders, changes))

        with patch.object(self.registry["sale.order"], "_update_clock", _update_clock):
            order.action_confirm()
            order.action_receive()
            self.run_events()
        [(orders, changes)] = calls
        self.assertEqual(orders, order)  # with or without a deal
        change = changes[order]
        self.assertEqual(change.before.state, "draft")
        self.assertEqual(change.before.work_state, "new")
        self.assertEqual(change.before.partner_id, order.partner_id)
        self.assertNotIn("waiting_reason_id", change.names)
        self.assertEqual(change.became, {"received"})
        self.assertEqual(change.facts, {"received"})
        self.assertFalse(change.ceased)
        self.assertEqual(change.get_actor(self.env), self.env.user.browse())

    def test_a_failure_of_what_follows_does_not_block_the_fact(self):
        order = self._create_agreed()
        self.run_events()
        with (
            patch.object(
                self.registry["sale.order"], "_update_clock", side_effect=KeyError
            ),
            self.assertLogs("odoo.addons.auto_crm", "ERROR"),
        ):
            order.action_receive()
            self.run_events()
        self.assertEqual(order.work_state, "received")

    def test_a_fact_ends_and_comes_back(self):
        order = self._create_received((self.labour, 1))
        self.run_events()
        changes = {}

        def _move_deals(orders, told):
            changes.update(told)

        with patch.object(self.registry["sale.order"], "_move_deals", _move_deals):
            order.job_ids.action_done()
            self.run_events()
            self.assertEqual(changes[order].became, {"ready", "in_repair"})
            order.job_ids.action_reopen()
            self.run_events()
            self.assertEqual(changes[order].ceased, {"ready"})
            self.assertFalse(changes[order].became)
            order.job_ids.action_done()
            self.run_events()
            self.assertEqual(changes[order].became, {"ready"})

    def test_a_deal_that_was_taken_away_is_known(self):
        order = self._create_deal_order(agreed=False)
        changes = {}
        with patch.object(
            self.registry["sale.order"],
            "_move_deals",
            lambda _orders, told: changes.update(told),
        ):
            order.opportunity_id = False
            self.run_events()
        self.assertEqual(changes[order].before.opportunity_id, self.deal)
        self.assertEqual(changes[order].ceased, {"quoted"})

    @users("auto_advisor")
    def test_who_did_it_and_when_is_known(self):
        order = self._create_agreed().with_env(self.env)
        self.run_events()
        actors = []

        def _move_deals(orders, changes):
            for change in changes.values():
                actors.append((change.get_actor(self.env), change.date))

        date = fields.Datetime.now() - timedelta(hours=1)
        with patch.object(self.registry["sale.order"], "_move_deals", _move_deals):
            order.action_receive()
            self.run_events()
            with happening(self.env, date, self.mechanic):
                order.action_hold(self.reason)
            self.run_events()
        self.assertEqual(actors[0][0], self.env.user)
        self.assertEqual(actors[1], (self.mechanic.with_env(self.env), date))

    def test_a_late_fact_carries_its_own_time(self):
        order = self._create_agreed((self.labour, 1))
        self.run_events()
        now = fields.Datetime.now()
        times = [now - timedelta(hours=hours) for hours in (5, 4, 2)]
        order.clock_ids.date_start = times[0]  # agreed in the morning
        for date, action in zip(
            times,
            (
                order.action_receive,
                order.job_ids.action_start,
                order.job_ids.action_done,
            ),
            strict=True,
        ):
            with happening(self.env, date):
                action()
            self.run_events()
        self.assertEqual(order.date_received, times[0])
        self.assertEqual(order.job_ids.date_started, times[1])
        self.assertEqual(order.job_ids.date_done, times[2])
        rows = order.clock_ids.sorted("date_start")
        self.assertEqual(
            [(row.work_state, row.date_start) for row in rows][-3:],
            list(zip(("received", "in_progress", "ready"), times, strict=True)),
        )

    def test_what_is_told_late_never_ends_before_it_began(self):
        order = self._create_received((self.labour, 1))
        self.run_events()
        began = order.clock_ids.filtered(lambda row: not row.date_stop).date_start
        with happening(self.env, began - timedelta(days=1)):
            order.job_ids.action_start()
        self.run_events()
        open_row = order.clock_ids.filtered(lambda row: not row.date_stop)
        self.assertEqual(
            (open_row.work_state, open_row.date_start), ("in_progress", began)
        )

    def test_nothing_happens_in_the_future(self):
        with freeze_time("2026-03-02 10:00:00"):
            with happening(self.env, fields.Datetime.now() + timedelta(days=1)):
                self.assertEqual(get_now(), fields.Datetime.now())
            self.assertEqual(get_now(), fields.Datetime.now())
