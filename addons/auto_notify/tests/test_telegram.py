from datetime import UTC, datetime

from odoo.tests import tagged

from ..tools.provider import Media, ProviderError, Settings
from ..tools.telegram import Telegram
from .fake_server import Reply
from .messenger_common import MessengerCase, MessengerTests

TOKEN = "123456:AAbb-cc_dd"
IVAN = {"id": 42, "is_bot": False, "first_name": "Ivan", "last_name": "Petrov"}
CHAT = {"id": 42, "type": "private", "first_name": "Ivan"}
DATE = 1_790_000_000
MOMENT = datetime.fromtimestamp(DATE, UTC).replace(tzinfo=None)
VCARD = """BEGIN:VCARD
VERSION:3.0
FN:Anna
EMAIL;TYPE=INTERNET:a@b.example
item1.EMAIL:c@b.example
END:VCARD"""


def refusal(status, description, **parameters):
    """Return an error of the Bot API."""
    body = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Reply(status, body)


@tagged("post_install", "-at_install")
class TestTelegram(MessengerTests, MessengerCase):
    provider_class = Telegram
    settings = Settings(secret=TOKEN, sender="@shop_bot", hook_secret="hook-secret")
    accepted = {
        "ok": True,
        "result": {"message_id": 17, "chat": CHAT, "date": DATE, "text": "Ready"},
    }
    signature_headers = ("X-Telegram-Bot-Api-Secret-Token",)

    def get_samples(self):
        """Return webhooks with one event each."""
        message = {"message_id": 5, "from": IVAN, "chat": CHAT, "date": DATE}
        place = {"latitude": 55.75, "longitude": 37.5}
        card = {"phone_number": "79991112233", "first_name": "I", "user_id": 42}
        photo = {"file_id": "p", "width": 90, "height": 60, "file_size": 1000}
        file = {"file_id": "f", "file_name": "a.pdf", "mime_type": "x/y"}
        query = {"id": "9", "from": IVAN, "data": "x", "message": message}
        change = {**message, "new_chat_member": {"status": "kicked"}}
        return [
            {"update_id": 1, "message": {**message, "text": "a"}},
            {"update_id": 1, "message": {**message, "contact": card}},
            {"update_id": 1, "message": {**message, "photo": [photo], "caption": "a"}},
            {"update_id": 1, "message": {**message, "document": file}},
            {"update_id": 1, "message": {**message, "location": place}},
            {"update_id": 1, "edited_message": {**message, "text": "a"}},
            {"update_id": 1, "callback_query": query},
            {"update_id": 1, "my_chat_member": change},
        ]

    def get_refusals(self):
        """Return errors of the API."""
        words = "Too Many Requests: retry after 35"
        return [refusal(429, words, retry_after=35).body]

    def read_message(self, **values):
        """Return the events of a message to the bot."""
        message = {"message_id": 5, "from": IVAN, "chat": CHAT, "date": DATE, **values}
        return self.read({"update_id": 900, "message": message})

    # sending

    def test_a_text_is_sent_plain(self):
        answer = self.send(to="42")
        self.assert_answer(answer, "accepted", ref="42/17", cost=None)
        request = self.server.last
        self.assertEqual(request.method, "POST")
        self.assertEqual(request.path, f"/bot{TOKEN}/sendMessage")
        self.assertEqual(
            request.json(),
            {
                "chat_id": "42",
                "text": "Ready",
                "link_preview_options": {"is_disabled": True},
            },
        )

    def test_buttons_stand_one_below_the_other(self):
        buttons = (self.make_button(), self.make_button(title="No", data="y" * 64))
        self.send(buttons=buttons)
        self.assertEqual(
            self.server.last.json()["reply_markup"],
            {
                "inline_keyboard": [
                    [{"text": "Yes", "callback_data": "confirm.7.x"}],
                    [{"text": "No", "callback_data": "y" * 64}],
                ]
            },
        )

    def test_the_phone_is_asked_for_with_a_keyboard(self):
        self.assertTrue(self.provider.can_ask_phone)
        answer = self.provider.ask_phone("42", "Who are you?", "Share the phone")
        self.assert_answer(answer, "accepted")
        data = self.server.last.json()
        self.assertEqual(
            data["reply_markup"]["keyboard"],
            [[{"text": "Share the phone", "request_contact": True}]],
        )

    def test_who_does_not_want_us_is_gone(self):
        for status, words in (
            (403, "Forbidden: bot was blocked by the user"),
            (403, "Forbidden: user is deactivated"),
            (403, "Forbidden: bot can't initiate conversation with a user"),
            (400, "Bad Request: chat not found"),
            (400, "Bad Request: PEER_ID_INVALID"),
        ):
            with self.subTest(words=words):
                answer = self.send(refusal(status, words))
                self.assert_answer(answer, "refused", is_gone=True, error=words)
                self.assertEqual(answer.code, str(status))

    def test_other_refusals_are_of_the_message(self):
        for words in (
            "Bad Request: message is too long",
            "Bad Request: BUTTON_DATA_INVALID",
            "Bad Request: message text is empty",
        ):
            answer = self.send(refusal(400, words))
            self.assert_answer(answer, "refused", is_gone=False, error=words)

    def test_a_wrong_token_breaks_the_account(self):
        for status, words in ((401, "Unauthorized"), (404, "Not Found")):
            answer = self.send(refusal(status, words))
            self.assert_answer(answer, "broken", error=words, code=str(status))

    def test_too_many_requests_wait(self):
        answer = self.send(
            refusal(429, "Too Many Requests: retry after 35", retry_after=35)
        )
        self.assert_answer(answer, "later", retry_after=35.0, code="429")
        answer = self.send(refusal(429, "Too Many Requests"))
        self.assert_answer(answer, "later", retry_after=None)
        answer = self.send(refusal(429, "Too Many Requests", retry_after=10**9))
        self.assert_answer(answer, "later", retry_after=86_400.0)
        answer = self.send(refusal(429, "Too Many Requests", retry_after=-5))
        self.assert_answer(answer, "later", retry_after=None)

    def test_a_failure_inside_telegram_is_unsure(self):
        answer = self.send(refusal(500, "Internal Server Error"))
        self.assert_answer(answer, "unsure", error="Internal Server Error")

    def test_an_error_of_wrong_types_is_judged_by_its_status(self):
        for values in (
            {"error_code": "400"},
            {"error_code": True},
            {"description": ["no"]},
            {"parameters": [1]},
            {"parameters": {"retry_after": "soon"}},
        ):
            body = {"ok": False, "error_code": 429, "description": "", **values}
            with self.subTest(values=values):
                self.assert_answer(self.send(Reply(429, body)), "later")

    def test_no_error_tells_the_token(self):
        broken = self.make_provider(url="http://127.0.0.1:1")
        self.assertNotIn(TOKEN, broken.send(self.make_outgoing()).error)
        self.assertNotIn(TOKEN, self.send(Reply(200, "<html>")).error)

    # account

    def test_check_names_the_bot(self):
        bot = {"id": 1, "is_bot": True, "first_name": "Shop", "username": "shop_bot"}
        self.server.answer({"ok": True, "result": bot})
        self.assertEqual(self.provider.check(), "Shop, @shop_bot")
        self.assertEqual(self.server.last.path, f"/bot{TOKEN}/getMe")

    def test_check_tells_of_a_wrong_token(self):
        self.server.answer(refusal(401, "Unauthorized"))
        with self.assertRaisesRegex(ProviderError, "Telegram: Unauthorized"):
            self.provider.check()

    def test_the_webhook_is_set_with_its_secret(self):
        self.server.answer({"ok": True, "result": True})
        self.assertTrue(self.provider.set_hook("https://shop.example/hook"))
        self.assertEqual(self.server.last.path, f"/bot{TOKEN}/setWebhook")
        self.assertEqual(
            self.server.last.json(),
            {
                "url": "https://shop.example/hook",
                "secret_token": "hook-secret",
                "allowed_updates": [
                    "message",
                    "edited_message",
                    "callback_query",
                    "my_chat_member",
                ],
            },
        )

    def test_the_webhook_needs_a_secret_that_telegram_takes(self):
        for secret in ("", "two words", "x" * 257, "ключ"):
            provider = self.make_provider(hook_secret=secret)
            with self.subTest(secret=secret), self.assertRaises(ProviderError):
                provider.set_hook("https://shop.example/hook")
        self.assertEqual(self.server.requests, [])

    def test_a_webhook_that_is_refused_says_why(self):
        self.server.answer(refusal(400, "Bad Request: bad webhook: HTTPS required"))
        with self.assertRaisesRegex(ProviderError, "HTTPS required"):
            self.provider.set_hook("http://shop.example/hook")

    def test_the_link_opens_the_bot_with_the_token(self):
        link = "https://t.me/shop_bot?start=abc-D_1"
        self.assertEqual(self.provider.get_link("abc-D_1"), link)
        self.assertEqual(self.make_provider(sender="").get_link("abc"), "")

    def test_a_webhook_is_known_by_its_secret(self):
        name = "X-Telegram-Bot-Api-Secret-Token"
        for headers, expected in (
            ({name: "hook-secret"}, True),
            ({name.lower(): "hook-secret"}, True),
            ({name.upper(): "hook-secret"}, True),
            ({name: "hook-secret "}, False),
            ({name: "Hook-secret"}, False),
            ({name: ""}, False),
            ({name: "ключ\udc80"}, False),
            ({}, False),
        ):
            with self.subTest(headers=headers):
                found = self.provider.is_authentic(b"{}", headers, {})
                self.assertIs(found, expected)

    def test_a_press_is_answered(self):
        self.server.answer({"ok": True, "result": True})
        self.assertTrue(self.provider.answer_button("77", "x" * 300))
        self.assertEqual(self.server.last.path, f"/bot{TOKEN}/answerCallbackQuery")
        data = self.server.last.json()
        self.assertEqual(data["callback_query_id"], "77")
        self.assertEqual(len(data["text"]), 200)
        self.server.answer(refusal(400, "Bad Request: query is too old"))
        self.assertFalse(self.provider.answer_button("77"))

    # webhooks

    def test_a_text(self):
        (event,) = self.read_message(text="When is it ready?")
        self.assert_event(
            event,
            "message",
            key="900",
            sender="42",
            name="Ivan Petrov",
            text="When is it ready?",
            date=MOMENT,
            media=(),
            phone="",
        )

    def test_a_replay_has_the_same_key(self):
        self.assertEqual(self.read_message(text="a"), self.read_message(text="a"))

    def test_a_name_may_be_short(self):
        (event,) = self.read_message(text="a", **{"from": {"id": 42, "username": "iv"}})
        self.assertEqual(event.name, "iv")

    def test_what_a_database_cannot_hold_is_left_out(self):
        (event,) = self.read_message(text="a\0b\ud83dc")
        self.assertEqual(event.text, "ab?c")

    def test_the_largest_photo_is_taken(self):
        sizes = [
            {"file_id": "small", "width": 90, "height": 60, "file_size": 1000},
            {"file_id": "large", "width": 1280, "height": 853, "file_size": 90_000},
            {"file_id": "middle", "width": 320, "height": 213, "file_size": 9000},
        ]
        (event,) = self.read_message(photo=sizes, caption="The dent")
        self.assert_event(event, "message", text="The dent")
        photo = Media("image", "large", "photo.jpg", "image/jpeg", 90_000)
        self.assertEqual(event.media, (photo,))

    def test_files_of_each_kind(self):
        for member, file, expected in (
            (
                "voice",
                {"file_id": "f", "mime_type": "audio/ogg", "file_size": 5},
                Media("audio", "f", "voice.ogg", "audio/ogg", 5),
            ),
            (
                "audio",
                {"file_id": "f", "file_name": "knock.m4a", "mime_type": "audio/mp4"},
                Media("audio", "f", "knock.m4a", "audio/mp4"),
            ),
            ("video", {"file_id": "f"}, Media("video", "f", "video.mp4", "video/mp4")),
            (
                "video_note",
                {"file_id": "f", "length": 240},
                Media("video", "f", "video.mp4", "video/mp4"),
            ),
            (
                "document",
                {
                    "file_id": "f",
                    "file_name": "../../etc/pass\0wd",
                    "mime_type": "text/plain",
                    "file_size": -1,
                },
                Media("file", "f", "passwd", "text/plain"),
            ),
        ):
            with self.subTest(member=member):
                (event,) = self.read_message(**{member: file})
                self.assertEqual(event.media, (expected,))

    def test_what_is_neither_text_nor_file_is_told_in_words(self):
        place = {"latitude": 55.75, "longitude": 37.5}
        card = {"phone_number": "79991112233", "first_name": "Anna", "user_id": 7}
        for values, text in (
            ({"location": place}, "55.75, 37.5"),
            (
                {"location": place, "venue": {"title": "Cafe", "address": "Main 1"}},
                "Cafe Main 1 55.75, 37.5",
            ),
            ({"contact": card}, "Anna +79991112233"),
            (
                {"contact": {"first_name": "Anna", "vcard": VCARD}},
                "Anna a@b.example c@b.example",
            ),
            ({"sticker": {"file_id": "s", "emoji": "👍"}}, "👍"),
            ({"sticker": {"file_id": "s"}}, "[sticker]"),
            ({"poll": {"id": "1"}}, "[poll]"),
        ):
            with self.subTest(values=values):
                (event,) = self.read_message(**values)
                self.assert_event(event, "message", text=text, phone="")

    def test_only_the_own_phone_is_vouched_for(self):
        card = {"phone_number": "7 (999) 111-22-33", "first_name": "I", "user_id": 42}
        (event,) = self.read_message(contact=card)
        self.assert_event(event, "contact", phone="+79991112233", sender="42")
        for other in ({"user_id": 43}, {"user_id": None}, {"user_id": "042"}):
            (event,) = self.read_message(contact={**card, **other})
            self.assert_event(event, "message", phone="")

    def test_start_brings_the_token(self):
        for text, token in (
            ("/start abc-D_1", "abc-D_1"),
            ("/start", ""),
            ("/start@shop_bot abc", "abc"),
        ):
            (event,) = self.read_message(text=text)
            self.assert_event(event, "start", payload=token, sender="42")
        (event,) = self.read_message(text="/start me up")
        self.assert_event(event, "message", text="/start me up")

    def test_a_changed_text_is_a_new_message(self):
        message = {"message_id": 5, "from": IVAN, "chat": CHAT, "date": DATE}
        data = {"update_id": 901, "edited_message": {**message, "text": "At six"}}
        self.assert_event(self.read_one(data), "message", text="✎ At six", key="901")
        self.assertEqual(self.read({"update_id": 902, "edited_message": message}), [])

    def test_a_press_of_a_button(self):
        query = {
            "id": "4382bfdwdsb323b2d9",
            "from": IVAN,
            "data": "confirm.7.x",
            "message": {"message_id": 17, "chat": CHAT, "date": 0},
        }
        event = self.read_one({"update_id": 903, "callback_query": query})
        self.assert_event(
            event,
            "button",
            key="903",
            sender="42",
            name="Ivan Petrov",
            payload="confirm.7.x",
            ref="4382bfdwdsb323b2d9",
        )
        del query["data"]
        self.assertEqual(self.read({"update_id": 904, "callback_query": query}), [])

    def test_who_blocks_the_bot(self):
        change = {
            "chat": CHAT,
            "from": IVAN,
            "date": DATE,
            "old_chat_member": {"status": "member"},
            "new_chat_member": {"status": "kicked", "until_date": 0},
        }
        event = self.read_one({"update_id": 905, "my_chat_member": change})
        self.assert_event(event, "blocked", key="905", sender="42")
        change["new_chat_member"] = {"status": "member"}
        self.assertEqual(self.read({"update_id": 906, "my_chat_member": change}), [])

    def test_groups_and_bots_are_passed_over(self):
        group = {"id": -100, "type": "supergroup", "title": "Team"}
        self.assertEqual(self.read_message(text="a", chat=group), [])
        self.assertEqual(
            self.read_message(text="a", **{"from": {"id": 1, "is_bot": True}}), []
        )

    def test_unknown_kinds_are_passed_over(self):
        self.assertEqual(self.read({"update_id": 1}), [])
        self.assertEqual(self.read({"update_id": 1, "poll": {"id": "1"}}), [])
        self.assertEqual(self.read_message(new_chat_title="Title"), [])
        self.assertEqual(self.read_message(), [])

    def test_wrong_shapes_are_nonsense(self):
        good = {"message_id": 5, "from": IVAN, "chat": CHAT, "date": DATE, "text": "a"}
        for values in (
            {"from": 42},
            {"from": {}},
            {"from": {"id": True}},
            {"from": {"id": 1.5}},
            {"from": {"id": "x" * 300}},
            {"from": {"id": 42, "is_bot": "no"}},
            {"chat": []},
            {"text": {"a": 1}},
            {"text": 5},
            {"date": 10**30},
            {"date": "yesterday"},
            {"date": [1]},
            {"photo": {"file_id": "x"}},
            {"photo": ["x"]},
            {"photo": [{"file_id": ""}]},
            {"photo": [{"width": "wide"}]},
            {"contact": "Anna"},
            {"voice": {"file_id": None}},
        ):
            data = {"update_id": 1, "message": {**good, **values}}
            with self.subTest(values=values), self.assertRaises(ValueError):
                self.read(data)
        for update_id in (None, True, 1.5, [], {}, "", "x" * 300):
            with self.subTest(update_id=update_id), self.assertRaises(ValueError):
                self.read({"update_id": update_id, "message": good})

    # files

    def test_a_file_is_fetched_in_two_steps(self):
        self.server.answer(
            {"ok": True, "result": {"file_id": "f", "file_path": "photos/file 1.jpg"}},
            b"the photo",
        )
        media = Media("image", "f", size=9)
        self.assertEqual(self.provider.fetch(media, 100), b"the photo")
        first, second = self.server.requests
        self.assertEqual(first.path, f"/bot{TOKEN}/getFile")
        self.assertEqual(first.json(), {"file_id": "f"})
        self.assertEqual(second.method, "GET")
        self.assertEqual(second.path, f"/file/bot{TOKEN}/photos/file%201.jpg")

    def test_a_file_that_is_too_large_is_refused(self):
        with self.assertRaisesRegex(ProviderError, "101 bytes"):
            self.provider.fetch(Media("file", "f", size=101), 100)
        with self.assertRaises(ProviderError):
            self.provider.fetch(Media("file", "f", size=21 * 1024 * 1024), 10**9)
        self.assertEqual(self.server.requests, [])
        found = {"ok": True, "result": {"file_path": "a"}}
        self.server.answer(found, b"x" * 101)
        with self.assertRaisesRegex(ProviderError, "cannot be had"):
            self.provider.fetch(Media("file", "f"), 100)

    def test_a_file_that_is_not_there_says_so(self):
        for replies in (
            [refusal(400, "Bad Request: file is too big")],
            [{"ok": True, "result": {}}],
            [{"ok": True, "result": {"file_path": "../../bot/getMe"}}],
            [{"ok": True, "result": {"file_path": "a"}}, Reply(404, "no")],
            [{"ok": True, "result": {"file_path": "a"}}, Reply(drop="after")],
        ):
            self.server.answer(*replies)
            with (
                self.subTest(replies=replies),
                self.assertRaises(ProviderError) as caught,
            ):
                self.provider.fetch(Media("file", "f"), 100)
            self.assertNotIn(TOKEN, str(caught.exception))
