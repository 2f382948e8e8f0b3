import json
import re
from pathlib import Path
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.http import _generate_routing_rules
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .online_common import HOUR, AutoOnlineCommon

ROOT = "/auto_planner/api/v1"
SPEC = Path(__file__).resolve().parents[3] / "docs" / "api" / "booking.openapi.json"


class AutoApiCommon(AutoOnlineCommon, HttpCase):
    """A shop's own app that may book."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.monday = cls._get_next_monday()
        cls.source = cls._create_source("App")
        cls.other_source = cls._create_source("Other app")
        cls.spec = json.loads(SPEC.read_text())

    @classmethod
    def _create_source(cls, name):
        source = cls.env["auto.request.source"].create(
            {"name": name, "can_book": True, "company_id": cls.company.id}
        )
        source.action_generate_key()
        return source

    def call(self, path, data=None, *, raw=None, source=None, key=None, **headers):
        """Call the API; with data it is a POST."""
        key = (source or self.source).key if key is None else key
        headers = {
            "X-Api-Key": key,
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if data is not None:
            raw = json.dumps(data)
        return self.url_open(ROOT + path, data=raw, headers=headers, timeout=60)

    def prepare(self, hours=0, **values):
        """Return the body of a booking so many hours after nine on Monday."""
        start = (self.monday + hours * HOUR).isoformat() + "Z"
        return {
            "id": "app-1",
            "start": start,
            "services": [self.package.id],
            "car": "О551ТР97 Lada Vesta",
            "name": "Anna",
            "phone": "+7 903 765-43-21",
            **values,
        }

    def book(self, hours=0, **values):
        return self.call("/bookings", self.prepare(hours, **values))

    def assert_refused(self, answer, status, code):
        """Check status and code of a refusal, and return its sentence."""
        self.assertEqual(
            (answer.status_code, answer.json().get("code")), (status, code)
        )
        self.assertEqual(set(answer.json()), {"error", "code"})
        self.assertIn(
            code,
            self.spec["components"]["schemas"]["Error"]["properties"]["code"]["enum"],
        )
        return answer.json()["error"]


@tagged("post_install", "-at_install")
class TestBookingApi(AutoApiCommon):
    # ------------------------------------------------------------------
    # Allowed
    # ------------------------------------------------------------------

    def test_services_are_the_menu(self):
        brand_package = self._create_package(
            "Testla brakes", brand_ids=self.brand.ids, is_instant=False
        )
        self._create_package("Not online", is_online=False)
        services = self.call("/services").json()["services"]
        self.assertEqual(
            services,
            [
                {
                    "id": self.package.id,
                    "name": "Front brakes",
                    "price_from": 1500.0,
                    "currency": self.company.currency_id.name,
                    "norm_hours": 1.5,
                    "is_instant": True,
                    "makes": [],
                    "models": [],
                },
                {
                    **services[1],
                    "id": brand_package.id,
                    "is_instant": False,
                    "makes": ["Testla"],
                },
            ],
        )

    def test_slots_are_the_free_times_of_the_days(self):
        day = self.monday.date().isoformat()
        path = f"/slots?services={self.package.id}&from={day}&to={day}"
        answer = self.call(path).json()
        self.assertEqual(answer["zone"], "Europe/Moscow")
        self.assertEqual(
            answer["slots"][0],
            {"start": f"{day}T09:00:00+03:00", "stop": f"{day}T10:30:00+03:00"},
        )
        self.assertEqual(len(answer["slots"]), 8 + 6)
        self.assertTrue(self.book().ok)
        self.assertTrue(self.book(0, id="app-2", phone="+79037654322").ok)
        answer = self.call(path).json()
        self.assertEqual(answer["slots"][0]["start"], f"{day}T10:30:00+03:00")

    def test_slots_need_no_services_and_no_days(self):
        slots = self.call("/slots").json()["slots"]
        self.assertGreater(len(slots), 200)

    def test_a_booking_is_made_with_customer_and_deal(self):
        answer = self.book(text="Knocks")
        self.assertEqual(answer.status_code, 201)
        told = answer.json()["booking"]
        booking = self.env["auto.booking"].browse(told["id"])
        self.assertEqual(booking.source, "api")
        self.assertEqual(booking.request_source_id, self.source)
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.date_start, self.monday)
        self.assertEqual(booking.partner_id.name, "Anna")
        self.assertEqual(booking.vehicle_id.license_plate, "О551ТР 97")
        self.assertEqual(booking.lead_id.wish, "Front brakes\nKnocks")
        self.assertEqual(told["services"], [self.package.id])
        self.assertTrue(told["can_move"] and told["can_cancel"])
        page = self.url_open("/booking/" + told["link"].rsplit("/", 1)[1])
        self.assertIn("You are booked", page.text)

    def test_words_alone_wait_for_an_advisor(self):
        answer = self.book(services=[], text="Knocks")
        self.assertEqual(answer.json()["booking"]["state"], "tentative")

    def test_a_time_without_an_offset_is_the_shops(self):
        answer = self.book(start=f"{self.monday.date()}T09:00")
        self.assertEqual(
            answer.json()["booking"]["start"], f"{self.monday.date()}T09:00:00+03:00"
        )

    def test_a_booking_is_read_moved_and_cancelled(self):
        number = self.book().json()["booking"]["id"]
        path = f"/bookings/{number}"
        self.assertEqual(self.call(path).json()["booking"]["state"], "confirmed")
        start = f"{self.monday.date()}T15:00:00+03:00"
        for _turn in range(2):
            moved = self.call(f"{path}/change", {"start": start}).json()["booking"]
            self.assertEqual(moved["start"], start)
        for _turn in range(2):
            told = self.call(f"{path}/cancel", {}).json()["booking"]
            self.assertEqual(told["state"], "cancelled")
            self.assertFalse(told["can_move"] or told["can_cancel"])
        booking = self.env["auto.booking"].browse(number)
        self.assertEqual(booking.move_count, 1)
        self.assertFalse(booking.slot_ids)

    def test_refusals_are_in_the_callers_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.book()
        self.book(id="app-2", phone="+79037654322")
        bookings = self.env.registry["auto.booking"]
        with patch.object(
            bookings, "_format_time", lambda self, _moment: self.env.lang
        ):
            for lang in ("en_US", "ru_RU"):
                answer = self.call(
                    "/bookings",
                    self.prepare(id="app-3", phone="+79037654323"),
                    Accept_Language=lang[:2],
                )
                self.assertIn(lang, answer.json()["error"])

    # ------------------------------------------------------------------
    # Replay
    # ------------------------------------------------------------------

    def test_the_same_id_is_the_same_booking(self):
        first = self.book()
        again = self.book(3, phone="+79037654399")
        self.assertEqual((first.status_code, again.status_code), (201, 200))
        self.assertEqual(first.json(), again.json())
        self.assertEqual(len(self.source.booking_ids), 1)
        other = self.call("/bookings", self.prepare(3), source=self.other_source)
        self.assertEqual(other.status_code, 201)  # its own ids

    def test_the_same_id_at_the_same_time_is_one_booking(self):
        first = self.book()
        from ..controllers.api import BookingApi

        search, blind = BookingApi._search_booking, [True]

        def search_blind(controller, source, **values):
            if blind and blind.pop():
                return self.env["auto.booking"]
            return search(controller, source, **values)

        with patch.object(BookingApi, "_search_booking", search_blind):
            again = self.book(3)
        self.assertEqual(again.status_code, 200)
        self.assertEqual(first.json(), again.json())

    def test_only_the_same_id_is_the_same_booking(self):
        bookings = self.env.registry["auto.booking"]
        error = IntegrityError("Another constraint")
        with (
            patch.object(bookings, "_book_online", side_effect=error),
            mute_logger("odoo.addons.auto_planner.controllers.common"),
        ):
            answer = self.book()
        self.assert_refused(answer, 400, "invalid")
        self.assertEqual(self.book().status_code, 201)

    def test_what_only_staff_should_read_is_no_answer(self):
        number = self.book().json()["booking"]["id"]
        bookings = self.env.registry["auto.booking"]
        words = UserError("Lift 1 is taken by Ivan.")
        with (
            patch.object(bookings, "_receive_online_request", side_effect=words),
            patch.object(bookings, "_write_facts", side_effect=words),
            mute_logger("odoo.addons.auto_planner.controllers.common"),
        ):
            for answer in (
                self.book(3, id="app-2"),
                self.call(f"/bookings/{number}/cancel", {}),
            ):
                text = self.assert_refused(answer, 400, "invalid")
                self.assertEqual(text, "This cannot be sent now. Please call us.")
        self.assertEqual(len(self.source.booking_ids), 1)
        self.assertEqual(self.source.booking_ids.state, "confirmed")

    def test_a_refused_booking_may_be_tried_again(self):
        self.assert_refused(self.book(phone=""), 400, "invalid")
        self.assertEqual(self.book().status_code, 201)

    # ------------------------------------------------------------------
    # Refused
    # ------------------------------------------------------------------

    def test_without_the_right_key_nothing_is_told(self):
        number = self.book().json()["booking"]["id"]
        key = self.source.key
        for wrong in ("", "x", key[:-1] + ("A" if key[-1] != "A" else "B"), key[9:]):
            with mute_logger("odoo.addons.auto_planner.controllers.api"):
                for path, data in (
                    ("/services", None),
                    ("/slots", None),
                    ("/bookings", self.prepare(3)),
                    (f"/bookings/{number}", None),
                    (f"/bookings/{number}/change", {"start": "2035-01-08"}),
                    (f"/bookings/{number}/cancel", {}),
                ):
                    self.assert_refused(self.call(path, data, key=wrong), 401, "key")
        self.assertEqual(len(self.source.booking_ids), 1)

    def test_a_key_for_requests_only_does_not_book(self):
        self.source.can_book = False
        self.assert_refused(self.book(), 403, "closed")
        self.assert_refused(self.call("/services"), 403, "closed")

    def test_a_booking_of_another_key_is_as_unknown_as_none(self):
        number = self.book().json()["booking"]["id"]
        staff = self._create_booking(5)
        held = self._hold(7)
        for one in (number, staff.id, held.id, 0, 2**31 - 1, 2**70):
            for suffix, data in (
                ("", None),
                ("/cancel", {}),
                ("/change", {"start": self.monday.isoformat()}),
            ):
                answer = self.call(
                    f"/bookings/{one}{suffix}", data, source=self.other_source
                )
                text = self.assert_refused(answer, 404, "unknown")
                self.assertEqual(text, "There is no such booking.")
        self.assertEqual(self.source.booking_ids.state, "confirmed")

    def test_a_taken_time_is_refused_with_the_next(self):
        self.book()
        self.book(id="app-2", phone="+79037654322")
        text = self.assert_refused(
            self.book(id="app-3", phone="+79037654323"), 409, "taken"
        )
        self.assertIn("10:30", text)
        self.assertNotIn("Anna", text)
        self.assertEqual(len(self.source.booking_ids), 2)

    def test_a_phone_with_enough_bookings_is_refused(self):
        self.book()
        self.book(2, id="app-2")
        text = self.assert_refused(self.book(5, id="app-3"), 409, "limit")
        self.assertIn("2 booking(s)", text)
        held = self.env["auto.booking"].search([("date_hold", "!=", False)])
        self.assertFalse(held)

    def test_too_late_is_too_late(self):
        number = self.book().json()["booking"]["id"]
        self.company.auto_booking_change_hours = 24 * 40
        answer = self.call(f"/bookings/{number}/cancel", {})
        self.assert_refused(answer, 409, "late")
        start = {"start": f"{self.monday.date()}T15:00"}
        answer = self.call(f"/bookings/{number}/change", start)
        self.assert_refused(answer, 409, "late")

    def test_what_makes_no_sense_is_refused_and_never_an_error_of_the_server(self):
        other = self.env["fleet.vehicle.model.brand"].create({"name": "Otherla"})
        unfit = self._create_package("Otherla brakes", brand_ids=other.ids)
        self.source.limit_address = 1000
        for values in (
            {"id": ""},
            {"id": None},
            {"id": {}},
            {"start": None},
            {"start": "tomorrow"},
            {"start": "9999-12-31T23:59:59"},
            {"start": "0001-01-01T00:00+23:00"},
            {"start": ["2035-01-08"]},
            {"services": "1"},
            {"services": [10**12]},
            {"services": ["9" * 5000]},
            {"services": [None]},
            {"services": [{}]},
            {"services": [True]},
            {"services": list(range(1000))},
            {"services": [], "text": ""},
            {"services": [unfit.id], "car": "Testla Rio"},
            {"phone": "12"},
            {"phone": {"a": 1}},
            {"email": "nobody"},
        ):
            with self.subTest(values=str(values)[:60]):
                self.assert_refused(self.book(**values), 400, "invalid")
        for raw in ("", "x", "[]", "null", "{", '"x"', "[" * 50_000, b"\xff\xfe"):
            with self.subTest(raw=raw[:10]):
                answer = self.call("/bookings", raw=raw or " ")
                self.assert_refused(answer, 400, "invalid")
        for query in (
            "services=0",
            "services=x",
            "services=" + "9" * 5000,
            f"services={unfit.id}&car=Testla%20Rio",
            "from=x",
            "from=0001-01-01",
            "to=9999-12-31",
            "from=2026-01-01&to=2027-01-01",
        ):
            with self.subTest(query=query[:40]):
                self.assert_refused(self.call(f"/slots?{query}"), 400, "invalid")
        self.assertFalse(self.source.booking_ids)

    def test_strange_texts_are_kept_as_texts(self):
        answer = self.book(name="A\x00'; --", text="<b>\ud800", car="\x00")
        self.assertEqual(answer.status_code, 201)
        booking = self.source.booking_ids
        self.assertEqual(booking.partner_id.name, "A'; --")

    def test_too_large_a_body_is_not_read(self):
        self.assert_refused(self.book(text="x" * 70_000), 413, "size")

    def test_too_many_calls_are_refused_for_a_while(self):
        self.source.limit_address = 3
        for _turn in range(3):
            self.assertTrue(self.call("/services", X_Visitor_Address="1.2.3.4").ok)
        answer = self.call("/services", X_Visitor_Address="1.2.3.4")
        self.assert_refused(answer, 429, "rate")
        self.assertEqual(answer.headers["Retry-After"], "60")
        self.assertTrue(self.call("/services", X_Visitor_Address="1.2.3.5").ok)
        self.source.limit_source = 5  # four were answered, a refused one is no call
        self.assertTrue(self.call("/services", X_Visitor_Address="1.2.3.5").ok)
        answer = self.call("/services", X_Visitor_Address="1.2.3.6")
        self.assert_refused(answer, 429, "rate")
        self.assertTrue(self.call("/services", source=self.other_source).ok)

    # ------------------------------------------------------------------
    # The description
    # ------------------------------------------------------------------

    def test_every_route_is_described_and_every_description_is_a_route(self):
        rules = _generate_routing_rules(["auto_planner"], nodb_only=False)
        routes = {
            (re.sub(r"<int:(\w+)>", r"{\1}", url.removeprefix(ROOT)), method)
            for url, endpoint in rules
            if url.startswith(ROOT)
            for method in endpoint.routing["methods"]
        }
        described = {
            (path, method.upper())
            for path, item in self.spec["paths"].items()
            for method in item
            if method in ("get", "post")
        }
        self.assertEqual(routes, described)

    def test_the_description_refers_to_nothing_that_is_not_there(self):
        for ref in re.findall(r'"\$ref": "#/([^"]+)"', SPEC.read_text()):
            node = self.spec
            for part in ref.split("/"):
                self.assertIn(part, node, ref)
                node = node[part]

    def test_answers_are_as_described(self):
        number = self.book().json()["booking"]["id"]
        day = self.monday.date()
        for call, path, method, status in (
            (self.call("/services"), "/services", "get", "200"),
            (self.call(f"/slots?from={day}&to={day}"), "/slots", "get", "200"),
            (self.book(), "/bookings", "post", "200"),
            (self.book(3, id="app-2"), "/bookings", "post", "201"),
            (self.book(3, id="app-3"), "/bookings", "post", "409"),
            (self.call(f"/bookings/{number}"), "/bookings/{number}", "get", "200"),
            (self.call("/bookings/0"), "/bookings/{number}", "get", "404"),
        ):
            with self.subTest(path=path, status=status):
                self.assertEqual(str(call.status_code), status)
                answer = self.spec["paths"][path][method]["responses"][status]
                answer = self._resolve(answer)
                schema = answer["content"]["application/json"]["schema"]
                self._check(call.json(), schema, path)

    def _resolve(self, node):
        if "$ref" not in node:
            return node
        found = self.spec
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return found

    def _check(self, value, schema, where):
        """Check a value against a schema, as far as the file uses JSON Schema."""
        schema = self._resolve(schema)
        kinds = {
            "object": dict,
            "array": list,
            "string": str,
            "integer": int,
            "number": (int, float),
            "boolean": bool,
        }
        self.assertIsInstance(value, kinds[schema["type"]], where)
        if schema["type"] == "object":
            self.assertLessEqual(set(value), set(schema["properties"]), where)
            self.assertLessEqual(set(schema["required"]), set(value), where)
            for name, part in value.items():
                self._check(part, schema["properties"][name], f"{where}.{name}")
        for part in value if schema["type"] == "array" else ():
            self._check(part, schema["items"], f"{where}[]")
        if "enum" in schema:
            self.assertIn(value, schema["enum"], where)

    def test_fields_that_are_read_are_described(self):
        described = set(self.spec["components"]["schemas"]["Request"]["properties"])
        self.assertEqual(described, {*self.prepare(), "text", "email"})
