from datetime import timedelta

from lxml import html

from odoo import fields, http
from odoo.tests import HttpCase, new_test_user

from .common import AutoLoyaltyCommon


class AutoBonusPortalCommon(AutoLoyaltyCommon, HttpCase):
    """The customer and a stranger, each with a login and with bonuses of his own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"lang": "en_US", "phone": "+79161234567"})
        cls.company.country_id = cls.env.ref("base.ru")
        cls.stranger = cls.env["res.partner"].create(
            {"name": "Stranger", "email": "stranger@example.com", "lang": "en_US"}
        )
        cls.portal_user = cls._create_portal_user("bonus_customer", cls.customer)
        cls.stranger_user = cls._create_portal_user("bonus_stranger", cls.stranger)
        cls.env["auto.notify.channel"].search([]).active = False
        cls.env.flush_all()  # a company has one active channel of a kind
        cls.channel = cls.env["auto.notify.channel"].create(
            {"name": "Log", "kind": "log"}
        )
        cls.env["ir.config_parameter"].set_param("auto_notify.test_mode", True)
        cls.program.bonus_code_above = 10_000.0
        cls.card = cls._give(1000.0, date_expire=cls._in_days(30))
        cls._give(77.0, cls.stranger)
        cls.stranger_card = cls._get_card(cls.stranger)

    @classmethod
    def _create_portal_user(cls, login, partner):
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            name=partner.name,
            partner_id=partner.id,
            email=partner.email or f"{login}@example.com",
            lang="en_US",
        )

    @classmethod
    def _in_days(cls, days):
        return fields.Datetime.now() + timedelta(days=days)

    def login(self, user):
        self.authenticate(user.login, user.login)

    def get_page(self, url):
        """Return a page that opens, as a tree."""
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200, url)
        return html.fromstring(response.text)

    def post(self, url, **data):
        """Post a form as a browser does, and return the page it leads to."""
        data["csrf_token"] = http.Request.csrf_token(self)
        response = self.url_open(url, data=data)
        self.assertEqual(response.status_code, 200, url)
        self.env.invalidate_all()
        return html.fromstring(response.text)

    def texts(self, page, name):
        """Return the texts of the blocks of a name."""
        return [
            " ".join(block.text_content().split())
            for block in page.xpath(f"//*[@name='{name}']")
        ]

    def _send(self, order):
        """Let the customer have the order's page, as its message would."""
        order.action_quotation_sent()
        order._portal_ensure_token()
        return order

    def _read_code(self):
        """Return the code of the last message, as the phone shows it."""
        message = self.env["auto.notify.message"].search(
            [("key", "=like", "code:auto.bonus.code:%")], limit=1, order="id desc"
        )
        return message.secret
