from odoo.tests import tagged

from odoo.addons.auto_crm.tests.test_documents import (
    ACCEPTANCE,
    COMPLETION,
    ESTIMATE,
    ORDER_ACCEPTANCE,
    WORK_ORDER,
    DocumentsCommon,
)

from ..tools.provider import Settings
from ..tools.telegram import Telegram


@tagged("post_install", "-at_install")
class TestDocumentsQr(DocumentsCommon):
    """The papers a customer gets invite him into the shop's messengers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["auto.notify.channel"].search([]).active = False
        cls.customer.lang = "en_US"

    def _create_channel(self, kind="telegram", **vals):
        return self.env["auto.notify.channel"].create(
            {"name": kind.title(), "kind": kind, "secret": "1:AA", **vals}
        )

    def _get_messengers(self, report=ESTIMATE, record=None):
        tree, text = self._render(report, record)
        return tree.xpath("//table[@name='messengers']"), text

    def test_every_paper_the_customer_gets_has_the_code(self):
        self._create_channel(sender="my_garage_bot")
        self.order.action_confirm()
        for report, record in (
            (ESTIMATE, self.order),
            (WORK_ORDER, self.order),
            (ACCEPTANCE, self.act),
            (ORDER_ACCEPTANCE, self.order),
        ):
            tables, text = self._get_messengers(report, record)
            self.assertEqual(len(tables), 1, report)
            self.assertIn("Get messages in Telegram", text)
            [link] = tables[0].xpath(".//a/@href")
            self.assertTrue(link.startswith("https://t.me/my_garage_bot?start="))
            [picture] = tables[0].xpath(".//img/@src")
            self.assertTrue(picture.startswith("data:image/png;base64,"))
        self.assertFalse(self._get_messengers(COMPLETION)[0])

    def test_link_tells_the_customer_of_the_order(self):
        self._create_channel(sender="my_garage_bot")
        [link] = self.customer._get_notify_links()
        provider = Telegram(Settings(sender="my_garage_bot"))
        token = link["url"].removeprefix(provider.get_link(""))
        find = self.env["auto.notify.token"]._find
        self.assertEqual(find("link", token, "res.partner"), self.customer)
        self.assertFalse(find("stop", token, "res.partner"))

    def test_no_messenger_no_code(self):
        self.assertFalse(self._get_messengers()[0])
        self._create_channel("sms", sms_gateway="smsc")
        self.assertFalse(self._get_messengers()[0])

    def test_messenger_that_is_not_set_up_has_no_code(self):
        channel = self._create_channel(secret=False, sender="my_garage_bot")
        self.assertFalse(self._get_messengers()[0])
        channel.write({"secret": "1:AA", "sender": False})
        self.assertFalse(self._get_messengers()[0])

    def test_linked_customer_is_not_asked_again(self):
        channel = self._create_channel(sender="my_garage_bot")
        chat = self.env["auto.notify.contact"].create(
            {
                "channel_id": channel.id,
                "partner_id": self.customer.id,
                "external_id": "1",
            }
        )
        self.assertFalse(self._get_messengers()[0])
        chat.sudo().state = "blocked"
        self.assertTrue(self._get_messengers()[0])

    def test_messengers_are_those_of_the_orders_company(self):
        company = self.env["res.company"].create({"name": "Second shop"})
        self._create_channel(sender="foreign_bot", company_id=company.id)
        self.assertFalse(self._get_messengers()[0])

    def test_advisor_prints_the_code_without_seeing_the_account(self):
        self._create_channel(sender="my_garage_bot")
        messengers = (
            self.env["auto.document"]
            .with_user(self.advisor)
            ._get_messengers(self.order.with_user(self.advisor))
        )
        self.assertEqual([link["name"] for link in messengers], ["Telegram"])

    def test_code_is_in_the_customers_language(self):
        self._create_channel(sender="my_garage_bot")
        self.customer.lang = "ru_RU"
        tables, _text = self._get_messengers()
        self.assertEqual(len(tables), 1)
