from datetime import timedelta

from odoo.tests import tagged

from .common import AutoPlannerCommon


@tagged("post_install", "-at_install")
class TestBookingWarning(AutoPlannerCommon):
    def test_an_ordinary_booking_has_no_warning(self):
        self.assertFalse(self._create_booking(mechanic_ids=self.mechanic.ids).warning)

    def test_work_outside_the_hours_of_post_or_mechanic(self):
        booking = self._create_booking(-4, mechanic_ids=self.mechanic.ids)
        self.assertIn("Lift 1 does not work", booking.warning)
        self.assertIn("Mechanic One does not work", booking.warning)

    def test_a_day_with_more_work_than_hours(self):
        self._create_booking(0, 6)
        booking = self._create_booking(6, 5)
        self.assertIn("% of the day planned", booking.warning)

    def test_a_break_is_neither_work_nor_worth_a_warning(self):
        booking = self._create_booking(-1, 9, mechanic_ids=self.mechanic.ids)
        self.assertFalse(booking.warning, "8:00 to 17:00 with an hour of lunch")
        booking.date_stop += timedelta(hours=1)
        self.assertIn("Lift 1 does not work at 5:00", booking.warning)
        self.assertIn("112% of the day planned", booking.warning)

    def test_a_post_or_mechanic_not_meant_for_the_work(self):
        other = self.env["auto.work.type"].create({"name": "Paint"})
        self.lift.work_type_ids = other
        self.mechanic.auto_work_type_ids = other
        booking = self._create_booking(
            work_type_id=self.work_type.id, mechanic_ids=self.mechanic.ids
        )
        self.assertIn("Lift 1 is not meant for Brakes", booking.warning)
        self.assertIn("Mechanic One does not do Brakes", booking.warning)

    def test_the_work_is_that_of_the_jobs(self):
        paint = self.env["auto.work.type"].create({"name": "Paint"})
        order = self._create_order()
        self.labour.work_type_id = paint
        self.lift.work_type_ids = self.work_type
        self.mechanic.auto_work_type_ids = self.work_type
        booking = self._create_booking(
            order_id=order.id, mechanic_ids=self.mechanic.ids
        )
        self.assertEqual(booking.work_type_id, paint)
        self.assertIn("Lift 1 is not meant for Paint", booking.warning)
        self.assertIn("does not do Paint", booking.warning)
        order.action_confirm()
        offers = self.env["auto.booking.plan"].create({"order_id": order.id})
        self.assertEqual(offers._get_work_types(), paint)

    def test_a_customer_who_did_not_come_before(self):
        self._create_booking().date_no_show = self.monday
        self.assertIn("did not come 1 time", self._create_booking(2).warning)

    def test_another_open_order_of_the_car(self):
        order, other = self._create_order(), self._create_order()
        booking = self._create_booking(order_id=order.id)
        self.assertIn(other.name, booking.warning)
        self.assertNotIn(order.name, booking.warning)

    def test_parts_that_are_not_ordered(self):
        order = self._create_order()
        order.order_line = [(0, 0, {"product_id": self.part.id})]
        order.action_confirm()
        booking = self._create_booking(order_id=order.id)
        self.assertEqual(order.parts_state, "missing")
        self.assertIn("Parts are not ordered", booking.warning)

    def test_warnings_of_many_cost_as_many_queries_as_of_few(self):
        few = [self._create_booking(3 + n).id for n in range(2)]  # one at lunch
        many = [self._create_booking(24 + n, 0.5).id for n in range(8)]
        counts = []
        for ids in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["auto.booking"].browse(ids).mapped("warning")
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
