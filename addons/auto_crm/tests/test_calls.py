import re

from odoo.tests import HttpCase, tagged

from ..hooks import CALLING_MODULES, PUBLISHERS_CALL


@tagged("post_install", "-at_install")
class TestCalls(HttpCase):
    """Nothing leaves the server, and no page asks a foreign host, unless asked to."""

    def test_modules_that_send_customers_away_are_out(self):
        modules = self.env["ir.module.module"].search(
            [("name", "in", CALLING_MODULES), ("state", "!=", "uninstalled")]
        )
        needed = modules.filtered(lambda m: m.downstream_dependencies())
        self.assertFalse(modules - needed)
        self.assertFalse(self.env.ref(PUBLISHERS_CALL).active)

    def test_styles_of_the_website_import_nothing_foreign(self):
        bundle = self.env["ir.qweb"]._get_asset_bundle("web.assets_frontend", js=False)
        css = bundle.css().raw.decode()
        self.assertIn("/auto_crm/static/fonts/inter-cyrillic", css)
        self.assertFalse(re.findall(r"@import[^;]*//[^;]*;", css))
        families = re.findall(r"font-family:([^;}]*)[;}]", css)
        used = [text for text in families if "Odoo Unicode Support Noto" in text]
        faces = re.findall(r"@font-face\s*{[^}]*Odoo Unicode Support Noto", css)
        self.assertEqual(len(used), len(faces), "declared by Odoo, used by nothing")

    def test_pages_of_the_website_name_no_foreign_host(self):
        for path in ("/", "/contactus", "/web/login"):
            with self.subTest(path=path):
                page = self.url_open(path).text
                hosts = re.findall(
                    r"<(?:link|script|img|iframe)[^>]*(?:src|href)=\"https?://([^/\"]+)",
                    page,
                )
                ours = re.sub(r"^https?://", "", self.base_url())
                self.assertFalse([host for host in set(hosts) if host != ours])
