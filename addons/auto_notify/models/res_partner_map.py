from urllib.parse import quote_plus

from odoo import models

# countries whose people look addresses up there
YANDEX_COUNTRIES = ("RU", "BY", "KZ", "KG", "AM", "UZ")


class ResPartner(models.Model):
    """A place that customers are sent to, with a link to the map fit for an SMS."""

    _inherit = "res.partner"

    def _get_map_address(self):
        """Return the address in one line; its country everybody knows."""
        self.ensure_one()
        return ", ".join(filter(None, (self.city, self.street, self.street2)))

    def _get_map_url(self):
        """Return the company's own map link, else one made of the address, or ""."""
        self.ensure_one()
        url = (self.ref_company_ids[:1].auto_map_url or "").strip()
        if not url:
            return self._get_address_map_url(self._get_map_address())
        return url if "://" in url else f"https://{url}"

    def _get_address_map_url(self, address):
        """Return the map that people of the place's country use, at an address."""
        if not address:
            return ""
        query = quote_plus(address)
        if self.country_id.code in YANDEX_COUNTRIES:
            return f"https://yandex.ru/maps/?text={query}"
        return f"https://www.google.com/maps/search/?api=1&query={query}"

    def _get_map_short_url(self, base_url):
        """Return a link of ours that leads to the map.

        :param str base_url: address of this server, as customers know it
        """
        token = self.env["auto.notify.token"]._make_short("map", self)
        return f"{base_url}/m/{token}"
