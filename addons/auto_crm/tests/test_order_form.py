import re
from unittest.mock import patch

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .order_common import AutoOrderCommon

PRIMARY = {"btn-primary", "oe_highlight"}


@tagged("post_install", "-at_install")
class TestOrderForm(AutoOrderCommon):
    """What the order's form offers: the next step, works, parts, and what is earned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.view = cls.env.ref("auto_crm.sale_order_view_form_work_order")

    def _get_primary(self, order, user):
        """Return the names of the header's visible primary buttons for a user."""
        order = order.with_user(user)
        arch = etree.fromstring(order.get_view(self.view.id, "form")["arch"])
        buttons = []
        for button in arch.xpath("//header//button"):
            is_primary = PRIMARY & set((button.get("class") or "").split())
            if is_primary and not self._is_hidden(order, button):
                buttons.append(button.get("id") or button.get("name"))
        return buttons

    def _is_hidden(self, order, node):
        """Tell whether a node is invisible, as the web client finds out."""
        condition = node.get("invisible") or "False"
        if condition in ("1", "0"):
            return condition == "1"
        values = {"id": order.id}
        for name in set(re.findall(r"\w+", condition)) & set(order._fields):
            value = order[name]
            is_one = order._fields[name].type == "many2one"
            values[name] = value.id if is_one else value
        return bool(safe_eval(condition, values))

    def _assert_primary(self, order, name):
        self.env.flush_all()
        self.env.invalidate_all()
        for user in (self.advisor, self.manager):
            with self.subTest(state=order.work_stage, user=user.login):
                expected = [name] if name else []
                self.assertEqual(self._get_primary(order, user), expected)

    def _get_agreed_primary(self):
        """Return what is next with an agreed order: with a planner, to plan it."""
        return "action_plan" if "auto.booking" in self.env else "action_open_receive"

    def test_each_state_has_one_primary_button(self):
        self._set_stock(self.part, 5)
        order = self._create_order((self.labour, 1), (self.part, 1))
        self._assert_primary(order, "quotation_send_primary")
        order.action_quotation_sent()
        self._assert_primary(order, "action_open_consent")
        order.action_confirm()
        self._assert_primary(order, self._get_agreed_primary())
        order.action_receive()
        self._assert_primary(order, "action_view_jobs")
        order.job_ids.action_start()
        self._assert_primary(order, "action_view_jobs")
        order.action_hold(self.reason)
        self._assert_primary(order, "action_resume")
        order.action_resume()
        order.job_ids.action_start()
        order.job_ids.action_done()
        if order.is_to_check:
            self._assert_primary(order, "action_check")
            order.action_check()
        self.assertEqual(order.work_state, "ready")
        self._assert_primary(order, "create_invoice")
        self._pay(self._invoice(order))
        self._assert_primary(order, "action_release")
        order.action_release()
        self._assert_primary(order, None)

    def test_cancelled_order_has_no_primary_button(self):
        order = self._create_order()
        order.action_cancel()
        self._assert_primary(order, None)

    def test_order_of_parts_only_has_one_primary_button(self):
        order = self._create_received((self.part, 1))
        self.assertEqual(len(self._get_primary(order, self.advisor)), 1)

    # -- works and parts -------------------------------------------------------------

    def test_works_and_parts_have_searches_of_their_own(self):
        order = self._create_order().with_user(self.advisor)
        for name, product, other in (
            ("action_add_work", self.labour, self.part),
            ("action_add_part", self.part, self.labour),
        ):
            line = order.order_line.with_context(order_id=order.id)
            action = getattr(line, name)()
            found = self.env["product.product"].search(action["domain"])
            with self.subTest(name):
                self.assertIn(product, found)
                self.assertNotIn(other, found)
                [(view, kind)] = action["views"]
                self.assertEqual(kind, "kanban")
                self.env["product.product"].with_user(self.advisor).get_views(
                    [(view, kind), (action["search_view_id"][0], "search")]
                )
                self.assertEqual(action["context"]["child_field"], "order_line")

    def test_a_closed_order_takes_no_works(self):
        order = self._create_order()
        order.action_cancel()
        with self.assertRaisesRegex(UserError, "closed"):
            order.action_add_work()

    def test_the_catalogue_shows_what_a_work_costs_for_the_car(self):
        self.env["auto.labour.rate"].create(
            {
                "work_type_id": self.work_type.id,
                "brand_id": self.brand.id,
                "price": 1200,
            }
        )
        order = self._create_order((self.part, 1))
        info = order._get_product_catalog_order_line_info(self.labour.ids)
        self.assertEqual(info[self.labour.id]["price"], 1800)

    def test_the_catalogue_asks_the_same_for_one_work_and_for_many(self):
        order = self._create_order((self.part, 1))
        works = self.labour
        for number in range(5):
            works += self.labour.copy({"name": f"Work {number}"})
        counts = []
        for products in (works[:1], works[:1], works):
            self.env.invalidate_all()
            order.order_line.mapped("product_id.name")
            start = self.cr.sql_log_count
            order._get_product_catalog_order_line_info(products.ids)
            counts.append(self.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])

    # -- cost and margin -------------------------------------------------------------

    def test_managers_see_cost_and_margin(self):
        self._set_stock(self.part, 5)
        self.part.standard_price = 2000
        order = self._create_order((self.labour, 1), (self.part, 2)).with_user(
            self.manager
        )
        work, parts = order.order_line
        self.assertEqual((parts.amount_cost, parts.amount_margin), (4000, 2000))
        self.assertEqual((work.amount_cost, work.amount_margin), (0, 1500))
        self.assertEqual((order.amount_cost, order.amount_margin), (4000, 3500))
        self.assertAlmostEqual(order.margin_share, 3500 / 7500)
        self.assertFalse(order.is_labour_cost_known)

    def test_issued_parts_cost_what_they_cost_then(self):
        self._set_stock(self.part, 5)
        self.part.standard_price = 2000
        order = self._create_received((self.part, 1))
        for move in order.picking_ids.move_ids:
            move.write({"quantity": 1, "picked": True})
        order.picking_ids.button_validate()
        self.part.standard_price = 2600
        line = order.order_line.with_user(self.manager)
        self.assertEqual((line.amount_cost, line.amount_margin), (2000, 1000))

    def test_parts_issued_by_the_dozen_cost_what_twelve_cost(self):
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        self._set_stock(self.part, 20)
        self.part.standard_price = 200
        order = self._create_order((self.part, 1))
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order.action_confirm()
        order.action_receive()
        line = order.order_line.with_user(self.manager)
        self.assertEqual(line.amount_cost, 2400)
        for move in order.picking_ids.move_ids:
            self.assertEqual(move.product_uom, line.product_uom_id)
            move.write({"quantity": 1, "picked": True})
        order.picking_ids.button_validate()
        self.assertEqual(line.amount_cost, 2400)

    def test_work_done_elsewhere_costs_what_was_paid_in_any_currency(self):
        company = self.company
        currency = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "X",
                "rate_ids": [
                    Command.create(
                        {"name": "2020-01-01", "rate": 0.5, "company_id": company.id}
                    )
                ],
            }
        )
        order = self._create_agreed((self.sublet, 1))
        purchase = self._get_purchases(order)
        purchase.currency_id = currency
        purchase.order_line.price_unit = 100
        purchase.button_confirm()
        line = order.order_line.with_user(self.manager)
        self.assertEqual(line.amount_cost, 200)

    def test_customers_own_parts_cost_nothing(self):
        order = self._create_order((self.part, 1))
        order.order_line.part_source = "customer"
        self.assertEqual(order.with_user(self.manager).order_line.amount_cost, 0)

    def test_work_costs_its_share_of_what_the_mechanics_get(self):
        order = self._create_order((self.labour, 1), (self.labour, 3))
        with patch.object(
            self.registry["sale.order"],
            "_get_labour_costs",
            lambda orders: dict.fromkeys(orders, 1000.0),
        ):
            costs = order.order_line.with_user(self.manager).mapped("amount_cost")
            self.assertTrue(order.with_user(self.manager).is_labour_cost_known)
        self.assertEqual(costs, [250, 750])

    def test_advisors_read_neither_cost_nor_margin(self):
        order = self._create_order().with_user(self.advisor)
        for record, name in (
            (order, "amount_margin"),
            (order, "amount_cost"),
            (order.order_line, "amount_margin"),
            (order.order_line, "amount_cost"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                record.read([name])
            self.assertNotIn(name, record.read()[0])
        arch = order.get_view(self.view.id, "form")["arch"]
        self.assertNotIn("amount_margin", arch)
        arch = order.with_user(self.manager).get_view(self.view.id, "form")["arch"]
        self.assertIn("amount_margin", arch)
