import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime

from odoo.tests import tagged

from ..tools.provider import Media, ProviderError, Settings
from ..tools.viber import Viber
from .fake_server import FakeServer, Reply
from .messenger_common import KEY, NONSENSE, MessengerCase, MessengerTests

TOKEN = "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9"
DATE = 1_790_000_000_123
MOMENT = datetime.fromtimestamp(DATE / 1000, UTC).replace(tzinfo=None)
IVAN = {"id": "01234567890A=", "name": "Ivan", "language": "ru", "api_version": 1}
REF = 5_741_311_803_571_721_087  # more than a float can tell apart


def refusal(status, words):
    """Return an error of the API, which is always HTTP 200."""
    return Reply(200, {"status": status, "status_message": words})


@tagged("post_install", "-at_install")
class TestViber(MessengerTests, MessengerCase):
    provider_class = Viber
    settings = Settings(secret=TOKEN, login="shopbot", sender="Shop")
    accepted = {
        "status": 0,
        "status_message": "ok",
        "message_token": REF,
        "chat_hostname": "SN-CHAT-02_",
        "billing_status": 0,
    }
    signature_headers = ("X-Viber-Content-Signature",)

    def wrap(self, **message):
        """Return the JSON of a message."""
        return {
            "event": "message",
            "timestamp": DATE,
            "message_token": REF,
            "sender": IVAN,
            "message": message,
        }

    def get_samples(self):
        """Return webhooks with one event each."""
        place = {"lat": 55.75, "lon": 37.5}
        card = {"name": "Anna", "phone_number": "7999"}
        file = {"media": "https://x/y", "file_name": "a.pdf", "size": 7}
        moment = {"timestamp": DATE, "message_token": REF}
        return [
            self.wrap(type="text", text="a", tracking_data=KEY),
            self.wrap(type="text", text="/button x"),
            self.wrap(type="file", **file),
            self.wrap(type="location", location=place),
            self.wrap(type="contact", contact=card),
            {"event": "failed", "user_id": "u", "desc": "No", **moment},
            {"event": "unsubscribed", "user_id": "u", **moment},
            {"event": "subscribed", "user": IVAN, **moment},
            self.start(subscribed=True),
        ]

    def get_refusals(self):
        """Return errors of the API."""
        return [refusal(6, "receiverNotSubscribed").body]

    # sending

    def test_a_text(self):
        answer = self.send(to="01234567890A=")
        self.assert_answer(answer, "accepted", ref="5741311803571721087")
        request = self.server.last
        self.assertEqual((request.method, request.path), ("POST", "/send_message"))
        self.assertEqual(request.headers["X-Viber-Auth-Token"], TOKEN)
        self.assertEqual(
            request.json(),
            {
                "receiver": "01234567890A=",
                "min_api_version": 1,
                "sender": {"name": "Shop"},
                "tracking_data": KEY,
                "type": "text",
                "text": "Ready",
            },
        )

    def test_the_name_has_a_limit(self):
        provider = self.make_provider(sender="Car service “Nut and Bolt” of Moscow")
        provider.send(self.make_outgoing())
        self.assertLessEqual(len(self.server.last.json()["sender"]["name"]), 28)
        self.make_provider(sender="").send(self.make_outgoing())
        self.assertEqual(self.server.last.json()["sender"]["name"], "-")

    def test_buttons_are_a_keyboard(self):
        self.send(buttons=(self.make_button(), self.make_button(title="No")))
        keyboard = self.server.last.json()["keyboard"]
        self.assertEqual(keyboard["Type"], "keyboard")
        first, second = keyboard["Buttons"]
        self.assertEqual(first["ActionType"], "reply")
        self.assertEqual(first["ActionBody"], "/button confirm.7.x")
        self.assertEqual((first["Text"], second["Text"]), ("Yes", "No"))

    def test_what_the_codes_mean(self):
        states = {
            "broken": (2, 7, 8, 9, 10, 15, 23, 24),
            "refused": (3, 4, 5, 6, 11, 13, 14, 16, 17, 18, 19, 20, 21, 22),
            "later": (12,),
            "unsure": (1, 25, 999, -1),
        }
        for state, codes in states.items():
            for code in codes:
                with self.subTest(code=code):
                    answer = self.send(refusal(code, "someWords"))
                    self.assert_answer(answer, state, code=str(code), error="someWords")
                    self.assertEqual(answer.is_gone, code in {5, 6})

    def test_a_wait_is_told_on(self):
        reply = refusal(12, "tooManyRequests")
        reply.headers["Retry-After"] = "60"
        self.assert_answer(self.send(reply), "later", retry_after=60.0)

    def test_a_code_that_is_none_is_unsure(self):
        for status in ("0", None, True, [], 1.5):
            with self.subTest(status=status):
                self.assert_answer(self.send(refusal(status, "")), "unsure")

    def test_there_is_no_asking_for_a_phone(self):
        self.assertFalse(self.provider.can_ask_phone)
        answer = self.provider.ask_phone("x", "Who are you?", "Share")
        self.assert_answer(answer, "refused")
        self.assertFalse(self.provider.answer_button("x", "Thanks"))
        self.assertEqual(self.server.requests, [])

    # account

    def test_check_names_the_account(self):
        account = {
            "status": 0,
            "status_message": "ok",
            "name": "Shop",
            "uri": "shopbot",
        }
        self.server.answer(account)
        self.assertEqual(self.provider.check(), "Shop, shopbot")
        self.assertEqual(self.server.last.path, "/get_account_info")

    def test_check_tells_of_a_wrong_token(self):
        self.server.answer(refusal(2, "invalidAuthToken"))
        with self.assertRaisesRegex(ProviderError, "Viber: invalidAuthToken"):
            self.provider.check()

    def test_the_webhook_is_set(self):
        self.server.answer({"status": 0, "status_message": "ok", "event_types": []})
        self.assertTrue(self.provider.set_hook("https://shop.example/hook"))
        self.assertEqual(self.server.last.path, "/set_webhook")
        data = self.server.last.json()
        self.assertEqual(data["url"], "https://shop.example/hook")
        self.assertIn("conversation_started", data["event_types"])
        self.assertTrue(data["send_name"])

    def test_a_webhook_that_is_refused_says_why(self):
        self.server.answer(refusal(1, "invalidUrl"))
        with self.assertRaisesRegex(ProviderError, "invalidUrl"):
            self.provider.set_hook("https://shop.example/hook")

    def test_the_link_opens_the_bot_with_the_token(self):
        link = "viber://pa?chatURI=shopbot&context=abc-D_1"
        self.assertEqual(self.provider.get_link("abc-D_1"), link)
        self.assertEqual(self.make_provider(login="").get_link("abc"), "")

    def test_a_webhook_is_known_by_its_signature(self):
        body = b'{"event": "webhook"}'
        digest = hmac.new(TOKEN.encode(), body, "sha256").hexdigest()
        name = "X-Viber-Content-Signature"
        for headers, expected in (
            ({name: digest}, True),
            ({name.lower(): digest.upper()}, True),
            ({name: digest[:-1] + "g"}, False),
            ({name: ""}, False),
            ({}, False),
        ):
            with self.subTest(headers=headers):
                found = self.provider.is_authentic(body, headers, {})
                self.assertIs(found, expected)
        self.assertFalse(self.provider.is_authentic(b"{}", {name: digest}, {}))

    # webhooks

    def test_the_probe_of_set_webhook_is_passed_over(self):
        data = {"event": "webhook", "timestamp": DATE, "message_token": 241_256_543_215}
        self.assertEqual(self.read(data), [])

    def test_a_message(self):
        event = self.read_one(self.wrap(type="text", text="When?", tracking_data=KEY))
        self.assert_event(
            event,
            "message",
            key="message:5741311803571721087",
            sender="01234567890A=",
            name="Ivan",
            text="When?",
            date=MOMENT,
            own_key=KEY,
            media=(),
        )

    def test_a_press_of_a_button_is_a_text(self):
        event = self.read_one(self.wrap(type="text", text="/button confirm.7.x"))
        self.assert_event(event, "button", payload="confirm.7.x", sender=IVAN["id"])

    def test_files_of_each_kind(self):
        url = "https://dl-media.viber.com/1/share/2/long/0/0/x.jpg"
        for kind, values, expected in (
            (
                "picture",
                {"media": url, "thumbnail": url},
                Media("image", url, "photo.jpg", "image/jpeg"),
            ),
            (
                "picture",
                {"media": url, "file_name": "IMG_1.jpg", "size": 12},
                Media("image", url, "IMG_1.jpg", "image/jpeg", 12),
            ),
            (
                "video",
                {"media": url, "duration": 4, "size": 10**20},
                Media("video", url, "video.mp4", "video/mp4"),
            ),
            (
                "file",
                {"media": url, "file_name": "a\\b/c.pdf", "size": 7},
                Media("file", url, "c.pdf", "application/octet-stream", 7),
            ),
            (
                "sticker",
                {"media": url, "sticker_id": 46_105},
                Media("image", url, "sticker.png", "image/png"),
            ),
        ):
            with self.subTest(kind=kind):
                event = self.read_one(self.wrap(type=kind, text="Look", **values))
                self.assert_event(event, "message", text="Look", media=(expected,))

    def test_other_messages_are_told_in_words(self):
        for kind, values, text in (
            ("location", {"location": {"lat": 55.75, "lon": 37.5}}, "55.75, 37.5"),
            (
                "contact",
                {"contact": {"name": "Anna", "phone_number": "+7 999 111-22-33"}},
                "Anna +79991112233",
            ),
            ("url", {"media": "https://example.com/"}, "https://example.com/"),
            ("new-thing", {}, "[new-thing]"),
        ):
            with self.subTest(kind=kind):
                event = self.read_one(self.wrap(type=kind, **values))
                self.assert_event(event, "message", text=text, phone="", media=())

    def test_what_says_nothing_is_passed_over(self):
        self.assertEqual(self.read(self.wrap(type="text", text="")), [])
        self.assertEqual(self.read(self.wrap(type="picture")), [])
        self.assertEqual(self.read(self.wrap()), [])
        self.assertEqual(self.read({"event": "client_status"}), [])

    def test_receipts_name_vibers_id(self):
        for kind, state in (
            ("delivered", "delivered"),
            ("seen", "read"),
            ("failed", "failed"),
        ):
            data = {
                "event": kind,
                "timestamp": DATE,
                "message_token": REF,
                "user_id": IVAN["id"],
                "desc": "failure description" if kind == "failed" else None,
            }
            event = self.read_one(data)
            self.assert_event(
                event,
                "receipt",
                key=f"{kind}:5741311803571721087:01234567890A=",
                ref="5741311803571721087",
                state=state,
                sender=IVAN["id"],
                date=MOMENT,
                error="failure description" if kind == "failed" else "",
            )

    def test_who_opens_the_chat_brings_the_token(self):
        data = self.start(subscribed=True)
        event = self.read_one(data)
        self.assert_event(
            event,
            "start",
            key=f"conversation_started:{REF}:01234567890A=",
            payload="abc-D_1",
            sender=IVAN["id"],
            name="Ivan",
        )
        event = self.read_one({**data, "event": "subscribed", "context": None})
        self.assert_event(event, "start", payload="")
        self.assertTrue(event.key.startswith("subscribed:"))

    def test_who_may_not_be_written_to_yet_is_welcomed_in_the_answer(self):
        data = self.start()
        self.assertEqual(self.read(data), [])
        welcome = self.welcome(data)
        self.assertEqual(welcome["type"], "text")
        self.assertEqual(welcome["text"], "This is Shop.")
        self.assertEqual(welcome["sender"], {"name": "Shop"})
        self.assertNotIn("receiver", welcome)
        [button] = welcome["keyboard"]["Buttons"]
        self.assertEqual(button["Text"], "Begin")
        # the press is the person's first message, and that subscribes
        event = self.read_one(self.wrap(type="text", text=button["ActionBody"]))
        self.assert_event(event, "start", payload="abc-D_1", sender=IVAN["id"])

    def test_who_only_opens_the_chat_again_has_said_nothing(self):
        self.assertEqual(self.read(self.start(subscribed=True, context="")), [])

    def test_a_welcome_without_a_token_begins_too(self):
        [button] = self.welcome(self.start(context=""))["keyboard"]["Buttons"]
        event = self.read_one(self.wrap(type="text", text=button["ActionBody"]))
        self.assert_event(event, "start", payload="", sender=IVAN["id"])

    def test_a_context_that_is_no_token_is_not_repeated(self):
        for context in ("two words", "x" * 500, "a\nb", "я"):
            welcome = self.welcome(self.start(context=context))
            [button] = welcome["keyboard"]["Buttons"]
            self.assertEqual(button["ActionBody"], "/start", context)

    def test_nobody_else_is_welcomed(self):
        for data in (
            self.start(subscribed=True),
            self.start(event="subscribed"),
            self.wrap(type="text", text="Hello"),
            {"event": "webhook", "timestamp": DATE},
        ):
            self.assertIsNone(self.welcome(data), data)
        for body in NONSENSE:
            answer = self.provider.answer_event(body, {}, "This is Shop.", "Begin")
            self.assertIsNone(answer)

    def start(self, **values):
        """Return the JSON of a person who opens the chat."""
        return {
            "event": "conversation_started",
            "timestamp": DATE,
            "message_token": REF,
            "type": "open",
            "context": "abc-D_1",
            "user": IVAN,
            "subscribed": False,
            **values,
        }

    def welcome(self, data):
        """Return what the webhook's answer says."""
        body = json.dumps(data).encode()
        return self.provider.answer_event(body, {}, "This is Shop.", "Begin")

    def test_who_unsubscribes(self):
        data = {
            "event": "unsubscribed",
            "timestamp": DATE,
            "user_id": IVAN["id"],
            "message_token": REF,
        }
        event = self.read_one(data)
        self.assert_event(event, "blocked", sender=IVAN["id"], date=MOMENT)
        self.assertEqual(event.key, f"unsubscribed:{REF}:01234567890A=")
        del data["message_token"]
        event = self.read_one(data)
        self.assertEqual(event.key, f"unsubscribed:{DATE}:01234567890A=")

    def test_wrong_shapes_are_nonsense(self):
        good = self.wrap(type="text", text="a")
        for data in (
            {"event": 5},
            {"event": None},
            {"event": "delivered"},
            {"event": "delivered", "message_token": 5.7e18},
            {"event": "delivered", "message_token": True},
            {"event": "unsubscribed", "timestamp": DATE},
            {"event": "unsubscribed", "user_id": "x"},
            {"event": "subscribed", "user": IVAN},
            {"event": "subscribed", "user": {}, "message_token": 1},
            {**good, "message_token": None},
            {**good, "sender": "Ivan"},
            {**good, "sender": {"name": "Ivan"}},
            {**good, "message": []},
            {**good, "timestamp": 10**40},
            {**good, "timestamp": "soon"},
            self.wrap(type="text", text=["a"]),
            self.wrap(type=5, text="a"),
            self.wrap(type="picture", media={"url": "x"}),
            self.wrap(type="location", location="here"),
            self.wrap(type="location", location={"lat": "north"}),
            self.wrap(type="file", media="x", size="big"),
        ):
            with self.subTest(data=data), self.assertRaises(ValueError):
                self.read(data)

    # files

    def test_a_file_is_fetched_without_the_token(self):
        self.server.answer(b"the photo")
        media = Media("image", f"{self.server.url}/x.jpg")
        self.assertEqual(self.provider.fetch(media, 100), b"the photo")
        self.assertNotIn("X-Viber-Auth-Token", self.server.last.headers)

    def test_a_file_opens_no_door_into_the_own_network(self):
        inside = FakeServer("secret").start()
        self.addCleanup(inside.close)
        settings = replace(
            self.provider.settings, private_hosts=(self.server.host, inside.host)
        )
        provider = Viber(settings)
        moved = Reply(302, "", {"Location": f"{inside.url}/x.jpg"})
        self.server.answer(moved)
        for ref in (f"{inside.url}/x.jpg", f"{self.server.url}/x.jpg"):
            with self.subTest(ref=ref), self.assertRaises(ProviderError):
                provider.fetch(Media("image", ref), 100)
        self.assertFalse(inside.requests)

    def test_a_file_that_cannot_be_had_says_so(self):
        url = f"{self.server.url}/x.jpg"
        for ref, reply in (
            (url, Reply(404, "expired")),
            (url, Reply(200, b"x" * 101)),
            (url, Reply(drop="middle", body=b"x" * 50)),
            ("http://10.0.0.1/x.jpg", Reply(200)),
            ("ftp://example.com/x.jpg", Reply(200)),
            ("nonsense", Reply(200)),
        ):
            self.server.answer(reply)
            with self.subTest(ref=ref), self.assertRaises(ProviderError):
                self.provider.fetch(Media("image", ref), 100)
        with self.assertRaises(ProviderError):
            self.provider.fetch(Media("file", url, size=101), 100)
