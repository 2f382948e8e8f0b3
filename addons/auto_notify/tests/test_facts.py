from contextlib import nullcontext
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from odoo.addons.auto_crm.tools.fact import happening

from .common import AutoNotifyCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-10-13 09:00:00")
class TestFacts(AutoNotifyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rules = cls.env["auto.notify.rule"]
        cls.rules = {
            event: cls._create_rule(event)
            for event in rules._fields["event"].get_values(cls.env)
            if rules._get_event_model(event) in (False, "crm.lead", "sale.order")
        }

    def _get_news(self, records=None):
        """Commit; return the events told since the last call."""
        self.run_events()
        messages = self._get_messages(self.order if records is None else records)
        new = messages - getattr(self, "known", messages[:0])
        self.known = messages
        return new.mapped("event")

    # ------------------------------------------------------------------
    # Orders
    # ------------------------------------------------------------------

    def test_the_way_of_an_order(self):
        order = self.order
        order.action_quotation_sent()
        self.assertEqual(self._get_news(), ["estimate"])
        order.action_confirm()
        self.assertEqual(self._get_news(), [])
        order.action_receive()
        self.assertEqual(self._get_news(), ["received"])
        order.job_ids.action_done()
        self.assertEqual(self._get_news(), ["ready"])
        invoice = self._invoice(order)
        self.assertEqual(self._get_news(), [])
        order.action_release()
        self.assertEqual(self._get_news(), ["released"])
        self._pay(invoice)
        self.assertEqual(self._get_news(), ["paid"])

    def test_a_car_that_is_ready_at_once_is_told_ready_only(self):
        self._make_ready()
        self.assertEqual(self._get_news(), ["ready"])

    def test_a_paid_car_that_leaves_is_released_and_paid(self):
        self._make_ready()
        self._pay(self._invoice(self.order))
        self._get_news()
        self.order.action_release()
        self.assertEqual(self._get_news(), ["released", "paid"])

    def test_a_late_fact_is_reminded_of_from_when_it_happened_or_not_at_all(self):
        self.rules["received"].write(
            {"timing": "after", "delay": 3, "delay_unit": "hours"}
        )
        now = fields.Datetime.now()
        for order, hours, planned in (
            (self.order, 1, [now + timedelta(hours=2)]),
            (self._create_order(), 30, []),
        ):
            order.action_confirm()
            self.run_events()
            with happening(self.env, now - timedelta(hours=hours)):
                order.action_receive()
            self.run_events()
            messages = self._get_messages(order, event="received")
            self.assertEqual(messages.mapped("date_planned"), planned)

    def test_what_is_undone_in_the_same_transaction_is_no_fact(self):
        self.order.action_confirm()
        self._get_news()
        self.order.action_receive()
        self.order.action_unreceive()
        self.assertEqual(self._get_news(), [])

    def test_a_pause_is_not_another_receipt(self):
        self.order.action_confirm()
        self.order.action_receive()
        self._get_news()
        self.order.action_hold(self.reason)
        self.run_events()
        self.order.action_resume()
        self.assertEqual(self._get_news(), [])

    def test_a_car_taken_back_after_release_is_not_ready_anew(self):
        self._make_ready()
        self.order.action_release()
        self._get_news()
        self.order.action_unrelease()
        self.assertEqual(self._get_news(), [])

    def test_parts_that_were_waited_for_arrive(self):
        order = self._create_agreed((self.part, 1))
        purchase = self._get_purchases(order)
        self._get_news(order)
        purchase.button_confirm()
        self.assertEqual(self._get_news(order), ["parts_ordered"])
        self._receive(purchase)
        self.assertEqual(self._get_news(order), ["parts_arrived"])

    def test_parts_from_the_shelf_do_not_arrive(self):
        self._set_stock(self.part, 5)
        order = self._create_agreed((self.part, 1))
        self.assertEqual(order.parts_state, "arrived")
        self.assertEqual(self._get_news(order), [])

    def test_orders_without_a_deal_are_told_too(self):
        order = self._make_ready(self._create_order())
        self.assertFalse(order.opportunity_id)
        self.assertEqual(self._get_news(order), ["ready"])
        message = self._get_messages(order)
        self.assertEqual((message.order_id, message.lead_id.id), (order, False))

    def test_sales_over_the_counter_tell_nobody(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.sublet.id})],
            }
        )
        order.action_quotation_sent()
        order.action_confirm()
        self.assertEqual(self._get_news(order), [])

    def test_an_estimate_of_another_sum_is_told_the_same_day(self):
        self.order.action_quotation_sent()
        self.assertEqual(self._get_news(), ["estimate"])
        for quantity, news in ((1, []), (2, ["estimate"])):
            self.order._action_cancel()
            self.order.action_draft()
            self.run_events()
            self._get_messages(self.order).filtered(
                lambda message: message.state == "cancelled"
            ).state = "sent"
            self.order.order_line[0].product_uom_qty = quantity
            self.order.action_quotation_sent()
            self.assertEqual(self._get_news(), news)

    def test_an_estimate_agreed_at_once_needs_no_approval(self):
        self.order.action_quotation_sent()
        self.order.action_confirm()
        self.assertEqual(self._get_news(), [])

    def test_a_deleted_order_tells_nobody(self):
        self.order.action_quotation_sent()
        self.order._action_cancel()
        self.order.unlink()
        self.run_events()
        self.assertFalse(self._get_messages(event="estimate"))

    def test_money_given_up_is_not_paid(self):
        self._make_ready()
        invoice = self._invoice(self.order)
        self.order.action_release()
        self.assertEqual(self._get_news(), ["released"])
        invoice._reverse_moves(cancel=True)
        self.assertEqual(self.order.payment_status, "none")
        self.assertEqual(self._get_news(), [])

    def test_the_estimate_of_a_lost_deal_is_not_told(self):
        self.order.action_quotation_sent()
        self.assertTrue(self.order._is_notify_event_current("estimate"))
        reason = self.env["crm.lost.reason"].create({"name": "Too dear"})
        self.deal.action_set_lost(lost_reason_id=reason.id)
        self.assertFalse(self.order._is_notify_event_current("estimate"))
        self.deal.action_unarchive()
        self.assertTrue(self.order._is_notify_event_current("estimate"))

    def test_a_cancelled_order_takes_its_messages_back(self):
        self._make_ready()
        self.run_events()
        other = self._make_ready(self._create_order())
        self.run_events()
        self.order._action_cancel()
        self.run_events()
        message = self._get_messages(self.order)
        self.assertEqual(
            (message.state, message.error), ("cancelled", "The order was cancelled.")
        )
        self.assertEqual(self._get_messages(other).state, "queued")

    def test_what_a_message_says_is_looked_at_again(self):
        order = self.order

        def current():
            facts = order._get_declared_facts()
            return {
                event
                for event in self.rules
                if event in facts
                and facts[event].holds
                and order._is_notify_event_current(event)
            }

        self.assertEqual(current(), set())
        order.action_quotation_sent()
        self.assertEqual(current(), {"estimate"})
        self._make_ready()
        self.assertEqual(current(), {"ready"})
        invoice = self._invoice(order)
        order.action_release()
        self.assertEqual(current(), {"released"})
        self._pay(invoice)
        self.assertEqual(current(), {"released", "paid"})
        self.assertTrue(order._is_notify_event_current("automation"))
        other = self._create_order()
        other._action_cancel()
        self.assertFalse(other._is_notify_event_current("automation"))

    # ------------------------------------------------------------------
    # Deals
    # ------------------------------------------------------------------

    def test_a_request_is_told(self):
        lead = self.env["crm.lead"]._receive_request(
            {"contact_name": "Anna", "phone": "+79160000001"}
        )
        self.assertEqual(self._get_news(lead), ["request"])

    def test_an_agreed_arrival_is_told_with_its_time(self):
        date = fields.Datetime.now() + timedelta(days=2)
        self.deal.date_booking = date
        self.assertEqual(self._get_news(self.deal), ["booked"])
        self.assertEqual(self._get_messages(self.deal).date_event, date)

    def test_a_deal_may_begin_with_its_arrival(self):
        date = fields.Datetime.now() + timedelta(days=2)
        lead = self.env["crm.lead"].create(
            {"name": "x", "partner_id": self.customer.id, "date_booking": date}
        )
        self.assertEqual(self._get_news(lead), ["booked"])

    def test_a_moved_arrival_replaces_what_was_not_told_yet(self):
        self._create_rule("booked", timing="before", delay=1)
        first = fields.Datetime.now() + timedelta(days=3)
        self.deal.date_booking = first
        self.run_events()
        old = self._get_messages(self.deal)
        self.assertEqual(old.mapped("state"), ["queued", "deferred"])
        self.deal.date_booking = first + timedelta(hours=1)
        self.run_events()
        self.assertEqual(set(old.mapped("state")), {"cancelled"})
        new = self._get_messages(self.deal) - old
        self.assertEqual(len(new), 2)
        self.assertEqual(set(new.mapped("date_event")), {first + timedelta(hours=1)})
        self.deal.date_booking = False
        self.run_events()
        self.assertEqual(set(new.mapped("state")), {"cancelled"})
        self.assertFalse(self.deal._is_notify_event_current("booked"))

    def test_an_arrival_moved_back_is_news(self):
        first = fields.Datetime.now() + timedelta(days=3)
        for minutes, hours in enumerate((0, 1, 0)):
            with freeze_time(fields.Datetime.now() + timedelta(minutes=minutes)):
                self.deal.date_booking = first + timedelta(hours=hours)
                self.assertEqual(self._get_news(self.deal), ["booked"])

    def test_an_arrival_that_is_not_changed_or_past_is_no_news(self):
        self.deal.date_booking = fields.Datetime.now() - timedelta(hours=1)
        self.assertEqual(self._get_news(self.deal), [])
        date = fields.Datetime.now() + timedelta(days=1)
        self.deal.date_booking = date
        self.deal.date_booking = False
        self.assertEqual(self._get_news(self.deal), [])
        self.deal.date_booking = date
        self.run_events()
        self._get_news(self.deal)
        self.deal.date_booking = date
        self.assertEqual(self._get_news(self.deal), [])

    def test_a_lost_deal_takes_its_messages_back(self):
        self.deal.date_booking = fields.Datetime.now() + timedelta(days=3)
        self.run_events()
        reason = self.env["crm.lost.reason"].create({"name": "Too dear"})
        self.deal.action_set_lost(lost_reason_id=reason.id)
        self.run_events()
        message = self._get_messages(self.deal)
        self.assertEqual(message.state, "cancelled")
        self.assertEqual(message.error, "The deal was closed.")
        self.assertFalse(self.deal._is_notify_event_current("message"))

    def test_what_a_person_wrote_is_not_taken_back(self):
        message = self.env["auto.notify.message"]._create_messages(
            [
                {
                    "key": "typed",
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "res_model": "crm.lead",
                    "res_id": self.deal.id,
                    "kinds": [["log", 0]],
                    "body": "Hello",
                }
            ]
        )
        self.deal.active = False
        self.run_events()
        self.assertEqual(message.state, "queued")

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def test_call_me_asks_the_responsible_to_call_today(self):
        self.deal.user_id = self.advisor
        for document in (self.order, self.deal):
            self.assertTrue(document._on_notify_button("call_me", self.customer))
        activity = self.deal.activity_search(["mail.mail_activity_data_call"])
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.advisor)
        self.assertEqual(activity.date_deadline, fields.Date.today())

    def test_an_order_without_a_deal_is_called_about_too(self):
        order = self._create_order()
        self.assertTrue(order._on_notify_button("call_me", self.customer))
        self.assertEqual(len(order.activity_ids), 1)

    def test_a_button_nobody_knows_is_not_handled(self):
        self.assertFalse(self.order._on_notify_button("confirm", self.customer))

    # ------------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------------

    def _count_ready(self, number, is_followed=True):
        """Queries of the transaction in which cars become ready, nothing in cache."""
        orders = self.env["sale.order"].concat(
            *(self._create_order() for _number in range(number))
        )
        for order in orders:
            order.action_confirm()
            order.action_receive()
        self.run_events()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        with nullcontext() if is_followed else self._without_followers():
            orders.job_ids.action_done()
            self.run_events()
        self.assertEqual(
            len(self._get_messages(orders, event="ready")), number * is_followed
        )
        return self.env.cr.sql_log_count - before

    def _without_followers(self):
        """Let orders be as in a shop without messages."""
        orders = self.registry["sale.order"]
        return patch.object(orders, "_tell_facts", lambda self, changes: None)

    def _count_cost(self, number):
        """Queries that messages add to the fact."""
        return self._count_ready(number) - self._count_ready(number, is_followed=False)

    def test_a_ready_car_costs_ten_queries_at_most(self):
        self._count_ready(1)  # what is looked up once a process
        self.assertLessEqual(self._count_cost(1), 10)

    def test_many_ready_cars_cost_as_much_as_one(self):
        self._count_ready(1)
        self.assertLessEqual(self._count_cost(10), self._count_cost(1))
