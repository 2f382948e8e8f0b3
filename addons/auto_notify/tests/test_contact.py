from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .inbox_common import InboxCommon


@tagged("post_install", "-at_install")
class TestContact(InboxCommon):
    def get_answer(self, row):
        return self.Message.search([("key", "=", f"answer:{row.id}")])

    def start(self, token="", key="s1", **values):
        event = {"kind": "start", "key": key, "sender": "77", "name": "Vanya"}
        return self.receive({**event, "payload": token, **values})

    def share_phone(self, phone="79161234567", key="p1"):
        event = {"kind": "contact", "key": key, "sender": "77", "phone": phone}
        return self.receive(event)

    # ------------------------------------------------------------------
    # Links
    # ------------------------------------------------------------------

    def test_link_of_the_portal_makes_the_chat_the_customers(self):
        row = self.start(self.Token._make("link", self.customer, 30))
        self.assertEqual(row.contact_id.partner_id, self.customer)
        answer = self.get_answer(row)
        self.assertEqual(answer.contact_id, row.contact_id)
        self.assertEqual(answer.category, "obligatory")
        self.assertIn("Ivan Petrov", answer.body)
        self.assertIn(
            "Vanya (Telegram)", "".join(self.customer.message_ids.mapped("body"))
        )

    def test_who_starts_has_written(self):
        """WhatsApp's window opens by it: else our greeting would need a template."""
        contact = self.start().contact_id
        self.assertTrue(contact.date_incoming)
        contact.date_incoming = False
        self.receive({"kind": "blocked", "key": "b", "sender": "77"})
        self.assertFalse(contact.date_incoming)

    def test_who_starts_with_a_vouched_phone_is_known_without_a_link(self):
        row = self.start("expired", phone="79161234567")
        self.assertEqual(row.contact_id.partner_id, self.customer)
        self.assertFalse(self.provider.asked)

    def test_who_presses_start_takes_his_stop_word_back(self):
        contact = self.link()
        self.write_in("stop")
        self.assertEqual(contact.state, "stopped")
        self.assertFalse(self.customer.notify_service)
        row = self.start()
        self.assertEqual(contact.state, "active")
        self.assertTrue(self.customer.notify_service)
        self.assertIn("write to you again", self.get_answer(row).body)
        self.customer._set_notify_consent("service", False, "staff")
        self.start(key="s2")
        self.assertFalse(self.customer.notify_service, "only the word is taken back")

    def test_forged_old_and_other_tokens_link_nobody(self):
        token = self.Token._make("link", self.customer, 30)
        forged = [
            "",
            str(self.customer.id),
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            self.Token._make("stop", self.customer),
            self.Token._make("link", self.customer, -1),
        ]
        for number, text in enumerate(forged):
            row = self.start(text, key=f"s{number}")
            self.assertFalse(row.contact_id.partner_id, text)

    def test_a_strange_chat_is_asked_for_its_phone(self):
        row = self.start()
        self.assertEqual([to for to, _text in self.provider.asked], ["77"])
        self.assertFalse(self.get_answer(row))

    def test_nothing_leaves_in_test_mode(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("auto_notify.test_mode", "True")
        row = self.start()
        self.assertFalse(self.provider.asked)
        self.assertTrue(self.get_answer(row))

    def test_a_chat_is_not_handed_over_by_somebody_elses_link(self):
        other = self.env["res.partner"].create({"name": "Wife"})
        contact = self.link()
        self.start(self.Token._make("link", other, 30))
        self.assertEqual(contact.partner_id, self.customer)
        self.assertIn("Ivan Petrov", other.message_ids[0].body)

    def test_link_of_a_customer_of_another_company_links_nobody(self):
        self.customer.company_id = self.env["res.company"].create({"name": "Other"})
        row = self.start(self.Token._make("link", self.customer, 30))
        self.assertFalse(row.contact_id.partner_id)

    def test_link_of_a_deleted_customer_links_nobody(self):
        partner = self.env["res.partner"].create({"name": "Gone"})
        token = self.Token._make("link", partner, 30)
        partner.unlink()
        self.assertFalse(self.start(token).contact_id.partner_id)

    # ------------------------------------------------------------------
    # Phone
    # ------------------------------------------------------------------

    def test_vouched_phone_finds_the_only_customer(self):
        row = self.share_phone()
        self.assertEqual(row.contact_id.partner_id, self.customer)
        self.assertEqual(row.contact_id.phone, "+79161234567")

    def test_several_customers_of_a_phone_are_left_to_a_person(self):
        self.customer.copy({"name": "Wife"})
        self.assertFalse(self.share_phone().contact_id.partner_id)
        lead = self.write_in("Hello").lead_id
        self.assertFalse(lead.partner_id)
        self.assertIn("Several customers", "".join(lead.message_ids.mapped("body")))

    def test_the_shops_own_phone_is_nobodys(self):
        self.company.partner_id.phone = "+79161110000"
        self.assertFalse(self.share_phone("79161110000").contact_id.partner_id)

    def test_vouched_phone_of_a_stranger_makes_a_customer_with_the_deal(self):
        row = self.write_in("Hello", phone="79037654321")
        lead = row.lead_id
        self.assertEqual(lead.partner_id.phone_sanitized, "+79037654321")
        self.assertEqual(lead.partner_id.name, "Vanya")
        self.assertEqual(row.contact_id.partner_id, lead.partner_id)

    def test_phone_shared_later_names_the_customer_of_the_deal(self):
        lead = self.write_in("Hello").lead_id
        self.assertFalse(lead.partner_id)
        self.share_phone()
        self.assertEqual(lead.partner_id, self.customer)
        self.assertEqual(self.customer.phone, "+79161234567")

    def test_phone_of_a_linked_chat_changes_nobody(self):
        other = self.env["res.partner"].create({"name": "B", "phone": "+79030000000"})
        contact = self.link()
        self.share_phone("79030000000")
        self.assertEqual(contact.partner_id, self.customer)
        self.assertEqual(other.phone, "+79030000000")

    # ------------------------------------------------------------------
    # State
    # ------------------------------------------------------------------

    def test_who_blocked_us_is_not_written_to_until_he_writes(self):
        contact = self.link()
        self.receive({"kind": "blocked", "key": "b1", "sender": "77"})
        self.assertEqual(contact.state, "blocked")
        address = self.customer._get_notify_address(self.channel)
        self.assertEqual(address, ("", self.Contact))
        for category in ("service", "obligatory"):
            refusal = self.customer._get_notify_refusal(category, "telegram")
            self.assertIn("blocked", refusal)
        self.write_in("I am back")
        self.assertEqual(contact.state, "active")
        self.assertFalse(self.customer._get_notify_refusal("service", "telegram"))

    def test_late_events_do_not_set_back_what_is_known(self):
        contact = self.write_in("New", date="2026-01-02T10:00:00").contact_id
        self.write_in("Old", date="2026-01-01T10:00:00", name="Old name")
        self.assertEqual(contact.name, "Vanya")
        self.assertEqual(
            contact.date_incoming, fields.Datetime.to_datetime("2026-01-02 10:00:00")
        )

    def test_a_clock_ahead_does_not_open_the_window_for_long(self):
        contact = self.write_in("Hi", date="2099-01-01T10:00:00").contact_id
        self.assertLessEqual(contact.date_incoming, fields.Datetime.now())

    def test_merged_customers_keep_chats_consents_and_refusals(self):
        twin = self.env["res.partner"].create({"name": "Twin", "phone": "+79161234567"})
        contact = self.link(twin)
        twin._set_notify_consent("marketing", True, "portal")
        twin._set_notify_consent("service", False, "staff")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((twin + self.customer).ids, self.customer)
        self.assertEqual(contact.partner_id, self.customer)
        self.assertTrue(self.customer.notify_marketing)
        self.assertFalse(self.customer.notify_service)
        self.assertEqual(len(self.customer.notify_consent_ids), 2)

    # ------------------------------------------------------------------
    # Address
    # ------------------------------------------------------------------

    def test_addresses_by_kind_of_channel(self):
        contact = self.link()
        none = self.Contact
        for kind, expected in (
            ("telegram", ("77", contact)),
            ("max", ("", none)),
            ("whatsapp", ("+79161234567", none)),
            ("sms", ("+79161234567", none)),
            ("email", ("ivan.petrov@example.com", none)),
            ("log", ("+79161234567", none)),
        ):
            channel = self.channel
            if kind != "telegram":
                channel = self.channel.copy({"kind": kind, "name": kind})
            address = self.customer._get_notify_address(channel)
            self.assertEqual(address, expected, kind)

    def test_text_messages_go_to_the_phone_the_customer_has_now(self):
        channel = self.channel.copy({"kind": "sms", "name": "SMS"})
        contact = self.Contact.create(
            {
                "channel_id": channel.id,
                "external_id": "79161234567",
                "phone": "+79161234567",
                "partner_id": self.customer.id,
            }
        )
        address = self.customer._get_notify_address(channel)
        self.assertEqual(address, ("+79161234567", contact))
        self.customer.phone = "+79030000000"
        address = self.customer._get_notify_address(channel)
        self.assertEqual(address, ("+79030000000", self.Contact))

    def test_nobody_is_reached_without_an_address(self):
        self.customer.write({"phone": "ask the wife", "email": False})
        for kind in ("sms", "whatsapp", "email", "telegram", "viber", "max"):
            self.assertTrue(self.customer._get_notify_refusal("obligatory", kind), kind)
            channel = self.channel.copy({"kind": kind, "name": kind})
            self.assertFalse(self.customer._get_notify_address(channel)[0], kind)
        self.assertFalse(self.customer._get_notify_refusal("service", "log"))

    def test_of_several_chats_it_is_the_active_one_used_last(self):
        now = fields.Datetime.now()
        self.link(date_incoming=now, state="stopped")
        used = self.link(sender="78", date_incoming=now)
        self.link(sender="79", date_incoming=fields.Datetime.subtract(now, days=1))
        address, contact = self.customer._get_notify_address(self.channel)
        self.assertEqual((address, contact), ("78", used))


@tagged("post_install", "-at_install")
class TestButtons(InboxCommon):
    def setUp(self):
        super().setUp()
        self.contact, self.lead = self.link(), self.make_deal()
        self.button = self.env["auto.notify.button"].search([("code", "=", "call_me")])
        self.button = self.button or self.button.create(
            {"name": "Call me", "code": "call_me"}
        )
        template = self.env["auto.notify.template"].create(
            {
                "name": "Ready",
                "model_id": self.env.ref("crm.model_crm_lead").id,
                "body": "Ready",
                "button_ids": self.button.ids,
            }
        )
        self.message = self.make_message(self.lead, template_id=template.id)
        self.pressed = []

        def press(lead, code, partner):
            self.pressed.append((lead, code, partner))
            return True

        cls = self.env.registry["crm.lead"]
        self.startPatcher(patch.object(cls, "_on_notify_button", press))

    def press(self, data=None, key="b1", **values):
        event = {"kind": "button", "key": key, "sender": "77", "ref": "query-1"}
        data = self.message._get_button_data("call_me") if data is None else data
        row = self.receive({**event, "payload": data, **values})
        return self.Message.search([("key", "=", f"answer:{row.id}")])

    def test_button_reaches_the_document_and_is_answered(self):
        answer = self.press()
        self.assertEqual(self.pressed, [(self.lead, "call_me", self.customer)])
        self.assertIn(self.button.name, answer.body)
        self.assertEqual(answer.contact_id, self.contact)
        self.assertEqual(self.message.button_code, "call_me")
        self.assertEqual(self.provider.pressed, ["query-1"])
        self.assertIn(self.button.name, self.lead.message_ids[0].body)
        self.assertEqual(len(self.toasts), 1)

    def test_pressed_twice_is_once(self):
        self.press()
        answer = self.press(key="b2")
        self.assertEqual(len(self.pressed), 1)
        self.assertIn(self.button.name, answer.body)

    def test_forged_data_presses_nothing(self):
        data = self.message._get_button_data("call_me")
        other = f"call_me.{self.message.id + 1}.{data.rpartition('.')[2]}"
        for number, text in enumerate(("", "call_me", f"b:{self.message.id}:x", other)):
            answer = self.press(text, key=f"f{number}")
            self.assertIn("cannot be answered", answer.body)
        self.assertFalse(self.pressed)

    def test_a_forwarded_message_does_not_press_for_the_customer(self):
        self.link(self.env["res.partner"].create({"name": "Other"}), sender="88")
        self.press(sender="88")
        self.press(sender="99", key="b2")
        self.assertFalse(self.pressed)

    def test_buttons_of_another_company_are_not_pressed(self):
        self.message.company_id = self.env["res.company"].create({"name": "Other"})
        self.press()
        self.assertFalse(self.pressed)

    def test_cancelled_message_and_deleted_document_press_nothing(self):
        self.message.state = "cancelled"
        self.assertIn("cannot be answered", self.press().body)
        self.message.write({"state": "sent", "res_id": 0})
        self.assertIn("cannot be answered", self.press(key="b2").body)
        self.assertFalse(self.pressed)

    def test_data_fits_into_every_messenger(self):
        self.assertLessEqual(len(self.message._get_button_data("a" * 20).encode()), 64)
