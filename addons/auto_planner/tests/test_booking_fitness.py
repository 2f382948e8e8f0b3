from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .online_common import HOUR, AutoOnlineCommon


@tagged("post_install", "-at_install")
class TestBookingFitness(AutoOnlineCommon):
    """What a post bears, and what the order waits for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2035-01-07 12:00"))  # Sunday

    def _find_posts(self, **options):
        """Return the posts that are best for the car at the times of the Monday."""
        slots = self.env["auto.booking"]._find_free_slots(
            1.0,
            start=self.monday,
            stop=self.monday + 9 * HOUR,
            vehicle=self.vehicle,
            **options,
        )
        return {slot["post"] for slot in slots}

    # ------------------------------------------------------------------
    # Size of the car
    # ------------------------------------------------------------------

    def test_a_car_that_is_too_heavy_has_a_warning_on_that_post(self):
        self.lift.max_weight = 2.5
        self.vehicle.weight = 3.1
        self.assertIn(
            "Lift 1 takes cars of up to 2.5 t, this one weighs 3.1 t.",
            self._create_booking().warning,
        )
        self.assertFalse(self._create_booking(post_id=self.lift_2.id).warning)

    def test_a_car_that_is_too_high_has_a_warning_on_that_post(self):
        self.lift.max_height = 1.9
        self.vehicle.height = 2.6
        self.assertIn(
            "Lift 1 takes cars of up to 1.9 m, this one is 2.6 m high.",
            self._create_booking().warning,
        )
        self.assertFalse(self._create_booking(post_id=self.lift_2.id).warning)

    def test_a_car_as_big_as_the_limit_fits(self):
        for limit, size in (("max_weight", "weight"), ("max_height", "height")):
            self.lift[limit] = self.vehicle[size] = 2.5
        self.assertFalse(self._create_booking().warning)
        self.lift_2.is_online = False
        self.assertEqual(self._find_posts(online=True), {self.lift})

    def test_a_car_of_unknown_size_fits_everywhere(self):
        (self.lift + self.lift_2).write({"max_weight": 1.0, "max_height": 1.0})
        self.assertFalse(self._create_booking().warning)
        self.assertTrue(self._find_posts())

    def test_a_car_too_big_for_a_post_is_offered_another(self):
        for limit, size in (("max_weight", "weight"), ("max_height", "height")):
            with self.subTest(limit=limit):
                self.lift[limit] = 2.0
                self.vehicle[size] = 2.4
                for online in (True, False):
                    self.assertEqual(self._find_posts(online=online), {self.lift_2})
                self.lift_2[limit] = 2.3
                self.assertFalse(self._find_posts())
                (self.lift + self.lift_2)[limit] = 0
                self.assertTrue(self._find_posts())

    def test_the_size_of_the_model_counts_until_the_car_has_its_own(self):
        self.lift.max_weight = 2.0
        self.vehicle_model.auto_weight = 2.4
        self.assertIn("weighs 2.4 t", self._create_booking().warning)
        self.vehicle.weight = 1.8
        self.assertFalse(self._create_booking(2).warning)

    # ------------------------------------------------------------------
    # Parts
    # ------------------------------------------------------------------

    def _create_ordered(self):
        """Return an order whose part is on its way, and the line of the purchase."""
        order = self._create_order()
        order.order_line = [(0, 0, {"product_id": self.part.id})]
        order.action_confirm()
        purchase = order._get_purchase_orders()
        purchase.button_confirm()
        self.assertEqual(order.parts_state, "ordered")
        return order, purchase.order_line

    def test_parts_that_come_after_the_car(self):
        order, line = self._create_ordered()
        line.date_planned = self.monday + timedelta(days=2)
        booking = self._create_booking(order_id=order.id)
        self.assertEqual(booking.warning, "Parts are due on 01/10/2035 only.")

    def test_parts_that_come_by_then(self):
        order, line = self._create_ordered()
        line.date_planned = self.monday
        booking = self._create_booking(order_id=order.id)
        self.assertFalse(booking.warning)
        booking._move_to(self.monday + timedelta(days=1))
        self.assertFalse(booking.warning)

    def test_parts_of_which_nobody_knows_when_they_come(self):
        order, _line = self._create_ordered()
        order.parts_date = False  # Odoo's moves have a date; other sources may not
        booking = self._create_booking(order_id=order.id)
        self.assertEqual(booking.warning, "Nobody knows when the parts come.")

    def test_parts_that_are_here_have_no_warning(self):
        order, line = self._create_ordered()
        line.date_planned = self.monday + timedelta(days=2)
        picking = line.order_id.picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.button_validate()
        self.assertEqual(order.parts_state, "arrived")
        self.assertFalse(self._create_booking(order_id=order.id).warning)
