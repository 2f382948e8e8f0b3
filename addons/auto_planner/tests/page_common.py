from lxml import html

from odoo import Command
from odoo.tests import HttpCase, new_test_user

from .online_common import AutoOnlineCommon


class Page:
    """An answer of the server, read as a customer reads it."""

    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.url = response.url
        self.path = "/" + response.url.split("/", 3)[3]
        self.tree = html.fromstring(response.content)

    def find(self, query):
        """Return the first element that an XPath finds, or None."""
        return next(iter(self.tree.xpath(query)), None)

    def text(self, query="//main"):
        """Return the words in an element, "" without it."""
        found = self.find(query)
        return "" if found is None else " ".join(found.text_content().split())

    @property
    def times(self):
        """Return the values of the free times that are shown."""
        return self.tree.xpath("//button[@name='start']/@value")

    @property
    def days(self):
        """Return the days that are shown."""
        return self.tree.xpath("//a/@data-day")

    def fields(self, form):
        """Return what a browser would send of a form that nobody touched."""
        found = self.find(form)
        return {name: value or "" for name, value in found.form_values()}


class AutoPageCommon(AutoOnlineCommon, HttpCase):
    """Pages of the booking, in the browser of a customer without scripts."""

    phone = "+7 903 765-43-21"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.monday = cls._get_next_monday()
        cls.customer.lang = "en_US"
        cls.portal_user = new_test_user(
            cls.env,
            login="auto_customer",
            groups="base.group_portal",
            partner_id=cls.customer.id,
            name=cls.customer.name,
            email=cls.customer.email,
            lang="en_US",
        )
        cls.labour.taxes_id = [Command.clear()]

    def get(self, path, status=200):
        """Open a page: what an error page does not show is no news."""
        page = Page(self.url_open(path, timeout=60))
        self.assertEqual(page.status, status, path)
        return page

    def post(self, page, form, **values):
        """Send a form of a page, filled in.

        :param values: of fields; a list for several of one name
        """
        found = page.find(form)
        self.assertIsNotNone(found, page.text())
        action = found.get("action") or page.path
        data = {**page.fields(form), **values} or {"empty": "1"}
        return Page(self.url_open(action, data=data, timeout=60))

    def choose_work(self, **values):
        """Fill in the first page."""
        values = {
            "plate": "О551ТР97",
            "model": "Lada Vesta",
            "package_ids": str(self.package.id),
            **values,
        }
        return self.post(self.get("/book"), "//form[@action='/book']", **values)

    def get_times(self):
        """Open Monday's free times: of today's, few may be left."""
        return self.get(f"/book/time?day={self.monday.date()}")

    def choose_time(self, page=None, number=0):
        """Choose a free time of the page, as its button does."""
        if not page:
            self.choose_work()
            page = self.get_times()
        return self.post(page, "//form[@name='times']", start=page.times[number])

    def give_contact(self, page=None, **values):
        """Fill in the contact."""
        values = {"name": "Anna", "phone": self.phone, **values}
        page = page or self.choose_time()
        return self.post(page, "//form[@action='/book/contact']", **values)

    def give_code(self, page=None, code=None):
        """Type the code that was sent."""
        page = page or self.give_contact()
        return self.post(page, "//form[@name='code']", code=code or self._read_code())

    def _get_held(self):
        return self.env["auto.booking"].search(
            [("date_hold", "!=", False)], order="id desc", limit=1
        )

    def _get_online(self):
        """Return the bookings made online, the last first."""
        return self.env["auto.booking"].search(
            [("source", "!=", "staff"), ("date_hold", "=", False)], order="id desc"
        )
