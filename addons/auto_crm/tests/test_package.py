from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import AutoCrmCommon


class PackageCommon(AutoCrmCommon):
    """Packages for the car's model, its make, any car, and for another make."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Othra"})
        cls.other_model = cls.env["fleet.vehicle.model"].create(
            {"name": "Ceed", "brand_id": cls.brand.id}
        )
        cls.any_package = cls._create_package("Wheel balance")
        cls.brand_package = cls._create_package("Make's service", brands=cls.brand)
        cls.package = cls._create_package("Front pads", models=cls.vehicle_model)
        cls.foreign_package = cls._create_package("Timing belt", brands=cls.other_brand)
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "is_work_order": True,
                "vehicle_id": cls.vehicle.id,
            }
        )

    @classmethod
    def _create_package(cls, name, brands=None, models=None):
        return cls.env["auto.package"].create(
            {
                "name": name,
                "brand_ids": [Command.set(brands.ids if brands else [])],
                "model_ids": [Command.set(models.ids if models else [])],
                "line_ids": [
                    Command.create({"product_id": cls.labour.id}),
                    Command.create({"product_id": cls.part.id, "quantity": 2}),
                ],
            }
        )


@tagged("post_install", "-at_install")
class TestPackage(PackageCommon):
    def _get_fitting(self, vehicle):
        return self.env["auto.package"].search(
            self.env["auto.package"]._get_vehicle_domain(vehicle)
            & self.env["auto.package"]._get_company_domain(self.company)
        )

    def test_a_package_fits_by_model_by_make_or_any_car(self):
        fitting = self._get_fitting(self.vehicle)
        self.assertIn(self.package, fitting)
        self.assertIn(self.brand_package, fitting)
        self.assertIn(self.any_package, fitting)
        self.assertNotIn(self.foreign_package, fitting)

    def test_models_narrow_their_make(self):
        self.package.brand_ids = self.brand
        self.assertIn(self.package, self._get_fitting(self.vehicle))
        self.vehicle.model_id = self.other_model
        self.assertNotIn(self.package, self._get_fitting(self.vehicle))
        self.assertIn(self.brand_package, self._get_fitting(self.vehicle))

    def test_models_of_one_make_leave_another_make_whole(self):
        self.package.brand_ids = self.other_brand
        car = self.env["auto.vehicle"].create(
            {
                "model_id": self.env["fleet.vehicle.model"]
                .create({"name": "X", "brand_id": self.other_brand.id})
                .id
            }
        )
        self.assertIn(self.package, self._get_fitting(car))

    def test_a_car_without_a_model_gets_packages_for_any_car(self):
        car = self.env["auto.vehicle"].create({"license_plate": "В001ВВ77"})
        fitting = self._get_fitting(car)
        self.assertIn(self.any_package, fitting)
        self.assertFalse(fitting & (self.package | self.brand_package))

    def test_the_best_fit_comes_first(self):
        packages = (
            self.foreign_package | self.any_package | self.brand_package | self.package
        )
        self.assertEqual(
            packages._sort_for_vehicle(self.vehicle).mapped("name"),
            ["Front pads", "Make's service", "Wheel balance", "Timing belt"],
        )

    def test_the_price_from_takes_the_rate_and_the_list_price(self):
        # 1.5 norm-hours at 1000 and two pads at 3000
        self.assertEqual(self.package.price_from, 7500.0)
        self.assertEqual(self.package.norm_hours, 1.5)
        self.assertEqual(self.package.content, "Replace front pads, Front pads")

    def test_the_price_from_takes_the_lowest_rate_of_the_makes(self):
        self.env["auto.labour.rate"].create(
            [
                {
                    "work_type_id": self.work_type.id,
                    "brand_id": self.brand.id,
                    "price": 2000.0,
                },
                {
                    "work_type_id": self.work_type.id,
                    "brand_id": self.other_brand.id,
                    "price": 800.0,
                },
            ]
        )
        packages = self.package | self.any_package | self.foreign_package
        packages.invalidate_recordset()
        self.assertEqual(self.package.price_from, 9000.0)
        self.assertEqual(self.foreign_package.price_from, 7200.0)
        self.assertEqual(self.any_package.price_from, 7500.0)

    def test_fixed_labour_costs_its_list_price(self):
        self.labour.write({"labour_pricing": "fixed", "list_price": 500.0})
        self.package.line_ids.invalidate_recordset()
        self.package.invalidate_recordset()
        self.assertEqual(self.package.price_from, 6500.0)

    def test_the_hours_follow_the_product_until_typed(self):
        with Form(self.env["auto.package"]) as form:
            form.name = "Pads"
            with form.line_ids.new() as line:
                line.product_id = self.labour
                self.assertEqual(line.norm_hours, 1.5)
                line.norm_hours = 1.2
        self.assertEqual(form.record.line_ids.norm_hours, 1.2)

    def test_prices_of_many_packages_cost_no_more_queries(self):
        def count(packages):
            self.env.flush_all()
            packages.invalidate_recordset()
            packages.line_ids.invalidate_recordset()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            packages.mapped("price_from")
            return self.env.cr.sql_log_count - before

        count(self.package)
        few = count(self.package)
        many = self.env["auto.package"].browse(
            [self._create_package(f"Package {number}").id for number in range(20)]
        )
        self.assertLessEqual(count(many), few + 2)

    def test_a_line_needs_a_quantity(self):
        for vals in ({"quantity": 0}, {"norm_hours": -1}):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.package.line_ids[0].write(vals)
                self.env.flush_all()

    def test_a_copy_has_the_lines_and_says_it_is_one(self):
        copy = self.package.copy()
        self.assertEqual(copy.name, "Front pads (copy)")
        self.assertEqual(len(copy.line_ids), 2)
        self.assertEqual(copy.model_ids, self.vehicle_model)


@tagged("post_install", "-at_install")
class TestOrderPackage(PackageCommon):
    def _open_wizard(self, order=None, **vals):
        order = order or self.order
        action = order.with_user(self.advisor).action_add_package()
        form = Form(
            self.env["auto.order.package"]
            .with_user(self.advisor)
            .with_context(**action["context"])
        )
        for name, value in vals.items():
            form[name] = value
        return form.save()

    def _add(self, packages, order=None):
        order = order or self.order
        return (
            packages.with_user(self.advisor)
            .with_context(auto_order_id=order.id)
            .action_add_to_order()
        )

    def test_the_first_click_offers_packages_for_the_car_best_first(self):
        offered = self._open_wizard().package_ids
        self.assertEqual(offered[:2], self.package | self.brand_package)
        self.assertIn(self.any_package, offered)
        self.assertNotIn(self.foreign_package, offered)

    def test_packages_for_other_cars_are_offered_on_demand_and_last(self):
        offered = self._open_wizard(show_all=True).package_ids
        self.assertEqual(offered[0], self.package)
        self.assertEqual(offered[-1], self.foreign_package)

    def test_packages_are_searched_by_name_article_and_work_type(self):
        self.brand_package.line_ids.unlink()
        self.any_package.line_ids.unlink()
        self.brand_package.work_type_id = self.work_type
        for query, expected in (
            ("front", self.package),
            ("PAD-1", self.package),
            ("brakes", self.brand_package),
            ("nothing like it", self.env["auto.package"]),
        ):
            with self.subTest(query=query):
                self.assertEqual(self._open_wizard(query=query).package_ids, expected)

    def test_an_order_without_a_car_is_offered_everything(self):
        self.order.vehicle_id = False
        offered = self._open_wizard().package_ids
        self.assertIn(self.any_package, offered)
        self.assertIn(self.foreign_package, offered)

    def test_archived_and_foreign_companies_packages_are_not_offered(self):
        self.package.active = False
        self.brand_package.company_id = self.env["res.company"].create(
            {"name": "Other"}
        )
        offered = self._open_wizard().package_ids
        self.assertFalse(offered & (self.package | self.brand_package))

    def test_the_second_click_adds_the_lines(self):
        action = self._add(self.package)
        self.assertEqual(action["type"], "ir.actions.act_window_close")
        self.assertRecordValues(
            self.order.order_line,
            [
                {
                    "product_id": self.labour.id,
                    "product_uom_qty": 1.0,
                    "norm_hours": 1.5,
                    "package_id": self.package.id,
                },
                {
                    "product_id": self.part.id,
                    "product_uom_qty": 2.0,
                    "norm_hours": 0.0,
                    "package_id": self.package.id,
                },
            ],
        )
        self.assertEqual(self.order.order_line[1].price_unit, 3000.0)

    def test_the_lines_take_the_prices_of_the_orders_pricelist_and_taxes(self):
        tax = self.env["account.tax"].create({"name": "VAT", "amount": 20.0})
        self.part.taxes_id = tax
        self.order.pricelist_id = self.env["product.pricelist"].create(
            {
                "name": "Minus 10 %",
                "item_ids": [
                    Command.create(
                        {"compute_price": "percentage", "percent_price": 10.0}
                    )
                ],
            }
        )
        self._add(self.package)
        line = self.order.order_line.filtered(lambda line: line.product_id == self.part)
        self.assertEqual(line.tax_ids, tax)
        self.assertAlmostEqual(line.price_subtotal, 5400.0)

    def test_the_lines_go_below_the_present_ones(self):
        self._add(self.any_package)
        self.order.order_line[0].sequence = 50
        self._add(self.package)
        self.assertEqual(
            self.order.order_line.sorted("sequence")[-2:].package_id, self.package
        )

    def test_several_packages_are_added_at_once_and_none_does_nothing(self):
        self._add(self.package | self.any_package)
        self.assertEqual(len(self.order.order_line), 4)
        self._add(self.env["auto.package"])
        self.assertEqual(len(self.order.order_line), 4)

    def test_a_package_without_lines_adds_none(self):
        self.package.line_ids.unlink()
        self._add(self.package)
        self.assertFalse(self.order.order_line)

    def test_without_an_order_the_user_is_told_where_to_add(self):
        with self.assertRaisesRegex(UserError, "Open a work order"):
            self.package.action_add_to_order()

    def test_the_list_of_lines_offers_packages_too(self):
        line = self.env["sale.order.line"].with_context(order_id=self.order.id)
        action = line.action_add_package()
        self.assertEqual(action["context"]["default_order_id"], self.order.id)

    def test_the_forms_buttons_reach_the_actions(self):
        view = self.env.ref("auto_crm.sale_order_view_form_work_order")
        with Form(self.order.with_user(self.advisor), view) as form:
            form.extra_work_policy = "limit"
            form.extra_work_limit = 5000.0
        self.assertEqual(self.order.extra_work_limit, 5000.0)
        arch = self.env["sale.order"].get_view(view.id, "form")["arch"]
        for name in (
            "action_add_package",
            "action_advise_later",
            "action_view_acceptance",
            "action_add_to_order",
        ):
            self.assertIn(f'name="{name}"', arch)

    def test_a_closed_order_takes_no_package(self):
        self.order.action_confirm()
        self.order.locked = True
        with self.assertRaisesRegex(UserError, "is closed"):
            self._add(self.package)
        self.order.locked = False
        self.order._action_cancel()
        with self.assertRaisesRegex(UserError, "is closed"):
            self.order.action_add_package()

    def test_a_confirmed_order_takes_one(self):
        self.order.action_confirm()
        self._add(self.package)
        self.assertEqual(len(self.order.order_line), 2)

    def test_an_order_is_saved_as_a_package_for_its_car(self):
        self._add(self.package)
        self.order.order_line[0].norm_hours = 1.1
        self.order.wish = "Squeaks"
        action = self.order.with_user(self.manager).action_save_as_package()
        package = self.env["auto.package"].browse(action["res_id"])
        self.assertEqual(package.name, "Squeaks")
        self.assertEqual(package.model_ids, self.vehicle_model)
        self.assertRecordValues(
            package.line_ids,
            [
                {"product_id": self.labour.id, "quantity": 1.0, "norm_hours": 1.1},
                {"product_id": self.part.id, "quantity": 2.0, "norm_hours": 0.0},
            ],
        )
