import json
import time
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import file_open, mute_logger
from odoo.tools.misc import hmac

from .common import AutoCrmCommon


class RequestCommon(AutoCrmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.ru")
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Repair shop",
                "user_id": cls.advisor.id,
                "is_service": True,
            }
        )
        cls.source = cls.env["auto.request.source"].create(
            {"name": "Landing", "team_id": cls.team.id}
        )
        cls.source.action_generate_key()
        cls.Lead = cls.env["crm.lead"]

    def _get_activities(self, record):
        return self.env["mail.activity"].search(
            [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        )


@tagged("post_install", "-at_install")
class TestReceiveRequest(RequestCommon):
    def _receive(self, **vals):
        return self.Lead._receive_request(
            {
                "contact_name": "Anna",
                "phone": "8 (903) 765-43-21",
                "wish": "Knocks in front",
                **vals,
            },
            self.source,
        )

    def test_unknown_caller_becomes_a_customer_with_a_deal_and_a_call(self):
        lead = self._receive(vehicle_line="О551ТР97 Lada Vesta")
        self.assertRecordValues(
            lead,
            [
                {
                    "type": "opportunity",
                    "stage_id": self.env.ref("auto_crm.crm_stage_request").id,
                    "team_id": self.team.id,
                    "user_id": self.advisor.id,
                    "wish": "Knocks in front",
                    "phone_sanitized": "+79037654321",
                    "won_status": "pending",
                }
            ],
        )
        self.assertEqual(lead.partner_id.name, "Anna")
        self.assertEqual(lead.partner_id.phone_sanitized, "+79037654321")
        self.assertEqual(lead.vehicle_id.partner_id, lead.partner_id)
        activity = self._get_activities(lead)
        self.assertEqual(
            activity.activity_type_id, self.env.ref("mail.mail_activity_data_call")
        )
        self.assertEqual(activity.user_id, self.advisor)
        self.assertGreaterEqual(activity.date_deadline, fields.Date.today())

    def test_a_deal_that_is_created_is_a_new_one(self):
        class Values(dict):
            """What somebody may make of values: they are values still."""

        lead = self._receive()
        again = self.Lead.create([Values(name="x", phone=lead.phone), {"name": "y"}])
        self.assertEqual(len(again - lead), 2)
        self.assertEqual(again.mapped("name"), ["x", "y"])

    def test_customer_is_known_by_phone_in_any_spelling(self):
        lead = self._receive(phone="8-916-123-45-67", contact_name="Vanya")
        self.assertEqual(lead.partner_id, self.customer)
        self.assertEqual(self.customer.name, "Ivan Petrov")
        self.assertIn("Vanya", lead.message_ids[0].body)

    def test_customer_is_known_by_email(self):
        lead = self._receive(phone=False, email_from="Ivan.Petrov@example.com")
        self.assertEqual(lead.partner_id, self.customer)

    def test_nobody_changes_a_customer_by_filling_in_a_form(self):
        lead = self._receive(
            phone="+79037654321", email_from="ivan.petrov@example.com", contact_name="X"
        )
        self.assertFalse(lead.partner_id)
        self.assertEqual(lead.phone_sanitized, "+79037654321")
        self.assertEqual(self.customer.phone, "+79161234567")
        self.assertIn("Several customers", lead.message_ids[0].body)
        self.assertIn(self.customer.name, lead.message_ids[0].body)
        lead = self._receive(phone="+79161234567", email_from="other@example.com")
        self.assertEqual(lead.partner_id, self.customer)
        self.assertEqual(self.customer.email, "ivan.petrov@example.com")

    def test_a_stranger_puts_no_car_into_a_known_customers_garage(self):
        line = "О551ТР97 Lada Vesta"
        lead = self._receive(phone="+79161234567", vehicle_line=line)
        self.assertEqual(lead.partner_id, self.customer)
        self.assertFalse(lead.vehicle_id)
        self.assertTrue(lead.is_vehicle_proposed)
        self.assertEqual(lead.vehicle_line, line)
        self.assertIn("take it over", lead.message_ids[0].body)
        self.assertEqual(self.customer.vehicle_ids, self.vehicle)
        lead.with_user(self.advisor).action_take_vehicle()
        self.assertEqual(lead.vehicle_id.license_plate, "О551ТР 97")
        self.assertEqual(lead.vehicle_id.partner_id, self.customer)

    def test_a_stranger_who_repeats_himself_puts_no_car_there_either(self):
        first = self._receive(phone="+79161234567")
        again = self._receive(phone="+79161234567", vehicle_line="О551ТР97 Lada")
        self.assertEqual(first, again)
        self.assertFalse(again.vehicle_id)
        self.assertTrue(again.is_vehicle_proposed)
        self.assertEqual(self.customer.vehicle_ids, self.vehicle)

    def test_a_customers_own_car_is_found_whoever_names_it(self):
        plate = self.vehicle.license_plate
        lead = self._receive(phone="+79161234567", vehicle_line=plate)
        self.assertEqual(lead.vehicle_id, self.vehicle)
        self.assertFalse(lead.is_vehicle_proposed)

    def test_a_customer_who_is_known_brings_a_new_car(self):
        lead = self.Lead._receive_request(
            {"phone": "+79161234567", "vehicle_line": "О551ТР97 Lada Vesta"},
            is_known=True,
        )
        self.assertEqual(lead.vehicle_id.partner_id, self.customer)

    def test_several_customers_are_left_to_a_person(self):
        twin = self.customer.copy({"name": "Wife of Ivan"})
        lead = self._receive(phone="+79161234567")
        self.assertFalse(lead.partner_id)
        self.assertIn(twin.name, lead.message_ids[0].body)
        self.assertEqual(lead.phone_sanitized, "+79161234567")

    def test_customer_of_another_company_is_not_taken(self):
        self.customer.company_id = self.env["res.company"].create({"name": "Other"})
        lead = self._receive(phone="+79161234567")
        self.assertNotEqual(lead.partner_id, self.customer)

    def test_garbage_phone_is_kept_with_a_warning(self):
        lead = self._receive(phone="call me maybe")
        self.assertEqual(lead.phone, "call me maybe")
        self.assertFalse(lead.partner_id)
        self.assertIn("does not look like", lead.message_ids[0].body)

    def test_request_without_contact_is_a_deal_with_a_warning(self):
        lead = self._receive(phone=False)
        self.assertFalse(lead.partner_id)
        self.assertIn("No phone and no e-mail", lead.message_ids[0].body)
        self.assertTrue(self._get_activities(lead))

    def test_html_of_a_request_is_shown_as_text(self):
        lead = self._receive(wish="<script>alert(1)</script>")
        self.assertNotIn("<script>", lead.message_ids[0].body)
        self.assertIn("&lt;script&gt;", lead.message_ids[0].body)

    def test_repeated_request_joins_the_open_deal(self):
        lead = self._receive()
        activity = self._get_activities(lead)
        again = self._receive(wish="And when?")
        self.assertEqual(again, lead)
        self.assertEqual(lead.wish, "Knocks in front\nAnd when?")
        self.assertIn("Repeated request", lead.message_ids[0].body)
        self.assertFalse(activity.exists())
        self.assertEqual(len(self._get_activities(lead)), 1)

    def test_repeated_request_about_another_car_is_another_deal(self):
        lead = self._receive(phone="+79161234567", vehicle_id=self.vehicle.id)
        other = self.vehicle.copy({"license_plate": "В001ВВ177"})
        second = self._receive(phone="+79161234567", vehicle_id=other.id)
        self.assertNotEqual(second, lead)
        again = self._receive(phone="+79161234567", vehicle_id=self.vehicle.id)
        self.assertEqual(again, lead)
        self.assertEqual(self._receive(phone="+79161234567"), second)

    def test_window_of_repeated_requests_is_a_setting(self):
        lead = self._receive()
        lead.date_request -= timedelta(hours=30)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = create_date - interval '30 hours' "
            "WHERE id = %s",
            [lead.id],
        )
        self.env.invalidate_all()
        second = self._receive()
        self.assertNotEqual(second, lead)
        self.company.auto_request_window_hours = 0
        self.assertNotEqual(self._receive(), second)

    def test_closed_deals_are_not_joined(self):
        lead = self._receive()
        lead.action_set_lost(lost_reason_id=self.env.ref("crm.lost_reason_1").id)
        self.assertNotEqual(self._receive(), lead)

    def test_request_is_never_left_to_nobody(self):
        self.advisor.active = False
        self.team.user_id = False
        lead = self._receive()
        self.assertTrue(self._get_activities(lead).user_id.active)

    def test_team_with_leads_gets_a_lead(self):
        self.team.use_leads = True
        self.assertEqual(self._receive().type, "lead")

    def test_known_customers_advisor_gets_his_request(self):
        self.customer.user_id = self.manager
        lead = self._receive(phone="+79161234567")
        self.assertEqual(lead.user_id, self.manager)
        self.assertEqual(self._get_activities(lead).user_id, self.manager)


@tagged("post_install", "-at_install")
class TestRequestSource(RequestCommon):
    def _receive(self, **data):
        return self.env["auto.request"]._receive(
            self.source, json.dumps(data), data, "10.0.0.1"
        )

    def test_key_is_found_whole_only(self):
        sources = self.env["auto.request.source"]
        key = self.source.key
        self.assertEqual(sources._find_by_key(key), self.source)
        wrong = key[:-1] + ("a" if key[-1] != "a" else "b")
        for text in (None, "", "%", key[:9], wrong, f"{key} ", "%%%%%%%%." + "a" * 43):
            self.assertFalse(sources._find_by_key(text), text)
        self.source.active = False
        self.assertFalse(sources._find_by_key(key))

    def test_key_is_for_administrators_only(self):
        source = self.source.with_user(self.manager)
        with self.assertRaises(AccessError):
            source.read(["key"])
        with self.assertRaises(AccessError):
            source.action_generate_key()
        self.assertFalse(self.source.copy().key)

    def test_new_key_replaces_the_old_one(self):
        sources = self.source + self.source.copy()
        old = self.source.key
        sources.action_generate_key()
        self.assertFalse(self.source._find_by_key(old))
        self.assertEqual(len(set(sources.mapped("key"))), 2)
        self.env["auto.request.source"].action_generate_key()

    def test_copy_of_the_database_takes_no_requests(self):
        self.env.flush_all()
        with file_open("auto_crm/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.source.key)

    def test_channel_comes_from_utm_by_name(self):
        campaign = self.env["utm.campaign"].create({"name": "brakes_2026"})
        request = self._receive(
            phone="+79037654321",
            utm_source="Yandex 100%",
            utm_medium="CPC",
            utm_campaign="BRAKES_2026",
            page="https://example.com/brakes",
        )
        lead = request.lead_id
        self.assertEqual(lead.source_id.name, "Yandex 100%")
        self.assertEqual(lead.medium_id.name.lower(), "cpc")
        self.assertEqual(lead.campaign_id, campaign)
        self.assertIn("https://example.com/brakes", lead.message_ids[0].body)
        again = self._receive(phone="+79037650000", utm_source="YANDEX 100%")
        self.assertEqual(again.lead_id.source_id, lead.source_id)

    def test_source_names_the_channel_when_the_site_does_not(self):
        self.source.medium_id = self.env["utm.medium"].create({"name": "Leaflet"})
        lead = self._receive(phone="+79037654321").lead_id
        self.assertEqual(lead.medium_id, self.source.medium_id)

    def test_values_of_any_type_are_no_fault(self):
        request = self._receive(
            name=["a"], phone=79037654321, email={"x": 1}, text="a\x00b", car=None
        )
        self.assertEqual(request.state, "done")
        self.assertEqual(request.lead_id.phone_sanitized, "+79037654321")

    def test_fault_keeps_the_request_and_tells_a_manager(self):
        with (
            patch.object(
                self.env.registry["crm.lead"],
                "_receive_request",
                side_effect=ValueError("x"),
            ),
            mute_logger("odoo.addons.auto_crm.models.auto_request"),
        ):
            request = self._receive(phone="+79037654321", text="keep me")
        self.assertEqual(request.state, "failed")
        self.assertIn("ValueError", request.error)
        self.assertIn("keep me", request.payload)
        activity = self._get_activities(request)
        self.assertTrue(activity.user_id.has_group("auto_crm.auto_crm_group_manager"))
        request.with_user(self.manager).action_retry()
        self.assertEqual(request.state, "done")
        self.assertEqual(request.lead_id.wish, "keep me")
        self.assertFalse(self._get_activities(request))

    def test_a_collision_is_repeated_not_failed(self):
        def collide(*args):
            raise SerializationFailure

        with patch.object(self.env.registry["crm.lead"], "_receive_request", collide):
            # not assertRaises: its savepoint would hide what became of the request
            try:
                self._receive(phone="+79037654321")
            except SerializationFailure:
                return
        self.fail("The collision was taken for a fault of the request.")

    def test_empty_request_is_kept_as_failed(self):
        request = self._receive(id=5)
        self.assertEqual(request.state, "failed")
        self.assertIn("Nothing to make a deal of", request.error)

    def test_unreadable_request_says_so_on_retry(self):
        request = self.env["auto.request"]._store_unreadable(
            self.source, "no json", "bad", "10.0.0.1"
        )
        with self.assertRaises(UserError):
            request.with_user(self.manager).action_retry()
        self.assertEqual(request.payload, "no json")

    def test_advisor_reads_requests_but_changes_nothing(self):
        request = self._receive(phone="+79037654321").with_user(self.advisor)
        self.assertTrue(request.payload)
        with self.assertRaises(AccessError):
            request.write({"payload": "x"})
        with self.assertRaises(AccessError):
            request.action_retry()
        with self.assertRaises(AccessError):
            self.env["auto.request"].with_user(self.mechanic_user).search([])

    def test_old_requests_are_removed_failed_ones_kept(self):
        done = self._receive(phone="+79037654321")
        failed = self._receive(id=1)
        fresh = self._receive(phone="+79037654322")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE auto_request SET create_date = create_date - interval '100 days' "
            "WHERE id IN %s",
            [(done.id, failed.id)],
        )
        self.env.invalidate_all()
        lead = done.lead_id
        self.env["auto.request"]._gc_requests()
        self.assertFalse(done.exists())
        self.assertTrue((failed + fresh).exists() == failed + fresh)
        self.assertTrue(lead.exists())

    def test_requests_of_two_companies_stay_apart(self):
        company = self.env["res.company"].create(
            {"name": "Second shop", "country_id": self.env.ref("base.ru").id}
        )
        source = self.env["auto.request.source"].create(
            {"name": "Second", "company_id": company.id}
        )
        data = {"phone": "+79161234567"}
        first = self._receive(**data).lead_id
        second = (
            self.env["auto.request"]
            .with_company(company)
            ._receive(source, json.dumps(data), data, "1.1.1.1")
            .lead_id
        )
        self.assertNotEqual(first, second)
        self.assertEqual(second.company_id, company)


@tagged("post_install", "-at_install")
class TestRequestEndpoint(RequestCommon, HttpCase):
    def _post(self, data, key=None, raw=None, headers=None):
        return self.url_open(
            "/auto_crm/request",
            data=raw if raw is not None else json.dumps(data),
            headers={
                "Content-Type": "application/json",
                "X-Api-Key": self.source.key if key is None else key,
                **(headers or {}),
            },
        )

    def test_request_becomes_a_deal(self):
        response = self._post(
            {
                "id": "A-1",
                "name": "Анна",
                "phone": "8 903 765-43-21",
                "car": "О551ТР97 Lada Vesta",
                "text": "Стучит спереди",
                "utm_source": "yandex",
            }
        )
        self.assertEqual(response.status_code, 200)
        lead = self.Lead.browse(response.json()["deal"])
        self.assertEqual(lead.partner_id.name, "Анна")
        self.assertEqual(lead.wish, "Стучит спереди")
        self.assertEqual(lead.request_ids.external_id, "A-1")

    def test_replay_gets_the_same_answer(self):
        data = {"id": "A-2", "phone": "+79037654321"}
        first, second = self._post(data), self._post(data)
        self.assertEqual(first.json(), second.json())
        self.assertEqual(len(self.source.request_ids), 1)

    def test_same_id_at_the_same_time_is_one_request(self):
        data = {"id": "A-3", "phone": "+79037654321"}
        first = self._post(data)
        request_class = self.env.registry["auto.request"]
        find = request_class._find_received
        blind = [True]  # the snapshot of the second worker is too old, once

        def find_received(model, source, external_id):
            return (
                model.browse()
                if blind and blind.pop()
                else find(model, source, external_id)
            )

        with patch.object(request_class, "_find_received", find_received):
            second = self._post(data)
        self.assertFalse(blind)
        self.assertEqual(second.status_code, 200)
        self.assertEqual(first.json(), second.json())
        self.assertEqual(len(self.source.request_ids), 1)

    @mute_logger("odoo.addons.auto_crm.controllers.request")
    def test_wrong_key_is_refused_and_nothing_kept(self):
        for key in ("", "wrong", self.source.key[:-1] + "!"):
            response = self._post({"phone": "+79037654321"}, key=key)
            self.assertEqual(response.status_code, 401)
            self.assertNotIn(self.source.name, response.text)
        self.assertFalse(self.source.request_ids)

    def test_an_address_with_a_nul_is_the_address_of_nothing(self):
        for path in (
            "/%00",
            "/x%00y",
            "/m/%00",
            "/booking/%00",
            "/booking/a%00b/time",
            "/auto_notify/hook/%00",
            "/auto_notify/stop/%00",
            "/auto_notify/b/%00/%00",
            "/my/orders/1/paper/%00",
            "/my/cars/%00",
            "/website/form/%00",
        ):
            with self.subTest(path=path):
                self.assertEqual(self.url_open(path).status_code, 404)

    def test_get_is_not_answered(self):
        self.assertEqual(self.url_open("/auto_crm/request").status_code, 405)

    def test_not_json_is_kept_and_explained(self):
        for raw in (b"hello", b"[1]", b"\xff\xfe", b"[" * 50000):
            response = self._post(None, raw=raw)
            self.assertEqual(response.status_code, 400, raw[:20])
            self.assertIn("JSON", response.json()["error"])
        self.assertEqual(set(self.source.request_ids.mapped("state")), {"failed"})
        self.assertEqual(len(self.source.request_ids), 4)

    def test_what_json_may_hold_and_the_database_may_not(self):
        for number, text in enumerate(("\\u0000", "\\ud800", "A\\udfff-\\u0000")):
            raw = (
                f'{{"id": "{number}{text}", "phone": "+79037654321", '
                f'"text": "{text}!", "ip": "{text}"}}'
            )
            for _again in range(2):
                response = self._post(None, raw=raw.encode())
                self.assertEqual(response.status_code, 200, raw)
                self.assertTrue(response.json()["deal"])
        self.assertEqual(len(self.source.request_ids), 3)

    def test_too_large_is_refused(self):
        response = self._post({"phone": "+79037654321", "text": "a" * 1024 * 1024})
        self.assertEqual(response.status_code, 413)
        self.assertIn("64 kB", response.json()["error"])
        self.assertFalse(self.source.request_ids)

    def test_too_many_requests_have_to_wait(self):
        self.source.limit_address = 2
        for number in range(2):
            self.assertEqual(
                self._post({"phone": f"+7903765432{number}"}).status_code, 200
            )
        response = self._post({"phone": "+79037654329"})
        self.assertEqual(response.status_code, 429)
        self.assertGreater(int(response.headers["Retry-After"]), 0)
        other = self._post({"phone": "+79037654328", "ip": "203.0.113.7"})
        self.assertEqual(other.status_code, 200)
        self.source.limit_source = 3
        late = self._post({"phone": "+79037654327", "ip": "203.0.113.8"})
        self.assertEqual(late.status_code, 429)

    def test_replay_is_answered_even_over_the_limit(self):
        self.source.limit_address = 1
        data = {"id": "A-4", "phone": "+79037654321"}
        self.assertEqual(self._post(data).status_code, 200)
        self.assertEqual(self._post(data).status_code, 200)

    def test_nothing_to_make_a_deal_of_is_stored(self):
        response = self._post({"id": "A-5"})
        self.assertEqual(response.status_code, 202)
        self.assertEqual(response.json()["status"], "stored")
        self.assertIn("Nothing to make a deal of", response.json()["error"])

    def test_garbage_phone_is_a_deal(self):
        response = self._post({"phone": "☎" * 200, "text": "x"})
        self.assertEqual(response.status_code, 200)


@tagged("post_install", "-at_install")
class TestWebsiteForm(RequestCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.website = self.env["website"].search([], limit=1)
        self.website.crm_default_team_id = self.team
        self.website.crm_default_user_id = False

    def _post(self, **data):
        response = self.url_open("/website/form/crm.lead", data=data, timeout=60)
        self.assertEqual(response.status_code, 200)
        return self.Lead.browse(response.json()["id"])

    def test_contact_page_asks_for_car_and_wish(self):
        page = self.url_open("/contactus").text
        self.assertIn('data-model_name="crm.lead"', page)
        for name in ("contact_name", "phone", "email_from", "vehicle_line", "wish"):
            self.assertIn(f'name="{name}"', page)

    def test_form_becomes_a_deal_with_car_customer_and_call(self):
        lead = self._post(
            contact_name="Anna",
            phone="+79037654321",
            vehicle_line="О551ТР97 Lada Vesta",
            wish="Knocks in front",
            name="",
        )
        self.assertEqual(lead.wish, "Knocks in front")
        self.assertEqual(lead.partner_id.name, "Anna")
        self.assertEqual(lead.vehicle_line[:8], "О551ТР97"[:8])
        self.assertEqual(lead.user_id, self.advisor)
        self.assertTrue(self._get_activities(lead))
        self.assertEqual(lead.medium_id, self.env.ref("utm.utm_medium_website"))

    def test_channel_comes_from_the_visitors_cookies(self):
        self.opener.cookies["odoo_utm_source"] = "leaflet"
        lead = self._post(contact_name="Anna", phone="+79037654321", wish="x")
        self.assertEqual(lead.source_id.name, "leaflet")

    def test_repeated_form_joins_and_keeps_the_description(self):
        lead = self._post(contact_name="Anna", phone="+79037654321", wish="One")
        lead.description = "<p>Advisor's note</p>"
        again = self._post(
            contact_name="Anna", phone="+79037654321", wish="Two", Colour="red"
        )
        self.assertEqual(again, lead)
        self.assertEqual(lead.wish, "One\nTwo")
        self.assertIn("Advisor's note", lead.description)

    def test_repeated_form_is_answered_by_the_deal_it_joins(self):
        """The id that the page waits for, the visitor and his files are the deal's."""
        data = {"contact_name": "Anna", "phone": "+79037654321", "wish": "One"}
        lead = self._post(**data)
        visitor = lead.visitor_ids
        self.assertEqual(len(visitor), 1)
        self.env["website.visitor"].search([]).lead_ids = False
        deals = self.Lead.search_count([])
        response = self.url_open(
            "/website/form/crm.lead",
            data={**data, "wish": "Two"},
            files={"photo": ("door.txt", b"dent", "text/plain")},
        )
        self.assertEqual(response.json(), {"id": lead.id})
        self.assertEqual(self.Lead.search_count([]), deals)
        self.assertEqual(lead.visitor_ids, visitor)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)]
        )
        self.assertEqual(files.mapped("raw"), [b"dent"])
        self.assertEqual(files.mapped("name"), ["door.txt"])
        page = self.url_open("/contactus-thank-you")
        self.assertEqual(page.status_code, 200)

    def test_a_form_of_another_model_is_left_to_the_website(self):
        address = "shop@example.com"
        deals = self.Lead.search_count([])
        signature = hmac(self.env(su=True), "website_form_signature", address)
        data = {
            "email_to": address,
            "website_form_signature": signature,
            "email_from": "anna@example.com",
            "subject": "Hello",
        }
        response = self.url_open("/website/form/mail.mail", data=data)
        self.assertTrue(response.json()["id"])
        self.assertEqual(self.Lead.search_count([]), deals)

    def test_a_form_of_a_team_that_sells_other_things_is_odoos(self):
        """Nobody is made a customer of it, and nobody is told to call."""
        data = {"contact_name": "Anna", "phone": "+79037654321", "name": "Tables"}
        self.team.is_service = False
        lead = self._post(**data)
        self.assertEqual(lead.team_id, self.team)
        self.assertFalse(lead.partner_id)
        self.assertFalse(self._get_activities(lead))
        self.assertNotEqual(self._post(**data), lead)
        self.assertTrue(self._post(**data, wish="And my car").partner_id)

    def test_known_customer_is_linked_and_not_changed(self):
        lead = self._post(
            contact_name="Someone",
            phone="+7 916 123-45-67",
            email_from="a@b.example",
            wish="x",
        )
        self.assertEqual(lead.partner_id, self.customer)
        self.assertEqual(self.customer.email, "ivan.petrov@example.com")

    def test_a_megabyte_in_every_field_is_a_deal(self):
        started = time.monotonic()
        lead = self._post(
            contact_name="Anna " * 200_000,
            phone="+79037654321 " * 80_000,
            email_from="a" * 1_000_000 + "@example.com",
            vehicle_line="Lada " + "x " * 500_000,
            wish="Knock! " * 150_000,
        )
        self.assertLess(time.monotonic() - started, 30)
        self.assertEqual(len(lead.wish), 150_000 * 7 - 1)
        self.assertEqual(len(lead.vehicle_line), 256)
        self.assertTrue(self._get_activities(lead))

    def test_a_stranger_does_not_change_a_car_by_its_plate(self):
        self.vehicle.active = False
        lead = self._post(
            contact_name="Nobody",
            phone="+79037654321",
            vehicle_line="А123ВС777 Kia Rio 2019 XTA210990Y2766389",
            wish="x",
        )
        self.assertEqual(lead.vehicle_id, self.vehicle)
        self.assertFalse(self.vehicle.vin or self.vehicle.year or self.vehicle.active)
        self.assertEqual(self.vehicle.partner_id, self.customer)

    def test_question_of_a_plain_form_is_the_wish(self):
        lead = self._post(
            contact_name="Anna",
            phone="+79037654321",
            name="Price",
            description="How much?",
        )
        self.assertEqual(lead.wish, "How much?")
        self.assertEqual(lead.name, "Price")
