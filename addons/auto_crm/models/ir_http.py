from werkzeug.exceptions import NotFound

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """An address that no database can hold is the address of nothing."""

    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Override of `base`: a NUL in an address is a 404, whatever the page asks.

        :raise NotFound:
        """
        if "\x00" in path_info:
            raise NotFound
        return super()._match(path_info)

    @classmethod
    def _serve_fallback(cls):
        """Override of `base`: nor is there a page or redirect of such an address."""
        if "\x00" in request.httprequest.path:
            return None
        return super()._serve_fallback()
