"""A messenger's client and the server it talks to, for tests without a database."""

import json
from copy import deepcopy
from dataclasses import asdict, replace

from odoo.tests import BaseCase

from ..tools.provider import (
    ANSWER_STATES,
    EVENT_KINDS,
    Button,
    Outgoing,
    ProviderError,
    Settings,
)
from .fake_server import FakeServer, Reply, get_free_port

KEY = "0123456789abcdef0123456789abcdef"
NONSENSE = (
    b"",
    b"\xff\xfe\xfa",
    b"null",
    b"[]",
    b"17",
    b'"text"',
    b"{",
    b"{}",
    b'{"a": ' * 100_000,
    b'{"a":' * 500 + b"1" + b"}" * 500,
    b'{"update_id": ' + b"9" * 5000 + b"}",
    b'{"update_id": 1e999}',
    b'{"update_id": NaN, "event": NaN, "update_type": NaN, "object": NaN}',
)
JUNK = (
    *(None, True, False, 0, -1, 1.5, 10**30, 10**400, 1e308, float("inf")),
    *("", "x", "7", "a\0b", "\ud83d", "x" * 5000),
    *([], {}, [[]], [{}], {"a": {}}, [None], ["x"]),
)


def spoil(data, values=JUNK):
    """Give copies of JSON in each of which one value is another's."""
    for path in _get_paths(data):
        for value in values:
            copy = deepcopy(data)
            part = copy
            for step in path[:-1]:
                part = part[step]
            part[path[-1]] = value
            yield copy


def _get_paths(data):
    """Give the way to each value inside of JSON."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        yield (key,)
        if isinstance(value, (dict, list)):
            yield from ((key, *path) for path in _get_paths(value))


class MessengerCase(BaseCase):
    """Base of the tests of one messenger's client.

    :cvar provider_class: the client
    :cvar settings: of an account, its address aside
    :cvar accepted: what the API answers when it has taken a message
    """

    provider_class = None
    settings = Settings(secret="token")
    accepted = {}

    def setUp(self):
        super().setUp()
        self.server = FakeServer(self.accepted).start()
        self.addCleanup(self.server.close)
        self.provider = self.make_provider()

    def make_provider(self, url=None, **values):
        """Return a client that calls the test's server."""
        url = url or self.server.url
        hosts = (url.partition("://")[2],)
        settings = replace(self.settings, url=url, private_hosts=hosts, **values)
        return self.provider_class(settings)

    def make_outgoing(self, **values):
        """Return a message."""
        return Outgoing(**{"to": "79990001122", "text": "Ready", "key": KEY, **values})

    def make_button(self, **values):
        """Return a button."""
        return Button(
            **{"code": "confirm", "title": "Yes", "data": "confirm.7.x", **values}
        )

    def send(self, *replies, **values):
        """Send a message and return the answer, given what the server says."""
        if replies:
            self.server.answer(*replies)
        return self.provider.send(self.make_outgoing(**values))

    def read(self, data, **args):  # pylint: disable=method-required-super
        """Return the events of a webhook's JSON."""
        return self.provider.read_events(json.dumps(data).encode(), args)

    def read_one(self, data):
        """Return the only event of a webhook's JSON."""
        events = self.read(data)
        self.assertEqual(len(events), 1)
        return events[0]

    def assert_event(self, event, kind, **values):
        """Check some values of an event."""
        self.assertEqual(event.kind, kind)
        for name, value in values.items():
            self.assertEqual(getattr(event, name), value, name)

    def assert_answer(self, answer, state, **values):
        """Check some values of an answer."""
        self.assertEqual(answer.state, state, answer)
        for name, value in values.items():
            self.assertEqual(getattr(answer, name), value, name)

    def assert_storable(self, event):
        """Check that a database takes an event."""
        self.assertIn(event.kind, EVENT_KINDS)
        values = asdict(event)
        date = values.pop("date")
        self.assertTrue(date is None or date.tzinfo is None)
        text = json.dumps(values, ensure_ascii=False, allow_nan=False)
        self.assertNotIn("\\u0000", text)
        text.encode()
        self.assertTrue(event.key)
        self.assertLess(len(event.key), 1000)
        self.assertLess(len(event.sender), 256)
        for name in ("text", "name", "payload", "phone", "ref", "own_key", "error"):
            self.assertIsInstance(getattr(event, name), str)

    def assert_no_secret(self, text):
        """Check that a text may be shown and logged."""
        for secret in (self.settings.secret, self.settings.hook_secret):
            if secret:
                self.assertNotIn(secret, text)


class MessengerTests:
    """What is so with every messenger: mixed into its test class."""

    def test_broken_connections_are_told_apart(self):
        self.assert_answer(self.send(Reply(drop="after")), "unsure")
        self.assert_answer(
            self.send(Reply(drop="middle", body=self.accepted)), "unsure"
        )
        lost = self.make_provider(url=f"http://127.0.0.1:{get_free_port()}")
        answer = lost.send(self.make_outgoing())
        self.assert_answer(answer, "later")
        self.assert_no_secret(answer.error)

    def test_private_addresses_are_not_called(self):
        settings = replace(self.settings, url=self.server.url)
        answer = self.provider_class(settings).send(self.make_outgoing())
        self.assert_answer(answer, "later")
        self.assertEqual(self.server.requests, [])

    def test_a_success_that_cannot_be_read_is_unsure(self):
        for body in (
            b"",
            b"<html>",
            b"[]",
            b"null",
            b"17",
            b"{}",
            b"[" * 100_000,
            b"\xff\xff",
            b'{"ok": true, "status": "0", "message": [], "messages": {}}',
            b'{"ok": true, "result": 5, "status": 0, "message": {"body": "x"}}',
            b'{"ok": "yes", "messages": [{}], "message_token": 7}',
        ):
            with self.subTest(body=body[:20]):
                self.assert_answer(self.send(Reply(body=body)), "unsure")

    def test_an_answer_of_a_server_between_is_no_refusal(self):
        states = {
            301: "broken",
            403: "broken",
            404: "broken",
            407: "refused",
            429: "later",
            500: "unsure",
            502: "unsure",
            503: "later",
            504: "unsure",
        }
        for status, state in states.items():
            for body in ("<html>No</html>", {"detail": "no"}):
                with self.subTest(status=status, body=body):
                    answer = self.send(Reply(status, body))
                    self.assert_answer(answer, state, is_gone=False)

    def test_what_cannot_be_sent_is_not_called(self):
        too_long = "x" * (self.provider.max_length + 1)
        large = self.make_button(data="x" * 65)
        for values in (
            {"to": ""},
            {"text": ""},
            {"text": " \n"},
            {"text": too_long},
            {"buttons": (large,)},
            {"buttons": (self.make_button(data=""),)},
        ):
            with self.subTest(values=values):
                answer = self.send(**values)
                self.assert_answer(answer, "refused", is_gone=False)
                self.assertTrue(answer.error)
        self.assertEqual(self.server.requests, [])

    def test_without_a_usable_token_the_account_is_broken(self):
        for secret in ("", "two words", "line\nend", "токен"):
            with self.subTest(secret=secret):
                provider = self.make_provider(secret=secret)
                self.assert_answer(provider.send(self.make_outgoing()), "broken")
                with self.assertRaises(ProviderError):
                    provider.check()
        self.assertEqual(self.server.requests, [])

    def test_the_whole_alphabet_of_a_text_arrives(self):
        text = "Готово! “5 %” <b>&amp; *_` 🚗\nhttps://example.com/?a=1&b=2"
        self.send(text=text)
        self.assertIn(json.dumps(text), self.server.last.body.decode())
        self.send(text="half \ud83d")
        self.assertEqual(len(self.server.requests), 2)

    def test_nonsense_is_no_webhook(self):
        for body in NONSENSE:
            with self.subTest(body=body[:20]), self.assertRaises(ValueError):
                self.provider.read_events(body, {})

    def test_a_spoiled_webhook_is_nonsense_or_read(self):
        for sample in self.get_samples():
            self.read_one(sample)  # good as it is
            for data in spoil(sample):
                try:
                    events = self.read(data)
                except ValueError:
                    continue
                for event in events:
                    self.assert_storable(event)

    def test_a_spoiled_answer_never_raises(self):
        for sample in (self.accepted, *self.get_refusals()):
            status = 400 if sample in self.get_refusals() else 200
            for data in spoil(sample, (None, True, -1, 10**400, "x", [], {}, [{}])):
                answer = self.send(Reply(status, data))
                self.assertIn(answer.state, ANSWER_STATES)
                self.assertIsInstance(answer.ref + answer.code + answer.error, str)

    def test_a_webhook_without_a_secret_is_never_authentic(self):
        provider = self.make_provider(secret="", hook_secret="", app_secret="")
        for value in ("", "x", "sha256=", "sha256=" + "0" * 64):
            headers = dict.fromkeys(self.signature_headers, value)
            self.assertFalse(provider.is_authentic(b"{}", headers, {}))
        self.assertFalse(provider.is_authentic(b"", {}, {}))

    def test_check_tells_what_is_wrong(self):
        for reply in (
            Reply(200, "<html>"),
            Reply(200, b"[]"),
            Reply(200, {}),
            Reply(
                200,
                {
                    "ok": True,
                    "status": 0,
                    "result": [],
                    "name": 1,
                    "first_name": 1,
                    "verified_name": 1,
                },
            ),
            Reply(502, "Bad gateway"),
            Reply(302, "", {"Location": "https://example.com/"}),
            Reply(drop="after"),
        ):
            self.server.answer(reply)
            with self.subTest(reply=reply):
                if reply.body == {} and self.provider.kind in {"max", "whatsapp"}:
                    continue  # success is told by the status alone
                with self.assertRaises(ProviderError) as caught:
                    self.provider.check()
                self.assertIn(self.provider.title, str(caught.exception))
                self.assert_no_secret(str(caught.exception))
