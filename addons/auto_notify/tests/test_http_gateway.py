import json

from odoo.tests import BaseCase, tagged

from ..tools.http_gateway import KANNEL, PLACEHOLDERS, HttpGatewayProvider, fill
from ..tools.provider import Outgoing, ProviderError, Settings
from .fake_server import FakeServer, Reply, get_free_port

KEY = "0123456789abcdef0123456789abcdef"
NASTY = """{secret} "q" \\ &a=b #% \n </b> ё 🚗"""


class GatewayCase(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = FakeServer().start()
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        super().setUp()
        self.server.requests.clear()
        self.server.answer("OK")

    def _provider(self, options=None, **values):
        return HttpGatewayProvider(
            Settings(
                **{
                    "url": self.server.url,
                    "login": "shop",
                    "secret": "pass&word",
                    "sender": "AutoShop",
                    "hook_secret": "hook-token",
                    "private_hosts": (self.server.host,),
                    "options": {"address": "/send?text={text}", **(options or {})},
                    **values,
                }
            )
        )

    def _message(self, **values):
        return Outgoing(
            **{
                "to": "+79001234567",
                "text": "Готово",
                "key": KEY,
                "callback": "https://shop.example/hook/abc",
                **values,
            }
        )

    def _send(self, *replies, options=None, message=None, **values):
        if replies:
            self.server.answer(*replies)
        return self._provider(options, **values).send(message or self._message())


@tagged("post_install", "-at_install")
class TestGatewayTemplate(GatewayCase):
    def test_every_placeholder_is_filled(self):
        query = "&".join(f"{name}={{{name}}}" for name in PLACEHOLDERS)
        self._send(options={"address": f"/send?{query}"})
        self.assertEqual(
            self.server.last.query,
            {
                "to": "+79001234567",
                "to_digits": "79001234567",
                "text": "Готово",
                "sender": "AutoShop",
                "login": "shop",
                "secret": "pass&word",
                "key": KEY,
                "callback": "https://shop.example/hook/abc",
                "hook_secret": "hook-token",
                "coding": "2",
            },
        )
        self.assertEqual(self.server.last.method, "GET")

    def test_coding_follows_the_text(self):
        options = {"address": "/send?coding={coding}"}
        self._send(options=options, message=self._message(text="Ready"))
        self.assertEqual(self.server.last.query, {"coding": "0"})

    def test_values_are_escaped_in_an_address(self):
        self._send(message=self._message(text=NASTY))
        self.assertEqual(self.server.last.query, {"text": NASTY})

    def test_values_are_escaped_in_a_form(self):
        options = {
            "method": "POST",
            "address": "/send",
            "body": "a={text}&b={login}",
            "content_type": "form",
        }
        self._send(options=options, message=self._message(text=NASTY))
        self.assertEqual(self.server.last.form, {"a": NASTY, "b": "shop"})
        self.assertEqual(
            self.server.last.headers["Content-Type"],
            "application/x-www-form-urlencoded",
        )

    def test_values_are_escaped_in_json(self):
        options = {
            "method": "POST",
            "address": "/send",
            "body": '{"messages": [{"to": "{to_digits}", "text": "{text}"}]}',
            "content_type": "json",
        }
        self._send(options=options, message=self._message(text=NASTY))
        self.assertEqual(
            self.server.last.json(),
            {"messages": [{"to": "79001234567", "text": NASTY}]},
        )
        self.assertEqual(self.server.last.headers["Content-Type"], "application/json")

    def test_values_are_plain_in_text(self):
        options = {
            "method": "POST",
            "address": "/send",
            "body": "{to} {text}",
            "content_type": "text",
        }
        self._send(options=options, message=self._message(text=NASTY))
        self.assertEqual(self.server.last.body.decode(), f"+79001234567 {NASTY}")

    def test_headers_are_filled_and_own_content_type_wins(self):
        options = {
            "method": "POST",
            "headers": {
                "Authorization": "Bearer {secret}",
                "Content-Type": "application/xml",
            },
            "body": "<a/>",
        }
        self._send(options=options)
        headers = self.server.last.headers
        self.assertEqual(headers["Authorization"], "Bearer pass&word")
        self.assertEqual(headers["Content-Type"], "application/xml")

    def test_a_value_adds_no_header(self):
        options = {"headers": {"X-Text": "{text}"}}
        self._send(options=options, message=self._message(text="a\r\nX-Evil: b"))
        self.assertEqual(self.server.last.headers["X-Text"], "a X-Evil: b")
        self.assertNotIn("X-Evil", self.server.last.headers)

    def test_a_value_is_not_a_template(self):
        self._send(message=self._message(text="{secret} {{secret}} {to}"))
        self.assertEqual(self.server.last.query["text"], "{secret} {{secret}} {to}")

    def test_other_braces_stay(self):
        values = dict.fromkeys(PLACEHOLDERS, "x")
        self.assertEqual(
            fill('{"a": {"b": "{to}"}}', values, "json"), '{"a": {"b": "x"}}'
        )

    def test_full_address_stands_for_itself(self):
        self._send(options={"address": f"{self.server.url}/full"}, url="")
        self.assertEqual(self.server.last.path, "/full")

    def test_a_value_changes_no_host(self):
        provider = self._provider({"address": "http://{login}/"}, login="evil.example/")
        self.assertEqual(provider.send(self._message()).state, "later")
        self.assertFalse(self.server.requests)

    def test_callback_gets_its_query(self):
        options = {
            "address": "/send?url={callback}",
            "callback_query": "t={hook_secret}&k={key}&s=%d",
        }
        for callback, mark in (
            ("https://a.example/h", "?"),
            ("https://a.example/?x", "&"),
        ):
            self._send(options=options, message=self._message(callback=callback))
            self.assertEqual(
                self.server.last.query["url"],
                f"{callback}{mark}t=hook-token&k={KEY}&s=%d",
            )

    def test_no_callback_has_no_query(self):
        options = {"address": "/send?url={callback}", "callback_query": "s=%d"}
        self._send(options=options, message=self._message(callback=""))
        self.assertEqual(self.server.last.query["url"], "")

    def test_percent_of_the_callback_is_written_as_the_gateway_wants(self):
        options = {
            "address": "/send?url={callback}",
            "callback_query": "t={hook_secret}&s=%d",
            "callback_percent": "%%",
        }
        message = self._message(callback="https://a.example/%20")
        self._send(options=options, message=message, hook_secret="a b")
        self.assertEqual(
            self.server.last.query["url"], "https://a.example/%%20?t=a%%20b&s=%d"
        )


@tagged("post_install", "-at_install")
class TestGatewayAnswer(GatewayCase):
    def test_good_status_is_taken_without_a_pattern(self):
        self.assertEqual(self._send("anything").state, "accepted")
        self.assertEqual(self._send(Reply(204)).state, "accepted")

    def test_pattern_of_success_decides(self):
        options = {"success": "^OK"}
        self.assertEqual(self._send("OK 12", options=options).state, "accepted")
        self.assertEqual(self._send("ERROR", options=options).state, "unsure")
        self.assertEqual(self._send("", options=options).state, "unsure")

    def test_bad_status_is_no_success(self):
        options = {"success": "^OK"}
        for status, state in {
            302: "broken",
            400: "refused",
            401: "broken",
            429: "later",
            500: "unsure",
            503: "later",
        }.items():
            answer = self._send(Reply(status, "OK"), options=options)
            self.assertEqual(answer.state, state, status)

    def test_patterns_of_failure_decide(self):
        options = {
            "refused": "bad number",
            "later": "busy|limit",
            "broken": "bad login",
        }
        for body, state in {
            "bad number 7": "refused",
            "busy": "later",
            "limit": "later",
            "bad login": "broken",
            "OK": "accepted",
        }.items():
            for status in (200, 400, 500):
                if state == "accepted" and status > 200:
                    continue
                answer = self._send(Reply(status, body), options=options)
                self.assertEqual(answer.state, state, body)

    def test_success_goes_before_failure(self):
        options = {"success": '"ok":true', "refused": "error"}
        answer = self._send('{"ok":true, "error":null}', options=options)
        self.assertEqual(answer.state, "accepted")

    def test_words_of_the_gateway_are_kept_without_secrets(self):
        options = {"broken": "login"}
        body = "bad login shop pass&word pass%26word hook-token " + "w" * 900
        answer = self._send(body, options=options)
        self.assertIn("bad login shop ***", answer.error)
        for secret in ("pass&word", "pass%26word", "hook-token"):
            self.assertNotIn(secret, answer.error)
        self.assertLess(len(answer.error), 250)

    def test_reference_is_found(self):
        for pattern, ref in {
            r'"id": ?"?(\w+)': "a17",
            r"a1\d": "a17",
            r"nothing": "",
            r"(x)?a17": "",
        }.items():
            answer = self._send('{"id": "a17"}', options={"reference": pattern})
            self.assertEqual((answer.state, answer.ref), ("accepted", ref))

    def test_gateway_may_ask_to_wait(self):
        options = {"later": "busy"}
        for reply in (
            Reply(503, "", {"Retry-After": "9"}),
            Reply(200, "busy", {"Retry-After": "9"}),
        ):
            self.assertEqual(self._send(reply, options=options).retry_after, 9)

    def test_only_the_beginning_is_searched(self):
        answer = self._send(" " + "x" * 9000 + "OK", options={"success": "OK"})
        self.assertEqual(answer.state, "unsure")

    def test_broken_connection_is_unsure(self):
        self.assertEqual(self._send(Reply(drop="after")).state, "unsure")
        # hung up at once: whether anything had gone out by then is a matter of luck
        self.assertIn(self._send(Reply(drop="before")).state, ("unsure", "later"))

    def test_unreachable_gateway_is_later(self):
        url = f"http://127.0.0.1:{get_free_port()}"
        answer = self._send(url=url, private_hosts=("127.0.0.1",))
        self.assertEqual(answer.state, "later")
        self.assertEqual(self._send(private_hosts=()).state, "later")
        self.assertFalse(self.server.requests)


@tagged("post_install", "-at_install")
class TestGatewayCheck(GatewayCase):
    def _assert_wrong(self, words, options, **values):
        """Assert that both the check and a message tell what is wrong."""
        provider = self._provider(options, **values)
        with self.assertRaisesRegex(ProviderError, words):
            provider.check()
        answer = provider.send(self._message())
        self.assertEqual(answer.state, "broken")
        self.assertRegex(answer.error, words)
        self.assertFalse(self.server.requests)

    def test_wrong_options_are_told(self):
        for words, options in {
            "success is not a regular": {"success": "("},
            "reference is not a regular": {"reference": "*"},
            "no placeholder {phone}": {"address": "/send?to={phone}"},
            "no placeholder {id}": {"callback_query": "id={id}"},
            "done is no state": {"receipt_states": {"1": "done"}},
            "headers": {"headers": "X-Key: 1"},
            "receipt_states": {"receipt_states": {"1": 1}},
            "address": {"address": 5},
            "body": {"body": {"to": "{to}"}},
            "colour": {"colour": "red"},
            "receipt_key": {"receipt_key": ["a"]},
        }.items():
            with self.subTest(words=words):
                self._assert_wrong(words, options)

    def test_missing_address_is_told(self):
        self._assert_wrong("no address", {"address": None}, url="")

    def test_wrong_content_type_is_told(self):
        answer = self._send(options={"method": "POST", "content_type": "xml"})
        self.assertEqual(answer.state, "broken")
        self.assertIn("form, json or text", answer.error)

    def test_empty_options_are_none(self):
        options = dict.fromkeys(("success", "headers", "body", "receipt_states"))
        self.assertEqual(self._send("anything", options=options).state, "accepted")

    def test_gateway_that_answers_is_told(self):
        text = self._provider().check()
        self.assertIn("127.0.0.1 answers", text)
        self.assertEqual(self.server.last.path, "/")

    def test_call_that_sends_nothing_is_made(self):
        options = {
            "check_address": "/balance?u={login}&p={secret}&to={to}",
            "check_success": "balance",
        }
        self.server.answer("balance: 5")
        self.assertIn("account shop", self._provider(options).check())
        self.assertEqual(
            self.server.last.query, {"u": "shop", "p": "pass&word", "to": ""}
        )

    def test_refusal_is_told_without_secrets(self):
        options = {"check_address": "/balance", "check_success": "balance"}
        self.server.answer(Reply(200, "wrong password pass&word"))
        with self.assertRaisesRegex(ProviderError, r"wrong password \*\*\*"):
            self._provider(options).check()
        self.server.answer(Reply(403))
        with self.assertRaisesRegex(ProviderError, "status 403"):
            self._provider({"check_address": "/balance"}).check()

    def test_silence_is_told(self):
        self.server.answer(Reply(drop="after"))
        with self.assertRaisesRegex(ProviderError, "does not answer"):
            self._provider().check()


@tagged("post_install", "-at_install")
class TestGatewayHook(GatewayCase):
    OPTIONS = {
        "receipt_token": "t",
        "receipt_key": "k",
        "receipt_ref": "id",
        "receipt_status": "s",
        "receipt_states": {"DELIVRD": "delivered", "UNDELIV": "failed"},
    }

    def test_token_proves_a_receipt(self):
        provider = self._provider(self.OPTIONS)
        self.assertTrue(provider.is_authentic(b"", {}, {"t": "hook-token"}))
        for args in (
            {},
            {"t": ""},
            {"t": "hook-toke"},
            {"t": "ы"},
            {"x": "hook-token"},
        ):
            self.assertFalse(provider.is_authentic(b"", {}, args))

    def test_no_secret_or_no_name_proves_nothing(self):
        for options, values in (
            (self.OPTIONS, {"hook_secret": ""}),
            ({**self.OPTIONS, "receipt_token": ""}, {}),
            ({}, {}),
        ):
            provider = self._provider(options, **values)
            for args in ({}, {"t": ""}, {"t": "hook-token"}, {"": "hook-token"}):
                self.assertFalse(provider.is_authentic(b"", {}, args))

    def test_receipt_is_read(self):
        args = {"k": KEY, "id": "a17", "s": "DELIVRD"}
        [event] = self._provider(self.OPTIONS).read_events(b"", args)
        self.assertEqual((event.kind, event.state), ("receipt", "delivered"))
        self.assertEqual((event.own_key, event.ref), (KEY, "a17"))
        self.assertFalse(event.error)

    def test_failure_tells_the_status(self):
        args = {"id": "a17", "s": "UNDELIV"}
        [event] = self._provider(self.OPTIONS).read_events(b"", args)
        self.assertEqual((event.state, event.code), ("failed", "UNDELIV"))
        self.assertTrue(event.error)

    def test_unknown_status_is_no_event(self):
        args = {"k": KEY, "s": "ENROUTE"}
        self.assertEqual(self._provider(self.OPTIONS).read_events(b"", args), [])

    def test_what_is_no_receipt_is_a_value_error(self):
        for args in ({}, {"s": "DELIVRD"}, {"k": KEY}, {"k": "", "id": "", "s": "1"}):
            with self.assertRaises(ValueError):
                self._provider(self.OPTIONS).read_events(b"", args)
        with self.assertRaises(ValueError):
            self._provider().read_events(b"", {"k": KEY, "s": "DELIVRD", "": "x"})

    def test_replay_has_the_same_key_and_news_another(self):
        def key(status):
            args = {"k": KEY, "s": status}
            return self._provider(self.OPTIONS).read_events(b"", args)[0].key

        self.assertEqual(key("DELIVRD"), key("DELIVRD"))
        self.assertNotEqual(key("DELIVRD"), key("UNDELIV"))

    def test_receipts_are_told_only_where_there_are_some(self):
        self.assertTrue(self._provider(self.OPTIONS).has_receipts)
        self.assertFalse(self._provider().has_receipts)


@tagged("post_install", "-at_install")
class TestKannelPreset(GatewayCase):
    """The preset against the words of Kannel 1.4.5; test_kannel has the real one."""

    def _send_by_kannel(self, *replies, **values):
        return self._send(*replies, options=KANNEL, **values)

    def test_call_is_sendsms(self):
        self._send_by_kannel(Reply(202, "0: Accepted for delivery"))
        self.assertEqual(self.server.last.path, "/cgi-bin/sendsms")
        self.assertEqual(
            self.server.last.query,
            {
                "username": "shop",
                "password": "pass&word",
                "from": "AutoShop",
                "to": "+79001234567",
                "text": "Готово",
                "charset": "UTF-8",
                "coding": "2",
                "dlr-mask": "31",
                "dlr-url": "https://shop.example/hook/abc"
                f"?token=hook-token&key={KEY}&status=%d",
            },
        )

    def test_every_answer_has_its_state(self):
        for (status, body), state in {
            (202, "0: Accepted for delivery"): "accepted",
            (202, "3: Queued for later delivery"): "accepted",
            (403, "Authorization failed for sendsms"): "broken",
            (400, "Sender missing and no global set, rejected"): "broken",
            (403, "Not routable. Do not try again."): "refused",
            (400, "Missing receiver number, rejected"): "refused",
            (400, "Empty receiver number not allowed, rejected"): "refused",
            (
                400,
                "Number(s) has/have been denied by white- and/or black-lists.",
            ): "refused",
            (400, "Charset or body misformed, rejected"): "refused",
            (503, "Temporal failure, try again later."): "later",
            (404, "Error 404"): "broken",
            (202, "Sent."): "unsure",
            (500, ""): "unsure",
        }.items():
            answer = self._send_by_kannel(Reply(status, body))
            self.assertEqual(answer.state, state, body)

    def test_every_kind_of_receipt_has_its_state(self):
        for status, state in {
            "1": "delivered",
            "2": "failed",
            "4": "sent",
            "8": "sent",
            "16": "failed",
        }.items():
            args = {"token": "hook-token", "key": KEY, "status": status}
            provider = self._provider(KANNEL)
            self.assertTrue(provider.is_authentic(b"", {}, args))
            [event] = provider.read_events(b"", args)
            self.assertEqual((event.state, event.own_key), (state, KEY))

    def test_check_sends_nothing(self):
        self.server.answer(Reply(400, "Missing receiver number, rejected"))
        self.assertIn("account shop", self._provider(KANNEL).check())
        self.assertNotIn("to", self.server.last.query)

    def test_check_tells_a_wrong_password(self):
        self.server.answer(Reply(403, "Authorization failed for sendsms"))
        with self.assertRaisesRegex(ProviderError, "Authorization failed"):
            self._provider(KANNEL).check()

    def test_preset_can_be_stored_as_json(self):
        self.assertEqual(json.loads(json.dumps(KANNEL)), KANNEL)
