"""A visit brings bonuses, and they pay for the next one.

One story told in order: an advisor, the outbox whose only channel is the log, and a
customer with a phone of 390 px, who types the code that was sent to him.
"""

import re

import pytest
from test_booking_page import TOO_SMALL, TOO_WIDE

from conftest import PHONE

PERCENT = 10
LIMIT = 30
RULES = {
    "active": True,
    "bonus_usable_hours": 0,
    "bonus_limit_percent": LIMIT,
    "bonus_min_balance": 0,
    "bonus_first_points": 0,
    "bonus_friend_points": 0,
    "bonus_invited_points": 0,
    "bonus_code_above": 0,
    "bonus_rule_ids": [
        (5,),
        (0, 0, {"line_kind": "labour", "percent": PERCENT, "is_payable": True}),
    ],
}


class Shop:
    """What the chapters know of each other, and what staff does in them."""

    first = second = earned = None

    def __init__(self, server):
        self.rpc = server.rpc("admin")
        self.advisor = server.rpc("advisor")
        [user] = self.rpc(
            "res.users", "search_read", [("login", "=", "customer")], ["partner_id"]
        )
        self.customer = user["partner_id"][0]
        [vehicle] = self.rpc(
            "auto.vehicle", "search", [("partner_id", "=", self.customer)], limit=1
        )
        self.vehicle = vehicle

    def begin(self):
        """Let the shop have a programme, and messages logged by day and night."""
        rules = self.rpc("auto.notify.rule", "search", [("is_quiet", "=", True)])
        self.rpc("auto.notify.rule", "write", rules, {"is_quiet": False})
        kinds = [("kind", "!=", "log")]
        channels = self.rpc("auto.notify.channel", "search", kinds)
        self.rpc("auto.notify.channel", "write", channels, {"active": False})
        self.rpc("ir.config_parameter", "set_param", "auto_notify.test_mode", "True")
        found = self.rpc("loyalty.program", "search", [("is_bonus", "=", True)])
        if found:
            self.rpc("loyalty.program", "write", found, RULES)
        else:
            vals = {"name": "Bonuses", "is_bonus": True, **RULES}
            found = [self.rpc("loyalty.program", "create", vals)]
        tiers = self.rpc("auto.bonus.tier", "search", [("program_id", "in", found)])
        self.rpc("auto.bonus.tier", "write", tiers, {"multiplier": 1.0})

    def order(self, quantity):
        """Agree with the customer on a work of so many times a change of oil."""
        order = self.advisor(
            "sale.order",
            "create",
            {
                "partner_id": self.customer,
                "vehicle_id": self.vehicle,
                "is_work_order": True,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.rpc.ref("auto_service_demo.work_oil"),
                            "product_uom_qty": quantity,
                        },
                    )
                ],
            },
        )
        self.advisor("sale.order", "action_confirm", [order])
        return order

    def repair(self, order):
        """Receive the car and do all jobs."""
        self.rpc("sale.order", "action_receive", [order])
        jobs = self.rpc("auto.job", "search", [("order_id", "=", order)])
        self.rpc("auto.job", "action_done", jobs)

    def hand_over(self, order):
        """Bill the order, take the money, and let the car go."""
        wizard = self.advisor(
            "sale.advance.payment.inv",
            "create",
            {
                "advance_payment_method": "delivered",
                "sale_order_ids": [(6, 0, [order])],
            },
        )
        self.advisor("sale.advance.payment.inv", "create_invoices", [wizard])
        invoices = self.ask(order, "invoice_ids")
        self.advisor("account.move", "action_post", invoices)
        context = {"active_model": "account.move", "active_ids": invoices}
        payment = self.advisor(
            "account.payment.register", "create", {}, context=context
        )
        self.advisor("account.payment.register", "action_create_payments", [payment])
        self.advisor("sale.order", "action_release", [order])

    def ask(self, order, name):
        """Return the value of a field of an order."""
        return self.rpc("sale.order", "read", [order], [name])[0][name]

    def balance(self, name="points"):
        """Return the points of the customer's card, 0 without one.

        :param str name: bonus_usable for those that can be spent now
        """
        cards = self.rpc(
            "loyalty.card",
            "search_read",
            [("partner_id", "=", self.customer), ("is_bonus", "=", True)],
            [name],
        )
        return sum(card[name] for card in cards)

    def message(self, *domain):
        """Send what waits, and return the newest message."""
        self.rpc.run_cron("auto_notify.ir_cron_send")
        return self.rpc(
            "auto.notify.message",
            "search_read",
            list(domain),
            ["body", "secret", "state"],
            limit=1,
            order="id desc",
        )[0]


@pytest.fixture(scope="module")
def shop(shop_server):
    shop = Shop(shop_server)
    shop.begin()
    return shop


def arrive(page, pattern):
    """Wait for a page, and look whether it fits the phone."""
    page.wait_for_url(re.compile(pattern), wait_until="commit")
    page.wait_for_load_state("networkidle")
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(TOO_SMALL) == []


def test_01_a_visit_that_is_paid_brings_bonuses(shop):
    before = shop.balance()
    shop.first = shop.order(4)
    total = shop.ask(shop.first, "amount_total")
    shop.repair(shop.first)
    assert shop.balance() == before
    shop.hand_over(shop.first)
    assert shop.ask(shop.first, "payment_status") == "paid"
    shop.earned = int(total * PERCENT / 100)
    assert shop.balance() == before + shop.earned
    message = shop.message(("event", "=", "bonus_earned"))
    assert f" {shop.earned}" in message["body"]


def test_02_ready_tells_them_at_the_next_visit(shop):
    shop.second = shop.order(2)
    shop.repair(shop.second)
    message = shop.message(("event", "=", "ready"), ("order_id", "=", shop.second))
    limit = int(shop.ask(shop.second, "amount_total") * LIMIT / 100)
    usable = int(shop.balance("bonus_usable"))
    most = min(limit, usable)
    assert f"Бонусы: {usable}, до {most} из них" in message["body"]
    assert message["state"] == "delivered"


def test_03_the_customer_pays_with_them_on_the_phone(open_page, shop):
    total = shop.ask(shop.second, "amount_total")
    before = shop.balance()
    page = open_page("customer", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/my")
    page.locator("a[name=bonuses]").click()
    arrive(page, "/my/bonuses")
    usable = shop.balance("bonus_usable")
    assert page.locator("[name=usable]").inner_text() == f"{usable:.0f}"
    page.locator("[name=entry]").first.wait_for()
    page.goto(f"/my/orders/{shop.second}")
    page.locator("a[name=pay_bonus]").click()
    arrive(page, "/bonus")
    points = int(page.locator("input[name=points]").input_value())
    page.locator("form[name=pay] button").click()
    arrive(page, "/bonus/code")
    assert shop.balance() == before
    code = shop.message(("key", "=like", "code:auto.bonus.code:%"))["secret"]
    page.locator("input[name=code]").fill(code)
    page.locator("form[name=code] button").click()
    page.wait_for_url(re.compile("message=bonus_ok"), wait_until="commit")
    assert str(points) in page.locator("[name=bonus_ok]").inner_text()
    assert shop.balance() == before - points
    assert shop.ask(shop.second, "amount_total") == pytest.approx(total - points)


def test_04_the_rest_is_paid_with_money(shop):
    before = shop.balance()
    rest = shop.ask(shop.second, "amount_total")
    shop.hand_over(shop.second)
    assert shop.ask(shop.second, "payment_status") == "paid"
    assert shop.ask(shop.second, "amount_due") == 0.0
    assert shop.balance() == before + int(rest * PERCENT / 100)


def test_05_the_desk_finds_him_by_the_card_on_his_phone(open_page, shop):
    page = open_page("customer", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/my/bonuses")
    page.locator("a[href*='/my/bonuses/card']").click()
    arrive(page, "/my/bonuses/card")
    code = page.locator("[name=wallet] [name=code]").inner_text()
    [card] = shop.rpc(
        "loyalty.card", "search_read", [("code", "=", code)], ["partner_id"]
    )
    assert card["partner_id"][0] == shop.customer
    for picture in page.locator("[name=codes] img").all():
        assert picture.evaluate("(img) => img.complete && img.naturalWidth > 0")
