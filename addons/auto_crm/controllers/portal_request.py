from datetime import timedelta
from textwrap import shorten

from odoo import fields
from odoo.fields import Domain
from odoo.http import request, route

from ..tools.turn import take_turn
from .portal import AutoCustomerPortal


class AutoPortalRequest(AutoCustomerPortal):
    """A customer asks to be called about a car, or about work advised for it."""

    _requests_a_day = 20  # notes on deals: a request leaves one or two

    @route(
        "/my/cars/<int:vehicle_id>/request",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_request(self, vehicle_id, recommendation_id=None, wish="", **_kw):
        """Ask the service to call about the car, or about work advised for it."""
        vehicle = self._find_vehicle(vehicle_id)
        recommendation = self._find_recommendation(vehicle, recommendation_id)
        wish = (wish or "").strip()[:1000] or recommendation.name
        if not wish:
            return request.redirect(
                f"/my/cars/{vehicle.id}?message=empty#recommendations"
            )
        self._take_turn(vehicle)
        if self._count_requests_today() >= self._requests_a_day:
            return request.redirect(
                f"/my/cars/{vehicle.id}?message=enough#recommendations"
            )
        self._create_request(vehicle, wish)
        return request.redirect(
            f"/my/cars/{vehicle.id}?message=requested#recommendations"
        )

    def _find_recommendation(self, vehicle, recommendation_id):
        """Return the open recommendation of this car with the id, empty for others."""
        if not str(recommendation_id or "").isdecimal():
            return request.env["auto.recommendation"]
        return request.env["auto.recommendation"].search(
            self._get_recommendation_domain(vehicle)
            & Domain("id", "=", int(recommendation_id)),
            limit=1,
        )

    def _count_requests_today(self):
        """Return how many notes on deals the customer's requests left in 24 hours."""
        since = fields.Datetime.now() - timedelta(days=1)
        # A customer has no right on deals; his own notes on them are counted, not read.
        return (
            request.env["mail.message"]
            .sudo()
            .search_count(
                Domain("author_id", "=", request.env.user.partner_id.id)
                & Domain("model", "=", "crm.lead")
                & Domain("date", ">=", since)
            )
        )

    def _take_turn(self, vehicle):
        """Let equal forms sent at once wait for each other, see `take_turn`."""
        partner = request.env.user.partner_id
        # sudo: a customer has no right on deals; only names are made
        leads = request.env["crm.lead"].sudo()
        turns = leads._get_request_turns(
            {"partner_id": partner.id}, vehicle.company_id or request.env.company
        )
        take_turn(request.env.cr, turns)

    def _create_request(self, vehicle, wish):
        """Hand the wish over like any other request: it makes or joins a deal."""
        # A customer has no right on deals; he is forced to be the one who asks.
        lead_model = request.env["crm.lead"].sudo()
        return lead_model._receive_request(self._prepare_request_vals(vehicle, wish))

    def _prepare_request_vals(self, vehicle, wish):
        """Return the values of the request; hook of other things asked for."""
        partner = request.env.user.partner_id
        return {
            "name": shorten(wish, width=80, placeholder="…"),
            "partner_id": partner.id,
            "vehicle_id": vehicle.id,
            "wish": wish,
        }
