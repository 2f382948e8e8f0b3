from datetime import date
from textwrap import shorten

from odoo.http import request, route

from odoo.addons.auto_crm.tools import clock
from odoo.addons.auto_crm.tools.times import format_time

from ..tools.refusal import BookingRefusedError
from .booking import BookingPage
from .common import PAGE, SESSION, count_in_turn, opened, read_moment, refusals

HOLDS_AN_HOUR = 30  # of one network address


class BookingTimePage(BookingPage):
    """The free times: the one that is chosen is held for some minutes."""

    @route("/book/time", sitemap=False, **PAGE)
    @opened
    def choose_time(self, start="", day="", gone="", **_post):
        """Offer the free times; hold the one that is chosen."""
        draft = self._get_draft()
        packages = self._get_packages(draft)
        if not packages and not draft.get("wish"):
            return request.redirect("/book")
        refusal = ""
        if request.httprequest.method == "POST":
            try:
                self._hold(draft, packages, read_moment(start))
                return request.redirect("/book/contact")
            except BookingRefusedError as error:
                refusal = str(error)
        elif gone:
            refusal = request.env._(
                "The time you had chosen is not kept any longer. Choose again, please."
            )
        slots = request.env["auto.booking"]._find_online_slots(
            packages,
            request.env.company,
            self._get_any_vehicle(draft),
            exclude=self._get_held(draft).filtered("date_hold"),
        )
        return self._render(
            "page_time",
            step=2,
            refusal=refusal,
            action="/book/time",
            summary=self._get_summary(draft, packages),
            **self._prepare_days(slots, day),
        )

    def _get_summary(self, draft, packages):
        """Return car and work in a line, so that nobody has to go back to look."""
        vehicle = self._get_vehicle(draft)
        car = vehicle.display_name or self._get_vehicle_line(draft)
        work = ", ".join(packages.mapped("name")) or draft.get("wish")
        return " · ".join(filter(None, [car, shorten(work or "", 80)]))

    def _hold(self, draft, packages, start):
        """Hold the time; what was held before is free again, unless this is refused.

        :raise BookingRefusedError: when the time is not free
        """
        env = request.env
        is_allowed = count_in_turn("hold", HOLDS_AN_HOUR)
        if not start or not is_allowed:
            raise BookingRefusedError(
                "invalid", env._("This time cannot be chosen. Please call us.")
            )
        with refusals():
            self._get_held(draft)._release_hold()
            booking = env["auto.booking"]._hold_online(
                start,
                packages,
                env.company,
                vehicle_id=self._get_vehicle(draft).id,
                vehicle_line=self._get_vehicle_line(draft),
                note=draft.get("wish"),
                source="site" if env.user._is_public() else "portal",
            )
        held = {"booking_id": booking.id, "start": booking.date_start.isoformat()}
        request.session[SESSION] = {**draft, **held}
        return booking

    def _prepare_days(self, slots, day="", bookings=None):
        """Return the days that have a free time, and the times of one of them.

        :param str day: in ISO format; by default the first with a free time
        :param bookings: of the company whose clock counts; by default the site's
        """
        if bookings is None:
            bookings = request.env["auto.booking"]
        zone = bookings.env.company._get_zone()
        by_day = {}
        for slot in slots:
            its_day = clock.day_of(slot["start"], zone)
            by_day.setdefault(its_day, []).append(slot["start"])
        try:
            chosen = date.fromisoformat(day)
        except ValueError:
            chosen = None
        if chosen not in by_day:
            chosen = min(by_day, default=None)
        times = [
            {
                "value": start.isoformat(),
                "text": format_time(request.env, start, str(zone)),
            }
            for start in by_day.get(chosen, [])
        ]
        return {
            "days": sorted(by_day),
            "day": chosen,
            "day_text": chosen and bookings._format_notify_date(chosen),
            "times": times,
        }
