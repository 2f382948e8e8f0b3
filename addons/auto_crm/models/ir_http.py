from werkzeug.exceptions import NotFound

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """Addresses of nothing, and where the work of a user begins."""

    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Override of `base`: a NUL, which no database can hold, is a 404.

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

    def session_info(self):
        """Override of `web`: who has chosen no home action begins at his work."""
        result = super().session_info()
        if not result.get("home_action_id"):
            result["home_action_id"] = self.env.user._get_work_action().id
        return result
