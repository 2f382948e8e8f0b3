import json

from lxml import etree

from odoo.tests import Form, HttpCase, tagged

from ..tools.http import HttpError
from ..tools.payload import get_header, is_same, read_object
from ..tools.provider import (
    AccountField,
    Answer,
    Event,
    Provider,
    SmsGateway,
    answer_of_failure,
)
from ..tools.providers import PROVIDERS
from .fake_server import FakeServer
from .outbox_common import OutboxCommon

TOKEN = "token of the loft"


class Pigeon(Provider):
    """A messenger that auto_notify has never heard of: all there is, is this class."""

    kind = code = "pigeon"
    title = "Pigeon Post"
    account_title = "Pigeon loft"
    account = (
        AccountField("secret", "Ring number", "On its leg.", is_required=True),
        AccountField("sender", "Loft", placeholder="Upper roof"),
    )
    note = "Feed them."
    hook_note = "Nail it to the loft."
    hook_secret_label = "Whistle"
    icon = "fa-twitter"
    color = "#123456"
    has_receipts = True
    max_length = 140

    def send(self, outgoing):
        data = {"to": outgoing.to, "text": outgoing.text}
        try:
            reply = self.http.call("POST", f"{self.base}/fly", json=data)
        except HttpError as error:
            return answer_of_failure(error)
        return Answer("accepted", ref=str(reply.json_object()["id"]))

    def check(self):
        return self.settings.sender

    def get_link(self, token):
        return f"https://pigeon.example/{token}"

    def is_authentic(self, body, headers, args):
        return is_same(get_header(headers, "X-Ring"), self.settings.secret)

    def read_events(self, body, args):
        data = read_object(body)
        kind = data.need_text("kind")
        return [
            Event(
                kind,
                data.need_text("key"),
                sender=data.text("from"),
                name=data.text("from"),
                text=data.text("text"),
                ref=data.text("ref"),
                state="delivered" if kind == "receipt" else "",
            )
        ]


class Semaphore(SmsGateway):
    """A gateway for text messages, as strange."""

    code = "semaphore"
    title = "Semaphore"


@tagged("post_install", "-at_install")
class TestNewProvider(OutboxCommon, HttpCase):
    """A class in the list is all a new provider is: nothing else knows its name."""

    def setUp(self):
        super().setUp()
        model = self.registry["auto.notify.channel"]
        self.patch(
            model,
            "_get_provider_classes",
            lambda _model: (*PROVIDERS, Pigeon, Semaphore),
        )
        for cache in ("templates", "default"):
            self.registry.clear_cache(cache)
            self.addCleanup(self.registry.clear_cache, cache)
        self.server = FakeServer({"id": "p1"}).start()
        self.addCleanup(self.server.close)
        self.env["ir.config_parameter"].set_param(
            "auto_notify.private_hosts", self.server.host
        )

    def make_channel(self, **vals):
        """Make the account in the channel's form, as an administrator does."""
        form = Form(self.env["auto.notify.channel"])
        form.name = "Our loft"
        form.kind = "pigeon"
        form.secret = TOKEN
        form.sender = "Roof"
        channel = form.save()
        channel.write({"url": self.server.url, **vals})
        self.providers[channel.id] = Pigeon(channel._prepare_settings())
        return channel

    def make_chat(self, channel):
        return self.env["auto.notify.contact"].create(
            {
                "channel_id": channel.id,
                "partner_id": self.customer.id,
                "external_id": "bird-7",
            }
        )

    def post(self, channel, secret=TOKEN, **event):
        return self.url_open(
            f"/auto_notify/hook/{channel.hook_key}",
            data=json.dumps(event).encode(),
            headers={"X-Ring": secret, "Content-Type": "application/json"},
        )

    def process(self):
        self.env.invalidate_all()
        rows = self.env["auto.notify.incoming"].search([("state", "=", "new")])
        for row in rows:
            row._process_safely()
        return rows

    def test_it_is_configured_in_the_form_of_the_channel(self):
        arch = etree.fromstring(self.env["auto.notify.channel"].get_view()["arch"])
        (group,) = arch.xpath("//group[@name='account_pigeon']")
        self.assertEqual(group.get("string"), "Pigeon loft")
        self.assertEqual(
            group.xpath(".//field/@name")[:2],
            ["secret", "sender"],
        )
        self.assertEqual(group.xpath(".//field[@name='secret']/@password"), ["True"])
        self.assertIn("On its leg.", "".join(group.itertext()))
        self.assertIn("Feed them.", "".join(group.itertext()))
        hook = arch.xpath("//group[@name='hook']")[0]
        self.assertIn("Nail it to the loft.", "".join(hook.itertext()))
        self.assertTrue(hook.xpath(".//field[@name='hook_secret'][@string='Whistle']"))
        channel = self.make_channel()
        self.assertEqual(channel.status, "unchecked")
        channel.action_check()
        self.assertEqual(channel.check_result, "Connected: Roof.")
        channel.secret = False
        self.assertEqual(channel.status, "incomplete")

    def test_it_sends_and_reports_delivery_by_its_webhook(self):
        channel = self.make_channel()
        self.make_chat(channel)
        message = self._create_message(kinds=[["pigeon", 15], ["sms", 15]])
        self._dispatch()
        self.assertEqual(message.state, "sent")
        self.assertEqual(
            self.server.last.json(), {"to": "bird-7", "text": "Your car is ready."}
        )
        receipt = {"kind": "receipt", "key": "r1", "ref": "p1"}
        self.assertEqual(self.post(channel, "wrong", **receipt).status_code, 404)
        self.assertEqual(self.post(channel, **receipt).status_code, 200)
        self.process()
        self.assertRecordValues(message, [{"state": "delivered", "kind": "pigeon"}])

    def test_what_customers_write_in_it_comes_in(self):
        channel = self.make_channel()
        chat = self.make_chat(channel)
        event = {"kind": "message", "key": "m1", "from": "bird-7", "text": "Coo"}
        self.assertEqual(self.post(channel, **event).status_code, 200)
        row = self.process()
        self.assertRecordValues(row, [{"state": "done", "contact_id": chat.id}])
        self.assertTrue(row.lead_id)
        self.assertTrue(chat._is_notify_session())
        self.assertEqual(chat._get_notify_max_length(), 140)

    def test_rules_customers_and_screens_name_it(self):
        for model, name in (
            ("auto.notify.rule.channel", "kind"),
            ("auto.notify.message", "kind"),
            ("auto.notify.attempt", "kind"),
            ("auto.notify.contact", "kind"),
            ("auto.notify.compose", "kind"),
            ("res.partner", "notify_kind"),
        ):
            selection = dict(self.env[model].fields_get([name])[name]["selection"])
            self.assertEqual(selection.get("pigeon"), "Pigeon Post", model)
        self.make_chat(self.make_channel())
        self.customer.notify_kind = "pigeon"
        self.assertIn(("pigeon", "Our loft"), self.customer._get_notify_choices())
        looks = self.env["auto.notify.channel"]._get_kind_looks()
        self.assertEqual(
            looks["pigeon"],
            {"label": "Pigeon Post", "icon": "fa-twitter", "color": "#123456"},
        )
        self.authenticate("admin", "admin")
        info = self.make_jsonrpc_request("/web/session/get_session_info")
        self.assertEqual(info["auto_notify_kinds"], looks)

    def test_customer_is_offered_its_link_until_he_is_linked(self):
        channel = self.make_channel()
        (link,) = self.customer._get_notify_links(self.company)
        self.assertEqual(link["kind"], "pigeon")
        self.assertTrue(link["url"].startswith("https://pigeon.example/"))
        self.make_chat(channel)
        self.assertFalse(self.customer._get_notify_links(self.company))

    def test_customer_without_a_chat_is_told_by_the_next_channel(self):
        self.make_channel()
        message = self._create_message(kinds=[["pigeon", 15], ["sms", 15]])
        self._dispatch()
        self.assertEqual(message.kind, "sms")
        self.assertIn(
            "no linked chat", self.customer._get_notify_refusal("service", "pigeon")
        )

    def test_gateway_is_one_more_way_to_send_text_messages(self):
        selection = self.env["auto.notify.channel"].fields_get(["sms_gateway"])
        self.assertIn(("semaphore", "Semaphore"), selection["sms_gateway"]["selection"])
        kinds = dict(self.env["auto.notify.channel"]._get_kinds())
        self.assertNotIn("semaphore", kinds)
        self.gateway.sms_gateway = "semaphore"
        self.assertEqual(self.gateway._get_transport(), "provider")

    def test_channel_whose_provider_has_gone_sends_nothing(self):
        channel = self.make_channel()
        self.make_chat(channel)
        del self.providers[channel.id]
        self.patch(
            self.registry["auto.notify.channel"],
            "_get_provider_classes",
            lambda _model: PROVIDERS,
        )
        self.assertFalse(channel._can_send())
        self.assertIsNone(channel._get_provider())
        self.assertEqual(channel.status, "unchecked")
        message = self._create_message(kinds=[["pigeon", 15], ["sms", 15]])
        self._dispatch()
        self.assertEqual(message.kind, "sms")
