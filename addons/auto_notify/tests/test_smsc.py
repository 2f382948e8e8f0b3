import hashlib
from datetime import datetime

from freezegun import freeze_time

from odoo.tests import BaseCase, tagged

from ..tools.provider import Outgoing, ProviderError, Settings
from ..tools.smsc import SmscProvider
from .fake_server import FakeServer, Reply, get_free_port

KEY = "0123456789abcdef0123456789abcdef"
WORD = "secret word"
MOMENT = datetime.fromisoformat("2025-10-21T07:28:00")


class SmscCase(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = FakeServer().start()
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        super().setUp()
        self.server.requests.clear()

    def _provider(self, **values):
        return SmscProvider(
            Settings(
                **{
                    "url": f"{self.server.url}/sys/",
                    "login": "shop",
                    "secret": "pass:word",
                    "app_secret": WORD,
                    "private_hosts": (self.server.host,),
                    **values,
                }
            )
        )

    def _message(self, **values):
        return Outgoing(
            **{"to": "+79001234567", "text": "Готово & ждём", "key": KEY, **values}
        )

    def _send(self, *replies, **values):
        self.server.answer(*replies)
        return self._provider(**values).send(self._message())


@tagged("post_install", "-at_install")
class TestSmscSend(SmscCase):
    def test_message_is_handed_over_with_our_id(self):
        answer = self._send({"id": KEY, "cnt": 1, "cost": "4.1", "balance": "83.6"})
        self.assertEqual(
            (answer.state, answer.ref, answer.cost), ("accepted", KEY, 4.1)
        )
        request = self.server.last
        self.assertEqual((request.method, request.path), ("POST", "/sys/send.php"))
        self.assertEqual(
            request.form,
            {
                "login": "shop",
                "psw": "pass:word",
                "phones": "+79001234567",
                "mes": "Готово & ждём",
                "id": KEY,
                "charset": "utf-8",
                "fmt": "3",
                "cost": "3",
            },
        )

    def test_credentials_are_not_in_the_address(self):
        self._send({"id": 1, "cnt": 1})
        self.assertEqual(self.server.last.query, {})

    def test_api_key_is_used_without_a_login(self):
        self._send({"id": 1, "cnt": 1}, login="")
        form = self.server.last.form
        self.assertEqual(form["apikey"], "pass:word")
        self.assertNotIn("login", form)
        self.assertNotIn("psw", form)

    def test_sender_is_told_if_there_is_one(self):
        self._send({"id": 1, "cnt": 1}, sender="AutoShop")
        self.assertEqual(self.server.last.form["sender"], "AutoShop")

    def test_id_of_the_service_is_kept(self):
        self.assertEqual(self._send({"id": 77, "cnt": 2}).ref, "77")

    def test_cost_may_be_missing_or_odd(self):
        self.assertIsNone(self._send({"id": 1, "cnt": 1}).cost)
        self.assertIsNone(self._send({"id": 1, "cnt": 1, "cost": "free"}).cost)
        self.assertEqual(self._send({"id": 1, "cnt": 1, "cost": 2}).cost, 2.0)

    def test_every_error_has_its_state(self):
        for state, codes in {
            "broken": (1, 2, 3, 4, 5),
            "refused": (6, 7, 8),
            "later": (9, 10, 99),
        }.items():
            for code in codes:
                answer = self._send({"error": "words", "error_code": code})
                self.assertEqual(answer.state, state, code)
                self.assertEqual(answer.code, str(code))
                self.assertEqual(answer.error, "words")

    def test_error_may_come_with_an_id_and_as_text(self):
        answer = self._send({"error": "no money", "error_code": "3", "id": KEY})
        self.assertEqual((answer.state, answer.ref), ("broken", ""))

    def test_too_many_calls_wait_for_a_minute(self):
        answer = self._send({"error": "duplicate request, wait", "error_code": 9})
        self.assertEqual(answer.retry_after, 60)

    def test_wrong_number_is_gone(self):
        self.assertTrue(self._send({"error": "phone", "error_code": 7}).is_gone)
        self.assertFalse(self._send({"error": "forbidden", "error_code": 6}).is_gone)

    def test_error_without_words_is_named(self):
        self.assertEqual(self._send({"error_code": 6}).error, "SMSC error 6")
        self.assertEqual(self._send({"error_code": "x"}).state, "later")

    def test_long_words_are_cut(self):
        answer = self._send({"error_code": 6, "error": "w" * 5000})
        self.assertEqual(len(answer.error), 200)

    def test_unreadable_answer_is_unsure(self):
        for body in ("", "OK - 1 SMS", "<html>", "[]", "null", "{", b"\xff\xfe", {}):
            self.assertEqual(self._send(Reply(body=body)).state, "unsure", body)
        self.assertEqual(self._send({"cnt": 1}).state, "unsure")

    def test_status_of_http_counts(self):
        for status, state in {
            302: "broken",
            403: "broken",
            404: "broken",
            400: "refused",
            429: "later",
            503: "later",
            500: "unsure",
            502: "unsure",
        }.items():
            self.assertEqual(self._send(Reply(status, "oh")).state, state, status)
        self.assertEqual(self._send(Reply(500, {"id": 1})).state, "unsure")

    def test_service_may_ask_to_wait(self):
        answer = self._send(Reply(503, "busy", {"Retry-After": "120"}))
        self.assertEqual(answer.retry_after, 120)

    def test_unreachable_service_is_later(self):
        url = f"http://127.0.0.1:{get_free_port()}"
        provider = self._provider(url=url, private_hosts=("127.0.0.1",))
        self.assertEqual(provider.send(self._message()).state, "later")

    def test_private_address_is_not_called(self):
        answer = self._send({"id": 1}, private_hosts=())
        self.assertEqual(answer.state, "later")
        self.assertFalse(self.server.requests)

    def test_broken_connection_is_unsure(self):
        for drop in ("after", "middle"):
            answer = self._send(Reply(body={"id": 1, "cnt": 1}, drop=drop))
            # a reset may come before anything was sent: then nothing has left
            states = ("unsure", "later") if drop == "before" else ("unsure",)
            self.assertIn(answer.state, states, drop)

    def test_connection_closed_unread_is_later_only_if_nothing_was_sent(self):
        answer = self._send(Reply(body={"id": 1, "cnt": 1}, drop="before"))
        # who is quicker: the server hanging up, or the first byte of the request
        self.assertIn(answer.state, ("later", "unsure"))

    def test_no_answer_tells_a_secret(self):
        for reply in (Reply(drop="after"), Reply(500, "oh"), {"error_code": 2}):
            self.assertNotIn("pass:word", repr(self._send(reply)))

    def test_own_address_is_the_public_one(self):
        self.assertEqual(SmscProvider(Settings()).base, "https://smsc.ru/sys")


@tagged("post_install", "-at_install")
class TestSmscLookup(SmscCase):
    def _lookup(self, reply):
        self.server.answer(reply)
        return self._provider().lookup(self._message())

    def test_known_message_was_taken(self):
        for status in (-1, 0, 1, 2, 4, 77):
            answer = self._lookup({"status": status, "last_timestamp": 1})
            self.assertEqual((answer.state, answer.ref), ("accepted", KEY))
        request = self.server.last
        self.assertEqual(request.path, "/sys/status.php")
        self.assertEqual(request.form["phone"], "+79001234567")
        self.assertEqual(request.form["id"], KEY)
        self.assertEqual(request.form["psw"], "pass:word")

    def test_unknown_message_may_be_sent_again(self):
        for content in ({"status": -3}, {"error": "not found", "error_code": 3}):
            self.assertEqual(self._lookup(content).state, "later")

    def test_message_that_failed_is_refused(self):
        for status in (-2, 3, 20, 22, 23, 24, 25):
            answer = self._lookup({"status": status})
            self.assertEqual((answer.state, answer.code), ("refused", str(status)))
            self.assertTrue(answer.error)

    def test_nothing_is_known_without_a_good_answer(self):
        for reply in (
            {"error": "login", "error_code": 2},
            {"error": "too often", "error_code": 9},
            {},
            [],
            "oh",
            {"status": "new"},
            {"status": None},
            Reply(500, "oh"),
            Reply(drop="after"),
        ):
            self.assertIsNone(self._lookup(reply), reply)

    def test_unreachable_service_knows_nothing(self):
        provider = self._provider(private_hosts=())
        self.assertIsNone(provider.lookup(self._message()))

    def test_a_repeated_call_is_a_second_message(self):
        self.assertFalse(SmscProvider.is_idempotent)


@tagged("post_install", "-at_install")
class TestSmscCheck(SmscCase):
    def _check(self, reply, **values):
        self.server.answer(reply)
        return self._provider(**values).check()

    def test_balance_is_told(self):
        text = self._check({"balance": "83.60", "currency": "RUR"})
        self.assertEqual(text, "SMSC, account shop, balance 83.60 RUR")
        self.assertEqual(self.server.last.path, "/sys/balance.php")
        text = self._check({"balance": "83.60"}, login="")
        self.assertEqual(text, "SMSC, account by API key, balance 83.60")

    def test_errors_are_told_in_words(self):
        for code, words in {
            1: "parameter",
            2: "login and password",
            4: "blocked",
            9: "too many",
            77: "their words",
        }.items():
            with self.assertRaisesRegex(ProviderError, words) as raised:
                self._check({"error": "their words", "error_code": code})
            self.assertNotIn("pass:word", str(raised.exception))

    def test_another_service_is_seen(self):
        for reply in ("<html>", [], {}, {"ok": True}, Reply(404, "no")):
            with self.assertRaisesRegex(ProviderError, "This is not SMSC"):
                self._check(reply)

    def test_unreachable_service_is_told(self):
        with self.assertRaisesRegex(ProviderError, "not a public address"):
            self._check({"balance": "1"}, private_hosts=())


@tagged("post_install", "-at_install")
class TestSmscHook(SmscCase):
    def _sign(self, form, *names, digest="md5", word=WORD):
        text = ":".join([*(form[name] for name in names), word])
        return {**form, digest: hashlib.new(digest, text.encode()).hexdigest()}

    def _receipt(self, status="1", **values):
        return {
            "id": KEY,
            "phone": "79001234567",
            "status": status,
            "time": "21.10.2025 10:28:00",
            "ts": "1761031680",
            "err": "0",
            "cnt": "1",
            "type": "0",
            **values,
        }

    def _message_form(self, **values):
        return {
            "id": "55",
            "phone": "79001234567",
            "mes": "Когда приехать: сегодня?",
            "to": "79990000000",
            "ts": "1761031680",
            **values,
        }

    def _is_authentic(self, form, **values):
        return self._provider(**values).is_authentic(b"", {}, form)

    def test_signed_receipt_is_authentic(self):
        for digest in ("md5", "sha1"):
            form = self._sign(self._receipt(), "id", "phone", "status", digest=digest)
            self.assertTrue(self._is_authentic(form), digest)
            form[digest] = form[digest].upper()
            self.assertTrue(self._is_authentic(form), digest)

    def test_changed_receipt_is_not_authentic(self):
        form = self._sign(self._receipt("20"), "id", "phone", "status")
        for name, value in {
            "status": "1",
            "id": "1",
            "phone": "7",
            "md5": "",
            "sha1": "00",
        }.items():
            self.assertFalse(self._is_authentic({**form, name: value}), name)

    def test_receipt_without_a_signature_is_not_authentic(self):
        for form in ({}, self._receipt(), self._receipt(crc32="12345678")):
            self.assertFalse(self._is_authentic(form))

    def test_odd_signature_is_not_authentic(self):
        for value in ("", "я", "0" * 5000, "\0"):
            self.assertFalse(self._is_authentic(self._receipt(md5=value)))

    def test_another_word_is_not_authentic(self):
        form = self._sign(self._receipt(), "id", "phone", "status", word="guess")
        self.assertFalse(self._is_authentic(form))

    def test_no_word_means_not_authentic(self):
        form = self._sign(self._receipt(), "id", "phone", "status", word="")
        self.assertFalse(self._is_authentic(form, app_secret=""))

    def test_signed_message_is_authentic(self):
        form = self._sign(self._message_form(), "phone", "mes", "to")
        self.assertTrue(self._is_authentic(form))
        self.assertFalse(self._is_authentic({**form, "mes": "Другое"}))

    def test_receipt_does_not_sign_a_message(self):
        form = self._sign(self._receipt(), "id", "phone", "status")
        self.assertFalse(self._is_authentic({**form, "mes": "text"}))

    def test_receipt_is_read(self):
        [event] = self._provider().read_events(b"", self._receipt())
        self.assertEqual((event.kind, event.state), ("receipt", "delivered"))
        self.assertEqual((event.ref, event.own_key), (KEY, KEY))
        self.assertEqual(event.date, MOMENT)
        self.assertEqual((event.code, event.error), ("", ""))

    def test_every_status_has_its_state(self):
        for state, statuses in {
            "sent": ("0",),
            "delivered": ("1",),
            "read": ("2", "4"),
            "failed": ("-2", "3", "20", "22", "23", "24", "25"),
        }.items():
            for status in statuses:
                [event] = self._provider().read_events(b"", self._receipt(status))
                self.assertEqual(event.state, state, status)

    def test_failure_is_told_in_words(self):
        form = self._receipt("20", err="248")
        [event] = self._provider().read_events(b"", form)
        self.assertEqual((event.code, event.error), ("248", "cannot be delivered"))

    def test_status_that_says_nothing_is_no_event(self):
        for status in ("-1", "-3", "99"):
            events = self._provider().read_events(b"", self._receipt(status))
            self.assertEqual(events, [])

    def test_replay_has_the_same_key_and_news_another(self):
        def key(status):
            return self._provider().read_events(b"", self._receipt(status))[0].key

        self.assertEqual(key("1"), key("1"))
        self.assertNotEqual(key("0"), key("1"))

    def test_what_is_no_receipt_is_a_value_error(self):
        for form in (
            {},
            {"id": KEY},
            {"status": "1"},
            self._receipt(""),
            self._receipt("delivered"),
            self._receipt(id=""),
        ):
            with self.assertRaises(ValueError):
                self._provider().read_events(b"", form)

    def test_odd_time_is_no_time(self):
        for value in ("", "soon", "9" * 30, "-1" + "9" * 30):
            [event] = self._provider().read_events(b"", self._receipt(ts=value))
            self.assertIsNone(event.date)

    def test_answer_of_a_customer_is_read(self):
        [event] = self._provider().read_events(b"", self._message_form())
        self.assertEqual((event.kind, event.sender), ("message", "+79001234567"))
        self.assertEqual(event.text, "Когда приехать: сегодня?")
        self.assertEqual(event.phone, "+79001234567")
        self.assertEqual(event.date, MOMENT)

    def test_a_name_instead_of_a_phone_is_no_phone(self):
        form = self._message_form(phone="MyBank")
        [event] = self._provider().read_events(b"", form)
        self.assertEqual((event.sender, event.phone), ("MyBank", ""))

    @freeze_time("2035-01-02 12:00:00")
    def test_answer_has_a_key_of_what_is_signed(self):
        def key(**values):
            form = self._message_form(**values)
            return self._provider().read_events(b"", form)[0].key

        self.assertEqual(key(), key())
        for values in ({"id": "56"}, {"id": ""}, {"ts": "1761031681"}):
            self.assertEqual(key(), key(**values), "a replay is one message")
        for name in ("phone", "mes", "to"):
            self.assertNotEqual(key(), key(**{name: "79990000001"}))
        first = key()
        with freeze_time("2035-01-03 12:00:00"):
            self.assertNotEqual(first, key(), "the same words of another day are news")

    def test_verifying_get_is_refused(self):
        self.assertIsNone(self._provider().answer_hook({}))
