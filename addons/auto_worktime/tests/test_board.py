import json
from datetime import timedelta

from odoo.tests import tagged

from .terminal_common import AutoTerminalCommon


@tagged("post_install", "-at_install")
class TestBoard(AutoTerminalCommon):
    """The board on the wall: posts, cars, mechanics, times, what waits and why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.board = cls.terminal.create(
            {"name": "TV", "lang": "en_US", "kind": "board"}
        )
        cls.job = cls._create_job(received=-3)
        cls.order = cls.job.order_id
        cls.booking = cls._create_booking(-2.0, 1.5, order_id=cls.order.id)
        cls._check_in(start=-3)

    def _read(self):
        response = self.url_open(
            f"/auto_worktime/board/{self.board.key}/now", json={}, method="POST"
        )
        self.assertEqual(response.status_code, 200, response.text[:300])
        return response.json()

    def _get_channel(self):
        return self.board._get_channel(self.company.id)

    def _row(self, post=None):
        rows = {row["id"]: row for row in self._read()["posts"]}
        return rows[(post or self.lift).id]

    def test_the_page_opens_by_its_link_only(self):
        page = self.url_open(f"/auto_worktime/board/{self.board.key}")
        self.assertEqual(page.status_code, 200)
        for key in (self.terminal.key, "x"):
            page = self.url_open(f"/auto_worktime/board/{key}")
            self.assertEqual(page.status_code, 404)
        self._call("people", key=self.board.key, status=404)
        self._call("sign_in", {"badge": "BADGE1"}, key=self.board.key, status=404)

    def test_a_car_its_mechanic_and_time(self):
        self.mechanic._clock_start(self.job, at=self._at(-1))
        car = self._row()["car"]
        self.assertEqual(car["plate"], "А123ВС 777")
        self.assertEqual(car["people"], "Mechanic One")
        self.assertEqual(car["norm"], 1.5)
        self.assertAlmostEqual(car["worked"], 1, delta=0.05)
        self.assertEqual(car["running"], 1)
        self.assertFalse(car["waits"])
        self.assertIsNone(self._row(self.lift_2)["car"])

    def test_what_waits_and_why(self):
        self.mechanic._clock_start(self.job, at=self._at(-1))
        self.mechanic._clock_pause(self.parts, at=self._at(-0.5))
        car = self._row()["car"]
        self.assertTrue(car["waits"])
        self.assertEqual(car["reason"], self.parts.name)
        idle = [one for one in self._read()["idle"] if one["name"] == "Mechanic One"]
        self.assertEqual([one["text"] for one in idle], [self.parts.name])

    def test_no_customer_and_no_money(self):
        self.mechanic._clock_start(self.job, at=self._at(-1))
        # the clock's milliseconds may have any digits
        text = json.dumps({**self._read(), "now": 0}, ensure_ascii=False)
        for secret in ("Petrov", "916", "example.com", "price", "amount"):
            self.assertNotIn(secret, text)

    def _get_news(self):
        """Commit; return how many messages boards have got since the last call."""
        self.run_events()
        messages = self.env["bus.bus"].search(
            [("channel", "like", self._get_channel())]
        )
        count = len(messages)
        messages.unlink()
        return count

    def test_boards_hear_of_it_once(self):
        self._get_news()
        self.mechanic._clock_start(self.job)
        self.booking.date_stop += timedelta(hours=1)
        self.assertEqual(self._get_news(), 1)
        self.mechanic_2._clock_in()
        self.mechanic_2._clock_pause(self.helping)
        self.assertEqual(self._get_news(), 1)

    def test_boards_hear_nothing_of_what_is_taken_back(self):
        self._get_news()
        with self.env.cr.savepoint() as savepoint:
            self.mechanic._clock_start(self.job)
            savepoint.rollback()
        self.assertEqual(self._get_news(), 0)
        self.mechanic._clock_start(self.job)
        self.assertEqual(self._get_news(), 1, "what comes after it is told")

    def test_late_work_warns_the_booking_behind_it(self):
        behind = self._create_booking(0.25, order_id=False, vehicle_id=False)
        elsewhere = self._create_booking(0.25, post_id=self.lift_2.id, vehicle_id=False)
        later = self._create_booking(6.0, vehicle_id=False)
        self.assertNotIn("busy with", behind.warning or "")
        self.mechanic._clock_start(self.job, at=self._at(-0.1))  # 1.4 hours are left
        bookings = behind + elsewhere + later
        bookings.invalidate_recordset(["warning", "held_up"])
        self.assertIn("Lift 1 is busy with А123ВС 777 until", behind.warning)
        self.assertIn(behind.held_up, behind.warning)
        self.assertEqual((elsewhere + later).mapped("held_up"), [False, False])
        self.assertNotIn("busy with", elsewhere.warning or "")
        self.assertNotIn("busy with", later.warning or "")
        self.env.flush_all()
        self.run_events()
        self.env["bus.bus"].search([]).unlink()
        self.env["auto.booking"]._cron_tell_overruns()
        self.run_events()
        told = self.env["bus.bus"].search([]).mapped("message")
        told = [json.loads(one) for one in told if "auto_planner.changed" in one]
        self.assertIn(behind.id, [n for one in told for n in one["payload"]["ids"]])
        self.assertNotIn(later.id, [n for one in told for n in one["payload"]["ids"]])

    def test_the_planner_shows_what_is_over_what_was_planned(self):
        self.mechanic._clock_start(self.job, at=self._at(-3))
        self.mechanic._clock_done(self.job, at=self._at(-1.5) + timedelta(minutes=30))
        self.booking.invalidate_recordset()
        self.assertEqual(self.booking.actual, "02:00 / 01:30")
        self.assertEqual(self.booking.actual_percent, 133)
        view = (
            self.env["auto.booking"]
            .with_user(self.advisor)
            .get_view(view_type="planner")
        )
        self.assertIn("actual_percent", view["arch"])
        self.assertIn("held_up", view["arch"])
