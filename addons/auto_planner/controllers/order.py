from werkzeug.exceptions import NotFound

from odoo.http import request, route

from ..tools.refusal import BookingRefusedError
from .booking_time import HOLDS_AN_HOUR, BookingTimePage
from .common import PAGE, count_in_turn, read_moment, refusals


class BookingOrderPage(BookingTimePage):
    """The page where the customer chooses a time for the work he has agreed to.

    Car, work and customer are the order's; its token is the proof, as on its own page.
    """

    @route("/book/order/<int:order_id>/<string:token>", sitemap=False, **PAGE)
    def choose_time_of_order(self, order_id, token, start="", day="", **_post):
        """Offer the times free for an agreed order; book the one that is chosen."""
        order = self._find_order(order_id, token)
        refusal = ""
        if request.httprequest.method == "POST":
            try:
                booking = self._book_order(order_id, token, read_moment(start))
                return request.redirect(f"{booking._get_link()}?new=1")
            except BookingRefusedError as error:
                refusal = str(error)
        if booking := order._get_coming_booking():
            return request.redirect(booking._get_link())
        if not order._is_bookable_online():
            return request.redirect(order.get_portal_url())
        return self._render_order_time(order, token, day, refusal)

    def _find_order(self, order_id, token):
        """Return the order of a link, with sudo.

        :raise NotFound: for a wrong link and an order that is no more alike
        """
        order = request.env["sale.order"]._find_by_booking_url(order_id, token)
        if not order:
            raise NotFound
        return order

    def _book_order(self, order_id, token, start):
        """Book the time, in turn.

        :raise BookingRefusedError: when the time is none, or is not free
        """
        bookings = request.env["auto.booking"]
        is_allowed = count_in_turn("hold", HOLDS_AN_HOUR, [f"order/{order_id}"])
        order = self._find_order(order_id, token)  # as it is by now
        known = order._get_coming_booking()
        if known:
            return known
        if not start or not is_allowed or not order._is_bookable_online():
            text = request.env._("This time cannot be chosen. Please call us.")
            raise BookingRefusedError("invalid", text)
        with refusals():
            return bookings._book_order_online(order, start)

    def _render_order_time(self, order, token, day, refusal):
        bookings = request.env["auto.booking"].with_company(order.company_id)
        car = order.vehicle_id.display_name
        response = self._render(
            "page_time",
            refusal=refusal,
            order=order,
            shop=order.company_id,
            action=f"/book/order/{order.id}/{token}",
            summary=" · ".join(filter(None, [car, order._get_works_text()])),
            **self._prepare_days(bookings._find_order_slots(order), day, bookings),
        )
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
