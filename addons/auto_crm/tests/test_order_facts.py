from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderFacts(AutoOrderCommon):
    """Facts are made by actions: nobody goes around the payment control."""

    def _refused(self, function, *args):
        with self.assertRaises(AccessError), self.cr.savepoint():
            function(*args)
            self.env.flush_all()

    def test_facts_are_not_written_by_hand(self):
        order = self._create_received()
        now = fields.Datetime.now()
        for user in (self.advisor, self.manager, self.accountant):
            for vals in (
                {"date_released": now},
                {"date_received": False},
                {"date_checked": now},
                {"hold_reason_id": self.reason.id},
                {"work_state": "ready"},
                {"payment_status": "paid"},
                {"amount_due": 0.0},
                {"consent_state": "agreed", "amount_agreed": 9000.0},
            ):
                with self.subTest(user=user.login, vals=vals):
                    self._refused(order.with_user(user).write, vals)

    def test_the_refusal_names_the_field_and_what_to_do(self):
        order = self._create_received().with_user(self.advisor)
        with self.assertRaisesRegex(AccessError, "Released on.*buttons"):
            order.date_released = fields.Datetime.now()

    def test_an_order_is_not_made_with_facts(self):
        orders = self.env["sale.order"].with_user(self.advisor)
        vals = {"partner_id": self.customer.id, "vehicle_id": self.vehicle.id}
        now = fields.Datetime.now()
        self._refused(orders.create, {**vals, "date_released": now})
        self._refused(orders.with_context(default_date_released=now).create, vals)
        self.assertEqual(orders.create(vals).work_state, "new")

    def test_an_unpaid_car_is_not_released_around_the_control(self):
        order = self._create_received()
        order.job_ids.action_done()
        order = order.with_user(self.advisor)
        self._refused(order.write, {"amount_due": 0.0})
        with self.assertRaisesRegex(AccessError, "not paid"):
            order.action_release()

    def test_the_advisor_makes_facts_by_actions(self):
        order = self._create_agreed().with_user(self.advisor)
        order.action_receive()
        order.action_hold(self.reason)
        self.assertEqual(order.waiting_reason_id, self.reason)
        order.action_resume()
        order.job_ids.action_done()
        order.action_check()
        self.assertEqual(order.checked_by_id, self.advisor)
        self.assertEqual(order.work_state, "ready")

    def test_an_advisor_forges_no_consent(self):
        order = self._create_agreed()
        for user in (self.advisor, self.manager):
            self._refused(
                self.env["auto.order.consent"].with_user(user).create,
                {"order_id": order.id, "method": "signature", "amount": 1e6},
            )

    @mute_logger("odoo.models")
    def test_customers_do_not_read_why_a_car_waits(self):
        portal = new_test_user(
            self.env,
            login="auto_facts_portal",
            groups="base.group_portal",
            partner_id=self.customer.id,
        )
        order = self._create_received()
        order.action_hold(self.reason)
        order.message_subscribe(self.customer.ids)
        self.assertEqual(
            order.with_user(portal).read(["work_state"])[0]["work_state"], "on_hold"
        )
        for name in ("hold_reason_id", "waiting_reason_id"):
            self._refused(order.with_user(portal).read, [name])
            self._refused(order.with_user(portal).search, [(name, "!=", False)])
        self._refused(order.job_ids.with_user(portal).read, ["note"])
        self._refused(self.reason.with_user(portal).read, ["name"])

    def test_a_reading_follows_the_order_to_the_right_car(self):
        wrong = self.vehicle.copy({"license_plate": "К777КК77"})
        order = self._create_agreed(vehicle_id=wrong.id, odometer=84000)
        order.action_receive()
        self.assertEqual(wrong.odometer, 84000)
        order.vehicle_id = self.vehicle
        self.assertFalse(wrong.odometer_ids)
        self.assertEqual(self.vehicle.odometer_ids.mapped("value"), [84000])

    def test_an_act_made_before_the_reception_makes_one_reading(self):
        order = self._create_agreed(odometer=84000)
        act = self.env["auto.acceptance"].create(
            {"order_id": order.id, "odometer": 84010}
        )
        order.action_receive()
        act.odometer = 84020
        order.with_user(self.manager).action_unreceive()
        order.action_receive()
        self.assertRecordValues(
            self.vehicle.odometer_ids, [{"value": 84020, "order_id": order.id}]
        )

    @mute_logger("odoo.models")
    def test_a_mechanic_reads_no_prices(self):
        product = self.part.with_user(self.mechanic_user)
        names = ("lst_price", "list_price", "standard_price")
        for name in names:
            self._refused(product.read, [name])
            self._refused(product.search, [(name, ">", 0)])
            self._refused(product.product_tmpl_id.search, [(names[1], ">", 0)])
        self.assertFalse(set(names) & set(product.fields_get()))
        self.assertEqual(
            product.read(["display_name"])[0]["display_name"], "[PAD-1] Front pads"
        )
        seller = self.part.seller_ids
        self._refused(seller.with_user(self.mechanic_user).read, ["price"])
        item = (
            self.env["product.pricelist"]
            .create({"name": "VIP", "item_ids": [(0, 0, {"percent_price": 20})]})
            .item_ids
        )
        self._refused(item.with_user(self.mechanic_user).read, ["percent_price"])
        for user in (self.advisor, self.manager, self.accountant):
            self.part.with_user(user).read(names)
            seller.with_user(user).read(["price"])
            item.with_user(user).read(["percent_price"])
