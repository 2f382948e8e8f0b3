import logging

from werkzeug.exceptions import BadRequest, NotFound

from odoo.http import Controller, request, route

from .common import read_json

_logger = logging.getLogger(__name__)
MAX_BODY = 1024 * 1024
MAX_ROWS = 5000


class Punches(Controller):
    @route(
        "/auto_worktime/punches/<string:key>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def receive(self, key, **_params):
        """Store the events of an attendance terminal; the cron derives presence.

        A list of {badge, time, direction}, or an object with it under "punches".
        """
        device = request.env["auto.time.device"]._find_by_key(key)
        if not device:
            _logger.warning("Unknown attendance terminal, key %s...", key[:6])
            raise NotFound
        body = read_json(request.httprequest, MAX_BODY)
        rows = body.get("punches") if isinstance(body, dict) else body
        if not isinstance(rows, list) or len(rows) > MAX_ROWS:
            raise BadRequest(f"A list of up to {MAX_ROWS} events is expected.")
        rows = [row if isinstance(row, dict) else {} for row in rows]
        return request.make_json_response(device._store(rows))
