from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .online_common import HOUR, AutoOnlineCommon


@tagged("post_install", "-at_install")
class TestPlanWizard(AutoOnlineCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2035-01-08 05:30:00"))  # 8:30, a Monday

    def _open(self, record, method="action_plan"):
        action = getattr(record.with_user(self.advisor), method)()
        self.assertEqual(action["res_model"], "auto.booking.plan")
        return self.env["auto.booking.plan"].browse(action["res_id"])

    def test_free_times_are_offered_and_one_click_books(self):
        order = self._create_order()
        plan = self._open(order).with_user(self.advisor)
        offer = plan.offer_ids[0]
        self.assertEqual(offer.date_start, self.monday)
        self.assertEqual(offer.times, "9:00 AM – 10:30 AM")
        self.assertIn("January 8", offer.day)
        offer.action_book()
        booking = order.booking_ids
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.date_start, self.monday)
        self.assertEqual(booking.post_id, offer.post_id)
        self.assertEqual(booking.mechanic_ids, offer.mechanic_id)
        self.assertEqual(booking.lead_id, order.opportunity_id)

    def test_what_is_taken_is_not_offered(self):
        for post, mechanic in (
            (self.lift, self.mechanic),
            (self.lift_2, self.mechanic_2),
        ):
            self._create_booking(0, 2, post_id=post.id, mechanic_ids=mechanic.ids)
        plan = self._open(self._create_order())
        self.assertGreaterEqual(plan.offer_ids[0].date_start, self.monday + 2 * HOUR)

    def test_a_wish_changes_what_is_offered(self):
        plan = self._open(self._create_order())
        with Form(plan) as form:
            form.post_id = self.lift_2
            form.mechanic_id = self.mechanic_2
            form.hours = 3
            form.date_from = self.monday + timedelta(days=1)
        self.assertFalse(plan.offer_ids)
        plan.action_search()
        offer = plan.offer_ids[0]
        self.assertEqual(offer.post_id, self.lift_2)
        self.assertEqual(offer.mechanic_id, self.mechanic_2)
        self.assertEqual(offer.date_start, self.monday + timedelta(days=1))
        self.assertEqual(offer.date_stop - offer.date_start, 3 * HOUR)

    def test_a_post_only_or_a_mechanic_only(self):
        order = self._create_order()
        for needs, has_post, has_mechanic in (
            ("post", True, False),
            ("mechanic", False, True),
        ):
            plan = self._open(order)
            plan.needs = needs
            plan.action_search()
            self.assertEqual(bool(plan.offer_ids[0].post_id), has_post)
            self.assertEqual(bool(plan.offer_ids[0].mechanic_id), has_mechanic)

    def test_later_times_follow(self):
        plan = self._open(self._create_order())
        last = plan.offer_ids[-1].date_start
        plan.action_later()
        self.assertGreater(plan.offer_ids[0].date_start, last)

    def test_one_job_of_an_order_is_planned_alone(self):
        order = self._create_order()
        order.order_line = [Command.create({"product_id": self.labour.id})]
        order.action_confirm()
        plan = self._open(order)
        self.assertEqual(plan.norm_hours, 3)
        plan.job_ids = order.job_ids[0]
        self.assertEqual(plan.norm_hours, 1.5)
        plan.action_search()
        plan.offer_ids[0].action_book()
        self.assertEqual(order.booking_ids.job_ids, order.job_ids[0])
        self.assertEqual(order.booking_ids.duration, 1.5)

    def test_who_comes_second_is_told(self):
        first, second = (self._open(self._create_order()) for _n in range(2))
        for offers in (first.offer_ids, second.offer_ids):
            offers.write({"post_id": self.lift.id, "mechanic_id": self.mechanic.id})
        first.offer_ids[0].action_book()
        with self.assertRaisesRegex(UserError, "is taken by"):
            second.offer_ids[0].action_book()

    def test_a_deal_without_an_order_is_planned_too(self):
        lead = self._create_order().opportunity_id
        lead.order_ids.unlink()
        plan = self._open(lead)
        plan.offer_ids[0].action_book()
        self.run_events()
        self.assertEqual(lead.booking_ids.vehicle_id, self.vehicle)
        self.assertEqual(lead.stage_id.auto_event, "booked")

    def test_a_tall_car_is_offered_posts_that_bear_it(self):
        self.lift.max_height = 2
        self.vehicle_model.auto_height = 2.4
        plan = self._open(self._create_order())
        self.assertEqual(plan.offer_ids.post_id, self.lift_2)
        warning = self._create_booking().warning
        self.assertIn("up to 2.0 m", warning)

    def test_a_closed_order_is_not_planned(self):
        order = self._create_order()
        order._action_cancel()
        with self.assertRaisesRegex(UserError, "closed"):
            order.action_plan()

    # ------------------------------------------------------------------
    # Walk-in
    # ------------------------------------------------------------------

    def test_a_walk_in_goes_straight_to_a_post(self):
        order = self._create_order()
        order.action_confirm()
        with freeze_time(self.monday + timedelta(minutes=7)):
            plan = self._open(order, "action_walk_in").with_user(self.advisor)
            self.assertEqual(plan.offer_ids.post_id, self.lift | self.lift_2)
            plan.odometer = 64_000
            plan.offer_ids[0].action_book()
        booking = order.booking_ids
        self.assertEqual(booking.source, "walk_in")
        self.assertEqual(booking.state, "arrived")
        self.assertEqual(booking.date_start, self.monday + timedelta(minutes=7))
        self.assertTrue(order.date_received)
        self.assertEqual(order.odometer, 64_000)

    def test_a_walk_in_is_offered_the_time_until_the_next_car(self):
        order = self._create_order()
        order.action_confirm()
        self._create_booking(1, 3)
        self._create_booking(0, 3, post_id=self.lift_2.id)
        with freeze_time(self.monday):
            offer = self._open(order, "action_walk_in").offer_ids
        self.assertEqual(offer.post_id, self.lift)
        self.assertEqual(offer.date_stop, self.monday + HOUR)

    def test_a_walk_in_needs_a_free_mechanic(self):
        order = self._create_order()
        order.action_confirm()
        for start, mechanic in ((0, self.mechanic), (0.5, self.mechanic_2)):
            self._create_booking(start, 2, post_id=False, mechanic_ids=mechanic.ids)
        with freeze_time(self.monday + timedelta(minutes=40)):
            self.assertFalse(self._open(order, "action_walk_in").offer_ids)

    def _set_absent(self, record, start=-24, hours=72):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": record.resource_id.id,
                "calendar_id": record.resource_id.calendar_id.id,
                "date_from": self.monday + start * HOUR,
                "date_to": self.monday + (start + hours) * HOUR,
            }
        )

    def test_a_walk_in_is_not_offered_who_is_absent(self):
        order = self._create_order()
        order.action_confirm()
        self._set_absent(self.mechanic)
        self._set_absent(self.lift)
        self._set_absent(self.lift_2, start=1.25)
        with freeze_time(self.monday):
            offer = self._open(order, "action_walk_in").offer_ids
        self.assertEqual(offer.mechanic_id, self.mechanic_2)
        self.assertEqual(offer.post_id, self.lift_2)
        self.assertEqual(offer.date_stop, self.monday + 1.25 * HOUR)

    def test_a_walk_in_is_offered_first_who_works_now(self):
        order = self._create_order()
        order.action_confirm()
        self._set_hours_off(self.lift_2)
        self._set_hours_off(self.mechanic_2)
        self._create_booking(3, 1, mechanic_ids=self.mechanic.ids)
        with freeze_time(self.monday):
            offers = self._open(order, "action_walk_in").offer_ids
        self.assertEqual(offers.mechanic_id, self.mechanic)
        self.assertEqual(offers.post_id, self.lift | self.lift_2)

    def test_a_walk_in_is_not_given_to_who_is_free_for_minutes(self):
        order = self._create_order()
        order.action_confirm()
        self._set_hours_off(self.mechanic_2)
        self._create_booking(0.1, 1, post_id=False, mechanic_ids=self.mechanic.ids)
        with freeze_time(self.monday):
            offers = self._open(order, "action_walk_in").offer_ids
        self.assertEqual(offers.mechanic_id, self.mechanic_2)

    def _set_hours_off(self, record):
        """Let somebody work at no time by his calendar, without being absent."""
        empty = self.calendar.copy({"attendance_ids": [Command.clear()]})
        record.resource_id.calendar_id = empty

    def test_a_walk_in_whose_work_nobody_does_is_not_offered(self):
        other = self.env["auto.work.type"].create({"name": "Paint"})
        (self.mechanic | self.mechanic_2).auto_work_type_ids = other
        order = self._create_order()
        order.work_type_id = self.work_type
        order.action_confirm()
        with freeze_time(self.monday):
            self.assertFalse(self._open(order, "action_walk_in").offer_ids)

    def test_a_walk_in_is_agreed_first(self):
        with self.assertRaisesRegex(UserError, "confirm it first"):
            self._create_order().action_walk_in()
