from contextlib import ExitStack, contextmanager
from datetime import timedelta
from threading import Lock

from freezegun import freeze_time

from odoo import fields

from odoo.addons.auto_crm.tests.order_common import AutoOrderCommon

from ..tools.provider import Answer, Provider, Settings

NOON = fields.Datetime.to_datetime("2026-03-10 09:00:00")  # 12:00 in Moscow


class FakeProvider(Provider):
    """A provider in memory: what it gets, and what it is told to answer.

    :ivar script: answers in turn, or exceptions to raise; then everything is accepted
    :ivar found: what a lookup answers, by key; None: it cannot tell
    """

    kind = "fake"
    has_receipts = True

    def __init__(self, settings=None):
        super().__init__(settings or Settings(secret="TOP-SECRET"))
        self.sent = []
        self.script = []
        self.lock = Lock()

    def send(self, outgoing):
        with self.lock:
            self.sent.append(outgoing)
            answer = self.script.pop(0) if self.script else None
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            answer = answer(outgoing)
        return answer or Answer("accepted", ref=f"ref-{len(self.sent)}", cost=2.5)


class AskedProvider(FakeProvider):
    """A provider that can tell what became of a message."""

    def __init__(self, settings=None):
        super().__init__(settings)
        self.found = {}
        self.asked = []

    def lookup(self, outgoing):
        self.asked.append(outgoing.key)
        return self.found.get(outgoing.key, Answer("later"))


class IdempotentProvider(FakeProvider):
    """A provider that delivers a message with one key once."""

    is_idempotent = True


class OutboxCommon(AutoOrderCommon):
    """Messages to a customer who can be reached by Telegram and SMS, both faked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOON)
        cls.clock = freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.env["auto.notify.rule"].search([]).active = False
        cls.env["auto.notify.channel"].search([]).active = False
        cls.env["auto.notify.message"].search([]).unlink()
        cls.env["ir.config_parameter"].set_param("auto_notify.test_mode", False)
        cls.company.resource_calendar_id.tz = "Europe/Moscow"
        cls.customer.write({"lang": "en_US", "tz": "Europe/Moscow"})
        cls.order = cls._create_order(opportunity_id=cls.deal.id)
        cls.run_events(cls)  # what was made above is no news for a test
        cls.telegram = cls._create_channel("telegram")
        cls.gateway = cls._create_channel("sms", sms_gateway="smsc")
        cls.contact = cls.env["auto.notify.contact"].create(
            {
                "channel_id": cls.telegram.id,
                "partner_id": cls.customer.id,
                "external_id": "4711",
            }
        )
        cls.outbox = cls.env["auto.notify.message"]
        cls.env.flush_all()

    @classmethod
    def _create_channel(cls, kind, **vals):
        return cls.env["auto.notify.channel"].create(
            {"name": f"Test {kind}", "kind": kind, **vals}
        )

    def setUp(self):
        super().setUp()
        self.clock.move_to(NOON)
        self.telegram_provider = FakeProvider()
        self.sms_provider = FakeProvider()
        self.providers = {
            self.telegram.id: self.telegram_provider,
            self.gateway.id: self.sms_provider,
        }
        model = self.registry["auto.notify.channel"]
        get_class = model._get_provider_class
        self.patch(model, "_get_provider", lambda c: self.providers.get(c.id))
        self.patch(
            model,
            "_get_provider_class",
            lambda c: (
                type(self.providers[c.id]) if c.id in self.providers else get_class(c)
            ),
        )

    def _use(self, provider, channel=None):
        """Let a channel have another provider in this test."""
        channel = channel or self.telegram
        self.providers[channel.id] = provider
        return provider

    @classmethod
    def _prepare_vals(cls, key="one", **vals):
        return {
            "key": key,
            "company_id": cls.company.id,
            "lead_id": cls.deal.id,
            "order_id": cls.order.id,
            "res_model": "sale.order",
            "res_id": cls.order.id,
            "partner_id": cls.customer.id,
            "body": "Your car is ready.",
            "kinds": [["telegram", 15], ["sms", 15]],
            **vals,
        }

    @classmethod
    def _create_message(cls, key="one", **vals):
        return cls.outbox._create_messages([cls._prepare_vals(key, **vals)])

    @classmethod
    def _create_many(cls, count, **vals):
        return cls.outbox._create_messages(
            [cls._prepare_vals(f"many:{number}", **vals) for number in range(count)]
        )

    @contextmanager
    def _dispatcher_env(self):
        """An environment on a cursor that may commit, as the scheduler has one."""
        with ExitStack() as stack:
            if not type(self)._registry_patched:  # tests over HTTP are there already
                stack.enter_context(self.enter_registry_test_mode())
            self.env.flush_all()
            cr = stack.enter_context(self.registry.cursor())
            yield self.env(cr=cr, su=True)
        self.env.invalidate_all()

    def _dispatch(self, batch_size=100):
        """Let the dispatcher send all that is due."""
        with self._dispatcher_env() as env:
            env["auto.notify.message"]._cron_send(batch_size=batch_size)

    def _pass(self, **delta):
        """Let time pass."""
        self.clock.tick(timedelta(**delta))

    def _pass_and_dispatch(self, minutes):
        """Let minutes pass, the dispatcher running in each."""
        for _minute in range(minutes):
            self._pass(minutes=1)
            self._dispatch()

    def _get_texts(self, provider):
        return [outgoing.text for outgoing in provider.sent]
