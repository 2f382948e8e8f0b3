import logging

from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID, http
from odoo.http import request
from odoo.tools import mute_logger, plaintext2html

from odoo.addons.website.controllers.form import WebsiteForm
from odoo.addons.website_crm.controllers.website_form import WebsiteForm as CrmForm

from ..tools.strangers import read_body
from ..tools.turn import take_turn

_logger = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
# Of the fields the website lets a form fill in, those a request may have; any other
# would write more than the deal.
FORM_FIELD_TYPES = {
    "char",
    "text",
    "html",
    "selection",
    "boolean",
    "integer",
    "float",
    "monetary",
    "date",
    "datetime",
    "many2one",
}


class RequestController(http.Controller):
    """Requests of other sites, server to server."""

    @http.route(
        "/auto_crm/request",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def receive(self, **_params):
        """Take a request in JSON; described in docs/api/request.md."""
        headers = request.httprequest.headers
        raw = read_body(request.httprequest, MAX_BODY)
        if raw is None:
            return self._answer(413, error="The request is larger than 64 kB.")
        source = request.env["auto.request.source"]._find_by_key(
            headers.get("X-Api-Key")
        )
        if not source:
            _logger.warning(
                "Request of %s refused: key not known", request.httprequest.remote_addr
            )
            return self._answer(401, error="The key is missing or not known.")
        return self._receive(source, raw.decode("utf-8", "replace"))

    def _receive(self, source, body):
        """Store the request of a source whose key was right, and answer."""
        # sudo: the key is the proof
        requests_sudo = (
            request.env["auto.request"].sudo().with_company(source.company_id)
        )
        data, error = None, None
        try:
            data = requests_sudo._read_body(body)
        except ValueError as fault:
            error = str(fault)
        address = (
            requests_sudo._get_text(data, "ip", 64) or request.httprequest.remote_addr
        )
        known = requests_sudo._find_received(
            source, requests_sudo._get_external_id(data)
        )
        if known:
            return self._answer_request(known)
        if wait := source._get_wait_seconds(address):
            return self._answer(
                429, {"Retry-After": str(wait)}, error="Too many requests, try later."
            )
        if error:
            requests_sudo._store_unreadable(source, body, error, address)
            return self._answer(400, error=f"The body is not a JSON object: {error}")
        take_turn(request.env.cr, requests_sudo._get_turns(source, data))
        if known := requests_sudo._find_received(
            source, requests_sudo._get_external_id(data)
        ):
            return self._answer_request(known)
        return self._store(requests_sudo, source, body, data, address)

    def _store(self, requests_sudo, source, body, data, address):
        """Process a request; the same one received at once gets the same answer."""
        try:
            with request.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                received = requests_sudo._receive(source, body, data, address)
                request.env.flush_all()
        except IntegrityError:
            return self._answer_concurrent(source, requests_sudo._get_external_id(data))
        return self._answer_request(received)

    def _answer_concurrent(self, source, external_id):
        """Answer for the request that another worker has just stored."""
        with request.env.registry.cursor() as cr:  # our snapshot does not see it yet
            requests_sudo = request.env(cr=cr)["auto.request"].sudo()  # sudo: as above
            known = requests_sudo._find_received(source, external_id)
            if known:
                return self._answer_request(known)
        return self._answer(
            409, {"Retry-After": "1"}, error="The request is being received, try again."
        )

    def _answer_request(self, received):
        """Answer with what became of a request."""
        if received.state == "done":
            return self._answer(
                200, status="ok", request=received.id, deal=received.lead_id.id or None
            )
        return self._answer(
            202, status="stored", request=received.id, error=received.error or None
        )

    def _answer(self, code, headers=None, **values):
        return request.make_json_response(values, headers=headers, status=code)


class RequestInsert(WebsiteForm):
    """What a form of the website makes: of a deal's form, a request."""

    def insert_record(self, request, model_sudo, values, custom, meta=None):
        """Override of `website`: a form about a car is a request like any other.

        A repeated one joins the deal that is open, so that its id is the answer, and
        files and visitor are linked with that deal.
        """
        if model_sudo.model != "crm.lead" or not self._is_request(request, values):
            return super().insert_record(request, model_sudo, values, custom, meta=meta)
        vals = self._prepare_request_vals(request, values, custom, meta)
        # the user of core's own forms: nobody is logged in, or a customer is
        leads = request.env["crm.lead"].with_user(SUPERUSER_ID)
        return leads._receive_request(vals).id

    def _is_request(self, request, values):
        """Tell whether a form is about a car: a site may sell other things, too."""
        # sudo: nobody is logged in; only whose team it is
        team = request.env["crm.team"].sudo().browse(values.get("team_id") or [])
        has_car = any(values.get(name) for name in ("vehicle_line", "wish"))
        return has_car or not team or team.is_service

    def _prepare_request_vals(self, request, values, custom, meta):
        """Return what a request may have of a form; the rest is told in words.

        Words go into its description first: core would overwrite the description of
        the deal that a repeated request joins.
        """
        fields = request.env["crm.lead"]._fields
        vals = {
            name: value
            for name, value in values.items()
            if fields[name].type in FORM_FIELD_TYPES
        }
        others = [f"{name}: {values[name]}" for name in values if name not in vals]
        extra = "\n\n".join(part for part in (*others, custom, meta) if part)
        if extra:
            description = vals.get("description") or ""
            vals["description"] = description + plaintext2html(extra)
        return vals


class RequestForm(CrmForm, RequestInsert):
    """The contact form of Odoo's website.

    Between `website_crm`, which adds what it knows of the visitor and links him with
    the deal, and `website`, which would make a new one, comes `RequestInsert`.
    """

    @http.route()
    def website_form(self, model_name, **kwargs):
        """Override of `website`: equal forms sent at once are one request."""
        if model_name == "crm.lead":
            # sudo: nobody is logged in; only names are made
            leads = request.env["crm.lead"].sudo()
            turns = leads._get_request_turns(kwargs, request.env.company)
            take_turn(request.env.cr, turns)
        return super().website_form(model_name, **kwargs)
