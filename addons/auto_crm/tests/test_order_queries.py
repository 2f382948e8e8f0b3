from odoo import Command
from odoo.tests import tagged

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderQueries(AutoOrderCommon):
    """The number of our queries does not grow with the number of records."""

    def _count(self, function, *args):
        self.run_events()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        function(*args)
        self.run_events()
        return self.cr.sql_log_count - start

    def _create_many(self, number, *lines, **vals):
        return self.env["sale.order"].concat(
            *(self._create_order(*lines, **vals) for __ in range(number))
        )

    def test_states_of_many_orders_are_computed_together(self):
        orders = self._create_many(12, (self.labour, 1), (self.part, 1))
        orders.action_confirm()
        names = ["work_state", "parts_state", "payment_status", "consent_state"]

        def recompute(some):
            for name in names:
                self.env.add_to_compute(some._fields[name], some)
            some.flush_recordset()

        recompute(orders[:1])
        few = self._count(recompute, orders[:2])
        self.assertLessEqual(self._count(recompute, orders[2:]), few)

    def test_confirming_costs_as_much_more_for_many_orders_as_for_few(self):
        plain = {"vehicle_id": False, "is_work_order": False}

        def confirm(number, **vals):
            orders = self._create_many(number, **vals)
            return self._count(orders.action_confirm)

        confirm(1)
        confirm(1, **plain)
        few = confirm(2) - confirm(2, **plain)
        many = confirm(12) - confirm(12, **plain)
        self.assertLessEqual(many, few + 2)

    def test_a_line_costs_few_queries_above_stock(self):
        """Jobs, clock, deal and planners take their part, and nothing is read twice."""

        def count(**vals):
            order = self._create_order(opportunity_id=self.deal.copy().id, **vals)
            return [
                self._count(order.action_confirm),
                self._count(order.action_cancel),
            ]

        plain = {"vehicle_id": False, "is_work_order": False}
        for kind in ({}, plain):
            count(**kind)  # fills caches
        ours, stock = count(), count(**plain)
        confirm, cancel = (
            mine - theirs for mine, theirs in zip(ours, stock, strict=True)
        )
        self.assertLessEqual(confirm, 10)
        self.assertLessEqual(cancel, 16)  # one asks the ledger of bonuses

    def test_50_lines_cost_no_more_above_stock_than_2(self):
        """Confirmed and cancelled: half of them labour, half parts on the shelf."""
        parts = self.env["product.product"].create(
            [
                {"name": f"Part {number}", "type": "consu", "is_storable": True}
                for number in range(25)
            ]
        )
        for part in parts:
            self.env["stock.quant"]._update_available_quantity(
                part, self.stock_location, 100
            )

        def count(pairs, **vals):
            lines = [
                (product, 1)
                for part in parts[:pairs]
                for product in (self.labour, part)
            ]
            deal = self.deal.copy()
            order = self._create_order(*lines, opportunity_id=deal.id, **vals)
            return [
                self._count(order.action_confirm),
                self._count(order.action_cancel),
            ]

        def extra(pairs):
            ours = count(pairs)
            stock = count(pairs, vehicle_id=False, is_work_order=False)
            return [mine - theirs for mine, theirs in zip(ours, stock, strict=True)]

        extra(1)
        few = extra(1)
        for pairs in (5, 25):
            for name, more, less in zip(
                ("confirm", "cancel"), extra(pairs), few, strict=True
            ):
                with self.subTest(name, pairs=pairs):
                    self.assertLessEqual(more, less + 2)

    def test_lists_read_orders_together(self):
        orders = self._create_many(12, (self.labour, 1))
        orders.action_confirm()
        view = self.env.ref("auto_crm.sale_order_view_list_work_order")
        fields = self.env["sale.order"].get_views([(view.id, "list")])
        names = fields["models"]["sale.order"]["fields"]
        specification = {
            name: {}
            for name in (
                "license_plate",
                "vehicle_model_id",
                "work_stage",
                "parts_state",
                "is_parts_late",
                "job_count",
                "job_done_count",
                "is_to_check",
                "date_last_visit",
                "amount_due",
                "rework_count",
            )
        }
        self.assertTrue(names)

        def read(some):
            some.web_read(specification)

        read(orders[:1])
        self.assertEqual(self._count(read, orders[:2]), self._count(read, orders[2:]))

    def test_jobs_of_a_mechanic_are_read_together(self):
        orders = self._create_many(10, (self.labour, 1), (self.part, 1))
        orders.order_line.mechanic_ids = self.mechanic
        orders.action_confirm()
        jobs = orders.job_ids.with_user(self.mechanic_user)
        names = ("wish", "license_plate", "vehicle_name", "parts_state", "order_name")

        def read(some):
            some.web_read({**{name: {} for name in names}, "part_ids": {"fields": {}}})

        read(jobs[:1])
        self.assertEqual(self._count(read, jobs[:2]), self._count(read, jobs[2:]))

    def test_rates_of_many_lines_are_found_at_once(self):
        def price(number):
            lines = self._create_order(*[(self.labour, 1)] * number).order_line

            def recompute():
                self.env.add_to_compute(lines._fields["labour_rate"], lines)
                lines.flush_recordset(["labour_rate"])

            return self._count(recompute)

        price(1)
        self.assertEqual(price(3), price(30))

    def test_a_receipt_of_50_lines_costs_us_as_much_as_one_of_5(self):
        products = self.env["product.product"].create(
            [
                {
                    "name": f"Part {number}",
                    "type": "consu",
                    "is_storable": True,
                    "seller_ids": [Command.create({"partner_id": self.supplier.id})],
                }
                for number in range(50)
            ]
        )

        def count(number):
            """Queries of the parts' states once the receipt of the stock is done."""
            order = self._create_agreed(
                *((product, 1) for product in products[:number])
            )
            purchase = self._get_purchases(order)
            purchase.button_confirm()
            self._receive(purchase)
            self.assertEqual(order.parts_state, "arrived")
            lines = order.order_line

            def recompute():
                for record, name in (
                    (lines, "part_state"),
                    (lines, "parts_date"),
                    (order, "parts_state"),
                ):
                    self.env.add_to_compute(record._fields[name], record)
                self.env.flush_all()

            return self._count(recompute)

        count(1)
        self.assertEqual(count(5), count(50))

    def test_a_whole_receipt_of_50_lines_costs_no_more_above_stock_than_one_of_5(self):
        """Against an ordinary sale whose parts Odoo itself buys on order."""
        mto = self.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        buy = self.env.ref("purchase_stock.route_warehouse0_buy")
        products = self.env["product.product"].create(
            [
                {
                    "name": f"Part {number}",
                    "type": "consu",
                    "is_storable": True,
                    "route_ids": [Command.set((mto | buy).ids)],
                    "seller_ids": [Command.create({"partner_id": self.supplier.id})],
                }
                for number in range(50)
            ]
        )

        def receive(number, **vals):
            order = self._create_order(
                *((product, 1) for product in products[:number]), **vals
            )
            order.action_confirm()
            purchase = self._get_purchases(order)
            purchase.button_confirm()
            return self._count(self._receive, purchase)

        def extra(number):
            ours = receive(number, opportunity_id=self.deal.copy().id)
            return ours - receive(number, vehicle_id=False, is_work_order=False)

        extra(1)
        few = extra(5)
        self.assertLessEqual(extra(50), few + 2)
