from odoo import Command, fields
from odoo.tests import tagged

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderAgreed(AutoOrderCommon):
    """What was agreed stays: make, rate and price, whatever becomes of the car."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.labour.invoice_policy = "order"
        cls.other_brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Dear"})
        cls.other_model = cls.env["fleet.vehicle.model"].create(
            {"name": "Car", "brand_id": cls.other_brand.id}
        )
        cls.env["auto.labour.rate"].create(
            [
                {
                    "work_type_id": cls.work_type.id,
                    "brand_id": brand.id,
                    "price": price,
                }
                for brand, price in ((cls.brand, 1800.0), (cls.other_brand, 9999.0))
            ]
        )
        cls.draft = cls._create_order((cls.labour, 4))
        cls.sent = cls._create_order((cls.labour, 4))
        cls.sent.action_quotation_sent()
        cls.agreed = cls._create_agreed((cls.labour, 4))
        cls.released = cls._create_received((cls.labour, 4))
        cls.released.job_ids.action_done()
        cls._pay(cls._invoice(cls.released))
        cls.released.action_release()

    def _assert_kept(self, orders):
        self.env.flush_all()
        for order in orders:
            self.assertRecordValues(
                order, [{"brand_id": self.brand.id, "amount_total": 10800}]
            )
            self.assertRecordValues(
                order.order_line, [{"labour_rate": 1800, "price_unit": 2700}]
            )

    def _assert_followed(self, orders):
        for order in orders:
            self.assertEqual(order.brand_id, self.other_brand)
            self.assertEqual(order.order_line.labour_rate, 9999)
            self.assertEqual(order.order_line.price_unit, 14998.5)

    def test_correcting_the_model_of_a_car_leaves_agreed_orders(self):
        self.vehicle.with_user(self.advisor).model_id = self.other_model
        self._assert_kept(self.agreed + self.released)
        self._assert_followed(self.draft + self.sent)
        self.assertEqual(self.released.payment_status, "paid")

    def test_moving_a_model_to_another_make_leaves_agreed_orders(self):
        self.vehicle_model.brand_id = self.other_brand
        self.assertEqual(self.vehicle.brand_id, self.other_brand)
        self._assert_kept(self.agreed + self.released)
        self._assert_followed(self.draft + self.sent)

    def test_nothing_is_priced_anew_when_an_order_is_agreed(self):
        order = self._create_order((self.labour, 4))
        order.order_line.write({"price_unit": 1234, "discount": 10})
        order.order_line = [
            Command.create({"product_id": self.part.id, "price_unit": 777})
        ]
        order.action_confirm()
        self.env.flush_all()
        self.assertEqual(order.order_line.mapped("price_unit"), [1234, 777])
        self.assertEqual(order.order_line.mapped("discount"), [10, 0])

    def test_a_corrected_car_brings_no_new_price_list_to_agreed_orders(self):
        self.env.user.group_ids += self.env.ref("sale.group_discount_per_so_line")
        order = self._create_order((self.labour, 4), (self.part, 1))
        order.order_line.discount = 10
        order.action_confirm()
        self.env["auto.labour.rate"].search([]).price = 5000
        self.part.list_price = 4000
        other = self.vehicle.copy({"license_plate": "К777КК77"})
        self.vehicle.model_id = self.other_model
        order.vehicle_id = other
        self.vehicle_model.brand_id = self.other_brand
        self.env.flush_all()
        self.assertEqual(order.brand_id, self.brand)
        self.assertEqual(order.order_line.mapped("price_unit"), [2700, 3000])
        self.assertEqual(order.order_line.mapped("labour_rate"), [1800, 0])
        self.assertEqual(order.order_line.mapped("discount"), [10, 10])

    def test_work_added_to_an_agreed_order_costs_its_rate(self):
        self.vehicle.model_id = self.other_model
        self.agreed.order_line = [
            Command.create({"product_id": self.labour.id, "product_uom_qty": 1})
        ]
        self.assertEqual(self.agreed.order_line.mapped("labour_rate"), [1800, 1800])

    def test_an_order_that_starts_anew_follows_the_car_again(self):
        self.agreed._action_cancel()
        self.vehicle.model_id = self.other_model
        self.assertEqual(self.agreed.brand_id, self.brand)
        self.agreed.action_draft()
        self._assert_followed(self.agreed)

    def test_an_order_made_as_agreed_has_the_make_of_its_car(self):
        order = self._create_order((self.labour, 1), state="sale")
        self.assertEqual(order.brand_id, self.brand)


@tagged("post_install", "-at_install")
class TestOrderCurrency(AutoOrderCommon):
    """An order in another currency: one rate on the order, the deal and the car."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.labour.invoice_policy = "order"
        cls.currency = cls.env["res.currency"].create(
            {"name": "XDO", "symbol": "D", "rounding": 0.01}
        )
        cls._set_rate("2026-01-01", 0.01)
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": cls.currency.id}
        )
        cls.order = cls._create_foreign(cls.vehicle)

    @classmethod
    def _set_rate(cls, date, rate):
        cls.env["res.currency.rate"].create(
            {
                "name": date,
                "rate": rate,
                "currency_id": cls.currency.id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _create_foreign(cls, vehicle):
        return cls._create_agreed(
            (cls.labour, 4),
            (cls.part, 1),
            vehicle_id=vehicle.id,
            pricelist_id=cls.pricelist.id,
            opportunity_id=cls.deal.id if vehicle == cls.vehicle else False,
        )

    def test_the_deal_and_the_car_use_the_rate_of_the_order(self):
        self.assertEqual(self.order.amount_total, 90)
        self._set_rate(fields.Date.today(), 0.02)
        self.env.invalidate_all()
        self.assertEqual(self.order.currency_rate, 0.01)
        self.order.order_line[0].price_unit = 20
        self.assertEqual(self.order.amount_due, 110)
        self.assertRecordValues(
            self.deal, [{"amount_deal": 11000, "amount_due": 11000}]
        )
        self.assertRecordValues(
            self.vehicle.with_user(self.advisor),
            [{"amount_orders": 11000, "amount_due": 11000}],
        )

    def test_the_sums_of_many_cars_cost_as_many_queries_as_of_one(self):
        cars = self.vehicle
        for number in range(5):
            car = self.vehicle.copy({"license_plate": f"К{number}77КК77"})
            self._set_rate(f"2026-02-0{number + 1}", 0.01 + number / 100)
            order = self._create_foreign(car)
            order.date_order = f"2026-02-0{number + 1} 12:00:00"
            cars += car
        self.assertEqual(len(set(cars.order_ids.mapped("currency_rate"))), 5)

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            some.with_user(self.advisor).mapped("amount_orders")
            return self.cr.sql_log_count - start

        count(cars)
        self.assertEqual(count(cars[:1]), count(cars))
