from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AutoCrmCommon


@tagged("post_install", "-at_install")
class TestCountry(AutoCrmCommon):
    """A new company is made one of a country, before its first entry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.russia = cls.env.ref("base.ru")
        cls.shop = cls.env["res.company"].create({"name": "Пятый пост"})

    def test_a_new_company_becomes_russian(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "Retail", "company_id": self.shop.id}
        )
        self.shop._set_up_for_country(self.russia, "Europe/Moscow")
        self.assertEqual(self.shop.country_id, self.russia)
        self.assertEqual(self.shop.account_fiscal_country_id, self.russia)
        self.assertEqual(self.shop.currency_id, self.env.ref("base.RUB"))
        self.assertEqual(pricelist.currency_id, self.env.ref("base.RUB"))
        self.assertEqual(self.shop._get_tz(), "Europe/Moscow")
        self.assertTrue(self.shop.chart_template)
        self.assertFalse(self.shop.account_sale_tax_id)

    def test_a_company_with_entries_keeps_its_money(self):
        self.shop._set_up_for_country(self.russia, "Europe/Moscow")
        self.env["account.move"].with_company(self.shop).create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [(0, 0, {"name": "Oil", "price_unit": 10})],
            }
        ).action_post()
        with self.assertRaisesRegex(UserError, "has entries"):
            self.shop._set_up_for_country(self.env.ref("base.de"), "Europe/Berlin")
