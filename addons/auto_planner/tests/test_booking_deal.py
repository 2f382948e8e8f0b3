from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import AutoPlannerCommon


@tagged("post_install", "-at_install")
class TestBookingDeal(AutoPlannerCommon):
    """The deal, order, car and customer of a booking, and what becomes of it."""

    def _create_booked(self, **vals):
        """Return a booking of an agreed order, and its deal."""
        order = self._create_order()
        order.action_confirm()
        booking = self._create_booking(order_id=order.id, **vals)
        self.run_events()
        return booking, order.opportunity_id

    # ------------------------------------------------------------------
    # Moves of the deal
    # ------------------------------------------------------------------

    def test_a_moved_booking_moves_the_deals_time_and_is_noted(self):
        booking, lead = self._create_booked()
        booking._move_to(self.monday + timedelta(days=1))
        self.run_events()
        self.assertEqual(lead.date_booking, self.monday + timedelta(days=1))
        self.assertIn("Booking moved", lead.message_ids[0].body)

    def test_the_deal_of_a_cancelled_booking_is_agreed_anew(self):
        booking, lead = self._create_booked()
        self.assertEqual(lead.stage_id.auto_event, "booked")
        booking.action_cancel()
        self.run_events()
        self.assertEqual(lead.stage_id.auto_event, "estimate")
        self.assertFalse(lead.date_booking)
        self.assertIn("agree on another time", lead.activity_ids.mapped("summary")[0])

    def test_with_its_parts_here_it_goes_back_to_parts_arrived(self):
        stock = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(
            self.part, stock.lot_stock_id, 5
        )
        order = self._create_order()
        order.order_line = [Command.create({"product_id": self.part.id})]
        order.action_confirm()
        lead = order.opportunity_id
        booking = self._create_booking(order_id=order.id)
        self.run_events()
        self.assertEqual(lead.parts_state, "arrived")
        booking.action_cancel()
        self.run_events()
        self.assertEqual(lead.stage_id.auto_event, "parts_arrived")

    def test_a_deal_with_another_booking_still_waits(self):
        booking, lead = self._create_booked()
        other = self._create_booking(24, order_id=booking.order_id.id)
        booking.action_cancel()
        self.run_events()
        self.assertEqual(lead.stage_id.auto_event, "booked")
        self.assertEqual(lead.date_booking, other.date_start)

    def test_a_no_show_is_called_by_a_person(self):
        booking, lead = self._create_booked()
        self._find_no_shows()
        self.assertEqual(booking.state, "no_show")
        self.assertEqual(lead.stage_id.auto_event, "estimate")
        self.assertIn("Did not arrive", lead.activity_ids.mapped("summary")[0])

    def test_grace_time_is_the_companys(self):
        self.company.auto_no_show_minutes = 15
        booking, _lead = self._create_booked()
        self._find_no_shows(after=14)
        self.assertEqual(booking.state, "tentative")
        self._find_no_shows(after=16)
        self.assertEqual(booking.state, "no_show")

    def test_the_cron_finds_nothing_twice_and_no_holds(self):
        booking, lead = self._create_booked()
        held = self._create_booking(
            post_id=self.lift_2.id, date_hold=self.monday + timedelta(days=1)
        )
        self._find_no_shows()
        count = len(lead.message_ids)
        self._find_no_shows(after=90)
        self.assertEqual(len(lead.message_ids), count)
        self.assertEqual(held.state, "tentative")
        self.assertEqual(booking.date_no_show, self.monday + timedelta(minutes=61))

    def test_the_deal_of_a_car_that_is_here_does_not_go_back(self):
        booking, lead = self._create_booked()
        self._create_booking(1, order_id=False, lead_id=lead.id)
        booking.action_arrive()
        self.run_events()
        self._find_no_shows(after=200)
        self.assertEqual(lead.stage_id.auto_event, "received")

    def test_a_received_car_ends_the_wait_whoever_receives_it(self):
        booking, lead = self._create_booked()
        booking.order_id.action_receive()
        self.run_events()
        self.assertEqual(booking.state, "arrived")
        self.assertFalse(lead.date_booking)
        self.assertEqual(lead.stage_id.auto_event, "received")

    def test_a_released_order_is_a_done_booking(self):
        booking, _lead = self._create_booked()
        booking.action_arrive()
        booking.order_id.job_ids.action_start()
        booking.order_id.job_ids.action_done()
        booking.order_id.with_user(self.manager).action_release()
        self.assertEqual(booking.state, "done")

    def test_a_car_that_has_left_occupies_nothing_any_more(self):
        with freeze_time(self.monday):
            booking, _lead = self._create_booked(
                hours=4, post_id=self.lift_2.id, mechanic_ids=self.mechanic.ids
            )
            booking.action_arrive()
            booking.order_id.job_ids.action_start()
        left = self.monday + timedelta(hours=1)
        with freeze_time(left):
            booking.order_id.job_ids.action_done()
            booking.order_id.with_user(self.manager).action_release()
        self.assertEqual(booking.slot_ids.mapped("date_stop"), [left, left])
        self.assertEqual(booking.duration, 4)
        booking.mechanic_ids += self.mechanic_2  # noted later who has helped
        self.assertEqual(booking.slot_ids.mapped("date_stop"), [left] * 3)
        booking.mechanic_ids -= self.mechanic_2
        other = self._create_booking(
            1, 3, post_id=self.lift_2.id, mechanic_ids=self.mechanic.ids
        )
        booking.order_id.with_user(self.manager).action_unrelease()
        self.assertIn("is taken by", booking.message_ids[0].body)
        with freeze_time(left + timedelta(minutes=5)):
            booking.order_id.with_user(self.manager).action_release()
        self.assertEqual(booking.slot_ids.mapped("date_stop"), [left, left])
        other.action_cancel()
        booking.order_id.with_user(self.manager).action_unrelease()
        self.assertEqual(
            max(booking.slot_ids.mapped("date_stop")),
            booking.date_stop + timedelta(minutes=15),
        )

    def test_bookings_follow_the_order_that_is_corrected(self):
        booking, lead = self._create_booked()
        typed = self._create_booking(
            24, order_id=booking.order_id.id, vehicle_id=self.vehicle.id
        )
        other_car = self.vehicle.copy({"license_plate": "В777ВВ 77", "vin": False})
        typed.vehicle_id = other_car
        right_car = self.vehicle.copy({"license_plate": "С888СС 77", "vin": False})
        other = self.customer.copy({"name": "Pavel"})
        booking.order_id.write({"vehicle_id": right_car.id, "partner_id": other.id})
        self.assertEqual(booking.vehicle_id, right_car)
        self.assertEqual(booking.partner_id, other)
        self.assertEqual(typed.vehicle_id, other_car)
        self.assertEqual(typed.partner_id, other)
        lead.vehicle_id = other_car
        self.assertEqual(booking.vehicle_id, right_car)

    def test_bookings_of_a_deal_follow_it_until_there_is_an_order(self):
        lead = self.env["crm.lead"].create({"name": "Noise", "type": "opportunity"})
        booking = self._create_booking(
            lead_id=lead.id, partner_id=False, vehicle_id=False
        )
        lead.write({"partner_id": self.customer.id, "vehicle_id": self.vehicle.id})
        self.assertEqual(booking.partner_id, self.customer)
        self.assertEqual(booking.vehicle_id, self.vehicle)
        self.assertEqual(booking.phone, self.customer.phone)
        self.customer.phone = "+7 916 000-00-01"
        self.assertEqual(booking.phone, self.customer.phone)

    def test_what_did_not_take_place_does_not_move(self):
        booking, _lead = self._create_booked()
        self._find_no_shows()
        with self.assertRaisesRegex(UserError, "did not take place"):
            booking._move_to(self.monday + timedelta(days=1))
        booking.note = "Called"
        cancelled = self._create_booking(48)
        cancelled.action_cancel()
        with self.assertRaisesRegex(UserError, "did not take place"):
            cancelled.post_id = self.lift_2

    def test_a_no_show_is_called_by_a_person_without_a_deal_too(self):
        booking = self._create_booking()
        self._find_no_shows()
        self.assertIn("Did not arrive", booking.activity_ids.mapped("summary")[0])

    def test_a_no_show_of_a_deal_that_stays_where_it_is_is_called(self):
        booking, lead = self._create_booked()
        self._create_booking(48, order_id=booking.order_id.id)
        self._find_no_shows()
        self.assertEqual(lead.stage_id.auto_event, "booked")
        self.assertIn("Did not arrive", "".join(lead.activity_ids.mapped("summary")))

    def test_each_booking_follows_its_own_jobs(self):
        order = self._create_order()
        order.order_line = [Command.create({"product_id": self.labour.id})]
        order.action_confirm()
        first, second = (
            self._create_booking(24 * day, order_id=order.id, job_ids=job.ids)
            for day, job in enumerate(order.job_ids)
        )
        order.action_receive()
        order.job_ids[0].action_start()
        order.job_ids[0].action_done()
        self.assertEqual(first.state, "done")
        self.assertEqual(second.state, "arrived")

    def test_a_booking_without_an_order_arrives_too(self):
        lead = self._create_order().opportunity_id
        lead.order_ids.unlink()
        booking = self._create_booking(lead_id=lead.id)
        booking.action_arrive()
        self.run_events()
        self.assertEqual(booking.state, "arrived")
        self.assertEqual(lead.stage_id.auto_event, "received")

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------

    def test_an_order_takes_over_the_bookings_of_its_deal(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Brakes",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "vehicle_id": self.vehicle.id,
            }
        )
        booking = self._create_booking(lead_id=lead.id)
        cancelled = self._create_booking(3, lead_id=lead.id)
        cancelled.action_cancel()
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": lead.id}
        )
        self.assertEqual(booking.order_id, order)
        self.assertFalse(cancelled.order_id)

    def test_a_booking_makes_its_order_with_its_packages(self):
        package = self.env["auto.package"].create(
            {
                "name": "Front brakes",
                "work_type_id": self.work_type.id,
                "line_ids": [Command.create({"product_id": self.labour.id})],
            }
        )
        booking = self._create_booking(package_ids=package.ids)
        booking.with_user(self.advisor).action_create_order()
        order = booking.order_id
        self.assertTrue(order.is_work_order)
        self.assertEqual(order.vehicle_id, self.vehicle)
        self.assertEqual(order.order_line.product_id, self.labour)
        booking.action_create_order()
        self.assertEqual(booking.order_id, order)

    def test_an_order_needs_a_customer(self):
        booking = self._create_booking(partner_id=False, vehicle_id=False)
        with self.assertRaisesRegex(UserError, "customer"):
            booking.action_create_order()

    def test_bookings_of_a_lost_deal_are_cancelled(self):
        booking, lead = self._create_booked()
        reason = self.env["crm.lost.reason"].search([], limit=1)
        lead.action_set_lost(lost_reason_id=reason.id)
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(booking.slot_ids)

    def test_a_booking_survives_its_deleted_deal(self):
        lead = self.env["crm.lead"].create({"name": "Brakes", "type": "opportunity"})
        booking = self._create_booking(lead_id=lead.id)
        lead.unlink()
        self.assertFalse(booking.lead_id)
        self.assertTrue(booking.slot_ids)
        booking.action_arrive()
        self.assertEqual(booking.state, "arrived")

    def test_bookings_follow_merged_deals(self):
        booking, lead = self._create_booked()
        other = self.env["crm.lead"].create(
            {"name": "Other", "type": "opportunity", "partner_id": self.customer.id}
        )
        second = self._create_booking(5, lead_id=other.id)
        merged = (lead | other).merge_opportunity()
        self.assertEqual((booking | second).lead_id, merged)

    def test_bookings_follow_deals_that_a_stock_sales_manager_merges(self):
        manager = new_test_user(
            self.env, login="sales", groups="sales_team.group_sale_manager"
        )
        booking, lead = self._create_booked()
        other = self.env["crm.lead"].create({"name": "Other", "type": "opportunity"})
        second = self._create_booking(5, lead_id=other.id)
        self.env.invalidate_all()
        merged = (lead | other).with_user(manager).merge_opportunity()
        self.assertEqual((booking | second).lead_id.ids, merged.ids)

    def test_bookings_follow_merged_customers(self):
        booking = self._create_booking()
        target = self.env["res.partner"].create({"name": "Ivan Petrov"})
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.customer.id, target.id], target
        )
        booking.invalidate_recordset()
        self.assertEqual(booking.partner_id, target)
        self.assertTrue(booking.slot_ids)

    def test_a_cancelled_order_frees_the_slots_of_a_car_that_is_here(self):
        booking, _lead = self._create_booked()
        booking.action_arrive()
        booking.order_id._action_cancel()
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(booking.slot_ids)

    def test_a_booking_of_a_cancelled_order_does_not_come_back(self):
        booking, _lead = self._create_booked()
        booking.order_id._action_cancel()
        with self.assertRaisesRegex(UserError, "is cancelled"):
            booking.action_reopen()

    def test_a_booking_that_is_over_does_not_come_back(self):
        booking, _lead = self._create_booked()
        booking.action_cancel()
        with (
            freeze_time(self.monday + timedelta(days=1)),
            self.assertRaisesRegex(UserError, "is over"),
        ):
            booking.action_reopen()

    def test_forms_count_and_open_the_bookings(self):
        booking, lead = self._create_booked()
        for record in (lead, booking.order_id, self.vehicle, self.customer):
            with self.subTest(model=record._name):
                self.assertEqual(record.booking_count, 1)
                domain = record.action_view_bookings()["domain"]
                found = self.env["auto.booking"].search(domain)
                self.assertEqual(found, booking)

    # ------------------------------------------------------------------
    # Forms
    # ------------------------------------------------------------------

    def test_the_form_proposes_the_time_of_the_chosen_order(self):
        order = self._create_order()
        form = Form(self.env["auto.booking"].with_user(self.advisor))
        form.date_start = self.monday
        form.post_id = self.lift
        self.assertEqual(form.date_stop, self.monday + timedelta(hours=1))
        form.order_id = order
        self.assertEqual(form.date_stop, self.monday + timedelta(hours=1.5))
        self.assertEqual(form.vehicle_id, self.vehicle)
        booking = form.save()
        self.assertEqual(booking.duration, 1.5)

    def test_the_form_keeps_the_length_of_a_moved_booking(self):
        booking = self._create_booking(0, 3)
        with Form(booking) as form:
            form.date_start = self.monday + timedelta(hours=1)
        self.assertEqual(booking.duration, 3)

    def test_the_form_warns_before_it_is_saved(self):
        form = Form(self.env["auto.booking"].with_user(self.advisor))
        form.date_start = self.monday - timedelta(hours=8)
        form.post_id = self.lift
        self.assertIn("Lift 1 does not work", form.warning)
        form.date_start = self.monday
        form.date_stop = self.monday + timedelta(hours=1)
        self.assertFalse(form.warning)
        form.post_id = self.env["auto.post"]
        self.assertIn("not held", form.warning)

    def test_the_form_is_refused_with_the_sentence(self):
        self._create_booking(0, 2)
        form = Form(self.env["auto.booking"].with_user(self.advisor))
        form.date_start = self.monday
        form.post_id = self.lift
        with self.assertRaisesRegex(UserError, "Lift 1 is taken by .* until"):
            form.save()

    def test_proposed_lengths_are_rounded_up_to_the_raster(self):
        self.labour.norm_hours = 1.6
        for raster, hours in (("15", 1.75), ("30", 2), ("60", 2)):
            self.company.auto_booking_raster_minutes = raster
            order = self._create_order()
            booking = self.env["auto.booking"].create(
                {
                    "order_id": order.id,
                    "post_id": self.lift.id,
                    "date_start": self.monday,
                }
            )
            self.assertEqual(booking.duration, hours)
            booking.action_cancel()
