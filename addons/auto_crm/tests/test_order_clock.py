from types import SimpleNamespace

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderClock(AutoOrderCommon):
    def _at(self, hour, function, *args):
        with freeze_time(f"2026-03-02 {hour:02}:00:00"):
            result = function(*args)
            self.run_events()
        return result

    def test_time_in_each_state_and_by_reason(self):
        order = self._at(8, self._create_order)
        self.assertFalse(order.clock_ids)
        self._at(9, order.action_confirm)
        self._at(10, order.action_receive)
        job = order.job_ids
        self._at(11, job.action_start)
        self._at(12, job.action_hold, self.reason)
        self._at(14, order.action_hold, self.other_reason)
        self._at(15, order.action_resume)
        self._at(16, job.action_start)
        self._at(17, job.action_done)
        self._at(19, order.action_release)
        self.assertRecordValues(
            order.clock_ids,
            [
                {"work_state": state, "hold_reason_id": reason.id, "hours": hours}
                for state, reason, hours in (
                    ("new", self.reason.browse(), 1),
                    ("received", self.reason.browse(), 1),
                    ("in_progress", self.reason.browse(), 1),
                    ("on_hold", self.reason, 2),
                    ("on_hold", self.other_reason, 1),
                    ("on_hold", self.reason, 1),
                    ("in_progress", self.reason.browse(), 1),
                    ("ready", self.reason.browse(), 2),
                )
            ],
        )
        self.assertTrue(all(order.clock_ids.mapped("date_stop")))
        self.assertEqual(sum(order.clock_ids.mapped("duration")), 10)

    def test_the_open_row_counts_up_to_now(self):
        order = self._at(9, self._create_agreed)
        self.assertEqual(order.clock_ids.duration, 0)
        with freeze_time("2026-03-02 12:00:00"):
            order.clock_ids.invalidate_recordset(["hours"])
            self.assertEqual(order.clock_ids.hours, 3)

    def test_cancelling_stops_the_clock(self):
        order = self._at(9, self._create_agreed)
        self._at(10, order._action_cancel)
        self.assertRecordValues(order.clock_ids, [{"work_state": "new", "hours": 1}])
        self.assertTrue(order.clock_ids.date_stop)

    def test_a_released_car_that_comes_back_is_clocked_again(self):
        order = self._at(9, self._create_received)
        self._at(10, order.job_ids.action_done)
        self._at(11, order.action_release)
        self._at(12, order.action_unrelease)
        self.assertEqual(
            order.clock_ids.mapped("work_state"), ["received", "ready", "ready"]
        )

    def test_an_order_has_one_open_row(self):
        order = self._at(9, self._create_agreed)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            order.clock_ids.copy({"date_stop": False})

    def test_a_state_cannot_end_before_it_begins(self):
        order = self._at(9, self._create_agreed)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            order.clock_ids.date_stop = "2026-03-01 00:00:00"
            order.clock_ids.flush_recordset()

    def test_many_orders_take_as_many_queries_as_few(self):
        def count(number):
            orders = self.env["sale.order"].concat(
                *(self._create_agreed() for __ in range(number))
            )
            self.run_events()
            orders.write({"date_received": "2026-03-02 00:00:00"})
            self.env.flush_all()
            start = self.cr.sql_log_count
            change = SimpleNamespace(date=fields.Datetime.now())
            orders._update_clock(dict.fromkeys(orders, change))
            self.env.flush_all()
            return self.cr.sql_log_count - start

        count(1)
        self.assertEqual(count(3), count(12))
