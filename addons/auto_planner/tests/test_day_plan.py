import subprocess
from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AutoPlannerCommon


@tagged("post_install", "-at_install")
class TestDayPlan(AutoPlannerCommon):
    def _render(self, **vals):
        plan = self.env["auto.booking.day"].create({"date": "2035-01-08", **vals})
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "auto_planner.auto_booking_day_report", plan.ids
        )
        return html.decode()

    def test_it_tells_what_is_done_on_each_post_and_no_phone_nor_price(self):
        order = self._create_order()
        order.action_confirm()
        self._create_booking(
            order_id=order.id, mechanic_ids=self.mechanic.ids, note="Key in the box"
        )
        html = self._render()
        for text in (
            self.company.name,
            "Monday, January 8",
            "Lift 1",
            "Lift 2",
            "09:00 - 10:00",
            "А123ВС 777",
            "Replace front pads",
            "Mechanic One",
            "Key in the box",
            "Nothing is planned",
        ):
            self.assertIn(text, html)
        self.assertNotIn("1234567", html)
        self.assertNotIn("1,500", html)

    def test_it_is_the_day_of_the_shop(self):
        night = self._create_booking(-9 + 0.25, 0.5)  # 0:15 in Moscow, Sunday in UTC
        self._create_booking(-9 - 1, 0.5)
        plan = self.env["auto.booking.day"].create({"date": "2035-01-08"})
        rows = [row for part in plan._get_values()["sections"] for row in part["rows"]]
        self.assertEqual([row["time"] for row in rows], ["00:15 - 00:45"])
        self.assertTrue(night)

    def test_a_car_that_stays_over_night_is_on_both_days(self):
        self._create_booking(7, 20)
        for date, text in (
            ("2035-01-08", "16:00 - 9 Jan 12:00"),
            ("2035-01-09", "8 Jan 16:00 - 12:00"),
        ):
            self.assertIn(text, self._render(date=date))

    def test_it_tells_the_hours_that_are_worked(self):
        self._create_booking(0, 1.5)
        self._create_booking(7, 20, post_id=self.lift_2.id)
        for date, hours in (("2035-01-08", ["1.5", "1"]), ("2035-01-09", ["0", "4"])):
            plan = self.env["auto.booking.day"].create({"date": date})
            sections = plan._get_values()["sections"]
            self.assertEqual([section["hours"] for section in sections], hours)

    def test_cancelled_ones_and_no_shows_are_left_out(self):
        self._create_booking().action_cancel()
        self._create_booking(2).date_no_show = self.monday
        html = self._render()
        self.assertIn("Nothing is planned", html)
        self.assertNotIn("А123ВС", html)

    def test_a_mechanic_without_a_post_is_told_at_the_end(self):
        self._create_booking(post_id=False, mechanic_ids=self.mechanic.ids)
        self.assertIn("Without a post", self._render())
        html = self._render(post_ids=self.lift.ids)
        self.assertIn("Lift 1", html)
        self.assertNotIn("Without a post", html)

    def test_posts_may_be_chosen(self):
        html = self._render(post_ids=self.lift_2.ids)
        self.assertIn("Lift 2", html)
        self.assertNotIn("Lift 1", html)

    def test_the_planner_prints_a_day(self):
        bookings = self.env["auto.booking"].with_user(self.advisor)
        action = bookings.action_print_day("2035-01-08")
        self.assertEqual(action["type"], "ir.actions.report")

    def test_it_is_a_pdf_with_a_page_for_each_post(self):
        self._create_booking()
        self._create_booking(post_id=self.lift_2.id)
        plan = self.env["auto.booking.day"].create(
            {
                "date": "2035-01-08",
                "is_page_per_post": True,
                "post_ids": (self.lift | self.lift_2).ids,
            }
        )
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        with (
            self.allow_pdf_render(),
            mute_logger("odoo.addons.base.models.ir_actions_report"),
        ):
            content, kind = reports._render_qweb_pdf(
                "auto_planner.auto_booking_day_report", plan.ids
            )
        self.assertEqual(kind, "pdf")
        done = subprocess.run(
            ["pdftotext", "-layout", "-", "-"],
            input=content,
            capture_output=True,
            check=True,
        )
        pages = done.stdout.decode().rstrip("\f").split("\f")
        self.assertEqual(len(pages), 2)
        self.assertIn("Plan of Monday, January 8", pages[0])
        self.assertIn("Lift 1", pages[0])
        self.assertIn("Lift 2", pages[1])

    def test_more_bookings_cost_no_more_queries(self):
        counts = []
        for number in (2, 8):
            for turn in range(number):
                self._create_booking(turn * 0.5 + number * 24, 0.5)
            day = self.monday.date() + timedelta(days=number)
            plan = self.env["auto.booking.day"].create({"date": day})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            plan._get_values()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
