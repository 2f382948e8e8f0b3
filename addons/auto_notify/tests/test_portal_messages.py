from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.auto_crm.tests.test_portal import AutoPortalCommon

PAGE = "/my/messages"


@tagged("post_install", "-at_install")
class TestPortalMessages(AutoPortalCommon):
    """What a customer sees and decides of his messages, and of nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["auto.notify.channel"].search([]).active = False
        cls.telegram = cls._create_channel(
            "telegram", name="Telegram", secret="1:AA", sender="my_garage_bot"
        )
        cls.max = cls._create_channel("max", name="MAX", secret="t", sender="garage")
        cls.sms = cls._create_channel("sms", name="SMS")
        cls.chat = cls._create_chat(cls.customer, cls.telegram, "Ivan in Telegram")
        cls.stranger_chat = cls._create_chat(cls.stranger, cls.telegram, "Stranger")
        cls.message = cls._create_message(cls.customer, "Your car is ready")
        cls.foreign = cls._create_message(cls.stranger, "A secret of the stranger")

    @classmethod
    def _create_channel(cls, kind, **vals):
        return cls.env["auto.notify.channel"].create({"kind": kind, **vals})

    @classmethod
    def _create_chat(cls, partner, channel, name):
        return cls.env["auto.notify.contact"].create(
            {
                "name": name,
                "channel_id": channel.id,
                "partner_id": partner.id,
                "external_id": str(partner.id),
            }
        )

    @classmethod
    def _create_message(cls, partner, body, **vals):
        return cls.env["auto.notify.message"].create(
            {
                "key": f"test:{partner.id}:{body}",
                "company_id": cls.company.id,
                "partner_id": partner.id,
                "body": body,
                "kind": "telegram",
                "state": "delivered",
                "date_sent": fields.Datetime.now(),
                **vals,
            }
        )

    def _get_page(self, url=PAGE):
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _save(self, **data):
        return self.post(PAGE, **{"service": "1", **data})

    # ------------------------------------------------------------------
    # What is shown
    # ------------------------------------------------------------------

    def test_nobody_sees_the_page_without_a_login(self):
        response = self.url_open(PAGE)
        self.assertIn("/web/login", response.url)
        self.assertNotIn("Your car is ready", response.text)

    def test_customer_sees_his_own_messages_only(self):
        self.login(self.portal_user)
        text = self._get_page().text_content()
        self.assertIn("Your car is ready", text)
        self.assertNotIn("A secret of the stranger", text)
        self.login(self.stranger_user)
        text = self._get_page().text_content()
        self.assertNotIn("Your car is ready", text)
        self.assertIn("A secret of the stranger", text)

    def test_only_what_was_sent_is_shown(self):
        for state in ("queued", "deferred", "sending", "failed", "cancelled"):
            self._create_message(self.customer, f"Not sent: {state}", state=state)
        self._create_message(self.customer, "Not sent: logged", kind="log")
        self.login(self.portal_user)
        text = self._get_page().text_content()
        self.assertIn("Your car is ready", text)
        self.assertNotIn("Not sent", text)

    def test_text_of_a_message_is_no_markup(self):
        self._create_message(self.customer, "<script>alert(1)</script> {{ 7 * 7 }}")
        self.login(self.portal_user)
        page = self._get_page()
        self.assertIn("<script>alert(1)</script> {{ 7 * 7 }}", page.text_content())
        self.assertFalse(page.xpath("//li[@name='message']//script"))

    def test_people_of_a_company_see_only_their_own(self):
        company = self.env["res.partner"].create(
            {"name": "Vector", "is_company": True, "email": "v@example.com"}
        )
        first, second = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": company.id, "email": f"{name}@example.com"}
                for name in ("anna", "boris")
            ]
        )
        self._create_message(first, "For Anna")
        self._create_message(second, "For Boris")
        self.login(self._create_portal_user("auto_anna", first))
        text = self._get_page().text_content()
        self.assertIn("For Anna", text)
        self.assertNotIn("For Boris", text)
        self.login(self._create_portal_user("auto_vector", company))
        text = self._get_page().text_content()
        self.assertIn("For Anna", text)
        self.assertIn("For Boris", text)

    def test_long_history_has_pages(self):
        day = fields.Datetime.now() - timedelta(days=1)
        for number in range(20):
            self._create_message(self.customer, f"Old {number}", date_sent=day)
        self.login(self.portal_user)
        self.assertEqual(len(self._get_page().xpath("//li[@name='message']")), 20)
        rest = self._get_page(f"{PAGE}/page/2")
        self.assertEqual(len(rest.xpath("//li[@name='message']")), 1)
        self.assertEqual(self.url_open(f"{PAGE}/page/99").status_code, 200)

    def test_messengers_are_linked_or_have_a_link_and_code(self):
        self.login(self.portal_user)
        page = self._get_page()
        [chat] = page.xpath("//li[@name='chat']")
        self.assertIn("Ivan in Telegram", chat.text_content())
        [link] = page.xpath("//li[@name='link']")
        self.assertIn("MAX", link.text_content())
        [address] = link.xpath(".//a[@name='open']/@href")
        self.assertTrue(address.startswith("https://max.ru/garage?start="))
        token = address.partition("start=")[2]
        partner = self.env["auto.notify.token"]._find("link", token, "res.partner")
        self.assertEqual(partner, self.customer)
        [picture] = link.xpath(".//img/@src")
        self.assertTrue(picture.startswith("data:image/png;base64,"))

    def test_page_tells_no_credentials(self):
        self.login(self.portal_user)
        text = self.url_open(PAGE).text
        self.assertIn("Ivan in Telegram", text)
        for channel in self.telegram | self.max:
            self.assertNotIn(channel.hook_key, text)
            self.assertNotIn(channel.hook_secret, text)
        self.assertNotIn("1:AA", text)

    def test_home_and_bar_lead_to_the_page(self):
        self.login(self.portal_user)
        page = self._get_page("/my")
        self.assertTrue(page.xpath("//nav[@name='auto_bar']/a[@href='/my/messages']"))
        [card] = page.xpath("//section[@name='garage']//div[@name='messengers']")
        self.assertIn("MAX", card.text_content())
        self.assertNotIn("Telegram", card.text_content())
        active = self._get_page().xpath("//nav[@name='auto_bar']/a[@name='messages']")
        self.assertIn("active", active[0].get("class"))

    def test_page_of_staff_opens(self):
        self.login(self.advisor)
        self.assertEqual(self.get_status(PAGE), 200)

    # ------------------------------------------------------------------
    # What the customer decides
    # ------------------------------------------------------------------

    def test_customer_chooses_his_channel(self):
        self.login(self.portal_user)
        options = self._get_page().xpath("//select[@name='kind']/option/@value")
        self.assertEqual(set(options), {"", "telegram", "sms"})
        self._save(kind="telegram")
        self.assertEqual(self.customer.notify_kind, "telegram")
        self._save(kind="")
        self.assertFalse(self.customer.notify_kind)
        self.assertFalse(self.stranger.notify_kind)

    def test_channel_that_does_not_reach_him_is_not_taken(self):
        self.login(self.portal_user)
        for kind in ("max", "viber", "log", "nonsense", "{{ 1 }}"):
            self._save(kind=kind)
            self.assertFalse(self.customer.notify_kind, kind)

    def test_customer_chooses_his_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.login(self.portal_user)
        self._save(lang="ru_RU")
        self.assertEqual(self.customer.lang, "ru_RU")
        self._save(lang="xx_XX")
        self.assertEqual(self.customer.lang, "ru_RU")

    def test_consent_is_kept_with_its_source(self):
        self.login(self.portal_user)
        self._save(marketing="1")
        self.assertTrue(self.customer.notify_marketing)
        [consent] = self.customer.notify_consent_ids
        self.assertRecordValues(
            consent,
            [{"category": "marketing", "is_given": True, "source": "portal"}],
        )
        self.assertTrue(consent.detail)
        self._save()
        self.assertFalse(self.customer.notify_marketing)
        self.assertTrue(self.customer.notify_service)

    def test_what_is_so_already_makes_no_new_record(self):
        self.login(self.portal_user)
        self._save()
        self._save()
        self.assertFalse(self.customer.notify_consent_ids)

    def test_service_messages_end_by_the_switch(self):
        self.login(self.portal_user)
        self.post(PAGE)
        self.assertFalse(self.customer.notify_service)
        self.assertTrue(self.stranger.notify_service)
        self._save()
        self.assertTrue(self.customer.notify_service)

    def test_other_fields_of_a_form_change_nothing(self):
        self.login(self.portal_user)
        self._save(
            name="Hacked", partner_id=str(self.stranger.id), notify_kind="telegram"
        )
        self.assertEqual(self.customer.name, "Ivan Petrov")
        self.assertFalse(self.stranger.notify_consent_ids)
        self.assertFalse(self.customer.notify_kind)

    def test_state_of_a_chat_is_read_whatever_its_name(self):
        self.chat.sudo().write({"name": "A name " * 10, "state": "stopped"})
        self.login(self.portal_user)
        [state] = self._get_page().xpath("//li[@name='chat']//div[@name='state']")
        self.assertIn("stopped", state.text_content())
        self.assertNotIn("A name", state.text_content())

    def test_chat_is_unlinked(self):
        self.customer.notify_kind = "telegram"
        self.chat.sudo().phone = "+79161234567"
        self.login(self.portal_user)
        response = self.post(f"{PAGE}/unlink", chat=str(self.chat.id))
        self.assertIn("The chat is unlinked", response.text)
        self.assertFalse(self.chat.partner_id)
        self.assertFalse(self.chat.phone)
        self.assertFalse(self.customer.notify_kind)

    def test_what_goes_to_a_phone_is_not_ended_by_unlinking(self):
        """The page would promise what is not so: the phone is an address by itself."""
        channel = self._create_channel("whatsapp", name="WhatsApp", sender="7999")
        chat = self._create_chat(self.customer, channel, "Ivan in WhatsApp")
        self.assertTrue(self.customer._get_notify_phone())
        self.login(self.portal_user)
        values = self._get_page().xpath("//input[@name='chat']/@value")
        self.assertEqual(values, [str(self.chat.id)])
        with mute_logger("odoo.http"):
            response = self.post(f"{PAGE}/unlink", chat=str(chat.id))
        self.assertEqual(response.status_code, 404)
        self.assertEqual(chat.partner_id, self.customer)
        self.customer.phone = False
        self.post(f"{PAGE}/unlink", chat=str(chat.id))
        self.assertFalse(chat.partner_id)

    def test_foreign_and_missing_chats_are_alike(self):
        self.login(self.portal_user)
        for chat in (str(self.stranger_chat.id), "999999999", "", "-1", "x", "٣"):
            with mute_logger("odoo.http"):
                response = self.post(f"{PAGE}/unlink", chat=chat)
            self.assertEqual(response.status_code, 404, chat)
        self.assertEqual(self.stranger_chat.partner_id, self.stranger)

    def test_forms_need_a_token_of_the_session(self):
        self.login(self.portal_user)
        with mute_logger("odoo.http"):
            for url, data in (
                (PAGE, {"kind": "telegram", "marketing": "1"}),
                (f"{PAGE}/unlink", {"chat": str(self.chat.id)}),
            ):
                response = self.url_open(url, data={**data, "csrf_token": "forged"})
                self.assertEqual(response.status_code, 400, url)
        self.assertFalse(self.customer.notify_kind)
        self.assertFalse(self.customer.notify_consent_ids)
        self.assertTrue(self.chat.partner_id)

    def test_unlinking_by_a_link_does_nothing(self):
        self.login(self.portal_user)
        with mute_logger("odoo.http"):
            status = self.get_status(f"{PAGE}/unlink?chat={self.chat.id}")
        self.assertIn(status, (404, 405))
        self.assertTrue(self.chat.partner_id)

    def test_forms_need_a_login(self):
        self.authenticate(None, None)
        response = self._save(kind="telegram")
        self.assertIn("/web/login", response.url)
        self.assertFalse(self.customer.notify_kind)
