import base64

from lxml import etree

from odoo import api, models
from odoo.tools import file_open

FILLER_NAME = "My Website"
FILLER_VIEWS = ("website.footer_custom", "website.header_text_element")
OWN_VIEWS = (
    "auto_crm.website_footer",
    "auto_crm.website_copyright",
    "auto_crm.contactus",
)
LOGO = "auto_crm/static/description/icon.png"
SOCIAL = (
    "social_facebook",
    "social_twitter",
    "social_linkedin",
    "social_github",
    "social_youtube",
    "social_instagram",
    "social_tiktok",
    "social_discord",
)


class Website(models.Model):
    _inherit = "website"

    @api.model
    def _clean_sites(self):
        """Let a new shop's site speak of the shop, if nobody has written it yet."""
        sites = self.search([], limit=2)
        if len(sites) == 1 and sites._is_unwritten():
            sites._clean_site()

    def _is_unwritten(self):
        """Tell whether the site is as Odoo installs it: no page was saved for it."""
        self.ensure_one()
        written = self.env["ir.ui.view"].search_count(
            [
                ("website_id", "=", self.id),
                ("key", "=like", "website%"),
                ("arch_db", "like", "<section"),
            ],
            limit=1,
        )
        return self.name == FILLER_NAME and not written

    def _clean_site(self):
        """Put the shop's own name, contacts and icon in the place of Odoo's filler."""
        self.ensure_one()
        with file_open(LOGO, "rb") as icon:
            logo = base64.b64encode(icon.read())
        self.write(
            {
                "name": self.company_id.name,
                "homepage_url": "/contactus",
                "logo": logo,
                **dict.fromkeys(SOCIAL, False),
            }
        )
        self._find_views(FILLER_VIEWS).active = False
        self._find_views(OWN_VIEWS).active = True
        self._thank_without_filler()

    @api.model
    def _give_back_footer(self):
        """Let the site have a footer when ours goes with the addon."""
        if self._find_views(OWN_VIEWS[:1]).active:
            self._find_views(FILLER_VIEWS[:1]).active = True

    def _thank_without_filler(self):
        """Take the made-up contacts off the page that thanks for a message.

        It is data of a page, which no template can extend.
        """
        page = self.env.ref("website.contactus_thanks", raise_if_not_found=False)
        if not page:
            return
        view = page.view_id.with_context(lang=None)
        arch = etree.fromstring(view.arch_db)
        for icon in arch.xpath("//i[contains(@class, 'fa-map-marker')]"):
            [column] = icon.xpath("ancestor::div[1]")
            column.getparent().remove(column)
            view.arch_db = etree.tostring(arch, encoding="unicode")

    def _find_views(self, xml_ids):
        views = self.env["ir.ui.view"]
        for xml_id in xml_ids:
            views |= self.env.ref(xml_id, raise_if_not_found=False) or views
        return views
