from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.auto_crm.tests.common import AutoCrmCommon

from ..tools.provider import Provider, ProviderError
from ..tools.telegram import Telegram

TOKEN = "123456:AA-very-secret"


class ToldProvider(Provider):
    """A provider that is told what to answer, and remembers what it was asked.

    :cvar answer: what the account is, or the error it has
    :cvar hooks: the webhook addresses it was given
    """

    kind = code = "telegram"
    account = Telegram.account
    answer = "My Garage, @my_garage_bot"
    hooks = ()
    takes_hook = True

    def check(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def set_hook(self, address):
        if isinstance(self.takes_hook, Exception):
            raise self.takes_hook
        type(self).hooks = (*self.hooks, address)
        return self.takes_hook

    def get_link(self, token):
        return f"https://t.example.com/bot?start={token}"

    def read_events(self, body, args):
        return []


class ChannelCommon(AutoCrmCommon):
    """The small shop with a Telegram bot, whose provider is played here."""

    shop_url = "https://shop.example.com"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["auto.notify.channel"].search([]).active = False
        parameters = cls.env["ir.config_parameter"]
        parameters.set_param("auto_notify.test_mode", False)
        parameters.set_param("web.base.url", cls.shop_url)
        cls.channel = cls._create_channel()
        cls.telegram = cls._create_channel(
            "telegram", name="Telegram", secret=TOKEN, sender="my_garage_bot"
        )

    @classmethod
    def _create_channel(cls, kind="log", **vals):
        return cls.env["auto.notify.channel"].create(
            {"name": f"Test {kind}", "kind": kind, **vals}
        )

    @contextmanager
    def play(self, **values):
        """Let the class of every channel's provider be one that is told its answers."""
        provider_class = type("Told", (ToldProvider,), values)
        model = self.registry["auto.notify.channel"]
        with patch.object(model, "_get_provider_class", lambda _self: provider_class):
            yield provider_class

    def refuse(self, **values):
        """Play a provider whose account does not work."""
        return self.play(answer=ProviderError(f"401 for token {TOKEN}"), **values)
