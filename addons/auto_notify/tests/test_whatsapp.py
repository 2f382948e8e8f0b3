import hmac
import json
from datetime import UTC, datetime

from odoo.tests import tagged

from ..tools.provider import Media, PartlyRead, ProviderError, Settings
from ..tools.whatsapp import WhatsApp
from .fake_server import Reply
from .messenger_common import KEY, MessengerCase, MessengerTests

DATE = 1_790_000_000
MOMENT = datetime.fromtimestamp(DATE, UTC).replace(tzinfo=None)
USER_ID = "RU.13491208655302741918"
WAMID = "wamid.HBgLNzk5OTAwMDExMjIVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA"
GRAPH = "/v24.0"


def refusal(code, status=400, **values):
    """Return an error of the Graph API."""
    error = {
        "message": f"(#{code}) Something",
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": f"Details {code}"},
        "fbtrace_id": "Az8or2yhqkZfEZ",
        **values,
    }
    return Reply(status, {"error": error})


@tagged("post_install", "-at_install")
class TestWhatsApp(MessengerTests, MessengerCase):
    provider_class = WhatsApp
    settings = Settings(
        login="106540352242922",
        secret="EAAGm0PX4ZCpsBA",
        app_secret="app-secret",
        hook_secret="verify-me",
        sender="+7 999 555-44-33",
    )
    accepted = {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "79990001122", "wa_id": "79990001122"}],
        "messages": [{"id": WAMID, "message_status": "accepted"}],
    }
    signature_headers = ("X-Hub-Signature-256",)

    def wrap(self, number="106540352242922", field="messages", **values):
        """Return the JSON of a webhook."""
        metadata = {"display_phone_number": "79995554433", "phone_number_id": number}
        value = {"messaging_product": "whatsapp", "metadata": metadata, **values}
        entry = {"id": "102290129340398", "changes": [{"field": field, "value": value}]}
        return {"object": "whatsapp_business_account", "entry": [entry]}

    def wrap_message(self, kind, contacts=None, **values):
        """Return the JSON of a webhook with a message."""
        person = {"profile": {"name": "Ivan"}, "wa_id": "79990001122"}
        message = {
            "from": "79990001122",
            "id": WAMID,
            "timestamp": str(DATE),
            "type": kind,
            **values,
        }
        people = [person] if contacts is None else contacts
        return self.wrap(contacts=people, messages=[message])

    def read_message(self, kind, **values):
        """Return the only event of a message."""
        return self.read_one(self.wrap_message(kind, **values))

    def get_samples(self):
        """Return webhooks with one event each."""
        error = {"code": 131047, "title": "No", "error_data": {"details": "No"}}
        status = {"id": WAMID, "status": "failed", "timestamp": "1", "errors": [error]}
        reply = {"type": "button_reply", "button_reply": {"id": "x", "title": "Yes"}}
        place = {"latitude": 55.75, "longitude": 37.5, "name": "Cafe"}
        file = {"id": "17", "mime_type": "a/b", "filename": "c", "caption": "d"}
        card = {"name": {"formatted_name": "Anna"}, "phones": [{"phone": "7999"}]}
        people = self.wrap_message("contacts")
        value = people["entry"][0]["changes"][0]["value"]
        value["messages"][0]["contacts"] = [card]
        return [
            self.wrap(statuses=[{**status, "biz_opaque_callback_data": KEY}]),
            self.wrap_message("text", text={"body": "a"}, from_user_id=USER_ID),
            self.wrap_message("button", button={"payload": "x", "text": "Yes"}),
            self.wrap_message("interactive", interactive=reply),
            self.wrap_message("location", location=place),
            self.wrap_message("document", document=file),
            people,
        ]

    def get_refusals(self):
        """Return errors of the API."""
        return [refusal(190, error_subcode=463, is_transient=False).body]

    def test_one_odd_thing_does_not_hide_the_others(self):
        data = self.wrap_message("text", text={"body": "Hello"})
        value = data["entry"][0]["changes"][0]["value"]
        value["messages"].append({**value["messages"][0], "id": "2", "text": ["a"]})
        value["statuses"] = [
            {"id": WAMID, "status": "read", "timestamp": "soon"},
            {"id": WAMID, "status": "delivered", "timestamp": "1"},
        ]
        with self.assertRaises(PartlyRead) as raised:
            self.read(data)
        self.assertEqual(
            [
                (event.kind, event.text, event.state)
                for event in raised.exception.events
            ],
            [("receipt", "", "delivered"), ("message", "Hello", "")],
        )

    # sending

    def test_a_text_inside_the_window(self):
        answer = self.send(to="+79990001122")
        self.assert_answer(answer, "accepted", ref=WAMID)
        request = self.server.last
        self.assertEqual(request.path, f"{GRAPH}/106540352242922/messages")
        self.assertEqual(request.headers["Authorization"], "Bearer EAAGm0PX4ZCpsBA")
        self.assertEqual(
            request.json(),
            {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "biz_opaque_callback_data": KEY,
                "to": "79990001122",
                "type": "text",
                "text": {"body": "Ready", "preview_url": False},
            },
        )

    def test_a_person_without_a_phone_is_addressed_by_id(self):
        self.send(to=USER_ID)
        data = self.server.last.json()
        self.assertEqual(data["recipient"], USER_ID)
        self.assertNotIn("to", data)

    def test_an_address_that_is_none_is_refused(self):
        self.assert_answer(self.send(to="Ivan"), "refused")
        self.assertEqual(self.server.requests, [])

    def test_buttons_inside_the_window(self):
        long = self.make_button(title="Please call me back today", data="call_me.7.x")
        self.send(buttons=(self.make_button(), long, long, long))
        data = self.server.last.json()
        self.assertEqual(data["type"], "interactive")
        replies = [
            button["reply"] for button in data["interactive"]["action"]["buttons"]
        ]
        self.assertEqual(len(replies), 3)
        self.assertEqual(replies[0], {"id": "confirm.7.x", "title": "Yes"})
        self.assertEqual(replies[1]["title"], "Please call me back…")
        self.assertLessEqual(len(replies[1]["title"]), 20)
        self.assertEqual(data["interactive"]["body"], {"text": "Ready"})

    def test_a_text_too_long_for_buttons_goes_without(self):
        self.send(text="x" * 1025, buttons=(self.make_button(),))
        self.assertEqual(self.server.last.json()["type"], "text")

    def test_a_template_outside_the_window(self):
        self.send(
            is_session=False,
            lang="ru_RU",
            template="car_ready",
            parameters=("Иван", "12 000\n руб.     сегодня", ""),
            buttons=(self.make_button(),),
        )
        data = self.server.last.json()
        self.assertEqual(data["type"], "template")
        self.assertEqual(data["biz_opaque_callback_data"], KEY)
        self.assertEqual(
            data["template"],
            {
                "name": "car_ready",
                "language": {"code": "ru"},
                "components": [
                    {
                        "type": "body",
                        "parameters": [
                            {"type": "text", "text": "Иван"},
                            {"type": "text", "text": "12 000 руб. сегодня"},
                            {"type": "text", "text": "-"},
                        ],
                    },
                    {
                        "type": "button",
                        "sub_type": "quick_reply",
                        "index": "0",
                        "parameters": [{"type": "payload", "payload": "confirm.7.x"}],
                    },
                ],
            },
        )

    def test_a_template_is_not_needed_inside_the_window(self):
        self.send(is_session=True, template="car_ready", parameters=("Ivan",))
        self.assertEqual(self.server.last.json()["type"], "text")

    def test_outside_the_window_there_is_nothing_without_a_template(self):
        answer = self.send(is_session=False)
        self.assert_answer(answer, "refused", is_gone=False)
        self.assertIn("template", answer.error)
        self.assertEqual(self.server.requests, [])

    def test_languages_are_whatsapps(self):
        for lang, code in (
            ("ru_RU", "ru"),
            ("en_US", "en_US"),
            ("de_DE", "de"),
            ("pt_BR", "pt_BR"),
            ("uk", "uk"),
        ):
            self.send(is_session=False, template="a", lang=lang)
            template = self.server.last.json()["template"]
            self.assertEqual(template["language"], {"code": code})
            self.assertEqual(template["components"], [])

    def test_options_change_version_languages_and_buttons(self):
        options = {
            "version": "v30.0",
            "languages": {"ru_RU": "ru_XX"},
            "template_buttons": False,
        }
        provider = self.make_provider(options=options)
        outgoing = self.make_outgoing(
            is_session=False,
            template="a",
            lang="ru_RU",
            buttons=(self.make_button(),),
        )
        self.assert_answer(provider.send(outgoing), "accepted")
        self.assertTrue(self.server.last.path.startswith("/v30.0/"))
        template = self.server.last.json()["template"]
        self.assertEqual(template["language"], {"code": "ru_XX"})
        self.assertEqual(template["components"], [])

    def test_without_a_number_the_account_is_broken(self):
        provider = self.make_provider(login="")
        self.assert_answer(provider.send(self.make_outgoing()), "broken")

    def test_what_the_codes_mean(self):
        states = {
            "broken": (
                *(0, 3, 10, 33, 190, 200, 299, 368),
                *(131005, 131031, 131042, 131045, 133010),
            ),
            "later": (2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057),
            "refused": (
                *(100, 130472, 131008, 131009, 131021, 131026, 131030, 131047),
                *(131049, 131051, 132000, 132001, 132005, 132007, 132012),
                *(132015, 132016),
            ),
            "unsure": (1,),
        }
        for state, codes in states.items():
            for code in codes:
                with self.subTest(code=code):
                    answer = self.send(refusal(code))
                    self.assert_answer(answer, state, code=str(code))
                    self.assertEqual(answer.error, f"Details {code}")
                    self.assertEqual(answer.is_gone, code == 131026)

    def test_an_unknown_phone_number_id_breaks_the_account(self):
        answer = self.send(refusal(100, error_subcode=33))
        self.assert_answer(answer, "broken")

    def test_an_expired_token_breaks_the_account(self):
        answer = self.send(refusal(190, 401, error_subcode=463))
        self.assert_answer(answer, "broken", code="190")
        self.assert_answer(self.send(refusal(999, 401)), "broken")

    def test_unknown_codes_are_judged_by_what_else_is_told(self):
        self.assert_answer(self.send(refusal(999_999)), "refused")
        self.assert_answer(self.send(refusal(999_999, 500)), "unsure")
        self.assert_answer(self.send(refusal(999_999, is_transient=True)), "later")
        self.assert_answer(self.send(refusal(1, 500, is_transient=True)), "unsure")

    def test_a_wait_is_told_on(self):
        reply = refusal(130429, 429)
        reply.headers["Retry-After"] = "60"
        self.assert_answer(self.send(reply), "later", retry_after=60.0)
        self.assert_answer(self.send(refusal(131056)), "later", retry_after=None)

    def test_an_error_of_wrong_types_is_judged_by_its_status(self):
        for error in ("no", [], {}, {"code": "190"}, {"code": None}, {"code": [1]}):
            with self.subTest(error=error):
                answer = self.send(Reply(500, {"error": error}))
                self.assert_answer(answer, "unsure")

    # account

    def test_check_names_the_number(self):
        self.server.answer(
            {
                "display_phone_number": "+7 999 555-44-33",
                "verified_name": "Shop",
                "quality_rating": "GREEN",
                "id": "106540352242922",
            }
        )
        self.assertEqual(
            self.provider.check(), "Shop, +7 999 555-44-33 (quality GREEN)"
        )
        self.assertEqual(self.server.last.path, f"{GRAPH}/106540352242922")
        self.assertIn("verified_name", self.server.last.query["fields"])

    def test_check_tells_of_a_wrong_token(self):
        self.server.answer(refusal(190, 401))
        with self.assertRaisesRegex(ProviderError, "WhatsApp: Details 190"):
            self.provider.check()

    def test_the_webhook_is_set_by_hand(self):
        self.assertFalse(self.provider.set_hook("https://shop.example/hook"))

    def test_the_link_prepares_a_text_with_the_token(self):
        self.assertEqual(
            self.provider.get_link("abc-D_1"),
            "https://wa.me/79995554433?text=/start%20abc-D_1",
        )
        self.assertEqual(self.make_provider(sender="").get_link("abc"), "")

    def test_the_address_is_verified(self):
        good = {
            "hub.mode": "subscribe",
            "hub.verify_token": "verify-me",
            "hub.challenge": "1158201444",
        }
        self.assertEqual(self.provider.answer_hook(good), "1158201444")
        for name, value in (
            ("hub.mode", "unsubscribe"),
            ("hub.mode", None),
            ("hub.verify_token", "verify-m"),
            ("hub.verify_token", ""),
            ("hub.verify_token", None),
            ("hub.challenge", "<script>"),
            ("hub.challenge", ""),
            ("hub.challenge", None),
        ):
            with self.subTest(name=name, value=value):
                self.assertIsNone(self.provider.answer_hook({**good, name: value}))
        self.assertIsNone(self.provider.answer_hook({}))
        self.assertIsNone(self.make_provider(hook_secret="").answer_hook(good))
        empty = {**good, "hub.verify_token": ""}
        self.assertIsNone(self.make_provider(hook_secret="").answer_hook(empty))

    def test_a_webhook_is_known_by_its_signature(self):
        body = b'{"object": "whatsapp_business_account"}'
        digest = hmac.new(b"app-secret", body, "sha256").hexdigest()
        name = "X-Hub-Signature-256"
        for headers, expected in (
            ({name: f"sha256={digest}"}, True),
            ({name.lower(): f"sha256={digest}"}, True),
            ({name: f"sha1={digest}"}, False),
            ({name: digest}, False),
            ({name: f"sha256={digest[:-1]}"}, False),
            ({name: "sha256="}, False),
            ({name: ""}, False),
            ({}, False),
        ):
            with self.subTest(headers=headers):
                found = self.provider.is_authentic(body, headers, {})
                self.assertIs(found, expected)
        headers = {name: f"sha256={digest}"}
        self.assertFalse(self.provider.is_authentic(body + b" ", headers, {}))
        other = self.make_provider(app_secret="another")
        self.assertFalse(other.is_authentic(body, headers, {}))

    # messages

    def test_a_text(self):
        event = self.read_message("text", text={"body": "When?"})
        self.assert_event(
            event,
            "message",
            key=WAMID,
            sender="79990001122",
            name="Ivan",
            text="When?",
            date=MOMENT,
            phone="+79990001122",
        )

    def test_a_person_who_hides_the_phone(self):
        people = [{"profile": {"name": "Ivan"}, "user_id": USER_ID}]
        data = self.wrap_message("text", contacts=people, text={"body": "a"})
        message = data["entry"][0]["changes"][0]["value"]["messages"][0]
        del message["from"]
        message["from_user_id"] = USER_ID
        event = self.read_one(data)
        self.assert_event(event, "message", sender=USER_ID, phone="", name="Ivan")

    def test_the_phone_stays_the_address_where_both_are_told(self):
        event = self.read_message("text", text={"body": "a"}, from_user_id=USER_ID)
        self.assert_event(event, "message", sender="79990001122")

    def test_each_message_has_its_own_writer(self):
        people = [
            {"profile": {"name": "Anna"}, "wa_id": "79991112233"},
            {"profile": {"name": "Ivan"}, "wa_id": "79990001122"},
        ]
        event = self.read_message("text", contacts=people, text={"body": "a"})
        self.assertEqual(event.name, "Ivan")
        event = self.read_message("text", contacts=[], text={"body": "a"})
        self.assertEqual(event.name, "")

    def test_the_link_s_text_is_a_start(self):
        event = self.read_message("text", text={"body": "/start abc-D_1 "})
        self.assert_event(event, "start", payload="abc-D_1", phone="+79990001122")

    def test_presses_of_buttons(self):
        template = {"payload": "confirm.7.x", "text": "Yes"}
        event = self.read_message("button", button=template)
        self.assert_event(event, "button", payload="confirm.7.x", text="Yes")
        for kind in ("button_reply", "list_reply"):
            reply = {"type": kind, kind: {"id": "call_me.7.x", "title": "Call me"}}
            event = self.read_message("interactive", interactive=reply)
            self.assert_event(event, "button", payload="call_me.7.x", text="Call me")

    def test_files_of_each_kind(self):
        for kind, file, expected in (
            (
                "image",
                {"id": "17", "mime_type": "image/jpeg", "sha256": "x"},
                Media("image", "17", "photo.jpg", "image/jpeg"),
            ),
            (
                "audio",
                {"id": "17", "mime_type": "audio/ogg; codecs=opus", "voice": True},
                Media("audio", "17", "audio.ogg", "audio/ogg"),
            ),
            (
                "video",
                {"id": 17, "mime_type": "video/mp4"},
                Media("video", "17", "video.mp4", "video/mp4"),
            ),
            (
                "document",
                {"id": "17", "mime_type": "application/pdf", "filename": "a/b.pdf"},
                Media("file", "17", "b.pdf", "application/pdf"),
            ),
            ("document", {"id": "17"}, Media("file", "17", "file", "")),
            (
                "sticker",
                {"id": "17", "mime_type": "image/webp"},
                Media("image", "17", "sticker.webp", "image/webp"),
            ),
        ):
            with self.subTest(kind=kind):
                event = self.read_message(kind, **{kind: {**file, "caption": "Look"}})
                self.assert_event(event, "message", text="Look", media=(expected,))

    def test_other_messages_are_told_in_words(self):
        place = {"latitude": 55.75, "longitude": 37.5, "name": "Cafe"}
        card = {
            "name": {"formatted_name": "Anna"},
            "phones": [{"phone": "+7 999 111-22-33"}, {"phone": "7999"}],
        }
        for kind, content, text in (
            ("location", place, "Cafe 55.75, 37.5"),
            ("reaction", {"message_id": "x", "emoji": "👍"}, "👍"),
            ("button", {"text": "Yes"}, "Yes"),
            ("interactive", {"nfm_reply": {}}, "[interactive]"),
            ("order", ["anything"], "[order]"),
            ("unsupported", {"type": "poll"}, "[unsupported]"),
        ):
            with self.subTest(kind=kind):
                event = self.read_message(kind, **{kind: content})
                self.assert_event(event, "message", text=text)
        message = {**self.wrap_message("contacts")}
        value = message["entry"][0]["changes"][0]["value"]
        value["messages"][0]["contacts"] = [card]
        event = self.read_one(message)
        self.assert_event(event, "message", text="Anna +79991112233 +7999")

    def test_a_card_without_a_phone_keeps_what_it_has(self):
        for card, text in (
            ({"emails": [{"email": "a@b.example", "type": "WORK"}]}, "a@b.example"),
            (
                {
                    "name": {"formatted_name": "Anna"},
                    "org": {"company": "Vektor"},
                    "emails": [{"email": "a@b.example"}, {"email": "c@b.example"}],
                    "urls": [{"url": "https://b.example"}],
                },
                "Anna Vektor a@b.example c@b.example https://b.example",
            ),
            ({}, "[contact]"),
        ):
            with self.subTest(card=card):
                message = {**self.wrap_message("contacts")}
                value = message["entry"][0]["changes"][0]["value"]
                value["messages"][0]["contacts"] = [card]
                self.assert_event(self.read_one(message), "message", text=text)

    def test_an_answer_to_a_list_or_a_form_keeps_its_words(self):
        row = {"id": "r1", "title": "Oil change", "description": "on Monday"}
        answer = {"type": "list_reply", "list_reply": row}
        event = self.read_message("interactive", interactive=answer)
        text = "Oil change on Monday"
        self.assert_event(event, "button", payload="r1", text=text)
        answer = {"type": "list_reply", "list_reply": {"title": "Oil change"}}
        event = self.read_message("interactive", interactive=answer)
        self.assert_event(event, "message", text="Oil change")
        filled = {"flow_token": "x", "car": "Kia Rio", "works": ["oil", "brakes"]}
        for response, text in (
            (json.dumps(filled), 'Sent\ncar: Kia Rio\nworks: ["oil", "brakes"]'),
            ("Kia Rio", "Sent\nanswer: Kia Rio"),
            ("", "Sent"),
        ):
            form = {"name": "flow", "body": "Sent", "response_json": response}
            answer = {"type": "nfm_reply", "nfm_reply": form}
            event = self.read_message("interactive", interactive=answer)
            self.assert_event(event, "message", text=text)

    def test_what_says_nothing_is_passed_over(self):
        for kind, content in (
            ("system", {"type": "user_changed_number"}),
            ("request_welcome", {}),
            ("reaction", {"message_id": "x"}),
            ("text", {"body": ""}),
        ):
            with self.subTest(kind=kind):
                data = self.wrap_message(kind, **{kind: content})
                self.assertEqual(self.read(data), [])
        data = self.wrap_message("text", text={"body": "a"}, group_id="g")
        self.assertEqual(self.read(data), [])

    # receipts

    def read_status(self, status, **values):
        """Return the events of a receipt."""
        data = {
            "id": WAMID,
            "status": status,
            "timestamp": str(DATE),
            "recipient_id": "79990001122",
            **values,
        }
        return self.read(self.wrap(statuses=[data]))

    def test_receipts_carry_our_key(self):
        for status, state in (
            ("sent", "sent"),
            ("delivered", "delivered"),
            ("read", "read"),
            ("played", "read"),
        ):
            (event,) = self.read_status(status, biz_opaque_callback_data=KEY)
            self.assert_event(
                event,
                "receipt",
                key=f"{WAMID}:{status}",
                state=state,
                ref=WAMID,
                own_key=KEY,
                sender="79990001122",
                date=MOMENT,
                code="",
            )

    def test_a_failure_says_why(self):
        error = {
            "code": 131047,
            "title": "Re-engagement message",
            "message": "Re-engagement message",
            "error_data": {"details": "More than 24 hours have passed"},
        }
        (event,) = self.read_status("failed", errors=[error])
        self.assert_event(
            event,
            "receipt",
            state="failed",
            code="131047",
            error="More than 24 hours have passed",
        )
        (event,) = self.read_status("failed", errors=[{"code": 1, "title": "No"}])
        self.assert_event(event, "receipt", code="1", error="No")
        (event,) = self.read_status("failed")
        self.assert_event(event, "receipt", state="failed", code="", error="")

    def test_unknown_receipts_are_passed_over(self):
        self.assertEqual(self.read_status("deleted"), [])

    def test_one_webhook_may_bring_many_events(self):
        data = self.wrap_message("text", text={"body": "a"})
        data["entry"] *= 2
        status = {"id": WAMID, "status": "read", "recipient_user_id": USER_ID}
        data["entry"].append(self.wrap(statuses=[status, status])["entry"][0])
        events = self.read(data)
        kinds = [event.kind for event in events]
        self.assertEqual(kinds, ["message", "message", "receipt", "receipt"])
        self.assertEqual(len({event.key for event in events}), 2)
        self.assertEqual(events[2].sender, USER_ID)

    def test_other_numbers_and_fields_are_passed_over(self):
        status = {"id": WAMID, "status": "read"}
        self.assertEqual(self.read(self.wrap(number="17", statuses=[status])), [])
        data = self.wrap(field="account_update", statuses=[status])
        self.assertEqual(self.read(data), [])
        self.assertEqual(self.read(self.wrap()), [])

    def test_wrong_shapes_are_nonsense(self):
        for data in (
            {"object": "page", "entry": []},
            {"object": "whatsapp_business_account", "entry": {}},
            {"object": "whatsapp_business_account", "entry": ["x"]},
            {"object": "whatsapp_business_account", "entry": [{"changes": "x"}]},
            self.wrap(messages={}),
            self.wrap(messages=["x"]),
            self.wrap(messages=[{}]),
            self.wrap(messages=[{"type": "text", "text": {"body": "a"}}]),
            self.wrap(statuses=[{"status": "read"}]),
            self.wrap(statuses=[{"status": ["read"], "id": "x"}]),
            self.wrap_message("text", text="a"),
            self.wrap_message("text", text={"body": 5}),
            self.wrap_message("text", text={"body": "a"}, timestamp="9" * 40),
            self.wrap_message("text", text={"body": "a"}, timestamp="soon"),
            self.wrap_message("image", image={"mime_type": "image/png"}),
            self.wrap_message("image", image="x"),
            self.wrap_message("location", location={"latitude": "north"}),
            self.wrap_message("text", text={"body": "a"}, contacts=[{"profile": 1}]),
        ):
            with self.subTest(data=data), self.assertRaises(ValueError):
                self.read(data)

    # files

    def test_a_file_is_fetched_in_two_steps_with_the_token(self):
        url = f"{self.server.url}/whatsapp_business/attachments/?mid=17"
        self.server.answer({"url": url, "file_size": 9, "id": "17"}, b"the photo")
        self.assertEqual(self.provider.fetch(Media("image", "1/7"), 100), b"the photo")
        first, second = self.server.requests
        self.assertEqual(first.path, f"{GRAPH}/1%2F7")
        self.assertEqual(second.path, "/whatsapp_business/attachments/")
        for request in (first, second):
            self.assertEqual(request.headers["Authorization"], "Bearer EAAGm0PX4ZCpsBA")

    def test_the_token_goes_to_metas_hosts_only(self):
        for url in (
            "http://localhost:1/file",
            "https://evilfbsbx.com/file",
            "https://fbsbx.com.evil.example/file",
            "https://fbsbx.com@evil.example/file",
            "file:///etc/passwd",
            "",
        ):
            self.server.answer({"url": url})
            with (
                self.subTest(url=url),
                self.assertRaisesRegex(ProviderError, "not known as Meta's"),
            ):
                self.provider.fetch(Media("image", "17"), 100)

    def test_a_file_that_cannot_be_had_says_so(self):
        url = f"{self.server.url}/file"
        elsewhere = Reply(302, "", {"Location": f"{self.server.url}/other"})
        for replies in (
            [refusal(131052)],
            [{"url": url, "file_size": 101}],
            [{"url": url}, b"x" * 101],
            [{"url": url}, Reply(404, "gone")],
            [{"url": url}, elsewhere, b"not with the token"],
            [{"url": 5}],
        ):
            self.server.answer(*replies)
            with (
                self.subTest(replies=replies),
                self.assertRaises(ProviderError) as caught,
            ):
                self.provider.fetch(Media("image", "17"), 100)
            self.assert_no_secret(str(caught.exception))
