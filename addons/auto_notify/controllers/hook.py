import logging

from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from odoo import http
from odoo.http import request

from ..tools import access_log

_logger = logging.getLogger(__name__)

MAX_BODY = 1_000_000

access_log.install()


class HookController(http.Controller):
    """Where providers tell what customers write, and what became of our messages."""

    @http.route(
        "/auto_notify/hook/<string:key>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,  # the provider's signature is the proof, there is no session
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def receive(self, key, **_params):
        """Store what the provider tells; the cron processes it.

        Nothing tells a wrong key from a wrong signature. Some providers verify the
        address by a GET first, some tell everything by GET.
        """
        body = self._read_body()
        args = {**request.httprequest.args, **request.httprequest.form}
        channel = request.env["auto.notify.channel"]._find_by_key(key)
        provider = channel and channel._get_provider()
        if not provider:
            raise self._refuse(key)
        if request.httprequest.method == "GET":
            answer = provider.answer_hook(args)
            if answer is not None:
                return request.make_response(
                    answer, [("Content-Type", "text/plain; charset=utf-8")]
                )
        if not provider.is_authentic(body, request.httprequest.headers, args):
            raise self._refuse(key)
        # sudo: the signature is the proof, nobody is logged in
        incoming_sudo = request.env["auto.notify.incoming"].sudo()
        incoming_sudo._receive(channel, provider, body, args)
        welcome = incoming_sudo._get_welcome(channel, provider, body, args)
        return request.make_json_response(welcome or {})

    def _read_body(self):
        """Return the body; too large a one is not even read.

        :raise RequestEntityTooLarge: for more than `MAX_BODY`, whoever sends it
        """
        if (request.httprequest.content_length or 0) > MAX_BODY:
            raise RequestEntityTooLarge
        return request.httprequest.get_data()

    def _refuse(self, key):
        """Return the error that does not tell what was wrong; the log knows who."""
        _logger.warning(
            "Webhook of %s refused, key %r...", request.httprequest.remote_addr, key[:6]
        )
        return NotFound()
