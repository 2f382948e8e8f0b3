from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestLabourPrice(AutoOrderCommon):
    def _add_rate(self, price, **vals):
        return self.env["auto.labour.rate"].create({"price": price, **vals})

    def test_price_is_norm_hours_times_rate(self):
        line = self._create_order().order_line
        self.assertRecordValues(
            line,
            [
                {
                    "line_kind": "labour",
                    "norm_hours": 1.5,
                    "labour_rate": 1000,
                    "price_unit": 1500,
                    "product_uom_qty": 1,
                }
            ],
        )

    def test_the_most_exact_rate_wins(self):
        self.env["auto.labour.rate"].search([("work_type_id", "=", False)]).unlink()
        general = self._add_rate(700)
        by_make = self._add_rate(800, brand_id=self.brand.id)
        exact = self._add_rate(
            1200, brand_id=self.brand.id, work_type_id=self.work_type.id
        )
        by_type = self.env["auto.labour.rate"].search(
            [("work_type_id", "=", self.work_type.id), ("brand_id", "=", False)]
        )
        for rate in (exact, by_type, by_make, general):
            with self.subTest(rate=rate.display_name):
                self.assertEqual(
                    self._create_order().order_line.labour_rate, rate.price
                )
                rate.unlink()

    def test_without_any_rate_the_list_price_stays(self):
        self.env["auto.labour.rate"].search([]).unlink()
        self.labour.list_price = 990
        self.assertEqual(self._create_order().order_line.price_unit, 990)

    def test_fixed_price_by_product_and_by_line(self):
        self.labour.write({"labour_pricing": "fixed", "list_price": 990})
        line = self._create_order().order_line
        self.assertEqual(line.price_unit, 990)
        line.labour_pricing = "norm"
        self.assertEqual(line.price_unit, 1500)

    def test_hours_and_rate_of_a_line_can_be_changed(self):
        line = self._create_order().order_line
        line.norm_hours = 2
        self.assertEqual(line.price_unit, 2000)
        line.labour_rate = 1100
        self.assertEqual(line.price_unit, 2200)

    def test_a_price_set_by_hand_stays(self):
        line = self._create_order().order_line
        line.price_unit = 1777
        line.norm_hours = 3
        self.assertEqual(line.price_unit, 1777)

    def test_another_car_changes_the_rate(self):
        brand = self.env["fleet.vehicle.model.brand"].create({"name": "Premiumla"})
        model = self.env["fleet.vehicle.model"].create(
            {"name": "X", "brand_id": brand.id}
        )
        vehicle = self.env["auto.vehicle"].create(
            {"partner_id": self.customer.id, "model_id": model.id}
        )
        self._add_rate(2000, brand_id=brand.id, work_type_id=self.work_type.id)
        order = self._create_order()
        order.vehicle_id = vehicle
        self.assertEqual(order.order_line.price_unit, 3000)

    def test_a_pricelist_discounts_labour(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Regulars",
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "formula",
                            "base": "list_price",
                            "price_discount": 10,
                        }
                    )
                ],
            }
        )
        line = self._create_order(pricelist_id=pricelist.id).order_line
        self.assertEqual(line.price_unit, 1350)
        line.norm_hours = 3
        self.assertEqual(line.price_unit, 2700)

    def test_the_discount_of_a_pricelist_is_shown(self):
        self.env.user.group_ids += self.env.ref("sale.group_discount_per_so_line")
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Regulars",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 20})
                ],
            }
        )
        line = self._create_order(pricelist_id=pricelist.id).order_line
        self.assertRecordValues(
            line, [{"price_unit": 1500, "discount": 20, "price_subtotal": 1200}]
        )

    def test_another_currency_converts_the_rate(self):
        currency = self.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rounding": 0.01,
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 0.5})],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        line = self._create_order(pricelist_id=pricelist.id).order_line
        self.assertEqual(line.labour_rate, 500)
        self.assertEqual(line.price_unit, 750)

    def test_amounts_by_kind(self):
        order = self._create_order((self.labour, 1), (self.part, 2), (self.sublet, 1))
        order.order_line[1].discount = 50
        self.assertRecordValues(
            order,
            [
                {
                    "amount_labour": 1500,
                    "amount_parts": 3000,
                    "amount_other": 900,
                    "amount_discount": 3000,
                    "amount_total": 5400,
                    "norm_hours": 1.5,
                }
            ],
        )

    def test_typing_a_line_in_the_form(self):
        order = self._create_order()
        form = Form(order, "auto_crm.sale_order_view_form_work_order")
        with form.order_line.new() as line:
            line.product_id = self.labour
            self.assertEqual(line.price_unit, 1500)
            line.norm_hours = 2
            self.assertEqual(line.price_unit, 2000)
        form.save()
        self.assertEqual(order.amount_labour, 3500)

    def test_one_rate_for_one_scope(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._add_rate(5, work_type_id=self.work_type.id)

    def test_a_rate_is_not_negative(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._add_rate(-5)
