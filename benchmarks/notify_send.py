"""Messages made and sent, against Odoo's own text messages.

Neither provider does anything, so what is measured is the way there: ours keeps a
unique key, attempts, channels in order and the state, stock has its queue. The first
row has no document; the second shows every message on its deal, with its delivery.
"""

from itertools import count
from unittest.mock import patch

from odoo.addons.sms.tools.sms_api import SmsApi

MESSAGES = 500

env = globals()["env"]
bench = globals()["bench"]
numbers = count()


class NullSmsApi(SmsApi):
    """Takes all that it is given."""

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        return [
            {"uuid": number["uuid"], "state": "success"}
            for message in messages
            for number in message["numbers"]
        ]


def make_deals():
    """Return deals, each of a customer of its own."""
    partners = env["res.partner"].create(
        [
            {"name": f"Customer {number}", "phone": f"+7916{number:07d}"}
            for number in range(MESSAGES)
        ]
    )
    return env["crm.lead"].create(
        [
            {
                "name": partner.name,
                "type": "opportunity",
                "partner_id": partner.id,
                "phone": partner.phone,
            }
            for partner in partners
        ]
    )


def send_ours(deals, *, is_shown):
    """Return a function that puts a message for each deal's customer and sends all."""
    outbox = env["auto.notify.message"]

    def send():
        outbox._create_messages(
            [
                {
                    "key": f"bench:{next(numbers)}",
                    "company_id": env.company.id,
                    "partner_id": deal.partner_id.id,
                    "lead_id": deal.id if is_shown else False,
                    "res_model": deal._name if is_shown else False,
                    "res_id": deal.id if is_shown else False,
                    "body": f"Your car is ready, {deal.id}.",
                    "kinds": [["log", 0]],
                }
                for deal in deals
            ]
        )
        env.flush_all()
        outbox._cron_send()
        assert not outbox.search_count([("state", "!=", "delivered")])

    return send


def send_stock(deals):
    """Return a function that queues a text message for each deal and sends all."""
    queue = env["sms.sms"]

    def send():
        queue.create(
            [
                {
                    "partner_id": deal.partner_id.id,
                    "number": deal.partner_id.phone,
                    "body": f"Your car is ready, {deal.id}.",
                }
                for deal in deals
            ]
        )
        env.flush_all()
        send_queue()

    return send


def send_stock_shown(deals):
    """Return a function that does the same, shown on each deal."""

    def send():
        for deal in deals:
            deal._message_sms(
                f"Your car is ready, {deal.id}.",
                partner_ids=deal.partner_id.ids,
                put_in_queue=True,
            )
        env.flush_all()
        send_queue()

    return send


def send_queue():
    """Let stock's scheduled action send all that is queued."""
    queue = env["sms.sms"]
    while queue.search_count([("state", "=", "outgoing")]):
        queue._process_queue()


deals = make_deals()
env["auto.notify.rule"].search([]).active = False
env["auto.notify.channel"].search([]).active = False
env.flush_all()
env["auto.notify.channel"].create({"name": "Null", "kind": "log"})
env["auto.notify.message"].search([]).unlink()
env.cr.commit()
company = env.registry["res.company"]
with patch.object(company, "_get_sms_api_class", lambda company: NullSmsApi):
    bench.compare(
        f"Make and send {MESSAGES} messages",
        ours=send_ours(deals, is_shown=False),
        stock=send_stock(deals),
        goal=1.5,
    )
    bench.compare(
        f"The same, shown on {MESSAGES} deals",
        ours=send_ours(deals, is_shown=True),
        stock=send_stock_shown(deals),
        goal=1,
        repeat=2,
    )
