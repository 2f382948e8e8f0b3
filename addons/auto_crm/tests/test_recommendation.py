from datetime import date

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import AutoCrmCommon


@tagged("post_install", "-at_install")
class TestRecommendation(AutoCrmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order()
        cls.recommendation = cls._recommend(
            "Replace front discs", product_id=cls.labour.id
        )

    @classmethod
    def _create_order(cls, vehicle=None, **vals):
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "is_work_order": True,
                "vehicle_id": (vehicle or cls.vehicle).id,
                **vals,
            }
        )

    @classmethod
    def _recommend(cls, name, **vals):
        return cls.env["auto.recommendation"].create(
            {"name": name, "vehicle_id": cls.vehicle.id, **vals}
        )

    def _add(self, recommendations, order=None):
        order = order or self.order
        recommendations.with_user(self.advisor).with_context(
            auto_order_id=order.id
        ).action_add_to_order()

    # --- the customer's answer

    def test_it_is_advised_first(self):
        self.assertRecordValues(
            self.recommendation,
            [
                {
                    "state": "advised",
                    "company_id": self.company.id,
                    "date_advised": fields.Date.context_today(self.recommendation),
                }
            ],
        )

    def test_it_can_be_written_down_as_answered(self):
        self.assertEqual(self._recommend("Oil", state="declined").answer, "declined")
        self.assertEqual(self._recommend("Oil", state="done").state, "done")

    def test_declined_and_taken_back(self):
        self.recommendation.action_decline()
        self.assertEqual(self.recommendation.state, "declined")
        self.recommendation.action_reopen()
        self.assertEqual(self.recommendation.state, "advised")

    def test_deferring_needs_a_date_or_a_mileage(self):
        with self.assertRaisesRegex(UserError, "date or the mileage"):
            self.recommendation.action_defer()
        self.recommendation.odometer_due = 90000
        self.recommendation.action_defer()
        self.assertEqual(self.recommendation.state, "deferred")

    def test_deferring_to_the_past_is_refused(self):
        today = self.company._get_today()
        self.recommendation.date_due = today - relativedelta(days=1)
        with self.assertRaisesRegex(UserError, "has passed"):
            self.recommendation.action_defer()
        self.recommendation.date_due = today
        self.recommendation.action_defer()
        self.assertEqual(self.recommendation.state, "deferred")

    def test_done_elsewhere_comes_up_no_more(self):
        self.recommendation.action_done_elsewhere()
        self.assertEqual(self.recommendation.state, "done")
        self.assertNotIn(
            self.recommendation, self._create_order().vehicle_recommendation_ids
        )

    def test_what_is_done_takes_no_answer(self):
        self.recommendation.action_done_elsewhere()
        for action in (
            "action_decline",
            "action_defer",
            "action_add_to_order",
            "action_done_elsewhere",
        ):
            with (
                self.subTest(action=action),
                self.assertRaisesRegex(UserError, "already"),
            ):
                getattr(self.recommendation, action)()

    def test_actions_work_on_none_and_several(self):
        both = self.recommendation | self._recommend("Oil", odometer_due=80000)
        both.odometer_due = 70000
        for action in ("action_decline", "action_defer", "action_reopen"):
            with self.subTest(action=action):
                getattr(self.env["auto.recommendation"], action)()
                getattr(both, action)()
        self.assertEqual(both.mapped("state"), ["advised", "advised"])

    def test_a_mileage_is_not_negative(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.recommendation.odometer_due = -1
            self.env.flush_all()

    def test_an_empty_name_follows_the_work(self):
        with Form(self.env["auto.recommendation"]) as form:
            form.vehicle_id = self.vehicle
            form.product_id = self.labour
            self.assertEqual(form.name, "Replace front pads")

    # --- on the next order

    def test_open_ones_come_up_on_the_cars_next_order(self):
        declined = self._recommend("Oil", state="declined")
        done = self._recommend("Old", state="done")
        stranger = self.env["auto.vehicle"].create({"license_plate": "В001ВВ77"})
        other = self._recommend("Other car", vehicle_id=stranger.id)
        order = self._create_order()
        found = order.vehicle_recommendation_ids
        self.assertEqual(found, self.recommendation | declined)
        self.assertFalse(found & (done | other))

    def test_an_order_without_a_car_shows_none(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertFalse(order.vehicle_recommendation_ids)

    def test_a_product_becomes_a_line_that_does_it(self):
        self._add(self.recommendation)
        line = self.order.order_line
        self.assertRecordValues(
            line, [{"product_id": self.labour.id, "product_uom_qty": 1.0}]
        )
        self.assertRecordValues(
            self.recommendation,
            [
                {
                    "state": "ordered",
                    "done_line_id": line.id,
                    "done_order_id": self.order.id,
                }
            ],
        )
        self.assertNotIn(
            self.recommendation, self._create_order().vehicle_recommendation_ids
        )

    def test_a_package_becomes_its_lines_and_the_labour_does_it(self):
        package = self.env["auto.package"].create(
            {
                "name": "Pads",
                "line_ids": [
                    Command.create({"product_id": self.part.id}),
                    Command.create({"product_id": self.labour.id}),
                ],
            }
        )
        recommendation = self._recommend("Pads", package_id=package.id)
        self._add(recommendation)
        self.assertEqual(len(self.order.order_line), 2)
        self.assertEqual(recommendation.done_line_id.product_id, self.labour)

    def test_a_bare_text_becomes_a_note(self):
        recommendation = self._recommend("Look at the exhaust")
        self._add(recommendation)
        self.assertRecordValues(
            self.order.order_line,
            [{"display_type": "line_note", "name": "Look at the exhaust"}],
        )
        self.assertEqual(recommendation.state, "ordered")

    def test_what_was_found_then_is_a_note_on_a_later_order(self):
        work = self._recommend("Hose", is_extra=True, order_id=self.order.id)
        with self.assertRaisesRegex(UserError, "Choose the work"):
            self._add(work)
        later = self._create_order()
        self._add(work, later)
        self.assertIn("line_note", later.order_line.mapped("display_type"))

    def test_several_are_added_at_once(self):
        both = self.recommendation | self._recommend("Oil", product_id=self.part.id)
        self._add(both)
        self.assertEqual(both.mapped("state"), ["ordered", "ordered"])
        self.assertEqual(both.done_line_id, self.order.order_line)

    def test_without_an_order_it_goes_to_the_cars_open_one(self):
        newer = self._create_order()
        self._create_order()._action_cancel()
        self.recommendation.with_user(self.advisor).action_add_to_order()
        self.assertEqual(self.recommendation.done_order_id, newer)

    def test_without_an_open_order_the_user_is_told_to_make_one(self):
        self.order._action_cancel()
        with self.assertRaisesRegex(UserError, "no open work order"):
            self.recommendation.action_add_to_order()

    def test_another_cars_order_refuses_it(self):
        stranger = self.env["auto.vehicle"].create({"license_plate": "В001ВВ77"})
        with self.assertRaisesRegex(UserError, "another car"):
            self._add(self.recommendation, self._create_order(vehicle=stranger))

    def test_a_cancelled_order_refuses_it(self):
        self.order._action_cancel()
        with self.assertRaisesRegex(UserError, "is closed"):
            self._add(self.recommendation)

    def test_it_cannot_be_ordered_twice(self):
        self._add(self.recommendation)
        with self.assertRaisesRegex(UserError, "already"):
            self._add(self.recommendation, self._create_order())

    def test_it_is_done_when_the_car_is_released(self):
        self._add(self.recommendation)
        self.order.action_confirm()
        self.assertEqual(self.recommendation.state, "ordered")
        self.order.date_released = fields.Datetime.now()
        self.assertEqual(self.recommendation.state, "done")

    def test_it_is_done_when_its_line_is_delivered(self):
        service = self.env["product.product"].create(
            {"name": "Wash", "type": "service", "invoice_policy": "delivery"}
        )
        self.recommendation.product_id = service
        self._add(self.recommendation)
        self.order.action_confirm()
        self.recommendation.done_line_id.qty_delivered = 1.0
        self.assertEqual(self.recommendation.state, "done")

    def test_it_is_open_again_when_the_order_is_cancelled(self):
        self.recommendation.action_decline()
        self._add(self.recommendation)
        self.order._action_cancel()
        self.assertEqual(self.recommendation.state, "declined")
        self.order.action_draft()
        self.assertEqual(self.recommendation.state, "ordered")

    def test_it_is_open_again_when_its_line_is_deleted(self):
        self._add(self.recommendation)
        self.order.order_line.unlink()
        self.env.flush_all()
        self.assertFalse(self.recommendation.done_line_id)
        self.assertEqual(self.recommendation.state, "advised")
        self.assertIn(
            self.recommendation, self._create_order().vehicle_recommendation_ids
        )

    def test_it_is_open_again_when_its_order_is_deleted(self):
        self._add(self.recommendation)
        self.order.unlink()
        self.assertEqual(self.recommendation.state, "advised")

    # --- due

    def _set_odometer(self, value):
        self.env["auto.odometer"].create(
            {"vehicle_id": self.vehicle.id, "value": value}
        )
        if self.vehicle.odometer != value:
            self.vehicle.odometer = value

    @freeze_time("2026-03-10 09:00:00")
    def test_due_by_date(self):
        days = {
            "2026-03-09": "overdue",
            "2026-03-10": "soon",
            "2026-04-09": "soon",
            "2026-04-10": "later",
        }
        for day, status in days.items():
            with self.subTest(day=day):
                self.recommendation.date_due = day
                self.assertEqual(self.recommendation.due_status, status)
        self.recommendation.date_due = False
        self.assertFalse(self.recommendation.due_status)

    def test_due_by_mileage(self):
        self._set_odometer(85000)
        for due, status in ((84000, "overdue"), (86000, "soon"), (86001, "later")):
            with self.subTest(due=due):
                self.recommendation.odometer_due = due
                self.assertEqual(self.recommendation.due_status, status)
                self.assertEqual(self.recommendation.odometer_left, due - 85000)

    def test_a_new_reading_makes_it_due(self):
        self._set_odometer(85000)
        self.recommendation.odometer_due = 90000
        self.assertEqual(self.recommendation.due_status, "later")
        self._set_odometer(90500)
        self.assertEqual(self.recommendation.due_status, "overdue")

    def test_what_is_answered_by_an_order_is_not_due(self):
        self.recommendation.date_due = date(2020, 1, 1)
        self._add(self.recommendation)
        self.assertFalse(self.recommendation.due_status)

    def test_due_ones_are_found_as_they_are_shown(self):
        self._set_odometer(85000)
        today = self.company._get_today()
        overdue = self._recommend("A", date_due=today - relativedelta(days=1))
        by_km = self._recommend("B", odometer_due=80000, date_due=today)
        soon = self._recommend("C", date_due=today + relativedelta(days=5))
        later = self._recommend("D", odometer_due=120000)
        own = [("vehicle_id", "=", self.vehicle.id)]
        search = self.env["auto.recommendation"].search
        self.assertEqual(
            search([*own, ("due_status", "=", "overdue")]), overdue | by_km
        )
        self.assertEqual(search([*own, ("due_status", "=", "soon")]), soon)
        self.assertEqual(search([*own, ("due_status", "=", "later")]), later)
        self.assertEqual(
            search([*own, ("due_status", "!=", False)]), overdue | by_km | soon | later
        )
        self.assertEqual(
            search([*own, ("due_status", "=", False)]), self.recommendation
        )

    # --- from the estimate

    def test_a_declined_line_of_an_estimate_is_advised_for_later(self):
        line = self.env["sale.order.line"].create(
            {
                "order_id": self.order.id,
                "product_id": self.labour.id,
                "name": "Replace discs\nBoth sides",
            }
        )
        line.with_user(self.advisor).action_advise_later()
        self.assertFalse(self.order.order_line)
        self.assertRecordValues(
            self.order.recommendation_ids,
            [
                {
                    "name": "Replace discs",
                    "product_id": self.labour.id,
                    "vehicle_id": self.vehicle.id,
                    "state": "declined",
                }
            ],
        )

    def test_an_agreed_line_is_not_taken_off(self):
        self._add(self.recommendation)
        self.order.action_confirm()
        with self.assertRaisesRegex(UserError, "agreed already"):
            self.order.order_line.action_advise_later()

    def test_without_a_car_a_line_has_nothing_to_be_advised_for(self):
        self._add(self.recommendation)
        self.order.vehicle_id = False
        with self.assertRaisesRegex(UserError, "vehicle first"):
            self.order.order_line.action_advise_later()

    def test_recommendations_of_many_orders_take_one_query(self):
        orders = self.env["sale.order"].browse(
            [self._create_order().id for _number in range(20)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        orders.mapped("company_id"), orders.mapped("vehicle_id.odometer")
        with self.assertQueryCount(3):
            orders.mapped("vehicle_recommendation_ids")
