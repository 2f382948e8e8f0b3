import ast
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import AutoPlannerCommon

HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestBookingFacts(AutoPlannerCommon):
    """What is true of a booking whose car is late, early, elsewhere or forgotten."""

    def _agree(self, **vals):
        order = self._create_order(**vals)
        order.action_confirm()
        return order

    def _hold(self, **vals):
        return self._create_booking(date_hold=self.monday - HOUR, **vals)

    # ------------------------------------------------------------------
    # Arrival
    # ------------------------------------------------------------------

    def test_who_did_not_come_stays_so_when_he_comes_another_day(self):
        order = self._agree()
        missed = self._create_booking(order_id=order.id)
        self._find_no_shows()
        planned = self._create_booking(72, order_id=order.id)
        with freeze_time(planned.date_start):
            order.action_receive()
        self.assertEqual(missed.state, "no_show")
        self.assertFalse(missed.slot_ids)
        self.assertEqual(planned.state, "arrived")

    def test_a_car_that_is_only_late_takes_its_slot_again(self):
        order = self._agree()
        booking = self._create_booking(0, 4, order_id=order.id)
        self._find_no_shows()
        self.assertFalse(booking.slot_ids)
        with freeze_time(self.monday + 2 * HOUR):
            order.action_receive()
        self.assertEqual(booking.state, "arrived")
        self.assertTrue(booking.slot_ids)

    def test_the_booking_that_is_pressed_is_the_one_of_the_arrival(self):
        order = self._agree()
        missed = self._create_booking(order_id=order.id)
        self._find_no_shows()
        planned = self._create_booking(72, order_id=order.id)
        with freeze_time(self.monday + 5 * HOUR):
            missed.with_user(self.advisor).action_arrive()
        self.assertTrue(order.date_received)
        self.assertEqual(missed.state, "arrived")
        self.assertFalse(planned.date_arrived)

    def test_car_is_here_asks_for_the_mileage_as_the_order_does(self):
        order = self._agree()
        missed = self._create_booking(order_id=order.id)
        self._find_no_shows()
        planned = self._create_booking(72, order_id=order.id)
        with freeze_time(self.monday + 5 * HOUR):
            action = missed.with_user(self.advisor).action_open_arrive()
            self.assertEqual(action["res_model"], "auto.order.receive")
            self.assertFalse(order.date_received)
            wizard = self.env[action["res_model"]].with_user(self.advisor)
            form = Form(wizard.with_context(**action["context"]))
            form.odometer = self.vehicle.odometer + 1200
            form.save().action_receive()
        self.assertTrue(order.date_received)
        self.assertEqual(order.odometer, self.vehicle.odometer)
        self.assertEqual(missed.state, "arrived")
        self.assertFalse(planned.date_arrived)

    def test_car_is_here_of_what_has_no_order_or_is_received_asks_nothing(self):
        booking = self._create_booking()
        self.assertIs(booking.action_open_arrive(), True)
        self.assertTrue(booking.date_arrived)
        order = self._agree()
        order.action_receive()
        booking = self._create_booking(2, order_id=order.id)
        self.assertIs(booking.action_open_arrive(), True)

    def test_car_is_here_of_an_estimate_says_what_is_missing_before_it_asks(self):
        order = self._create_order()
        booking = self._create_booking(order_id=order.id)
        with self.assertRaisesRegex(UserError, "confirm it first"):
            booking.action_open_arrive()
        self.assertFalse(booking.date_arrived)

    def test_both_buttons_ask(self):
        for name, kind in (("form", "form"), ("planner", "planner")):
            view = self.env.ref(f"auto_planner.auto_booking_view_{name}")
            arch = self.env["auto.booking"].get_view(view.id, kind)["arch"]
            self.assertIn('"action_open_arrive"', arch)
            self.assertNotIn('"action_arrive"', arch)

    def test_a_receipt_that_is_taken_back_is_expected_again(self):
        order = self._agree()
        booking = self._create_booking(order_id=order.id)
        booking.action_arrive()
        order.with_user(self.manager).action_unreceive()
        self.assertEqual(booking.state, "tentative")
        booking.action_cancel()
        self.assertEqual(booking.state, "cancelled")

    def test_a_late_car_that_was_never_there_gives_its_slot_back(self):
        order = self._agree()
        booking = self._create_booking(0, 4, order_id=order.id)
        self._find_no_shows()
        with freeze_time(self.monday + 2 * HOUR):
            order.action_receive()
            order.with_user(self.manager).action_unreceive()
        self.assertEqual(booking.state, "no_show")
        self.assertFalse(booking.slot_ids)

    def test_what_is_still_planned_for_a_car_that_is_here_can_be_cancelled(self):
        order = self._agree()
        came = self._create_booking(order_id=order.id)
        planned = self._create_booking(72, order_id=order.id)
        with freeze_time(self.monday):
            order.action_receive()
            self.run_events()
            stage = order.opportunity_id.stage_id
            planned.with_user(self.advisor).action_cancel()
            with self.assertRaisesRegex(UserError, "the car is here"):
                came.action_cancel()
            self.run_events()
        self.assertEqual(planned.state, "cancelled")
        self.assertEqual(order.opportunity_id.stage_id, stage)

    def test_what_was_cancelled_with_its_order_is_no_arrival(self):
        order = self._agree()
        self._create_booking(order_id=order.id).action_arrive()
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        booking = self._create_booking(72, order_id=order.id)
        order.action_receive()
        self.assertTrue(booking.date_arrived)

    def test_a_plan_of_a_car_that_is_here_is_taken_back_while_it_lasts(self):
        order = self._agree()
        self._create_booking(order_id=order.id)
        planned = self._create_booking(24, 8, order_id=order.id)
        with freeze_time(self.monday):
            order.action_receive()
        with freeze_time(planned.date_start + 4 * HOUR):
            planned.action_cancel()
            planned.action_reopen()
        self.assertEqual(planned.state, "arrived")

    def test_the_plan_of_a_car_that_is_here_can_be_undone(self):
        order = self._agree()
        with freeze_time(self.monday):
            order.action_receive()
            bookings = self.env["auto.booking"].with_user(self.advisor)
            [data] = bookings.planner_plan(
                f"order-{order.id}",
                {
                    "date_start": self.monday + HOUR,
                    "date_stop": self.monday + 2 * HOUR,
                    "post_id": self.lift.id,
                },
                {},
            )
            booking = bookings.browse(data["id"])
            booking.planner_undo_plan()
        self.assertEqual(booking.state, "cancelled")

    # ------------------------------------------------------------------
    # No-shows
    # ------------------------------------------------------------------

    def test_a_deal_that_is_booked_anew_does_not_go_back(self):
        order = self._agree()
        self._create_booking(order_id=order.id)
        self._create_booking(72, order_id=order.id)
        self.run_events()
        self._find_no_shows()
        self.assertEqual(order.opportunity_id.stage_id.auto_event, "booked")

    def test_the_deal_of_a_received_order_does_not_go_back(self):
        order = self._agree()
        order.action_receive()
        self.run_events()
        stage = order.opportunity_id.stage_id
        booking = self._create_booking(lead_id=order.opportunity_id.id)
        self.assertFalse(booking.order_id, "the car is here already")
        self._find_no_shows()
        self.assertEqual(booking.state, "no_show")
        self.assertEqual(order.opportunity_id.stage_id, stage)

    def test_what_was_entered_afterwards_was_not_waited_for(self):
        with freeze_time(self.monday + 24 * HOUR):
            booking = self._create_booking()
        self.cr.execute(
            "UPDATE auto_booking SET create_date = %s WHERE id = %s",
            (self.monday + 24 * HOUR, booking.id),
        )
        booking.invalidate_recordset()
        self._find_no_shows(after=48 * 60)
        self.assertEqual(booking.state, "tentative")

    def test_after_the_grace_time_another_time_is_planned(self):
        booking = self._create_booking(0, 4)
        self._find_no_shows()
        with (
            freeze_time(self.monday + 2 * HOUR),
            self.assertRaisesRegex(UserError, "is over"),
        ):
            booking.action_reopen()

    def test_a_booking_that_stands_is_not_reopened(self):
        order = self._agree()
        booking = self._create_booking(order_id=order.id)
        booking.action_confirm()
        self.run_events()
        count = len(order.opportunity_id.message_ids)
        booking.action_reopen()
        self.run_events()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(len(order.opportunity_id.message_ids), count)

    # ------------------------------------------------------------------
    # Holds
    # ------------------------------------------------------------------

    def test_a_time_that_a_customer_holds_is_his_to_book(self):
        held = self._hold().with_user(self.advisor)
        for action in (held.action_confirm, held.action_arrive):
            with self.assertRaisesRegex(UserError, "filling in the form"):
                action()
        self.assertFalse(held.action_cancel(), "there is nothing to take back")
        self.assertFalse(held.exists())

    def test_the_cron_frees_what_nobody_holds_any_more(self):
        held = self._hold()
        with freeze_time(self.monday - 2 * HOUR):
            self.assertEqual(self._read_planner(), held)
        with freeze_time(self.monday):
            self.assertFalse(self._read_planner())
            self.lift.action_archive()
        self._find_no_shows(after=0)
        self.assertFalse(held.exists())

    def _read_planner(self):
        bookings = self.env["auto.booking"].with_user(self.advisor)
        result = bookings.planner_read(
            [],
            {"name": {}},
            self.monday - 8 * HOUR,
            self.monday + 8 * HOUR,
            ["post_id"],
            ["date_start", "date_stop"],
        )
        found = self.env["auto.booking"].browse(
            data["id"] for data in result["records"]
        )
        planned = sum(
            load["planned"]
            for days in result["load"]["post_id"].values()
            for load in days.values()
        )
        self.assertEqual(planned, len(found), "an hour each")
        return found

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------

    def test_a_booking_of_a_deal_is_for_its_order(self):
        order = self._agree()
        lead = order.opportunity_id
        booking = self._create_booking(lead_id=lead.id)
        self.assertEqual(booking.order_id, order)
        order.action_receive()
        self.assertEqual(booking.state, "arrived")

    def test_an_order_of_another_car_is_not_taken(self):
        order = self._agree()
        other = self.env["auto.vehicle"].create({"model_id": self.vehicle_model.id})
        booking = self._create_booking(
            lead_id=order.opportunity_id.id, vehicle_id=other.id
        )
        self.assertFalse(booking.order_id)
        self.assertEqual(booking.vehicle_id, other)

    def test_a_deal_that_is_given_later_waits_for_its_car(self):
        order = self._agree()
        booking = self._create_booking()
        booking.with_user(self.advisor).lead_id = order.opportunity_id
        self.run_events()
        self.assertEqual(order.opportunity_id.stage_id.auto_event, "booked")
        self.assertEqual(booking.order_id, order)

    def test_an_order_that_is_given_its_deal_gives_it_to_its_bookings(self):
        order = self._agree(opportunity_id=False)
        booking = self._create_booking(order_id=order.id)
        lead = self.env["crm.lead"].create({"name": "Brakes", "type": "opportunity"})
        order.opportunity_id = lead
        self.run_events()
        self.assertEqual(booking.lead_id, lead)
        self.assertEqual(lead.stage_id.auto_event, "booked")

    def test_a_closed_order_is_not_on_offer(self):
        order = self._agree()
        domain = ast.literal_eval(self.env["auto.booking"]._fields["order_id"].domain)
        offered = self.env["sale.order"].search([("id", "=", order.id), *domain])
        self.assertEqual(offered, order)
        order._action_cancel()
        self.assertFalse(offered.search([("id", "=", order.id), *domain]))

    def test_an_expected_car_is_cancelled_not_deleted(self):
        booking = self._create_booking()
        with self.assertRaisesRegex(UserError, "Cancel the booking instead"):
            booking.with_user(self.advisor).unlink()
        booking.action_cancel()
        booking.with_user(self.advisor).unlink()
        self.assertFalse(booking.exists())

    def test_the_next_advisor_does_not_plan_a_card_again(self):
        order = self._agree()
        bookings = self.env["auto.booking"].with_user(self.advisor)
        place = {
            "date_start": self.monday,
            "date_stop": self.monday + HOUR,
            "post_id": self.lift.id,
        }
        bookings.planner_plan(f"order-{order.id}", place, {})
        with self.assertRaisesRegex(UserError, "planned it already"):
            bookings.planner_plan(
                f"order-{order.id}", {**place, "post_id": self.lift_2.id}, {}
            )
        self.assertEqual(len(order.booking_ids), 1)

    def test_who_did_not_come_and_is_lost_is_not_to_be_planned(self):
        lead = self.env["crm.lead"].create({"name": "Brakes", "type": "opportunity"})
        missed = self._create_booking(lead_id=lead.id)
        order = self._agree()
        of_order = self._create_booking(2, order_id=order.id, vehicle_id=False)
        self._find_no_shows(after=240)
        with freeze_time(self.monday + 5 * HOUR):
            bookings = self.env["auto.booking"].with_user(self.advisor)
            self.assertEqual(missed.state, of_order.state)
            keys = {card["key"] for card in bookings.planner_side_list()["records"]}
            self.assertIn(f"booking-{missed.id}", keys)
            lead.action_archive()
            order._action_cancel()
            self.assertFalse(bookings.planner_side_list()["records"])

    def test_norm_hours_of_done_jobs_are_not_planned_again(self):
        order = self._agree(
            order_line=[
                Command.create({"product_id": self.labour.id}) for _n in range(2)
            ]
        )
        order.action_receive()
        order.job_ids[0].action_start()
        order.job_ids[0].action_done()
        self.assertEqual(order._get_hours_to_plan(), 1.5)
        order.job_ids[1].action_start()
        order.job_ids[1].action_done()
        self.assertEqual(order._get_hours_to_plan(), 0)

    def test_norm_hours_are_those_of_all_that_is_sold(self):
        order = self._create_order()
        order.order_line.product_uom_qty = 4
        before = self._create_booking(order_id=order.id).norm_hours
        order.action_confirm()
        self.assertEqual(before, 6)
        self.assertEqual(order.booking_ids.norm_hours, 6)

    # ------------------------------------------------------------------
    # Rights, names, limits
    # ------------------------------------------------------------------

    def test_who_has_no_bookings_may_still_cancel_and_lose(self):
        user = new_test_user(
            self.env, "salesman", "sales_team.group_sale_salesman_all_leads"
        )
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        lead = self.env["crm.lead"].create({"name": "Tyres", "type": "opportunity"})
        order.with_user(user)._action_cancel()
        lead.with_user(user).action_archive()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(lead.active)

    def test_a_customer_does_not_read_notes_of_staff(self):
        booking = self._create_booking(note="Complains a lot")
        user = new_test_user(
            self.env, "owner", "base.group_portal", partner_id=self.customer.id
        )
        with self.assertRaises(AccessError):
            booking.with_user(user).read(["note"])

    def test_a_name_tells_mechanics_nothing_of_the_customer(self):
        lead = self.env["crm.lead"].create({"name": "+7 916 123-45-67"})
        booking = self._create_booking(
            lead_id=lead.id, vehicle_id=False, partner_id=False
        )
        self.assertNotIn("916", booking.name)

    def test_a_buffer_is_not_negative(self):
        booking = self._create_booking()
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, "buffer"):
            booking.buffer_minutes = -30
            booking.flush_recordset()

    def test_half_an_hour_of_work_takes_half_an_hour(self):
        self.assertEqual(self.env["auto.booking"]._get_hours(0.5), 0.5)
        self.assertEqual(self.env["auto.booking"]._get_hours(0.1), 0.25)
        self.assertEqual(self.env["auto.booking"]._get_hours(0), 1)

    def test_a_mechanic_who_has_left_is_still_seen(self):
        booking = self._create_booking(mechanic_ids=self.mechanic.ids)
        self.mechanic.action_archive()
        booking.invalidate_recordset()
        self.assertEqual(booking.mechanic_ids, self.mechanic)
        self.assertIn("does not work here any more", booking.warning)

    def test_a_new_form_keeps_the_length_that_was_drawn(self):
        bookings = self.env["auto.booking"].with_user(self.advisor)
        drawn = bookings.with_context(
            default_date_start=self.monday,
            default_date_stop=self.monday + 2.5 * HOUR,
        )
        form = Form(drawn)
        form.date_start = self.monday + HOUR
        self.assertEqual(form.date_stop, self.monday + 3.5 * HOUR)
        form.order_id = self._create_order()
        form.date_start = self.monday + 2 * HOUR
        self.assertEqual(form.date_stop, self.monday + 3.5 * HOUR, "as the work takes")
        form = Form(bookings)
        form.date_start = self.monday
        form.date_start = self.monday + 4 * HOUR
        self.assertEqual(form.date_stop, self.monday + 5 * HOUR)
