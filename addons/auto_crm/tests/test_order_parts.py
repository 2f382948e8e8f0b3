from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderParts(AutoOrderCommon):
    def test_part_on_stock_is_reserved_and_not_bought(self):
        self._set_stock(self.part, 5)
        order = self._create_agreed((self.part, 2))
        self.assertRecordValues(
            order.order_line,
            [{"part_source": "stock", "part_state": "arrived", "parts_date": False}],
        )
        self.assertEqual(order.parts_state, "arrived")
        self.assertFalse(self._get_purchases(order))

    def test_missing_part_is_bought_from_its_vendor(self):
        order = self._create_agreed((self.part, 2))
        purchase = self._get_purchases(order)
        self.assertRecordValues(
            purchase, [{"partner_id": self.supplier.id, "state": "draft"}]
        )
        self.assertRecordValues(
            purchase.order_line,
            [{"product_id": self.part.id, "product_qty": 2, "price_unit": 2000}],
        )
        self.assertEqual(order.order_line.part_source, "order")
        self.assertEqual(order.parts_state, "missing")

    def test_only_what_stock_lacks_is_bought(self):
        self._set_stock(self.part, 1)
        order = self._create_agreed((self.part, 3))
        self.assertEqual(order.order_line.part_source, "stock")
        purchase = self._get_purchases(order)
        self.assertEqual(purchase.order_line.product_qty, 2)
        self.assertEqual(order.order_line.part_state, "missing")
        purchase.button_confirm()
        self.assertEqual(order.order_line.part_state, "ordered")
        self._receive(purchase)
        self.assertEqual(order.order_line.part_state, "arrived")
        self.assertEqual(sum(order.order_line.move_ids.mapped("quantity")), 3)

    def test_to_order_buys_although_stock_has_it(self):
        self._set_stock(self.part, 5)
        order = self._create_order((self.part, 2))
        order.order_line.part_source = "order"
        order.action_confirm()
        self.assertEqual(self._get_purchases(order).order_line.product_qty, 2)

    def test_state_follows_purchase_receipt_and_issue(self):
        order = self._create_agreed((self.part, 2), (self.labour, 1))
        line = order.order_line[0]
        purchase = self._get_purchases(order)
        self.assertEqual(line.part_state, "missing")
        purchase.button_confirm()
        self.assertEqual(line.part_state, "ordered")
        self.assertEqual(line.parts_date, purchase.order_line.date_planned.date())
        self.assertEqual(order.parts_date, line.parts_date)
        self._receive(purchase)
        self.assertEqual(line.part_state, "arrived")
        self.assertFalse(order.parts_date)
        order.action_receive()
        order.job_ids.action_done()
        order.action_release()
        self.assertEqual(line.part_state, "issued")
        self.assertEqual(line.qty_delivered, 2)
        self.assertEqual(order.parts_state, "arrived")

    def test_the_supplier_moves_the_date(self):
        order = self._create_agreed((self.part, 2))
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        purchase.order_line.date_planned = "2030-05-05 12:00:00"
        self.assertEqual(str(order.parts_date), "2030-05-05")
        self.assertFalse(order.is_parts_late)

    def test_late_parts_are_found(self):
        order = self._create_agreed((self.part, 2))
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        purchase.order_line.date_planned = "2020-05-05 12:00:00"
        self.assertTrue(order.is_parts_late)
        late = self.env["sale.order"].search([("is_parts_late", "=", True)])
        self.assertIn(order, late)
        not_late = self.env["sale.order"].search([("is_parts_late", "=", False)])
        self.assertNotIn(order, not_late)

    def test_partial_receipt_is_still_ordered_until_the_backorder(self):
        order = self._create_agreed((self.part, 2))
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        self._receive(purchase, quantity=1)
        self.assertEqual(order.parts_state, "ordered")
        self._receive(purchase)
        self.assertEqual(order.parts_state, "arrived")

    def test_partial_receipt_without_a_backorder_is_missing(self):
        order = self._create_agreed((self.part, 2))
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        self._receive(purchase, quantity=1, backorder=False)
        self.assertEqual(order.parts_state, "missing")

    def test_one_part_missing_makes_the_order_missing(self):
        self._set_stock(self.part, 2)
        other = self.env["product.product"].create(
            {"name": "Disc", "type": "consu", "is_storable": True}
        )
        order = self._create_agreed((self.part, 2), (other, 1))
        self.assertEqual(order.order_line.mapped("part_state"), ["arrived", "missing"])
        self.assertEqual(order.parts_state, "missing")

    def test_parts_bought_for_an_order_are_not_taken_by_an_older_one(self):
        self.part.seller_ids.unlink()
        older = self._create_agreed((self.part, 2))
        self.part.seller_ids = [Command.create({"partner_id": self.supplier.id})]
        order = self._create_agreed((self.part, 2))
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        self._receive(purchase)
        self.assertEqual(order.parts_state, "arrived")
        self.assertEqual(older.parts_state, "missing")

    def test_cancelled_purchase_makes_the_part_missing_again(self):
        order = self._create_agreed((self.part, 2))
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        purchase.button_cancel()
        self.assertEqual(order.parts_state, "missing")
        self.assertFalse(order.parts_date)

    def test_cancelled_receipt_makes_the_part_missing_again(self):
        order = self._create_agreed((self.part, 2))
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        purchase.picking_ids.action_cancel()
        self.assertEqual(order.parts_state, "missing")

    def test_receipt_returned_after_arrival_makes_the_part_missing_again(self):
        order = self._create_agreed((self.part, 2))
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        receipt = self._receive(purchase)
        self.assertEqual(order.parts_state, "arrived")
        order.picking_ids.do_unreserve()
        self.assertEqual(order.parts_state, "missing")
        self._send_back(receipt, 2)
        self.assertEqual(order.parts_state, "missing")

    def test_part_without_a_vendor_blocks_nothing_and_asks_the_advisor(self):
        self.part.seller_ids.unlink()
        order = self._create_agreed((self.part, 2), (self.labour, 1))
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.parts_state, "missing")
        self.assertFalse(self._get_purchases(order))
        self.assertIn("Front pads", str(order.activity_ids.mapped("note")))
        self._set_stock(self.part, 2)
        order.picking_ids.action_assign()
        self.assertEqual(order.parts_state, "arrived")

    def test_customers_own_part_costs_nothing_and_moves_no_stock(self):
        order = self._create_order((self.part, 2))
        line = order.order_line
        self.assertEqual(line.price_unit, 3000)
        line.part_source = "customer"
        self.assertEqual(line.price_unit, 0)
        order.action_confirm()
        self.assertFalse(line.move_ids)
        self.assertFalse(self._get_purchases(order))
        self.assertEqual(line.part_state, "customer")
        self.assertEqual(order.parts_state, "none")
        with self.assertRaisesRegex(UserError, "quantity to 0"):
            line.part_source = "stock"

    def test_customers_own_part_leaves_with_the_car(self):
        order = self._create_order((self.part, 2), (self.labour, 1))
        order.order_line[0].part_source = "customer"
        order.action_confirm()
        order.action_receive()
        order.job_ids.action_done()
        self.assertEqual(order.order_line[0].qty_delivered, 0)
        order.action_release()
        self.assertEqual(order.order_line[0].qty_delivered, 2)

    def test_more_pieces_buy_more_and_fewer_buy_fewer(self):
        order = self._create_agreed((self.part, 2))
        purchase = self._get_purchases(order)
        order.order_line.product_uom_qty = 5
        self.assertEqual(purchase.order_line.product_qty, 5)
        self.assertEqual(sum(order.order_line.move_ids.mapped("product_uom_qty")), 5)
        order.order_line.product_uom_qty = 1
        self.assertEqual(purchase.order_line.product_qty, 1)
        moves = order.order_line.move_ids.filtered(lambda move: move.state != "cancel")
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 1)

    def test_part_line_added_to_an_agreed_order_is_bought(self):
        order = self._create_agreed()
        self.assertEqual(order.parts_state, "none")
        order.order_line = [
            Command.create({"product_id": self.part.id, "product_uom_qty": 1})
        ]
        self.assertEqual(self._get_purchases(order).order_line.product_qty, 1)
        self.assertEqual(order.parts_state, "missing")

    def test_two_lines_of_one_part_share_the_stock_once(self):
        self._set_stock(self.part, 1)
        order = self._create_agreed((self.part, 1), (self.part, 1))
        self.assertEqual(self._get_purchases(order).order_line.product_qty, 1)
        self.assertEqual(
            sorted(order.order_line.mapped("part_state")), ["arrived", "missing"]
        )

    def test_a_new_company_buys_its_parts_too(self):
        company = self.env["res.company"].create({"name": "Second shop"})
        self.env.user.company_ids += company
        env = self.env(context=dict(self.env.context, allowed_company_ids=company.ids))
        self.part.seller_ids.company_id = False
        vehicle = self.vehicle.with_env(env).copy(
            {
                "company_id": company.id,
                "partner_id": self.customer.id,
                "license_plate": "X1",
            }
        )
        order = env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "vehicle_id": vehicle.id,
                "order_line": [Command.create({"product_id": self.part.id})],
            }
        )
        order.action_confirm()
        self.assertEqual(order.company_id, company)
        purchase = order._get_purchase_orders()
        self.assertEqual(purchase.company_id, company)
        self.assertEqual(order.parts_state, "missing")

    def test_a_new_warehouse_has_the_rule_and_keeps_it_with_two_steps(self):
        warehouse = self.env["stock.warehouse"].create(
            {"name": "Second store", "code": "SEC"}
        )
        self.assertEqual(warehouse.auto_parts_pull_id.procure_method, "mts_else_mto")
        warehouse.delivery_steps = "pick_ship"
        order = self._create_agreed((self.part, 1), warehouse_id=warehouse.id)
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        self.assertEqual(order.parts_state, "ordered")
        self._receive(purchase)
        self.assertEqual(order.parts_state, "arrived")

    def test_an_ordinary_sale_keeps_odoos_routes(self):
        order = self._create_agreed((self.part, 1), vehicle_id=False)
        self.assertFalse(self._get_purchases(order))
        self.assertFalse(order.order_line.part_state)
        self.assertFalse(order.parts_state)

    def test_sublet_work_is_bought_and_is_no_part(self):
        order = self._create_agreed((self.sublet, 1))
        self.assertEqual(order.order_line.line_kind, "sublet")
        self.assertEqual(order.order_line.purchase_line_ids.product_id, self.sublet)
        self.assertEqual(order.parts_state, "none")
        self.assertFalse(order.job_ids)

    def test_cancelled_order_has_no_parts_state(self):
        order = self._create_agreed((self.part, 1))
        order._action_cancel()
        self.assertFalse(order.parts_state)
        self.assertFalse(order.order_line.part_state)
