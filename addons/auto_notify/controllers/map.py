from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request


class MapController(http.Controller):
    """Short links of messages: a map's own link fills an SMS by itself."""

    @http.route(
        "/m/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def open_map(self, token, **_params):
        """Lead to a place of the shop on the map; only such as messages name."""
        # sudo: the token is the proof, nobody is logged in
        tokens = request.env["auto.notify.token"].sudo()
        place = tokens._find_short("map", token, "res.partner")
        url = place and place._get_map_url()
        if not url:
            raise NotFound
        return request.redirect(url, code=302, local=False)
