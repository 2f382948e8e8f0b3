from ast import literal_eval
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .inbox_common import InboxCommon


class PageCommon(InboxCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.base = self.Message.get_base_url()

    def open(self, url, data=None):
        return self.url_open(url.replace(self.base, ""), data=data)

    def assert_refused(self, path):
        with mute_logger("odoo.http"):
            for data in (None, {"what": "all"}):
                self.assertEqual(self.open(path, data).status_code, 404, path)


@tagged("post_install", "-at_install")
class TestStopPage(PageCommon):
    def setUp(self):
        super().setUp()
        self.message = self.make_message(self.make_deal())
        self.customer._set_notify_consent("marketing", True, "portal")
        self.url = self.message._get_stop_url()

    def test_opening_the_page_changes_nothing(self):
        page = self.open(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Which messages shall end?", page.text)
        self.assertIn(self.company.name, page.text)
        self.assertNotIn("Ivan", page.text)
        self.assertNotIn("9161234567", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertTrue(self.customer.notify_marketing)

    def test_advertising_ends_messages_about_the_car_go_on(self):
        page = self.open(self.url, {"what": "marketing"})
        self.assertIn("no more advertising", page.text)
        self.assertFalse(self.customer.notify_marketing)
        self.assertTrue(self.customer.notify_service)
        last = self.customer._get_last_consent("marketing")
        self.assertEqual(last.source, "link")

    def test_all_messages_end_and_come_back(self):
        page = self.open(self.url, {"what": "all"})
        self.assertIn("not write to you any more", page.text)
        self.assertFalse(self.customer.notify_service)
        self.assertFalse(self.customer.notify_marketing)
        self.open(self.url, {"what": "start"})
        self.assertTrue(self.customer.notify_service)
        self.assertFalse(self.customer.notify_marketing)

    def test_mail_programs_unsubscribe_by_themselves(self):
        page = self.open(self.url, {"List-Unsubscribe": "One-Click"})
        self.assertEqual(page.status_code, 200)
        self.assertFalse(self.customer.notify_marketing)
        self.assertTrue(self.customer.notify_service)

    def test_pressed_many_times_is_recorded_once(self):
        for _press in range(3):
            self.open(self.url, {"what": "all"})
        self.assertEqual(len(self.customer.notify_consent_ids), 3)

    def test_forged_links_are_refused(self):
        token = self.url.rpartition("/")[2]
        forged = token[:-1] + ("A" if token[-1] != "A" else "B")
        link = self.Token._make("link", self.message)
        for text in ("x", forged, link, token + "A", str(self.message.id)):
            self.assert_refused(f"/auto_notify/stop/{text}")
        self.assertTrue(self.customer.notify_service)

    def test_link_of_a_merged_customer_stops_the_one_who_is_left(self):
        twin = self.env["res.partner"].create({"name": "Twin"})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((twin + self.customer).ids, twin)
        self.open(self.url, {"what": "all"})
        self.assertFalse(twin.notify_service)

    def test_archived_customer_may_stop_deleted_one_has_no_page(self):
        self.customer.active = False
        self.assertEqual(self.open(self.url, {"what": "all"}).status_code, 200)
        self.assertFalse(self.customer.notify_service)
        path = self.url.replace(self.base, "")
        self.message.unlink()
        self.assert_refused(path)

    def test_page_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.customer.lang = "ru_RU"
        page = self.open(self.url)
        self.assertIn('lang="ru-RU"', page.text)


@tagged("post_install", "-at_install")
class TestButtonPage(PageCommon):
    def setUp(self):
        super().setUp()
        self.lead = self.make_deal()
        buttons = self.env["auto.notify.button"]
        self.button = buttons.search([("code", "=", "call_me")]) or buttons.create(
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
        self.message = self.make_message(
            self.lead, template_id=template.id, body="<b>Ready</b>\nPay 100"
        )
        self.url = self.message._get_button_url("call_me")
        self.pressed = []

        def press(lead, code, partner):
            self.pressed.append((lead.id, code, partner.id))
            return True

        cls = self.env.registry["crm.lead"]
        self.startPatcher(patch.object(cls, "_on_notify_button", press))

    def test_opening_the_page_presses_nothing(self):
        page = self.open(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.button.name, page.text)
        self.assertIn("&lt;b&gt;Ready&lt;/b&gt;", page.text)
        self.assertFalse(self.pressed)

    def test_pressing_reaches_the_document_once(self):
        for _press in range(2):
            page = self.open(self.url, {"x": "1"})
            self.assertIn("has been received", page.text)
        expected = [(self.lead.id, "call_me", self.customer.id)]
        self.assertEqual(self.pressed, expected)

    def test_cancelled_message_says_so(self):
        self.message.state = "cancelled"
        for data in (None, {"x": "1"}):
            self.assertIn("cannot be answered", self.open(self.url, data).text)
        self.assertFalse(self.pressed)

    def test_forged_links_and_other_buttons_are_refused(self):
        token = self.url.rpartition("/")[2]
        other = self.make_message(self.lead)
        for path in (
            f"call_me/{token[:-1]}",
            f"confirm/{token}",
            f"call_me/{self.Token._make('stop', self.message)}",
            f"call_me/{self.Token._make('button/call_me', other)}",
            f"%25/{token}",
        ):
            self.assert_refused(f"/auto_notify/b/{path}")
        self.assertFalse(self.pressed)


@tagged("post_install", "-at_install")
class TestMailLinks(InboxCommon):
    def make_mail(self, **values):
        channel = self.channel.copy({"kind": "email", "name": "Mail"})
        message = self.make_message(self.make_deal(), **values)
        attempt = self.env["auto.notify.attempt"].create(
            {
                "message_id": message.id,
                "channel_id": channel.id,
                "kind": "email",
                "key": f"{message.id:032x}",
                "address": "ivan.petrov@example.com",
            }
        )
        return message, attempt._prepare_mail_vals(self.env["mail.message"], None)

    def test_what_a_rule_writes_has_buttons_and_a_way_out(self):
        model = self.env.ref("crm.model_crm_lead")
        buttons = self.env["auto.notify.button"]
        button = buttons.search([("code", "=", "call_me")]) or buttons.create(
            {"name": "Call me", "code": "call_me"}
        )
        template = self.env["auto.notify.template"].create(
            {"name": "T", "model_id": model.id, "body": "x", "button_ids": button.ids}
        )
        rule = self.env["auto.notify.rule"].search([], limit=1)
        message, vals = self.make_mail(rule_id=rule.id, template_id=template.id)
        self.assertIn(message._get_stop_url(), vals["body_html"])
        self.assertIn(message._get_button_url("call_me"), vals["body_html"])
        headers = literal_eval(vals["headers"])
        self.assertEqual(headers["List-Unsubscribe"], f"<{message._get_stop_url()}>")
        self.assertEqual(headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")

    def test_what_staff_writes_has_neither(self):
        _message, vals = self.make_mail()
        self.assertNotIn("/auto_notify/", vals["body_html"])
        self.assertNotIn("headers", vals)
