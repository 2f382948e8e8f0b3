import os
import re

from hypothesis import HealthCheck, Phase, given, settings
from lxml import html

from odoo.tests import HttpCase, tagged

from .money_common import AutoMoneyCommon
from .money_shop import BEGINNING, MoneyShop, stories

# the same examples in every run, however slow the machine; MONEY_EXAMPLES makes more
PROPERTY = settings(
    max_examples=int(os.environ.get("MONEY_EXAMPLES", "15")),
    phases=(Phase.generate,),  # shrinking would take minutes; an example is short
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@tagged("post_install", "-at_install")
class TestMoneyProperty(AutoMoneyCommon, HttpCase):
    """Whatever is done, in whatever order: due = documents less money, everywhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        cls._set_up_stories()
        cls.other_deal = cls.deal.copy()
        cls.other_order = cls._create_agreed(
            vehicle_id=cls.vehicle.copy({"license_plate": "В002ВВ99"}).id,
            opportunity_id=cls.other_deal.id,
        )

    def test_due_is_documents_less_money(self):
        @given(beginning=BEGINNING, story=stories(length=12))
        @PROPERTY
        def play(beginning, story):
            with MoneyShop(self).open(**beginning) as shop:
                shop.play(story)
                self.check_pages(shop.orders)

        play()

    def check_places(self, orders, oracle):
        """Compare what is due in every place that tells it with what is true."""
        for order in orders:
            money = oracle.judge(order.id)
            self._check_order(order.with_user(self.advisor), money)
            self._check_paper(order, money)
        self._check_sums(orders)

    def check_pages(self, orders):
        """Compare the customer's pages with the orders: too slow for each step."""
        for order in orders:
            self._check_portal(order)

    def _check_order(self, order, money):
        due = order.amount_due
        self.assertTrue(money.is_due(due), f"{order.name} owes {due}, but {money}")
        status = money.get_status(due)
        self.assertEqual(order.payment_status, status, f"{order.name}: {money}")

    def _check_paper(self, order, money):
        """The paper prints the money held and what is left, and adds up."""
        if money.state != "sale":
            return
        paper = {
            label: float(text.replace(",", ""))
            for label, text in self._get_paper(order).items()
        }
        due = order.amount_due
        paid = paper.get("Paid", 0)
        self._assert_amount(paid, round(float(money.paid), 2), "paid on paper")
        self._assert_amount(paper.get("To refund", 0), max(-due, 0), "refund on paper")
        if paid:
            self._assert_amount(paper.get("To pay", 0), max(due, 0), "due on paper")
        total = paper["Total"] + paper.get("Corrected by invoices", 0)
        self._assert_amount(total - paid, due, "sum of the paper")

    def _check_portal(self, order):
        """The customer is asked for what is due, and for nothing else."""
        page = html.fromstring(self.url_open(order.get_portal_url()).text)
        asked = [
            float(re.sub(r"[^\d.-]", "", button.text_content()))
            for button in page.xpath("//*[@name='pay_due']")
        ]
        is_asked = order.state == "sale" and order.amount_due > 0
        self.assertEqual(asked, [order.amount_due] if is_asked else [], order.name)

    def _check_sums(self, orders):
        """The deal, its column of the board and the car add their orders up."""
        due = sum(orders.mapped("amount_due"))
        deals = (self.deal + self.other_deal).with_user(self.advisor)
        deal, other_deal = deals
        self._assert_amount(deal.amount_due, due, "deal")
        self._assert_amount(other_deal.amount_due, 1500, "other deal")
        for stage in deals.stage_id:
            dues = deals.filtered(lambda d, s=stage: d.stage_id == s)
            self._assert_amount(
                self._read_column(stage), sum(dues.mapped("amount_due")), stage.name
            )
        car = self.vehicle.with_user(self.advisor)
        self._assert_amount(car.amount_due, due, "car")

    def _read_column(self, stage):
        """Return what the board shows to be due above a column."""
        result = (
            self.env["crm.lead"]
            .with_user(self.advisor)
            .web_read_group(
                [("type", "=", "opportunity"), ("partner_id", "=", self.customer.id)],
                groupby=["stage_id"],
                aggregates=["amount_due:sum"],
            )
        )
        sums = {
            group["stage_id"][0]: group["amount_due:sum"] for group in result["groups"]
        }
        return sums[stage.id]

    def _assert_amount(self, amount, expected, place):
        self.assertAlmostEqual(amount, expected, places=2, msg=place)
