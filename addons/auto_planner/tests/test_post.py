from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import AutoPlannerCommon


@tagged("post_install", "-at_install")
class TestPost(AutoPlannerCommon):
    def test_a_post_is_a_thing_with_the_hours_of_the_company(self):
        self.assertEqual(self.lift.resource_id.resource_type, "material")
        self.assertEqual(
            self.lift.resource_calendar_id, self.company.resource_calendar_id
        )
        self.assertEqual(self.lift.company_id, self.company)

    def test_a_new_post_has_the_buffer_of_the_company(self):
        self.company.auto_booking_buffer_minutes = 20
        post = self.env["auto.post"].create({"name": "Bay"})
        self.assertEqual(post.buffer_minutes, 20)

    def test_a_post_with_bookings_to_come_is_not_archived(self):
        self._create_booking()
        with self.assertRaisesRegex(UserError, "1 booking.* to come"):
            self.lift.active = False
        self.assertTrue(self.lift.active)

    def test_a_post_is_archived_when_its_bookings_are_over_or_cancelled(self):
        self._create_booking().action_cancel()
        past = self._create_booking()
        past._move_to(self.monday - timedelta(days=15 * 365))
        self.lift.action_archive()
        self.assertFalse(self.lift.active)
        self.assertEqual(past.post_id, self.lift)

    def test_a_post_with_a_past_is_not_deleted(self):
        self._create_booking().action_cancel()
        with self.assertRaisesRegex(UserError, "archive it"):
            self.lift.unlink()
        self.lift_2.unlink()
        self.assertFalse(self.lift_2.exists())

    def test_limits_are_not_negative(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.cr.savepoint(),
        ):
            self.lift.max_height = -1

    def test_bookings_to_come_are_counted(self):
        self._create_booking(0)
        self._create_booking(2)
        self._create_booking(4).action_cancel()
        self.assertEqual(self.lift.booking_count, 2)
        self.assertEqual(self.lift_2.booking_count, 0)
        found = self.env["auto.booking"].search(
            self.lift.action_view_bookings()["domain"]
        )
        self.assertEqual(len(found), 2)

    def test_a_new_post_works_at_the_speed_of_the_norm(self):
        form = Form(self.env["auto.post"].with_user(self.manager))
        form.name = "Lift 9"
        post = form.save()
        self.assertEqual(post.efficiency, 100)
        post.efficiency = 200
        copy = post.copy()
        self.assertEqual(copy.efficiency, 200)
        self.assertEqual(copy.resource_id.name, "Lift 9 (copy)")
        self.assertEqual(post.name, "Lift 9")

    def test_time_out_of_use_is_kept_for_the_post_alone(self):
        action = self.lift.action_view_leaves()
        leaf = self.env["resource.calendar.leaves"].with_context(**action["context"])
        leaf.create(
            {
                "name": "Repair",
                "date_from": self.monday,
                "date_to": self.monday + timedelta(hours=3),
            }
        )
        self.assertIn("does not work", self._create_booking(1).warning)
        self.assertFalse(self._create_booking(1, post_id=self.lift_2.id).warning)

    def test_the_raster_of_the_company_is_that_of_the_planner(self):
        self.company.auto_booking_raster_minutes = "30"
        view = self.env["auto.booking"].get_view(view_type="planner")
        self.assertIn('snap="30"', view["arch"])
        self.company.auto_booking_raster_minutes = "10"
        view = self.env["auto.booking"].get_view(view_type="planner")
        self.assertIn('snap="10"', view["arch"])
