from odoo.tests import HttpCase, tagged

from .common import AutoLoyaltyCommon


@tagged("post_install", "-at_install")
class TestDeskTour(AutoLoyaltyCommon, HttpCase):
    """An advisor pays an order with bonuses in the browser."""

    test_cursor_lock_timeout = 120  # a cold cache makes the bundles first

    def test_advisor_spends_bonuses_in_the_order(self):
        card = self._give(1240.0)
        order = self._create_agreed((self.labour, 2))
        self.start_tour(
            f"/odoo/auto-work-orders/{order.id}",
            "auto_loyalty_bonus_pay",
            login="auto_advisor",
            timeout=180,  # a cold cache makes the bundles first
        )
        self.assertEqual(order.amount_total, 2588.0)
        self._assert_ledger(card, 828.0)
