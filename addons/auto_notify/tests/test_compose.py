from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .chatter_common import AutoChatterCommon


@tagged("post_install", "-at_install")
class TestCompose(AutoChatterCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sms = cls._create_channel("sms")
        cls.email = cls._create_channel("email")

    def _open(self, document=None, user=None):
        """Open the window from the button of a document."""
        document = (document or self.order).with_user(user or self.advisor)
        action = document.action_notify_compose()
        wizard = self.env[action["res_model"]].with_user(user or self.advisor)
        return Form(wizard.with_context(**action["context"]))

    def _get_options(self, form):
        return {option["kind"]: option for option in form.channel_options}

    def _get_last(self):
        return self.env["auto.notify.message"].search([], order="id desc", limit=1)

    def test_customer_and_the_chat_he_wrote_in_are_proposed(self):
        for document in (self.order, self.deal):
            form = self._open(document)
            self.assertEqual(form.partner_id, self.customer)
            self.assertEqual(form.kind, "telegram")

    def test_channel_the_customer_prefers_is_proposed(self):
        self.deal.notify_contact_id = False
        self.customer.notify_kind = "sms"
        self.assertEqual(self._open().kind, "sms")

    def test_channels_tell_where_they_reach_and_why_they_do_not(self):
        self.customer.email = False
        options = self._get_options(self._open())
        self.assertEqual(list(options), ["telegram", "sms", "email", "log"])
        self.assertEqual(options["telegram"]["address"], "Vanya")
        self.assertEqual(options["sms"]["address"], "+79161234567")
        self.assertEqual(options["sms"]["refusal"], "")
        self.assertIn("e-mail", options["email"]["refusal"])

    def test_message_goes_into_the_outbox_and_the_chatter(self):
        form = self._open()
        form.kind = "sms"
        form.body = "We wait for you until 20:00."
        form.save().action_send()
        row = self._get_last()
        self.assertRecordValues(
            row,
            [
                {
                    "body": "We wait for you until 20:00.",
                    "kinds": [["sms", 0]],
                    "category": "service",
                    "partner_id": self.customer.id,
                    "author_id": self.advisor.partner_id.id,
                    "lead_id": self.deal.id,
                    "order_id": self.order.id,
                    "company_id": self.company.id,
                    "state": "queued",
                }
            ],
        )
        self.assertEqual(len(row.mail_message_ids), 2)
        self.assertEqual(row.mail_message_ids.author_id, self.advisor.partner_id)

    def test_text_of_a_template_is_made_up_and_may_be_changed(self):
        form = self._open()
        form.template_id = self.order_template
        self.assertEqual(form.body, "Hello, Ivan Petrov!")
        form.body = "Hello, Ivan Ivanovich!"
        form.save().action_send()
        self.assertEqual(self._get_last().body, "Hello, Ivan Ivanovich!")
        self.assertEqual(self._get_last().template_id, self.order_template)

    def test_template_that_cannot_be_made_up_says_why(self):
        form = self._open()
        error = UserError("The order has no car.")
        render = patch.object(
            self.registry["auto.notify.template"], "_render_message", side_effect=error
        )
        with render:
            form.template_id = self.order_template
        self.assertEqual(form.template_error, "The order has no car.")
        self.assertFalse(form.body)
        with render, self.assertRaisesRegex(UserError, "no car"):
            form.save().action_send()

    def test_empty_text_is_refused(self):
        form = self._open()
        form.body = "  \n"
        with self.assertRaisesRegex(UserError, "Write a text"):
            form.save().action_send()

    def test_marketing_needs_consent(self):
        self._create_rule(category="marketing")
        form = self._open()
        form.template_id = self.order_template
        self.assertTrue(form.is_marketing)
        self.assertFalse(form.kind)
        self.assertIn("marketing", self._get_options(form)["sms"]["refusal"])
        with self.assertRaisesRegex(UserError, "channel that reaches"):
            form.save().action_send()
        self.customer._set_notify_consent("marketing", True, "staff")
        form = self._open()
        form.template_id = self.order_template
        form.save().action_send()
        self.assertEqual(self._get_last().category, "marketing")

    def test_marketing_stays_marketing_whatever_the_browser_says(self):
        self._create_rule(category="marketing")
        wizard = (
            self.env["auto.notify.compose"]
            .with_user(self.advisor)
            .create(
                {
                    "res_model": "sale.order",
                    "res_id": self.order.id,
                    "partner_id": self.customer.id,
                    "template_id": self.order_template.id,
                    "is_marketing": False,
                    "kind": "sms",
                    "body": "-50 %",
                }
            )
        )
        with self.assertRaisesRegex(UserError, "marketing"):
            wizard.action_send()

    def test_own_text_may_be_marked_as_marketing(self):
        form = self._open()
        form.is_marketing = True
        self.assertFalse(form.kind)

    def test_whatsapp_after_a_day_takes_approved_texts_only(self):
        channel = self._create_channel("whatsapp")
        contact = self._create_contact(channel, "7916", hours=25)
        form = self._open()
        self.assertIn("24 hours", self._get_options(form)["whatsapp"]["refusal"])
        self.order_template.whatsapp_name = "hello"
        form.template_id = self.order_template
        form.kind = "whatsapp"
        self.assertTrue(form.is_approved_text)
        form.save().action_send()
        self.assertEqual(self._get_last().body, "Hello, Ivan Petrov!")
        self.assertEqual(self._get_last().kinds, [["whatsapp", 0]])
        contact.date_incoming = self.contact.date_incoming
        self.assertFalse(self._get_options(self._open())["whatsapp"]["refusal"])

    def test_sms_is_measured_while_it_is_typed(self):
        wizard = self.env["auto.notify.compose"].with_user(self.advisor)
        self.assertEqual(
            wizard.get_sms_length("Готово"),
            {"encoding": "UCS-2", "units": 6, "parts": 1, "left": 64},
        )
        self.assertEqual(wizard.get_sms_length("a" * 161)["parts"], 2)
        self.assertEqual(wizard.get_sms_length(False)["parts"], 0)

    def test_too_long_a_text_is_refused_in_words(self):
        form = self._open()
        form.kind = "telegram"
        form.body = "a" * 20000
        with self.assertRaisesRegex(UserError, "20000 characters"):
            form.save().action_send()

    def test_only_people_of_the_document_can_be_written_to(self):
        stranger = self.env["res.partner"].create(
            {"name": "Stranger", "phone": "+79160000000"}
        )
        form = self._open()
        form.body = "Hello"
        wizard = form.save()
        wizard.write({"partner_id": stranger.id, "kind": "sms"})
        with self.assertRaisesRegex(UserError, "nothing to do with"):
            wizard.action_send()

    def test_mechanic_and_other_company_cannot_write(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.mechanic_user).action_notify_compose()
        with self.assertRaises(AccessError):
            self._open(user=self.other_advisor)

    def test_messages_are_counted(self):
        self._create_rows(3)
        self.env.invalidate_all()
        for record in (self.deal, self.order, self.customer):
            record = record.with_user(self.advisor)
            self.assertEqual(record.notify_message_count, 3)
            action = record.action_view_notify_messages()
            rows = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(rows), 3)
        orders = self.order + self._create_order() + self._create_order()
        orders.invalidate_recordset()
        orders.mapped("name")
        with self.assertQueryCount(1):
            orders.mapped("notify_message_count")
