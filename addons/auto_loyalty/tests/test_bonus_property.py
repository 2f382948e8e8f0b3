import os

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from odoo.addons.auto_crm.tests.money_shop import BEGINNING
from odoo.addons.auto_crm.tests.test_money_property import PROPERTY

from .bonus_shop import BonusShop, bonus_stories
from .common import AutoLoyaltyCommon

EXAMPLES = int(os.environ.get("BONUS_EXAMPLES", "8"))  # more by hand
STEPS = int(os.environ.get("BONUS_STEPS", "14"))
PERCENTS = (1, 5, 10)  # that the programme may give in an example


@tagged("post_install", "-at_install")
class TestBonusProperty(AutoLoyaltyCommon):
    """Whatever is done, in whatever order: the ledger is what the documents say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        cls._set_up_stories()
        cls.program.bonus_usable_hours = 0
        cls.program.bonus_limit_percent = 50
        # one rule for all lines: what an order earns is a part of its money
        cls.program.bonus_rule_ids[1:].unlink()
        cls.program.bonus_rule_ids.line_kind = False

    def test_the_ledger_is_what_documents_say(self):
        @given(
            beginning=BEGINNING,
            is_debt=st.booleans(),
            story=bonus_stories(length=STEPS),
        )
        @settings(PROPERTY, max_examples=EXAMPLES)
        def play(beginning, is_debt, story):
            with BonusShop(self).open(**beginning) as shop:
                self.program.bonus_is_debt = is_debt
                self._give(1000.0)
                shop.play(story)

        play()

    def check_places(self, orders, oracle):
        """Compare the ledger with documents, and with itself."""
        for order in orders:
            self._check_earned(order, oracle.judge(order.id))
            self._check_spent(order)
        for card in self.cards.with_context(active_test=False).search(
            [("program_id", "=", self.program.id)]
        ):
            self._check_card(card)

    def _check_earned(self, order, money):
        """What is earned is a part of the money, worked out from raw rows."""
        earned = order._get_bonus_booked()["earned"]
        points = sum(points for points, _amount in earned.values())
        brought = sum(amount for _points, amount in earned.values())
        is_paid = order.state == "sale" and order.date_released and money.due <= 0
        paid = max(float(money.total), 0.0) if is_paid else 0.0
        self.assertAlmostEqual(brought, paid, delta=0.05, msg=f"{order.name}: {money}")
        shares = [paid * percent / 100 for percent in PERCENTS]
        self.assertGreaterEqual(points, min(shares) - 1.01, order.name)
        self.assertLessEqual(points, max(shares) + 0.01, order.name)
        terms = (order.bonus_terms or {"lines": {}})["lines"].values()
        if len({percent for percent, _is_payable in terms}) == 1:
            percent = next(iter(terms))[0]
            self.assertAlmostEqual(points, paid * percent / 100, delta=1.01)

    def _check_spent(self, order):
        """What is spent is what the lines take, at most what they are worth."""
        spent = order._get_bonus_booked()["spent"]
        points = -sum(points for points, _amount in spent.values())
        self.assertAlmostEqual(points, sum(order._get_bonus_spent().values()), 2)
        off = -sum(order._get_bonus_payments().mapped("price_total"))
        if order.state == "sale":
            self.assertAlmostEqual(order._get_bonus_cost(), off, delta=0.02)
        self.assertLessEqual(points, order._get_bonus_cost() + 0.01)

    def _check_card(self, card):
        entries = card.bonus_entry_ids
        self._assert_ledger(card, sum(entries.mapped("points")))
        for lot in entries.filtered(lambda row: not row.lot_id):
            taken = sum(lot.taken_ids.mapped("points"))
            self.assertAlmostEqual(lot.remaining, lot.points + taken, 2)
            if lot.points >= 0:
                self.assertGreaterEqual(lot.remaining, 0.0)
        if not self.program.bonus_is_debt:
            self.assertGreaterEqual(card.points, 0.0)
        self.assertGreaterEqual(card.bonus_usable, 0.0)
        self.assertLessEqual(card.bonus_usable, max(card.points, 0.0))
