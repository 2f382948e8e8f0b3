import re

from odoo.tests import HttpCase, tagged

FILLER = re.compile(
    r"555-555|yourcompany|passionate|My Website|Buena Vista|Useful Links|/social/",
    re.IGNORECASE,
)
PAGES = ("/", "/contactus", "/contactus-thank-you", "/web/login")


@tagged("post_install", "-at_install")
class TestPages(HttpCase):
    """The public pages of an empty shop speak of the shop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.env["website"].search([], limit=1)
        cls.company = cls.site.company_id
        cls.company.write({"phone": False, "email": False, "street": False})
        cls.site._clean_site()
        russian = cls.env["res.lang"]._activate_lang("ru_RU")
        cls.site.language_ids |= russian

    def test_pages_of_an_empty_shop_carry_no_filler(self):
        self.company.name = "Five Posts"
        for prefix in ("", "/ru"):
            for page in PAGES:
                with self.subTest(page=prefix + page):
                    text = self.url_open(prefix + page).text
                    body = text.partition("<body")[2] + text.partition("<title>")[2]
                    self.assertIn("Five Posts", body)
                    self.assertIsNone(FILLER.search(body))

    def test_what_the_company_tells_stands_there(self):
        self.company.write(
            {"phone": "+7 495 123-45-67", "email": "a@b.example", "street": "Main 1"}
        )
        for page in ("/", "/contactus"):
            text = self.url_open(page).text
            for fact in ("123-45-67", "a@b.example", "Main 1"):
                self.assertIn(fact, text)

    def test_the_site_has_a_footer_when_the_addon_goes(self):
        footer = self.env.ref("website.footer_custom")
        self.assertFalse(footer.active)
        self.site._give_back_footer()
        self.assertTrue(footer.active)

    def test_a_site_called_as_the_shop_is_renamed_with_it(self):
        self.company.name = "Six Posts"
        self.assertEqual(self.site.name, "Six Posts")
        self.site.name = "The best garage"
        self.company.name = "Seven Posts"
        self.assertEqual(self.site.name, "The best garage")

    def test_a_site_that_somebody_has_written_stays(self):
        self.site.name = "My Website"
        self.assertTrue(self.site._is_unwritten())
        page = self.env.ref("website.contactus").with_context(website_id=self.site.id)
        page.arch = page.arch.replace("Contact us", "Write to us")
        self.assertFalse(self.site._is_unwritten())
        self.site.name = "A Site"
        self.assertFalse(self.site._is_unwritten())
