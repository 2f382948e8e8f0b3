from datetime import timedelta

from odoo.tests import tagged

from .test_crons import AutoBonusCronCommon


@tagged("post_install", "-at_install")
class TestQueries(AutoBonusCronCommon):
    """What bonuses cost an order does not grow with its lines, or with other orders."""

    def _create_paying(self, lines):
        partner = self.env["res.partner"].create({"name": "Payer"})
        self._give(1000.0, partner)
        order = self._create_order(*[(self.labour, 1)] * lines, partner_id=partner.id)
        order._set_bonus_points(100.0)
        return order

    def test_history_of_odoo_has_no_rows_of_bonuses(self):
        order = self._create_paying(1)
        order.action_confirm()
        card = order.order_line.coupon_id
        self.env["loyalty.history"].create(
            {"card_id": card.id, "description": "By hand", "issued": 5.0}
        )
        self.assertFalse(card.history_ids)
        self._assert_ledger(card, 900.0)

    def test_the_programme_of_a_company_is_found_anew_when_it_changes(self):
        programs = self.env["loyalty.program"]
        self.assertEqual(programs._get_bonus_program(self.company), self.program)
        today = self.company._get_today()
        self.program.date_to = today - timedelta(days=1)
        self.assertFalse(programs._get_bonus_program(self.company))
        self.program.date_to = False
        self.program.active = False
        self.assertFalse(programs._get_bonus_program(self.company))
        other = programs.create(
            {"name": "Another", "is_bonus": True, "company_id": self.company.id}
        )
        self.assertEqual(programs._get_bonus_program(self.company), other)
        other.active = False
        self.assertFalse(programs._get_bonus_program(self.company))

    def test_orders_without_bonuses_are_looked_at_with_as_many_queries(self):
        def sync(count):
            orders = self.env["sale.order"].union(
                *(self._create_order((self.labour, 1)) for _number in range(count))
            )
            return self._count(orders._filter_bonus)

        self.assertEqual(sync(2), sync(10))

    def test_booking_an_order_does_not_cost_more_for_many_lines(self):
        def sync(lines):
            order = self._create_paying(lines)
            order.action_confirm()
            self.run_events()
            return self._count(order._sync_bonus)

        sync(1)
        self.assertEqual(sync(2), sync(12))

    def test_cards_of_many_customers_are_found_together(self):
        def read(count):
            partners = self.env["res.partner"].create(
                [{"name": f"Customer {number}"} for number in range(count)]
            )
            for partner in partners[::2]:
                self._give(10.0, partner)
            self._get_card(partners[0]).member_ids = partners[1]
            return partners, self._count(lambda: partners.mapped("bonus_balance"))

        read(2)
        partners, few = read(2)
        self.assertEqual(partners.mapped("bonus_balance"), [10.0, 10.0])
        self.assertEqual(read(12)[1], few)
