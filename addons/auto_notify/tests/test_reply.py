from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon
from odoo.addons.mail.tools.discuss import Store

from ..tools.chat_text import html_to_text
from .chatter_common import AutoChatterCommon


@tagged("post_install", "-at_install")
class TestReply(AutoChatterCommon, MailCommon):
    def _get_states(self, message):
        """Return the notifications of the customer."""
        return message.notification_ids.filtered(
            lambda notification: notification.res_partner_id == self.customer
        )

    def test_comment_goes_out_through_the_chat(self):
        message = self._write(self.deal)
        row = self._get_reply(message)
        self.assertRecordValues(
            row,
            [
                {
                    "body": "Shall we call you?",
                    "contact_id": self.contact.id,
                    "partner_id": self.customer.id,
                    "author_id": self.advisor.partner_id.id,
                    "lead_id": self.deal.id,
                    "order_id": self.order.id,
                    "kinds": [["telegram", 0]],
                    "state": "queued",
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertRecordValues(
            self._get_states(message),
            [
                {
                    "notification_type": "auto_notify",
                    "notification_status": "ready",
                    "res_partner_id": self.customer.id,
                    "auto_notify_message_id": row.id,
                }
            ],
        )

    def test_reply_on_the_deal_is_seen_on_the_order_too(self):
        message = self._write(self.deal)
        copy = self._get_reply(message).mail_message_ids - message
        self.assertRecordValues(
            copy,
            [
                {
                    "model": "sale.order",
                    "res_id": self.order.id,
                    "message_type": "auto_notify",
                    "author_id": self.advisor.partner_id.id,
                }
            ],
        )
        self._get_reply(message)._post_to_chatter()
        self.assertEqual(len(self._get_reply(message).mail_message_ids), 2)

    def test_reply_on_the_order_goes_to_the_chat_of_its_deal(self):
        message = self._write(self.order)
        self.assertEqual(self._get_reply(message).contact_id, self.contact)
        self.assertEqual(self._get_reply(message).lead_id, self.deal)

    def test_order_without_deal_uses_the_chat_in_which_the_customer_wrote_last(self):
        order = self._create_order()
        old = self._create_contact(self.bot, "4712", hours=99)
        self.assertEqual(order._get_notify_chat(), self.contact)
        self.contact.date_incoming = False
        self.assertEqual(order._get_notify_chat(), old)

    def test_customer_gets_no_email_on_top_and_followers_do(self):
        colleague = self.env["res.partner"].create(
            {"name": "Colleague", "email": "colleague@example.com"}
        )
        self.deal.message_subscribe((self.customer | colleague).ids)
        with self.mock_mail_gateway():
            message = self._write(self.deal, partner_ids=self.customer.ids)
        self.assertTrue(self._get_reply(message))
        emailed = message.notification_ids.filtered(
            lambda notification: notification.notification_type == "email"
        )
        self.assertEqual(emailed.res_partner_id, colleague)

    def test_chat_switched_off_for_one_message_sends_an_email(self):
        with self.mock_mail_gateway():
            message = self._write(
                self.deal, partner_ids=self.customer.ids, notify_reply=False
            )
        self.assertFalse(self._get_reply(message))
        self.assertRecordValues(
            self._get_states(message),
            [{"notification_type": "email", "res_partner_id": self.customer.id}],
        )

    def test_notes_and_others_messages_stay_inside(self):
        note = self._write(self.deal, subtype_xmlid="mail.mt_note")
        system = self.deal.with_user(self.advisor).message_post(body="Moved")
        customer = self._write(
            self.deal, author_id=self.customer.id, user=self.env.user
        )
        robot = self._write(self.deal, user=self.env.ref("base.user_root"))
        for message in (note, system, customer, robot):
            self.assertFalse(self._get_reply(message))

    def test_full_composer_sends_an_email(self):
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.advisor)
            .with_context(
                default_model="crm.lead",
                default_res_ids=self.deal.ids,
                default_partner_ids=self.customer.ids,
                default_subtype_xmlid="mail.mt_comment",
            )
            .create({"body": "By mail", "subject": "Car"})
        )
        with self.mock_mail_gateway():
            __, message = composer._action_send_mail()
        self.assertFalse(self._get_reply(message))
        self.assertEqual(self._get_states(message).notification_type, "email")

    def test_scheduled_email_stays_an_email(self):
        scheduled = (
            self.env["mail.scheduled.message"]
            .with_user(self.advisor)
            .create(
                {
                    "author_id": self.advisor.partner_id.id,
                    "model": "crm.lead",
                    "res_id": self.deal.id,
                    "body": "Later",
                    "scheduled_date": "2100-01-01 10:00:00",
                    "partner_ids": self.customer.ids,
                }
            )
        )
        with self.mock_mail_gateway():
            scheduled.post_message()
        message = self.deal.message_ids[0]
        self.assertIn("Later", message.body)
        self.assertFalse(self._get_reply(message))

    def test_files_go_as_links(self):
        file = (
            self.env["ir.attachment"]
            .with_user(self.advisor)
            .create(
                {
                    "name": "act.pdf",
                    "raw": b"pdf",
                    "res_model": "mail.compose.message",
                }
            )
        )
        message = self._write(self.deal, attachment_ids=file.ids)
        self.assertTrue(file.access_token)
        self.assertEqual(
            self._get_reply(message).body,
            "Shall we call you?\n"
            f"act.pdf: {self.deal.get_base_url()}/web/content/{file.id}"
            f"?access_token={file.access_token}",
        )

    def test_too_long_a_text_is_refused_in_words(self):
        self.patch(
            type(self.env["auto.notify.contact"]),
            "_get_notify_max_length",
            lambda contact: 20,
        )
        with self.assertRaisesRegex(UserError, "takes 20"):
            self._write(self.deal, body="A" * 21)
        self._write(self.deal, body="A" * 21, notify_reply=False)

    def test_closed_chat_is_told_and_not_used(self):
        cases = [
            (self.contact, {"state": "stopped"}, "asked for no messages"),
            (self.contact, {"state": "blocked"}, "blocked"),
            (self.bot, {"active": False}, "archived"),
        ]
        for record, vals, reason in cases:
            before = {name: record[name] for name in vals}
            record.write(vals)
            info = self.deal.with_user(self.advisor)._prepare_notify_chat_info()
            self.assertIn(reason, info["refusal"])
            self.assertFalse(self._get_reply(self._write(self.deal)))
            record.write(before)

    def test_whatsapp_takes_free_text_for_a_day(self):
        channel = self._create_channel("whatsapp")
        self.deal.notify_contact_id = self._create_contact(channel, "7916", hours=25)
        info = self.deal.with_user(self.advisor)._prepare_notify_chat_info()
        self.assertIn("24 hours", info["refusal"])
        self.deal.notify_contact_id = self._create_contact(channel, "7917", hours=23)
        info = self.deal.with_user(self.advisor)._prepare_notify_chat_info()
        self.assertEqual((info["kind"], info["refusal"]), ("whatsapp", ""))

    def test_composer_knows_the_chat(self):
        deal = self.deal.with_user(self.advisor)
        store = Store().add(
            deal, [], as_thread=True, request_list=["suggestedRecipients"]
        )
        chat = store.get_result()["mail.thread"][0]["autoNotifyChat"]
        self.assertEqual(
            (chat["kind"], chat["name"], chat["partner_id"], chat["refusal"]),
            ("telegram", "Ivan Petrov", self.customer.id, ""),
        )
        mechanic = self.deal.with_user(self.mechanic_user)
        self.assertFalse(mechanic._prepare_notify_chat_info())
        self.deal.notify_contact_id = False
        self.assertFalse(deal._prepare_notify_chat_info())

    def test_sent_reply_cannot_be_changed(self):
        message = self._write(self.deal)
        with self.assertRaisesRegex(UserError, "has gone to the customer"):
            self.deal._message_update_content(message, body="Other words")

    def test_unknown_person_is_answered_in_his_chat(self):
        lead = self.env["crm.lead"].create(
            {"name": "From Telegram", "type": "opportunity"}
        )
        lead.notify_contact_id = self._create_contact(self.bot, "1", partner_id=False)
        row = self._get_reply(self._write(lead))
        self.assertFalse(row.partner_id)
        self.assertEqual(row.contact_id.name, "Vanya")
        info = lead.with_user(self.advisor)._prepare_notify_chat_info()
        self.assertEqual(info["name"], "Vanya")


@tagged("post_install", "-at_install")
class TestChatText(AutoChatterCommon):
    def test_html_becomes_lines(self):
        cases = {
            "<div>a <b>b</b></div><div>c</div>": "a b\nc",
            "<p>a</p><p><br></p><p>b<br>c</p>": "a\n\nb\nc",
            "<ul><li>one</li><li>two</li></ul>x": "• one\n• two\nx",
            "2 &lt; 3 &amp; 4": "2 < 3 & 4",
            "<p>See <a href='/my/1'>it</a></p>": "See it (https://shop.test/my/1)",
            "<a href='https://a.test'>https://a.test</a>": "https://a.test",
            "<a href='mailto:a@b.test'>a@b.test</a>": "a@b.test",
            "<a href='#' data-oe-model='res.partner'>@Anna</a>": "@Anna",
            "<img src='/web/image/5'>": "https://shop.test/web/image/5",
            "<script>alert(1)</script>x<style>p{}</style>": "x",
            "": "",
        }
        for body, text in cases.items():
            self.assertEqual(html_to_text(Markup(body), "https://shop.test"), text)
