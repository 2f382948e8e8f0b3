import re

from odoo import api, fields, models
from odoo.fields import Domain

SIGNS = re.compile(r"[\W_]+")


def make_key(text):
    """Return a number of a part as it is compared: 26300-35505 is 2630035505."""
    return SIGNS.sub("", text or "").upper()


class ProductProduct(models.Model):
    """By which numbers a part is found: its own, the suppliers' and other makers'."""

    _inherit = "product.product"

    article_key = fields.Char(
        compute="_compute_article_key",
        store=True,
        index="trigram",
        export_string_translation=False,
    )
    article_search = fields.Char(
        string="Article or cross number",
        store=False,
        search="_search_article",
        export_string_translation=False,
    )

    @api.depends(
        "default_code", "barcode", "cross_numbers", "seller_ids.product_code", "type"
    )
    def _compute_article_key(self):
        for product in self:
            numbers = [product.default_code, product.barcode]
            numbers += re.split(r"[,;|\n]+", product.cross_numbers or "")
            # sudo: a number is found by everybody, whoever reads its supplier
            numbers += product.sudo().seller_ids.mapped("product_code")
            keys = dict.fromkeys(filter(None, map(make_key, numbers)))
            is_part = product.type == "consu"
            product.article_key = is_part and " ".join(keys)

    @api.model
    def _search_article(self, operator, value):
        """Find parts by article, barcode or cross number, without signs between."""
        if operator not in ("ilike", "="):
            return NotImplemented
        key = make_key(value)
        return Domain("article_key", "ilike", key) if key else Domain.FALSE

    def get_formview_action(self, access_uid=None):
        """Override of the ORM: from our screens the part's or work's own form opens."""
        template = self.product_tmpl_id
        if template._get_auto_form():
            return template.get_formview_action(access_uid=access_uid)
        return super().get_formview_action(access_uid=access_uid)
