import base64
import hmac
from datetime import UTC, datetime

from odoo.tests import tagged

from ..tools.max_bot import MaxBot
from ..tools.provider import Media, ProviderError, Settings
from .fake_server import Reply
from .messenger_common import MessengerCase, MessengerTests

TOKEN = "f9LHodD0cOKMaukdnnahRsM"
DATE = 1_790_000_000_123
MOMENT = datetime.fromtimestamp(DATE / 1000, UTC).replace(tzinfo=None)
IVAN = {
    "user_id": 42,
    "first_name": "Ivan",
    "last_name": "Petrov",
    "is_bot": False,
    "last_activity_time": DATE,
    "name": "Ivan Petrov",
}
MID = "mid.000000000adf429c019d47d58f2b3d9e"
CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:ez-vcard 0.10.3\r\n"
    "TEL;TYPE=cell:79991112233\r\nFN:Ivan Petrov\r\nEND:VCARD\r\n"
)


def refusal(status, code, message):
    """Return an error of the Bot API."""
    return Reply(status, {"code": code, "message": message})


def sign(card, token=TOKEN):
    """Return the digest with which MAX signs a card."""
    return hmac.digest(token.encode(), card.encode(), "sha256")


@tagged("post_install", "-at_install")
class TestMaxBot(MessengerTests, MessengerCase):
    provider_class = MaxBot
    settings = Settings(
        secret=TOKEN, sender="id7700000000_bot", hook_secret="hook-secret"
    )
    accepted = {
        "message": {
            "recipient": {"chat_id": 182, "chat_type": "dialog", "user_id": 42},
            "timestamp": DATE,
            "body": {"mid": MID, "seq": 116_328_147_937_082_782, "text": "Ready"},
        }
    }
    signature_headers = ("X-Max-Bot-Api-Secret",)

    def wrap(self, kind="message_created", body=None, **values):
        """Return the JSON of a message's update."""
        message = {
            "sender": IVAN,
            "recipient": {"chat_id": 182, "chat_type": "dialog", "user_id": 7},
            "timestamp": DATE,
            "body": {"mid": MID, "seq": 1, "text": "", **(body or {})},
            **values,
        }
        return {"update_type": kind, "timestamp": DATE, "message": message}

    def read_attachment(self, kind, payload=None, **values):
        """Return the only event of a message with an attachment."""
        attachment = {"type": kind, **values}
        if payload is not None:
            attachment["payload"] = payload
        return self.read_one(self.wrap(body={"attachments": [attachment]}))

    def get_samples(self):
        """Return webhooks with one event each."""
        card = {"vcf_info": CARD, "max_info": IVAN, "hash": sign(CARD).hex()}
        url = "https://i.oneme.ru/i?r=BTFj"
        attachments = [
            {"type": "file", "payload": {"url": url}, "filename": "a", "size": 5},
            {"type": "video", "payload": {"url": url, "token": "t"}},
            {"type": "location", "latitude": 55.75, "longitude": 37.5},
            {"type": "share", "payload": {"url": url}},
        ]
        link = {"type": "forward", "message": {"mid": "m", "text": "a"}}
        button = {"timestamp": DATE, "callback_id": "c", "payload": "x", "user": IVAN}
        return [
            self.wrap(body={"text": "a", "attachments": attachments}, link=link),
            self.wrap(body={"attachments": [{"type": "contact", "payload": card}]}),
            self.wrap("message_edited", body={"text": "a"}),
            {"update_type": "message_callback", "callback": button, "message": None},
            {"update_type": "bot_started", "timestamp": DATE, "user": IVAN},
            {"update_type": "bot_stopped", "timestamp": DATE, "user": IVAN},
        ]

    def get_refusals(self):
        """Return errors of the API."""
        return [refusal(403, "chat.denied", "Key: error.dialog.suspended").body]

    # sending

    def test_a_text_to_a_person(self):
        answer = self.send(to="42")
        self.assert_answer(answer, "accepted", ref=MID)
        request = self.server.last
        self.assertEqual((request.method, request.path), ("POST", "/messages"))
        self.assertEqual(request.query, {"user_id": "42"})
        self.assertEqual(request.headers["Authorization"], TOKEN)
        self.assertEqual(request.json(), {"text": "Ready"})

    def test_a_text_to_a_chat(self):
        self.send(to="chat:-70801090403050")
        self.assertEqual(self.server.last.query, {"chat_id": "-70801090403050"})

    def test_an_address_that_is_none_is_refused(self):
        for to in ("Ivan", "-42", "42&chat_id=1", "chat:", "+7999"):
            self.assert_answer(self.send(to=to), "refused")
        self.assertEqual(self.server.requests, [])

    def test_buttons_are_an_attachment(self):
        self.send(buttons=(self.make_button(), self.make_button(title="x" * 200)))
        (attachment,) = self.server.last.json()["attachments"]
        self.assertEqual(attachment["type"], "inline_keyboard")
        rows = attachment["payload"]["buttons"]
        self.assertEqual(
            rows[0], [{"type": "callback", "text": "Yes", "payload": "confirm.7.x"}]
        )
        self.assertEqual(len(rows[1][0]["text"]), 128)

    def test_the_phone_is_asked_for_with_a_button(self):
        self.assertTrue(self.provider.can_ask_phone)
        answer = self.provider.ask_phone("42", "Who are you?", "Share the phone")
        self.assert_answer(answer, "accepted")
        (attachment,) = self.server.last.json()["attachments"]
        self.assertEqual(
            attachment["payload"]["buttons"],
            [[{"type": "request_contact", "text": "Share the phone"}]],
        )

    def test_who_does_not_want_us_is_gone(self):
        for status, code, message in (
            (403, "chat.denied", "Key: error.dialog.suspended, args: [228532008,]."),
            (403, "error.dialog.suspended", "Suspended"),
            (404, "chat.not.found", "Chat not found"),
            (404, "dialog.not.found", "No dialog"),
            (403, "chat.denied", "Key: error.dialog.notFound"),
        ):
            with self.subTest(code=code, message=message):
                answer = self.send(refusal(status, code, message))
                self.assert_answer(
                    answer, "refused", is_gone=True, code=code, error=message
                )

    def test_other_refusals_are_of_the_message(self):
        for status, code, message in (
            (400, "proto.payload", "Text is too long"),
            (403, "chat.denied", "No rights"),
            (404, "not.found", "Not found"),
        ):
            answer = self.send(refusal(status, code, message))
            self.assert_answer(answer, "refused", is_gone=False, code=code)

    def test_a_wrong_token_breaks_the_account(self):
        for status in (401, 403):
            answer = self.send(refusal(status, "verify.token", "Invalid access_token"))
            self.assert_answer(answer, "broken", error="Invalid access_token")
        answer = self.send(refusal(405, "method.not.allowed", "No"))
        self.assert_answer(answer, "broken")

    def test_too_many_requests_wait(self):
        reply = refusal(429, "too.many.requests", "Slow down")
        self.assert_answer(self.send(reply), "later", retry_after=None)
        reply.headers["Retry-After"] = "3"
        self.assert_answer(self.send(reply), "later", retry_after=3.0)
        reply = refusal(503, "service.unavailable", "Later")
        self.assert_answer(self.send(reply), "later", error="Later")

    def test_a_failure_inside_max_is_unsure(self):
        answer = self.send(refusal(500, "internal.error", "Oops"))
        self.assert_answer(answer, "unsure", error="Oops")

    def test_an_error_of_wrong_types_is_judged_by_its_status(self):
        for body in ({"code": []}, {"code": "x", "message": 5}, {"code": True}):
            with self.subTest(body=body):
                self.assert_answer(self.send(Reply(500, body)), "unsure")

    # account

    def test_a_file_may_name_the_authorities_to_trust(self):
        provider = self.make_provider(options={"ca_file": "/no/such/file"})
        # beside the usual ones: files are at other hosts
        for client in (provider.http, provider._get_file_client("https://x.example")):
            self.assertEqual(client.authorities, "/no/such/file")
            self.assertIs(client.verify, True)
        self.assertIsNone(self.provider.http.authorities)

    def test_check_names_the_bot(self):
        self.server.answer({"user_id": 7, "first_name": "Shop", "username": "id7_bot"})
        self.assertEqual(self.provider.check(), "Shop, @id7_bot")
        self.assertEqual(self.server.last.path, "/me")

    def test_check_tells_of_a_wrong_token(self):
        self.server.answer(refusal(401, "verify.token", "Invalid access_token"))
        with self.assertRaisesRegex(ProviderError, "MAX: Invalid access_token"):
            self.provider.check()

    def test_the_webhook_is_set_with_its_secret(self):
        self.server.answer({"success": True})
        self.assertTrue(self.provider.set_hook("https://shop.example/hook"))
        self.assertEqual(self.server.last.path, "/subscriptions")
        self.assertEqual(
            self.server.last.json(),
            {
                "url": "https://shop.example/hook",
                "update_types": [
                    "message_created",
                    "message_edited",
                    "message_callback",
                    "bot_started",
                    "bot_stopped",
                ],
                "secret": "hook-secret",
            },
        )

    def test_a_webhook_that_is_refused_says_why(self):
        self.server.answer({"success": False, "message": "HTTPS only"})
        with self.assertRaisesRegex(ProviderError, "HTTPS only"):
            self.provider.set_hook("https://shop.example/hook")
        for body in ({}, {"success": "yes"}):
            self.server.answer(Reply(200, body))
            with self.subTest(body=body), self.assertRaises(ProviderError):
                self.provider.set_hook("https://shop.example/hook")

    def test_the_webhook_needs_a_secret_that_max_takes(self):
        for secret in ("", "four", "two words", "x" * 257):
            provider = self.make_provider(hook_secret=secret)
            with self.subTest(secret=secret), self.assertRaises(ProviderError):
                provider.set_hook("https://shop.example/hook")
        self.assertEqual(self.server.requests, [])

    def test_the_link_opens_the_bot_with_the_token(self):
        link = "https://max.ru/id7700000000_bot?start=abc-D_1"
        self.assertEqual(self.provider.get_link("abc-D_1"), link)
        self.assertEqual(self.make_provider(sender=" ").get_link("abc"), "")

    def test_a_webhook_is_known_by_its_secret(self):
        for headers, expected in (
            ({"X-Max-Bot-Api-Secret": "hook-secret"}, True),
            ({"x-max-bot-api-secret": "hook-secret"}, True),
            ({"X-Max-Bot-Api-Secret": "hook-secre"}, False),
            ({"X-Max-Bot-Api-Secret": ""}, False),
            ({}, False),
        ):
            with self.subTest(headers=headers):
                found = self.provider.is_authentic(b"{}", headers, {})
                self.assertIs(found, expected)

    def test_a_press_is_answered_with_a_note(self):
        self.server.answer({"success": True})
        self.assertFalse(self.provider.answer_button("c1"))
        self.assertEqual(self.server.requests, [])
        self.assertTrue(self.provider.answer_button("c1", "Thank you"))
        self.assertEqual(self.server.last.path, "/answers")
        self.assertEqual(self.server.last.query, {"callback_id": "c1"})
        self.assertEqual(self.server.last.json(), {"notification": "Thank you"})
        self.server.answer(refusal(400, "callback.expired", "No"))
        self.assertFalse(self.provider.answer_button("c1", "Thank you"))

    # webhooks

    def test_a_text(self):
        event = self.read_one(self.wrap(body={"text": "When?"}))
        self.assert_event(
            event,
            "message",
            key=MID,
            sender="42",
            name="Ivan Petrov",
            text="When?",
            date=MOMENT,
            media=(),
            phone="",
        )

    def test_a_changed_text_is_a_new_message(self):
        event = self.read_one(self.wrap("message_edited", body={"text": "At six"}))
        key = f"edit:{MID}:{DATE}"
        self.assert_event(event, "message", text="✎ At six", key=key)

    def test_groups_and_bots_are_passed_over(self):
        recipient = {"chat_id": -7, "chat_type": "chat"}
        body = {"text": "a"}
        self.assertEqual(self.read(self.wrap(body=body, recipient=recipient)), [])
        bot = {**IVAN, "is_bot": True}
        self.assertEqual(self.read(self.wrap(body=body, sender=bot)), [])
        self.assertEqual(self.read(self.wrap(body=body, sender=None)), [])

    def test_files_of_each_kind(self):
        url = "https://i.oneme.ru/i?r=BTFj"
        for kind, values, expected in (
            (
                "image",
                {"payload": {"photo_id": 4, "token": "t", "url": url}},
                Media("image", url, "photo.jpg", "image/jpeg"),
            ),
            (
                "audio",
                {"payload": {"url": url, "token": "t"}},
                Media("audio", url, "audio.mp3", "audio/mpeg"),
            ),
            (
                "file",
                {"payload": {"url": url}, "filename": "a/b.pdf", "size": 12},
                Media("file", url, "b.pdf", "application/octet-stream", 12),
            ),
            (
                "video",
                {"payload": {"url": url, "token": "t"}},
                Media("video", "video:t", "video.mp4", "video/mp4"),
            ),
            (
                "sticker",
                {"payload": {"url": url, "code": "x"}},
                Media("image", url, "sticker.webp", "image/webp"),
            ),
        ):
            with self.subTest(kind=kind):
                event = self.read_attachment(kind, **values)
                self.assert_event(event, "message", media=(expected,), text="")

    def test_other_attachments_are_told_in_words(self):
        event = self.read_attachment("location", latitude=55.75, longitude=37.5)
        self.assert_event(event, "message", text="55.75, 37.5")
        event = self.read_attachment("share", {"url": "https://example.com/"})
        self.assert_event(event, "message", text="https://example.com/")
        event = self.read_attachment("contact", {"max_info": IVAN})
        self.assert_event(event, "message", text="[contact]")

    def test_a_link_in_the_text_is_not_told_twice(self):
        share = {"type": "share", "payload": {"url": "https://example.com/"}}
        text = "See https://example.com/"
        body = {"text": text, "attachments": [share]}
        self.assert_event(self.read_one(self.wrap(body=body)), "message", text=text)

    def test_what_was_passed_on_is_read_along(self):
        image = {"type": "image", "payload": {"url": "https://i.example/1"}}
        link = {
            "type": "forward",
            "sender": IVAN,
            "message": {"mid": "m", "text": "Old", "attachments": [image]},
        }
        event = self.read_one(self.wrap(body={"text": "New"}, link=link))
        self.assert_event(event, "message", text="New\nOld")
        self.assertEqual(event.media[0].ref, "https://i.example/1")
        event = self.read_one(
            self.wrap(body={"text": "New"}, link={**link, "type": "reply"})
        )
        self.assert_event(event, "message", text="New", media=())

    def test_only_a_signed_own_phone_is_vouched_for(self):
        digest = sign(CARD)
        for signature in (
            digest.hex(),
            digest.hex().upper(),
            base64.b64encode(digest).decode(),
        ):
            payload = {"vcf_info": CARD, "max_info": IVAN, "hash": signature}
            event = self.read_attachment("contact", payload)
            self.assert_event(event, "contact", phone="+79991112233", sender="42")
            self.assertEqual(event.key, MID)
        anna = {**IVAN, "user_id": 43}
        for values in (
            {"hash": ""},
            {"hash": None},
            {"hash": sign(CARD, "another token").hex()},
            {"hash": sign(CARD.replace("2233", "2234")).hex()},
            {"max_info": anna},
            {"max_info": None},
        ):
            payload = {"vcf_info": CARD, "max_info": IVAN, "hash": digest.hex()}
            with self.subTest(values=values):
                event = self.read_attachment("contact", {**payload, **values})
                text = "Ivan Petrov 79991112233"
                self.assert_event(event, "message", phone="", text=text)

    def test_a_card_with_an_e_mail_only_keeps_it(self):
        card = "BEGIN:VCARD\r\nEMAIL;TYPE=WORK:a@b.example\r\nEND:VCARD\r\n"
        event = self.read_attachment("contact", {"vcf_info": card})
        self.assert_event(event, "message", text="a@b.example")

    def test_a_press_of_a_button(self):
        callback = {
            "timestamp": DATE,
            "callback_id": "f9LH",
            "payload": "confirm.7.x",
            "user": IVAN,
        }
        data = {
            "update_type": "message_callback",
            "timestamp": DATE,
            "callback": callback,
            "message": {"recipient": {"chat_type": "dialog", "user_id": 42}},
        }
        values = {"payload": "confirm.7.x", "ref": "f9LH", "sender": "42"}
        event = self.read_one(data)
        self.assert_event(event, "button", date=MOMENT, **values)
        self.assertEqual(event.key, f"button:f9LH:{DATE}")
        self.assert_event(self.read_one({**data, "message": None}), "button", **values)
        group = {"recipient": {"chat_type": "chat", "chat_id": -7}}
        self.assertEqual(self.read({**data, "message": group}), [])

    def test_start_brings_the_token(self):
        data = {
            "update_type": "bot_started",
            "timestamp": DATE,
            "chat_id": 182,
            "user": IVAN,
            "payload": "abc-D_1",
            "user_locale": "ru",
        }
        event = self.read_one(data)
        self.assert_event(
            event,
            "start",
            key=f"start:42:{DATE}",
            payload="abc-D_1",
            sender="42",
            name="Ivan Petrov",
            date=MOMENT,
        )
        event = self.read_one({**data, "payload": None})
        self.assert_event(event, "start", payload="")

    def test_who_stops_the_bot(self):
        data = {"update_type": "bot_stopped", "timestamp": DATE, "user": IVAN}
        event = self.read_one(data)
        self.assert_event(event, "blocked", key=f"blocked:42:{DATE}", sender="42")

    def test_unknown_kinds_are_passed_over(self):
        for kind in ("dialog_muted", "message_removed", "user_added", "new_thing"):
            self.assertEqual(self.read({"update_type": kind, "timestamp": DATE}), [])
        self.assertEqual(self.read(self.wrap()), [])
        keyboard = {"type": "inline_keyboard", "payload": {"buttons": []}}
        body = {"attachments": [keyboard, {"type": "new_thing"}]}
        self.assertEqual(self.read(self.wrap(body=body)), [])

    def test_wrong_shapes_are_nonsense(self):
        good = self.wrap(body={"text": "a"})
        for data in (
            {"update_type": 5},
            {"update_type": []},
            {"update_type": "bot_started", "timestamp": DATE},
            {"update_type": "bot_started", "user": IVAN},
            {"update_type": "message_callback", "callback": "x"},
            {**good, "message": "x"},
            self.wrap(body={"text": 5}),
            self.wrap(body={"mid": None}),
            self.wrap(body={"mid": "x" * 300}),
            self.wrap(body={"attachments": {}}),
            self.wrap(body={"attachments": ["x"]}),
            self.wrap(body={"attachments": [{"type": 5}]}),
            self.wrap(body={"attachments": [{"type": "image", "payload": "x"}]}),
            self.wrap(body={"text": "a"}, sender="x"),
            self.wrap(body={"text": "a"}, sender={"first_name": "Ivan"}),
            self.wrap(body={"text": "a"}, sender={**IVAN, "user_id": 1.5}),
            self.wrap(body={"text": "a"}, timestamp=10**40),
            self.wrap(body={"text": "a"}, timestamp={}),
            self.wrap(body={"text": "a"}, recipient=[]),
        ):
            with self.subTest(data=data), self.assertRaises(ValueError):
                self.read(data)

    # files

    def test_a_file_is_fetched_without_the_token(self):
        self.server.answer(b"the photo")
        url = f"{self.server.url}/i?r=BTFj"
        self.assertEqual(self.provider.fetch(Media("image", url), 100), b"the photo")
        self.assertEqual(self.server.last.query, {"r": "BTFj"})
        self.assertNotIn("Authorization", self.server.last.headers)

    def test_a_video_s_address_is_asked_for(self):
        urls = {"mp4_1080": None, "mp4_360": f"{self.server.url}/360", "hls": "x"}
        self.server.answer({"token": "t", "urls": urls}, b"the video")
        media = Media("video", "video:t/1")
        self.assertEqual(self.provider.fetch(media, 100), b"the video")
        first, second = self.server.requests
        self.assertEqual(first.path, "/videos/t%2F1")
        self.assertEqual(first.headers["Authorization"], TOKEN)
        self.assertEqual(second.path, "/360")
        self.assertNotIn("Authorization", second.headers)

    def test_a_file_may_have_moved(self):
        moved = Reply(302, "", {"Location": "/there"})
        self.server.answer(moved, b"the photo")
        url = f"{self.server.url}/here"
        self.assertEqual(self.provider.fetch(Media("image", url), 100), b"the photo")
        self.assertEqual(self.server.last.path, "/there")

    def test_a_file_that_cannot_be_had_says_so(self):
        url = f"{self.server.url}/here"
        for ref, reply in (
            (url, Reply(302, "", {"Location": "/here"})),
            (url, Reply(302, "", {"Location": "http://localhost:1/"})),
            (url, Reply(302, "", {"Location": "http://[half"})),
            (url, Reply(302, "")),
            (url, Reply(404, "no")),
            (url, Reply(200, b"x" * 101)),
            ("http://169.254.169.254/latest/meta-data", Reply(200)),
            ("http://localhost:1/", Reply(200)),
            ("file:///etc/passwd", Reply(200)),
            ("", Reply(200)),
            ("video:t", Reply(200, {"urls": None})),
            ("video:t", Reply(200, {"urls": {"mp4_480": 5}})),
            ("video:t", refusal(404, "not.found", "No video")),
        ):
            self.server.answer(reply)
            with self.subTest(ref=ref, reply=reply), self.assertRaises(ProviderError):
                self.provider.fetch(Media("image", ref), 100)
        with self.assertRaises(ProviderError):
            self.provider.fetch(Media("file", url, size=101), 100)
