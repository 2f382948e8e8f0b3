"""Customers are told and heard: from the fact to what the provider receives, and back.

The shop talks to a local server that speaks Telegram's API. Anna reads English, Ivan
Russian; both have shared their phones with the shop's bot. Rows S3 to S6 of the page
this product starts from.
"""

import itertools
import json
import re
import sys
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from shoplib import paths

sys.path.insert(0, str(paths.ADDONS / "auto_notify" / "tests"))

from fake_server import FakeServer, Reply

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
PEOPLE = {"en_US": ("Anna Smirnova", 501), "ru_RU": ("Ivan Sokolov", 502)}


class Telegram:
    """Telegram's side: answers calls, and sends updates as Telegram does."""

    def __init__(self):
        self.server = FakeServer(handler=self.answer)
        self.blocked = set()
        self.updates = itertools.count(7000)
        self.hook = self.secret = None

    def answer(self, request):
        method = request.path.rpartition("/")[2]
        if method == "setWebhook":
            self.hook, self.secret = (
                request.json()["url"],
                request.json()["secret_token"],
            )
            return {"ok": True, "result": True}
        if method == "getMe":
            bot = {"id": 1, "is_bot": True, "first_name": "Shop", "username": "shopbot"}
            return {"ok": True, "result": bot}
        body = request.json()
        if str(body.get("chat_id")) in self.blocked:
            error = "Forbidden: bot was blocked by the user"
            return Reply(403, {"ok": False, "error_code": 403, "description": error})
        number = len(self.server.requests)
        chat = {"id": int(body.get("chat_id", 0)), "type": "private"}
        message = {"message_id": number, "date": 1_800_000_000, "chat": chat}
        return {"ok": True, "result": message}

    def texts(self, chat_id):
        """Return the texts sent into a chat, in order."""
        return [
            request.json()["text"]
            for request in self.server.requests
            if request.path.endswith("/sendMessage")
            and str(request.json()["chat_id"]) == str(chat_id)
        ]

    def find(self, chat_id, words):
        """Return the one text of a chat with these words, or "" if there is none."""
        found = [text for text in self.texts(chat_id) if words in text]
        assert len(found) < 2, f"said twice: {found}"
        return "".join(found)

    def write(self, base_url, chat_id, name, secret=None, **message):  # pylint: disable=method-required-super
        """Post an update about a message of somebody; return the status."""
        person = {"id": chat_id, "is_bot": False, "first_name": name}
        update = {
            "update_id": next(self.updates),
            "message": {
                "message_id": next(self.updates),
                "date": int(datetime.now(UTC).timestamp()),
                "from": person,
                "chat": {"id": chat_id, "type": "private", "first_name": name},
                **message,
            },
        }
        request = urllib.request.Request(
            base_url + re.sub(r"^https?://[^/]+", "", self.hook),
            data=json.dumps(update).encode(),
            headers={
                "Content-Type": "application/json",
                "X-Telegram-Bot-Api-Secret-Token": secret or self.secret,
            },
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status


class Story:
    """What the chapters know of each other."""

    orders = None
    partners = None


@pytest.fixture(scope="module")
def story():
    return Story()


@pytest.fixture(scope="module")
def telegram(shop_server):
    """The shop's bot: its channel is set up as an administrator does."""
    telegram = Telegram()
    with telegram.server:
        rpc = shop_server.rpc()
        host = telegram.server.url.removeprefix("http://")
        for key, value in (
            ("auto_notify.private_hosts", host),
            # the demo shop's own messages go nowhere
            ("auto_notify.test_mode", "False"),
            ("web.base.url", "https://shop.example.com"),
            ("web.base.url.freeze", "True"),
        ):
            rpc("ir.config_parameter", "set_param", key, value)
        # the demo shop has a bot of its own
        others = rpc("auto.notify.channel", "search", [("kind", "=", "telegram")])
        rpc("auto.notify.channel", "write", others, {"active": False})
        channel = rpc(
            "auto.notify.channel",
            "create",
            {
                "name": "Shop's bot",
                "kind": "telegram",
                "sender": "shopbot",
                "secret": TOKEN,
                "url": telegram.server.url,
            },
        )
        rpc("auto.notify.channel", "action_check", [channel])
        rpc("auto.notify.channel", "action_set_hook", [channel])
        # the tests may run at night
        rules = rpc("auto.notify.rule", "search", [])
        rpc("auto.notify.rule", "write", rules, {"is_quiet": False})
        yield telegram


def send(shop_server):
    """Let the dispatcher do its turn."""
    shop_server.rpc().run_cron("auto_notify.ir_cron_send")


def receive(shop_server):
    """Let what the webhooks brought be processed."""
    shop_server.rpc().run_cron("auto_notify.ir_cron_incoming")


def test_two_customers_share_their_phones_with_the_bot(shop_server, telegram, story):
    rpc = shop_server.rpc()
    story.partners, story.orders = {}, {}
    part = rpc.ref("auto_service_demo.part_oilf_vag")
    work = rpc.ref("auto_service_demo.work_oil")
    for number, (lang, (name, chat_id)) in enumerate(PEOPLE.items()):
        phone = f"+7916555010{number}"
        partner = rpc(
            "res.partner", "create", {"name": name, "phone": phone, "lang": lang}
        )
        vehicle = rpc("auto.vehicle", "search", [], limit=2)[number]
        lead = rpc(
            "crm.lead",
            "create",
            {
                "name": f"Oil of {name}",
                "type": "opportunity",
                "partner_id": partner,
                "vehicle_id": vehicle,
                "user_id": rpc.uid,
            },
        )
        story.orders[lang] = rpc(
            "sale.order",
            "create",
            {
                "partner_id": partner,
                "vehicle_id": vehicle,
                "opportunity_id": lead,
                "is_work_order": True,
                "order_line": [
                    (0, 0, {"product_id": work}),
                    (0, 0, {"product_id": part, "product_uom_qty": 1000}),
                ],
            },
        )
        story.partners[lang] = partner
        card = {"phone_number": phone, "first_name": name, "user_id": chat_id}
        assert telegram.write(shop_server.base_url, chat_id, name, contact=card) == 200
    receive(shop_server)
    contacts = rpc(
        "auto.notify.contact",
        "search_read",
        [("external_id", "in", ["501", "502"])],
        ["partner_id"],
    )
    assert {contact["partner_id"][0] for contact in contacts} == set(
        story.partners.values()
    )


def test_s3_booked_tells_address_and_time(shop_server, telegram, story):
    rpc = shop_server.rpc()
    orders = list(story.orders.values())
    leads = [
        order["opportunity_id"][0]
        for order in rpc("sale.order", "read", orders, ["opportunity_id"])
    ]
    arrival = (datetime.now(UTC) + timedelta(days=3)).replace(hour=9, minute=0)
    rpc("crm.lead", "write", leads, {"date_booking": f"{arrival:%Y-%m-%d %H:00:00}"})
    send(shop_server)
    english, russian = telegram.find(501, "booked for"), telegram.find(502, "запис")
    assert "you are booked for" in english
    assert "12:00" in english  # nine in Greenwich is noon in Moscow
    assert "Address: Москва" in english
    assert "вы записаны на ремонт" in russian
    assert "12:00" in russian
    assert "Адрес: Москва" in russian


def test_s5_parts_arrived_is_told_when_the_last_part_is_on_the_shelf(
    shop_server, telegram, story
):
    rpc = shop_server.rpc()
    orders = list(story.orders.values())
    rpc("sale.order", "action_confirm", orders)
    names = [order["name"] for order in rpc("sale.order", "read", orders, ["name"])]
    purchase_ids = rpc("purchase.order", "search", [("origin", "in", names)])
    assert purchase_ids
    rpc("purchase.order", "button_confirm", purchase_ids)
    send(shop_server)
    assert not telegram.find(502, "поступили"), "nothing has arrived yet"
    pickings = rpc("stock.picking", "search", [("purchase_id", "in", purchase_ids)])
    rpc("stock.picking", "button_validate", pickings)
    send(shop_server)
    assert telegram.find(501, "have arrived")
    assert telegram.find(502, "поступили")


def test_s4_ready_tells_the_sum_to_pay(shop_server, telegram, story):
    rpc = shop_server.rpc()
    orders = list(story.orders.values())
    rpc("sale.order", "action_receive", orders)
    jobs = rpc("auto.job", "search", [("order_id", "in", orders)])
    rpc("auto.job", "action_start", jobs)
    rpc("auto.job", "action_done", jobs)
    send(shop_server)
    due = rpc("sale.order", "read", orders, ["amount_due"])[0]["amount_due"]
    english, russian = telegram.find(501, "is ready"), telegram.find(502, "готов")
    assert f"{due:,.0f}" in english
    assert "К оплате" in russian


def test_the_chatter_shows_what_was_said_and_how_it_went(
    shop_server, open_page, telegram, story
):
    page = open_page("advisor")
    page.goto(f"/odoo/auto-work-orders/{story.orders['en_US']}")
    message = page.locator(".o-mail-Message", has_text="is ready")
    message.first.wait_for()
    assert "Telegram" in message.first.inner_text()


def test_s6_rules_decide_when_and_to_whom(shop_server, telegram, story):
    """Quiet hours keep a message back; who has blocked the bot is reached otherwise."""
    rpc = shop_server.rpc()
    before = {chat: len(telegram.texts(chat)) for chat in (501, 502)}
    everything = {"active_test": False}  # the rule is there, switched off
    [rule] = rpc(
        "auto.notify.rule", "search", [("event", "=", "released")], context=everything
    )
    rpc(
        "auto.notify.rule",
        "write",
        [rule],
        {
            "active": True,
            "timing": "at_once",
            "at_time": False,
            "category": "service",
            "is_quiet": True,
            "quiet_start": 0.0,
            "quiet_stop": 23.9999,
        },
    )
    telegram.blocked.add("502")
    orders = list(story.orders.values())
    for order in orders:
        rpc("sale.order", "action_release", [order])
    send(shop_server)
    assert {chat: len(telegram.texts(chat)) for chat in (501, 502)} == before
    waiting = [("order_id", "in", orders), ("rule_id", "=", rule)]
    states = {
        message["state"]
        for message in rpc("auto.notify.message", "search_read", waiting, ["state"])
    }
    assert states == {"deferred"}


def test_what_a_customer_writes_lands_on_the_deal_and_is_answered_there(
    shop_server, open_page, telegram, story
):
    status = telegram.write(
        shop_server.base_url, 501, "Anna", text="When may I come for the car?"
    )
    assert status == 200
    receive(shop_server)
    rpc = shop_server.rpc()
    contacts = rpc("auto.notify.contact", "search", [("external_id", "=", "501")])
    leads = rpc("crm.lead", "search", [("notify_contact_id", "in", contacts)])
    assert leads, "the message found no deal"
    page = open_page("advisor")
    page.goto(f"/odoo/auto-deals/{leads[0]}")
    page.locator(".o-mail-Message", has_text="When may I come").first.wait_for()
    page.get_by_role("button", name="Send message").click()
    composer = page.locator(".o-mail-Composer-input").first
    composer.fill("Today until nine in the evening.")
    page.locator(".o-mail-Composer-send").first.click()
    page.locator(".o-mail-Message", has_text="until nine").first.wait_for()
    send(shop_server)
    assert telegram.texts(501)[-1] == "Today until nine in the evening."


def test_a_forged_webhook_is_refused(shop_server, telegram):
    with pytest.raises(urllib.error.HTTPError) as caught:
        telegram.write(
            shop_server.base_url, 501, "Mallory", secret="guessed", text="Pay me"
        )
    assert caught.value.code == 404
