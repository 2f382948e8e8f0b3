from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.auto_notify.tools import access_log

from ..models.auto_booking_notify import EXPECTED
from ..tools.refusal import BookingRefusedError
from .booking_time import BookingTimePage
from .common import MAX_BODY, read_moment, refusals

access_log.mask_path("booking")


class BookingChangePage(BookingTimePage):
    """The page behind a booking's signed link: see it, move it, cancel it.

    Opening it changes nothing, only its buttons do. The token is the proof; a session
    adds nothing to it.
    """

    @route(
        "/booking/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def show_booking(self, token, new="", **_query):
        """Show the booking."""
        booking = self._find_booking(token)
        return self._render_booking(booking, token, is_new=bool(new))

    @route(
        "/booking/<string:token>/cancel",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,  # the token is the proof, a session adds nothing to it
        website=True,
        sitemap=False,
        max_content_length=MAX_BODY,
    )
    def cancel_booking(self, token, **_post):
        """Cancel the booking."""
        booking = self._find_booking(token)
        try:
            with refusals():
                booking._cancel_online()
        except BookingRefusedError as error:
            return self._render_booking(booking, token, refusal=str(error))
        return request.redirect(f"/booking/{token}")

    @route(
        "/booking/<string:token>/time",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,  # as above
        website=True,
        sitemap=False,
        max_content_length=MAX_BODY,
    )
    def move_booking(self, token, start="", day="", **_post):
        """Offer other times; move the booking to the one that is chosen."""
        booking = self._find_booking(token)
        refusal = booking._get_move_refusal()
        if refusal:
            return self._render_booking(booking, token, refusal=refusal)
        if request.httprequest.method == "POST":
            try:
                self._move(booking, read_moment(start))
                return request.redirect(f"/booking/{token}?new=1")
            except BookingRefusedError as error:
                refusal = str(error)
        day = day or booking._get_local_day(booking.date_start).isoformat()
        return self._render_page(
            "page_time",
            booking,
            refusal=refusal,
            action=f"/booking/{token}/time",
            token=token,
            **self._prepare_days(booking._find_move_slots(), day, booking),
        )

    def _move(self, booking, start):
        """Move the booking.

        :raise BookingRefusedError: when the time is none, or is not free
        """
        if not start:
            text = request.env._("This time cannot be chosen. Please call us.")
            raise BookingRefusedError("invalid", text)
        with refusals():
            booking._move_online(start)

    @route(
        "/booking/<string:token>/calendar.ics",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def get_calendar(self, token, **_query):
        """Return the booking as a file for the customer's calendar."""
        booking = self._find_booking(token)
        return request.make_response(
            booking._get_ical(),
            [
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Content-Disposition", 'attachment; filename="booking.ics"'),
                ("Cache-Control", "no-store"),
            ],
        )

    def _find_booking(self, token):
        """Return the booking of a token.

        :raise NotFound: for a forged one, and for a booking that is no more
        """
        booking = request.env["auto.booking"]._find_by_token(token)
        if not booking or booking.date_hold:
            raise NotFound
        return booking

    def _render_booking(self, booking, token, refusal="", *, is_new=False):
        return self._render_page(
            "page_booking",
            booking,
            token=token,
            refusal=refusal,
            is_new=is_new,
            change_refusal=booking._get_change_refusal(),
            move_refusal=booking._get_move_refusal(),
            is_expected=booking.state in EXPECTED,
        )

    def _render_page(self, template, booking, **values):
        """Return a page about a booking that no other site learns the address of."""
        response = self._render(
            template, booking=booking, **{**values, "shop": booking.company_id}
        )
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
