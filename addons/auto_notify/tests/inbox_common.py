import hmac
import json
from datetime import datetime
from unittest.mock import patch

from odoo.addons.auto_crm.tests.common import AutoCrmCommon

from ..tools.provider import Answer, Event, Media, Provider, ProviderError

SECRET = "hook-secret"


class FakeProvider(Provider):
    """A messenger that speaks JSON of events, and remembers what it was told."""

    kind = "telegram"
    url = "https://messenger.example"
    can_ask_phone = True
    files = {}
    asked = []
    pressed = []
    welcomes = False

    def is_authentic(self, body, headers, args):
        given = headers.get("X-Secret", "") or args.get("secret", "")
        return hmac.compare_digest(given.encode(), SECRET.encode())

    def read_events(self, body, args):
        rows = json.loads(body or args.get("events", ""))
        return [make_event(**row) for row in rows]

    def answer_hook(self, args):
        if args.get("token") == SECRET:
            return args["challenge"]
        return None

    def fetch(self, media, limit):
        content = self.files.get(media.ref)
        if content is None:
            raise ProviderError("the messenger does not answer")
        if len(content) > limit:
            raise ProviderError("it is too large")
        return content

    def answer_event(self, body, args, text, title):
        return {"text": text, "title": title} if self.welcomes else None

    def ask_phone(self, to, text, title):
        self.asked.append((to, text))
        return Answer("accepted")

    def answer_button(self, ref, text=""):
        self.pressed.append(ref)
        return True


def make_event(kind="message", key="", date=None, media=(), **values):
    """Return an event as a provider's client reads it."""
    return Event(
        kind,
        key,
        date=date and datetime.fromisoformat(date),
        media=tuple(Media(**row) for row in media),
        **values,
    )


class InboxCommon(AutoCrmCommon):
    """A Telegram account, and neighbours of the inbox that only note what they get."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.ru")
        cls.company.phone = "+7 495 000-00-00"
        cls.team = cls.env["crm.team"].search([], limit=1)
        cls.team.user_id = cls.advisor
        cls.env["ir.config_parameter"].set_param("auto_notify.test_mode", "False")
        # whatever the database has: the accounts of these tests are the only ones
        cls.env["auto.notify.channel"].search([]).active = False
        cls.env.flush_all()
        cls.channel = cls.env["auto.notify.channel"].create(
            {"name": "Our bot", "kind": "telegram", "sender": "our_bot"}
        )
        cls.Incoming = cls.env["auto.notify.incoming"]
        cls.Contact = cls.env["auto.notify.contact"]
        cls.Message = cls.env["auto.notify.message"]
        cls.Token = cls.env["auto.notify.token"]

    def setUp(self):
        super().setUp()
        self.told = []
        self.toasts = []
        self.provider = FakeProvider
        FakeProvider.files, FakeProvider.asked, FakeProvider.pressed = {}, [], []
        FakeProvider.welcomes = False
        registry = self.env.registry

        def get_provider(channel):
            return FakeProvider(channel._prepare_settings())

        def note_rule(rules, event, records, **_values):
            self.told.append((event, records))

        def note_toast(user, kind, payload, **_values):
            if kind == "auto_notify.incoming":
                self.toasts.append((user.id, payload))

        for model, name, method in (
            ("auto.notify.channel", "_get_provider", get_provider),
            ("auto.notify.rule", "_do_notify", note_rule),
            ("res.users", "_bus_send", note_toast),
        ):
            self.startPatcher(patch.object(registry[model], name, method))

    # ------------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------------

    def receive(self, *events, channel=None):
        """Store events as the webhook does, and process them as the cron does."""
        channel = channel or self.channel
        body = json.dumps(events).encode()
        known = self.Incoming.search([]).ids
        self.Incoming._receive(channel, channel._get_provider(), body, {})
        rows = self.Incoming.search([("id", "not in", known)], order="id")
        for row in rows:
            row._process_safely()
        self.run_events()
        return rows

    def write_in(self, text="Hello", key=None, sender="77", **values):
        """Let somebody write in the messenger."""
        self.count = getattr(self, "count", 0) + 1
        event = {
            "kind": "message",
            "key": key or f"m{self.count}",
            "sender": sender,
            "name": "Vanya",
            "text": text,
            **values,
        }
        return self.receive(event)

    def link(self, partner=None, sender="77", **values):
        """Make the chat of a customer."""
        return self.Contact.create(
            {
                "channel_id": self.channel.id,
                "external_id": sender,
                "name": "Vanya",
                "partner_id": (partner or self.customer).id,
                **values,
            }
        )

    def make_deal(self, **values):
        """Make an open deal of the customer."""
        return self.env["crm.lead"].create(
            {
                "name": "Brakes",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "user_id": self.advisor.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                **values,
            }
        )

    def make_message(self, lead=None, **values):
        """Make a row of the outbox, as if sent."""
        self.count = getattr(self, "count", 0) + 1
        return self.Message.create(
            {
                "key": f"test:{self.count}",
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "lead_id": lead.id if lead else False,
                "res_model": "crm.lead" if lead else False,
                "res_id": lead.id if lead else False,
                "body": "Your car is ready",
                "state": "sent",
                **values,
            }
        )

    def get_comments(self, lead):
        """Return what customers said in the chatter of a deal, oldest first."""
        return lead.message_ids.filtered(
            lambda message: message.message_type == "comment"
        ).sorted("id")

    def get_activities(self, record):
        return self.env["mail.activity"].search(
            [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        )
