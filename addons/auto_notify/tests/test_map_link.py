from odoo.tests import HttpCase, tagged

from odoo.addons.auto_crm.tests.order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestMapLink(AutoOrderCommon, HttpCase):
    """The short link of a text message leads to the map, and nowhere else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls.company.partner_id
        cls.place.write({"city": "Moscow", "street": "Tverskaya 1", "street2": False})
        cls.place.country_id = cls.env.ref("base.ru")
        cls.company.auto_map_url = False

    def _open(self, partner):
        url = partner._get_map_short_url(self.base_url())
        return self.url_open(url, allow_redirects=False)

    def test_the_link_leads_to_the_address(self):
        answer = self._open(self.place)
        self.assertEqual(answer.status_code, 302)
        self.assertEqual(
            answer.headers["Location"],
            "https://yandex.ru/maps/?text=Moscow%2C+Tverskaya+1",
        )
        self.assertNotIn("session_id", answer.headers.get("Set-Cookie", ""))

    def test_the_shops_own_link_comes_first(self):
        self.company.auto_map_url = "maps.example.com/shop"
        answer = self._open(self.place)
        self.assertEqual(answer.headers["Location"], "https://maps.example.com/shop")

    def test_a_place_without_address_is_not_found(self):
        self.place.write({"city": False, "street": False})
        self.assertEqual(self._open(self.place).status_code, 404)

    def test_a_forged_link_is_not_found(self):
        for token in ("x", "A" * 10, str(self.place.id), "%00", "x" * 300):
            answer = self.url_open(f"/m/{token}", allow_redirects=False)
            self.assertEqual(answer.status_code, 404, token)
