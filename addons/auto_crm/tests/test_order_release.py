from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderRelease(AutoOrderCommon):
    """Received, checked, ready, released, and what a manager may undo."""

    def _create_ready(self, *lines, **vals):
        order = self._create_received(*lines, **vals)
        order.job_ids.action_done()
        return order

    def test_an_estimate_is_new_and_cannot_be_received(self):
        order = self._create_order()
        self.assertEqual(order.work_state, "new")
        self.assertEqual(order.type_name, "Estimate")
        with self.assertRaisesRegex(UserError, "not agreed"):
            order.action_receive()
        order.action_confirm()
        self.assertEqual(order.type_name, "Work Order")

    def test_an_ordinary_sale_has_no_work_state(self):
        order = self._create_agreed(vehicle_id=False)
        self.assertFalse(order.work_state)
        self.assertFalse(order.payment_status)
        self.assertFalse(order.consent_state)
        self.assertEqual(order.type_name, "Sales Order")
        with self.assertRaisesRegex(UserError, "not a work order"):
            order.action_receive()

    def test_the_menu_makes_work_orders_without_a_car_too(self):
        order = self.env["sale.order"].with_context(default_is_work_order=True)
        with Form(order, "auto_crm.sale_order_view_form_work_order") as form:
            form.vehicle_id = self.vehicle
            self.assertEqual(form.partner_id, self.customer)
        self.assertTrue(form.record.is_work_order)

    def test_receiving_keeps_the_odometer_and_makes_the_act(self):
        order = self._create_agreed()
        action = order.action_open_receive()
        wizard = Form(self.env["auto.order.receive"].with_context(**action["context"]))
        wizard.odometer = 84000
        wizard.fault = "Cracked lamp"
        wizard.save().action_receive()
        self.assertTrue(order.date_received)
        self.assertEqual(order.work_state, "received")
        self.assertEqual(order.fault, "Cracked lamp")
        self.assertRecordValues(
            self.vehicle.odometer_ids, [{"value": 84000, "source": "order"}]
        )
        self.assertRecordValues(
            order.acceptance_ids, [{"odometer": 84000, "user_id": self.env.uid}]
        )

    def test_a_lower_odometer_is_told_and_a_negative_refused(self):
        self.vehicle._add_odometer(90000)
        order = self._create_agreed()
        wizard = self.env["auto.order.receive"].create(
            {"order_id": order.id, "odometer": 84000}
        )
        self.assertIn("less than before", wizard.doubt)
        wizard.odometer = -1
        with self.assertRaisesRegex(UserError, "less than 0"):
            wizard.action_receive()

    def test_a_doubtful_odometer_is_asked_about_at_reception(self):
        self.vehicle._add_odometer(90000)
        order = self._create_agreed()
        wizard = self.env["auto.order.receive"].create(
            {"order_id": order.id, "odometer": 902000}
        )
        with self.assertRaisesRegex(UserError, "very much since"):
            wizard.action_receive()
        self.assertFalse(order.date_received)
        wizard.is_sure = True
        wizard.action_receive()
        self.assertEqual(self.vehicle.odometer, 902000)

    def test_a_doubtful_odometer_is_asked_about_in_each_form(self):
        self.vehicle._add_odometer(90000)
        order = self._create_received()
        for record in (order, order.acceptance_ids, self.vehicle):
            with self.subTest(record=record):
                draft = record.new(origin=record)
                draft.odometer = 902000
                warning = draft._onchange_odometer()["warning"]
                self.assertIn("very much since", warning["message"])
                draft.odometer = 90100
                self.assertFalse(draft._onchange_odometer())

    def test_a_corrected_reading_is_corrected_in_the_history(self):
        order = self._create_agreed(odometer=84000)
        order.action_receive()
        order.odometer = 84500
        self.assertEqual(self.vehicle.odometer_ids.mapped("value"), [84500])

    def test_receiving_twice_keeps_the_first_date_and_one_act(self):
        order = self._create_received()
        date = order.date_received
        order.action_receive()
        self.assertEqual(order.date_received, date)
        self.assertEqual(len(order.acceptance_ids), 1)

    def test_receiving_two_orders_at_once(self):
        orders = self._create_agreed() + self._create_agreed()
        orders.action_receive()
        self.assertEqual(orders.mapped("work_state"), ["received", "received"])
        self.env["sale.order"].action_receive()

    def test_order_on_hold_and_back(self):
        order = self._create_received()
        action = order.action_hold()
        self.env["auto.order.hold"].with_context(**action["context"]).create(
            {"reason_id": self.reason.id}
        ).action_hold()
        self.assertEqual(order.work_state, "on_hold")
        self.assertEqual(order.waiting_reason_id, self.reason)
        order.action_resume()
        self.assertEqual(order.work_state, "received")

    def test_no_hold_before_the_car_is_here(self):
        order = self._create_agreed()
        with self.assertRaisesRegex(UserError, "not here"):
            order.action_hold(self.reason)

    def test_ready_waits_for_the_quality_check_if_the_shop_wants_it(self):
        self.company.auto_quality_check = True
        order = self._create_received()
        with self.assertRaisesRegex(UserError, "not done"):
            order.action_check()
        order.job_ids.action_done()
        self.assertEqual(order.work_state, "in_progress")
        self.assertTrue(order.is_to_check)
        order.with_user(self.advisor).action_check()
        self.assertEqual(order.work_state, "ready")
        self.assertEqual(order.checked_by_id, self.advisor)
        self.assertFalse(order.is_to_check)

    def test_an_order_of_parts_only_is_ready_when_checked(self):
        self._set_stock(self.part, 5)
        order = self._create_received((self.part, 1))
        self.assertEqual(order.work_state, "received")
        self.assertTrue(order.is_to_check)
        order.action_check()
        self.assertEqual(order.work_state, "ready")

    def test_release_needs_a_ready_car(self):
        order = self._create_received()
        with self.assertRaisesRegex(UserError, "not ready"):
            order.action_release()

    @users("auto_advisor")
    def test_an_advisor_may_not_release_an_unpaid_car(self):
        order = self._create_ready().with_user(self.advisor)
        with self.assertRaisesRegex(AccessError, "not paid"):
            order.action_release()
        self.assertFalse(order.date_released)

    @users("auto_manager")
    def test_a_manager_releases_an_unpaid_car_and_it_is_logged(self):
        order = self._create_ready().with_user(self.manager)
        order.action_release()
        self.assertEqual(order.work_state, "released")
        note = order.message_ids.filtered(lambda m: "unpaid" in (m.body or ""))
        self.assertIn("1,500.00", note.body)
        self.assertIn(self.manager.name, note.body)

    @users("auto_advisor")
    def test_an_advisor_releases_a_paid_car(self):
        order = self._create_ready()
        self._pay(self._invoice(order))
        order.with_user(self.advisor).action_release()
        self.assertEqual(order.work_state, "released")

    def test_release_issues_the_parts_on_stock(self):
        self._set_stock(self.part, 5)
        order = self._create_ready((self.part, 2), (self.labour, 1))
        order.action_release()
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.order_line[0].part_state, "issued")
        self.assertEqual(self.part.qty_available, 3)

    def test_release_asks_what_becomes_of_missing_parts(self):
        self._set_stock(self.part, 1)
        order = self._create_ready((self.part, 2), (self.labour, 1))
        action = order.action_release()
        self.assertEqual(action["res_model"], "auto.order.issue")
        self.assertEqual(order.work_state, "ready")
        self.env["auto.order.issue"].create({"order_ids": order.ids}).action_apply()
        line = order.order_line[0]
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (1, 1))
        self.assertEqual(line.part_state, "issued")
        self.assertEqual(order.work_state, "released")

    def test_only_a_manager_undoes_facts(self):
        order = self._create_received()
        with self.assertRaises(AccessError):
            order.with_user(self.advisor).action_unreceive()
        order.with_user(self.manager).action_unreceive()
        self.assertEqual(order.work_state, "new")
        order.action_receive()
        order.job_ids.action_done()
        with self.assertRaisesRegex(UserError, "has started"):
            order.with_user(self.manager).action_unreceive()
        order.with_user(self.manager).action_release()
        with self.assertRaises(AccessError):
            order.with_user(self.advisor).action_unrelease()
        order.with_user(self.manager).action_unrelease()
        self.assertEqual(order.work_state, "ready")

    def test_a_released_order_cannot_be_cancelled(self):
        order = self._create_ready()
        order.action_release()
        with self.assertRaisesRegex(UserError, "refund"):
            order.action_cancel()

    def test_the_board_shows_the_whole_way_of_an_open_order(self):
        estimate, received = self._create_order(), self._create_received()
        orders = (estimate + received).with_context(read_group_expand=True)

        def read_columns():
            groups = orders.web_read_group([("id", "in", orders.ids)], ["work_stage"])
            return {group["work_stage"]: group["__count"] for group in groups["groups"]}

        way = (
            "estimate",
            "sent",
            "agreed",
            "received",
            "in_progress",
            "on_hold",
            "ready",
        )
        columns = read_columns()
        self.assertEqual(tuple(columns), way)
        self.assertEqual((columns["estimate"], columns["received"]), (1, 1))
        estimate._action_cancel()
        self.assertEqual(tuple(read_columns()), (*way, "cancel"))

    def test_a_cancelled_order_loses_its_state_and_starts_anew(self):
        order = self._create_received()
        order.action_cancel()
        self.assertFalse(order.work_state)
        order.action_draft()
        self.assertEqual(order.work_state, "new")
        self.assertFalse(order.date_received)

    def test_rework_repeats_the_works_without_charge(self):
        self._set_stock(self.part, 5)
        order = self._create_ready((self.labour, 1), (self.part, 1))
        order.order_line[0].norm_hours = 2
        order.action_release()
        rework = self.env["sale.order"].browse(order.action_create_rework()["res_id"])
        self.assertRecordValues(
            rework,
            [
                {
                    "rework_of_id": order.id,
                    "vehicle_id": self.vehicle.id,
                    "is_work_order": True,
                    "amount_total": 0,
                    "norm_hours": 0,
                    "date_received": False,
                }
            ],
        )
        self.assertRecordValues(
            rework.order_line,
            [{"product_id": self.labour.id, "norm_hours": 2, "price_unit": 0}],
        )
        self.assertEqual(order.rework_count, 1)
        rework.action_confirm()
        rework.action_receive()
        rework.job_ids.action_done()
        rework.with_user(self.advisor).action_release()
        self.assertEqual(rework.payment_status, "none")

    def test_a_copy_has_no_facts(self):
        order = self._create_ready(odometer=5000)
        order.action_release()
        copy = order.copy()
        self.assertRecordValues(
            copy,
            [
                {
                    "work_state": "new",
                    "date_received": False,
                    "date_released": False,
                    "odometer": 0,
                    "vehicle_id": self.vehicle.id,
                }
            ],
        )
        self.assertFalse(copy.job_ids + copy.clock_ids.order_id.job_ids)

    def test_last_visit_and_advised_work_come_up(self):
        order = self._create_ready()
        order.action_release()
        self.env["auto.recommendation"].create(
            {"name": "Rear discs", "vehicle_id": self.vehicle.id, "order_id": order.id}
        )
        following = self._create_order()
        self.assertEqual(following.date_last_visit, order.date_released.date())
        self.assertEqual(
            following.vehicle_recommendation_ids.mapped("name"), ["Rear discs"]
        )

    def test_work_orders_open_in_their_own_form(self):
        view = self.env.ref("auto_crm.sale_order_view_form_work_order")
        self.assertEqual(self._create_order().get_formview_id(), view.id)
        self.assertNotEqual(
            self._create_order(vehicle_id=False).get_formview_id(), view.id
        )
