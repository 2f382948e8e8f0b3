from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..tools.provider import Settings
from ..tools.smsc import SmscProvider
from .inbox_common import InboxCommon


@tagged("post_install", "-at_install")
class TestConsent(InboxCommon):
    def get_refusals(self, kind="sms"):
        return [
            bool(self.customer._get_notify_refusal(category, kind))
            for category in ("service", "obligatory", "marketing")
        ]

    # ------------------------------------------------------------------
    # Records
    # ------------------------------------------------------------------

    def test_marketing_wants_consent_service_does_not(self):
        self.assertEqual(self.get_refusals(), [False, False, True])
        self.customer._set_notify_consent("marketing", True, "portal", "Ticked")
        self.assertEqual(self.get_refusals(), [False, False, False])
        self.customer._set_notify_consent("marketing", False, "portal")
        self.assertEqual(self.get_refusals(), [False, False, True])

    def test_who_wants_no_messages_gets_what_the_shop_owes(self):
        self.customer._set_notify_consent("marketing", True, "portal")
        self.customer._set_notify_consent("service", False, "link")
        self.assertEqual(self.get_refusals(), [True, False, True])
        self.assertIn(
            "asked for no messages", self.customer._get_notify_refusal("service", "sms")
        )

    def test_each_change_is_kept_with_time_source_and_words(self):
        self.customer._set_notify_consent("marketing", True, "portal", "Ticked")
        again = self.customer._set_notify_consent("marketing", True, "portal")
        self.assertFalse(again)
        self.customer._set_notify_consent("marketing", False, "word", "Стоп")
        self.assertRecordValues(
            self.customer.notify_consent_ids.sorted("id"),
            [
                {"is_given": True, "source": "portal", "detail": "Ticked"},
                {"is_given": False, "source": "word", "detail": "Стоп"},
            ],
        )
        self.assertTrue(all(self.customer.notify_consent_ids.mapped("date")))

    def test_a_stop_word_by_sms_ends_messages(self):
        channel = self.env["auto.notify.channel"].create({"name": "S", "kind": "sms"})
        form = {"id": "9", "phone": "79161234567", "mes": "СТОП", "to": "79990000000"}
        [event] = SmscProvider(Settings()).read_events(b"", form)
        row = self.Incoming._store([self.Incoming._prepare_event_vals(channel, event)])
        row._process_safely()
        self.assertEqual(row.contact_id.partner_id, self.customer)
        self.assertEqual(self.get_refusals(), [True, False, True])

    def test_a_stranger_by_sms_is_called_by_the_phone(self):
        channel = self.env["auto.notify.channel"].create({"name": "S", "kind": "sms"})
        event = {"kind": "message", "key": "1", "sender": "+79037654321", "text": "Hi"}
        row = self.receive({**event, "phone": "+79037654321"}, channel=channel)
        self.assertEqual(row.lead_id.contact_name, "+79037654321")
        self.assertEqual(row.lead_id.partner_id.phone_sanitized, "+79037654321")

    def test_many_customers_at_once(self):
        partners = self.customer + self.supplier
        self.assertEqual(
            len(partners._set_notify_consent("marketing", True, "portal")), 2
        )
        self.assertFalse(
            self.env["res.partner"]._set_notify_consent("marketing", True, "portal")
        )

    def test_a_consent_is_never_changed(self):
        consent = self.customer._set_notify_consent("marketing", True, "portal")
        for values in ({"is_given": False}, {"date": "2020-01-01"}, {"detail": "x"}):
            with self.assertRaises(UserError):
                consent.write(values)

    def test_archived_customer_gets_only_what_the_shop_owes(self):
        self.customer._set_notify_consent("marketing", True, "portal")
        self.customer.active = False
        self.assertEqual(self.get_refusals(), [True, False, True])

    def test_blacklists_of_odoo_hold(self):
        self.customer._set_notify_consent("marketing", True, "portal")
        self.env["mail.blacklist"]._add("ivan.petrov@example.com")
        self.env["phone.blacklist"].sudo()._add([self.customer.phone_sanitized])
        self.customer.invalidate_recordset()
        self.assertEqual(self.get_refusals("email"), [False, False, True])
        self.assertEqual(self.get_refusals("sms"), [True, False, True])

    def test_refusals_of_many_customers_take_no_query_each(self):
        partners = self.env["res.partner"].create(
            [{"name": str(n), "phone": f"+7916000{n:04}"} for n in range(20)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            for partner in partners:
                partner._get_notify_refusal("marketing", "telegram")
                partner._get_notify_refusal("service", "sms")
                partner._get_notify_address(self.channel)

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------

    def test_stop_word_ends_both_kinds_and_is_confirmed(self):
        contact, lead = self.link(), self.make_deal()
        self.customer._set_notify_consent("marketing", True, "portal")
        row = self.write_in("СТОП!")
        self.assertEqual(contact.state, "stopped")
        self.assertEqual(self.get_refusals(), [True, False, True])
        self.assertEqual(self.get_refusals("telegram"), [True, False, True])
        consent = self.customer._get_last_consent("service")
        self.assertRecordValues(
            consent, [{"source": "word", "detail": "Our bot: СТОП!"}]
        )
        answer = self.Message.search([("key", "=", f"answer:{row.id}")])
        self.assertEqual(answer.category, "obligatory")
        self.assertEqual(row.lead_id, lead)
        self.assertFalse(self.get_comments(lead))
        self.assertIn("no more messages", lead.message_ids[0].body)
        self.assertFalse(self.told)

    def test_start_word_gives_back_what_the_stop_word_took_and_no_more(self):
        contact = self.link()
        self.write_in("stop")
        self.write_in("start")
        self.assertEqual(contact.state, "active")
        self.assertEqual(self.get_refusals("telegram"), [False, False, True])
        self.customer._set_notify_consent("marketing", True, "portal")
        self.write_in("stop")
        self.write_in("СТАРТ")
        self.assertEqual(self.get_refusals("telegram"), [False, False, False])

    def test_start_word_does_not_undo_what_was_told_elsewhere(self):
        self.link()
        self.customer._set_notify_consent("service", False, "staff")
        self.write_in("start")
        self.assertFalse(self.customer.notify_service)

    def test_a_stranger_may_stop_too(self):
        row = self.write_in("Отписаться")
        self.assertEqual((row.state, row.contact_id.state), ("done", "stopped"))
        self.assertFalse(row.lead_id)

    def test_a_sentence_with_the_word_is_a_message(self):
        contact = self.link()
        lead = self.write_in("Stop, I meant the other car").lead_id
        self.assertEqual(contact.state, "active")
        self.assertTrue(self.get_comments(lead))

    # ------------------------------------------------------------------
    # Staff
    # ------------------------------------------------------------------

    def test_staff_records_what_the_customer_told_them(self):
        customer = self.customer.with_user(self.advisor)
        customer.action_notify_marketing_given()
        consent = self.customer.notify_consent_ids
        self.assertRecordValues(
            consent,
            [
                {
                    "category": "marketing",
                    "is_given": True,
                    "source": "staff",
                    "user_id": self.advisor.id,
                }
            ],
        )
        customer.action_notify_marketing_withdrawn()
        customer.action_notify_service_withdrawn()
        self.assertEqual(self.get_refusals(), [True, False, True])
        customer.action_notify_service_given()
        self.assertEqual(self.get_refusals(), [False, False, True])

    def test_mechanics_and_accountants_record_no_consent(self):
        for user in (self.mechanic_user, self.accountant):
            for name in (
                "action_notify_marketing_given",
                "action_notify_service_withdrawn",
            ):
                with self.assertRaises(AccessError):
                    getattr(self.customer.with_user(user), name)()

    def test_form_of_the_customer_opens_for_everybody(self):
        self.link()
        self.customer._set_notify_consent("marketing", True, "portal")
        for user in (self.advisor, self.manager, self.accountant):
            Form(self.customer.with_user(user))
