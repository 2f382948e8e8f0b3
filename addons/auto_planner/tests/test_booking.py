from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import AutoPlannerCommon


@tagged("post_install", "-at_install")
class TestBooking(AutoPlannerCommon):
    def test_bookings_of_one_post_do_not_overlap(self):
        self._create_booking(1, 1)
        self._create_booking(2, 1)
        for start, hours in ((1.5, 0.25), (0.5, 1), (0, 5), (2.75, 1)):
            with self.subTest(start=start), self.assertRaises(UserError):
                self._create_booking(start, hours)

    def test_a_mechanic_is_on_one_booking_at_a_time(self):
        self._create_booking(mechanic_ids=self.mechanic.ids)
        with self.assertRaisesRegex(UserError, "Mechanic One is taken"):
            self._create_booking(post_id=self.lift_2.id, mechanic_ids=self.mechanic.ids)
        self._create_booking(post_id=self.lift_2.id, mechanic_ids=self.mechanic_2.ids)

    def test_who_loses_is_told_who_holds_the_slot_and_what_is_free_next(self):
        self._create_booking(0, 2)
        self._create_booking(2, 1)
        with self.assertRaises(UserError) as caught:
            self._create_booking(0.5, 1)
        text = str(caught.exception)
        self.assertIn("Lift 1 is taken by", text)
        self.assertIn("А123ВС", text)
        self.assertIn("11:00", text)  # until, in the shop's zone
        self.assertIn("1:00", text)  # free from: at 12:00 is lunch

    def test_a_lift_that_is_taken_for_a_month_is_not_said_to_be_free(self):
        self._create_booking(0, 40 * 24)
        with self.assertRaisesRegex(UserError, r"Lift 1 is taken by .* until [^.]*\.$"):
            self._create_booking(1, 1)

    def test_two_bookings_made_at_once_may_not_collide_either(self):
        vals = self._create_booking(5).copy_data()[0]
        vals.update(date_start=self.monday, date_stop=self.monday + timedelta(hours=1))
        with self.assertRaisesRegex(UserError, "Lift 1 is taken"):
            self.env["auto.booking"].create([vals, dict(vals)])

    def test_the_buffer_of_a_post_keeps_the_next_car_away(self):
        self._create_booking(0, 1, post_id=self.lift_2.id)
        with self.assertRaises(UserError):
            self._create_booking(1, 1, post_id=self.lift_2.id)
        self._create_booking(1.25, 1, post_id=self.lift_2.id)

    def test_a_refused_move_leaves_the_booking_where_it_was(self):
        self._create_booking(3, 1)
        booking = self._create_booking(0, 1)
        with self.assertRaises(UserError), self.cr.savepoint():
            booking._move_to(self.monday + timedelta(hours=3))
        booking.invalidate_recordset()
        self.assertEqual(booking.date_start, self.monday)
        self.assertEqual(booking.slot_ids.date_start, self.monday)

    def test_a_moved_booking_keeps_its_length_and_frees_its_old_slot(self):
        booking = self._create_booking(0, 2)
        booking._move_to(self.monday + timedelta(hours=1))
        self.assertEqual(booking.duration, 2)
        self._create_booking(0, 1)

    def test_a_cancelled_booking_frees_its_slot_and_asks_before_it_comes_back(self):
        booking = self._create_booking()
        booking.action_cancel()
        self.assertFalse(booking.slot_ids)
        other = self._create_booking()
        with self.assertRaises(UserError), self.cr.savepoint():
            booking.action_reopen()
        other.action_cancel()
        booking.invalidate_recordset()
        booking.action_reopen()
        self.assertEqual(booking.state, "tentative")
        self.assertTrue(booking.slot_ids)

    def test_a_hold_that_expired_is_free_again(self):
        with freeze_time("2034-12-01 10:00"):
            held = self._create_booking(date_hold="2034-12-01 10:10:00")
        with freeze_time("2034-12-01 10:09"), self.assertRaises(UserError):
            self._create_booking()
        with freeze_time("2034-12-01 10:11"):
            self._create_booking()
        self.assertFalse(held.exists())

    def test_end_is_proposed_by_norm_hours_post_and_people(self):
        order = self._create_order()
        vals = {
            "order_id": order.id,
            "post_id": self.lift.id,
            "date_start": self.monday,
        }
        booking = self.env["auto.booking"].create(vals)
        self.assertEqual(booking.duration, 1.5)
        self.assertEqual(booking.lead_id, order.opportunity_id)
        self.assertEqual(booking.partner_id, self.customer)
        booking.action_cancel()
        self.lift.efficiency = 50
        self.assertEqual(self.env["auto.booking"].create(vals).duration, 3)

    def test_a_booked_deal_waits_for_its_car(self):
        order = self._create_order()
        self._create_booking(order_id=order.id)
        self.run_events()
        lead = order.opportunity_id
        self.assertEqual(lead.stage_id.auto_event, "booked")
        self.assertEqual(lead.date_booking, self.monday)

    def test_state_follows_the_facts_of_the_order(self):
        order = self._create_order()
        booking = self._create_booking(order_id=order.id)
        self.assertEqual(booking.state, "tentative")
        booking.action_confirm()
        self.assertEqual(booking.state, "confirmed")
        order.action_confirm()
        booking.action_arrive()
        self.assertTrue(order.date_received)
        self.assertEqual(booking.state, "arrived")
        order.job_ids.action_start()
        self.assertEqual(booking.state, "in_work")
        order.job_ids.action_done()
        self.assertEqual(booking.state, "done")
        self.assertFalse(order.opportunity_id.date_booking)

    def test_the_slot_of_a_car_that_did_not_come_is_free_and_its_deal_goes_back(self):
        order = self._create_order()
        booking = self._create_booking(order_id=order.id)
        self._find_no_shows(after=59)
        self.assertEqual(booking.state, "tentative")
        self._find_no_shows(after=61)
        self.assertEqual(booking.state, "no_show")
        self.assertFalse(booking.slot_ids)
        self.assertEqual(order.opportunity_id.stage_id.auto_event, "estimate")
        self.assertTrue(order.opportunity_id.activity_ids)

    def test_a_late_car_takes_its_slot_back_or_says_who_has_it(self):
        order = self._create_order()
        order.action_confirm()
        booking = self._create_booking(order_id=order.id)
        booking.date_no_show = self.monday
        order.action_receive()
        self.assertEqual(booking.state, "arrived")
        self.assertTrue(booking.slot_ids)

    def test_a_car_that_is_here_is_not_cancelled_by_its_booking(self):
        order = self._create_order()
        order.action_confirm()
        booking = self._create_booking(order_id=order.id)
        booking.action_arrive()
        with self.assertRaisesRegex(UserError, "the car is here"):
            booking.action_cancel()

    def test_bookings_of_a_cancelled_order_are_cancelled(self):
        order = self._create_order()
        booking = self._create_booking(order_id=order.id)
        order._action_cancel()
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(booking.slot_ids)

    def test_an_end_before_the_start_is_refused(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self._create_booking(0, -1)
