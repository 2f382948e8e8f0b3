from odoo import fields
from odoo.http import request, route
from odoo.tools import email_normalize

from odoo.addons.auto_crm.tools.turn import take_turn

from ..tools.refusal import BookingRefusedError
from .booking import BookingPage
from .common import PAGE, SESSION, count_in_turn, opened, read_line, refusals

CONTACT = {"name": "contact_name", "phone": "phone", "email": "email_from"}
REQUESTS_AN_HOUR = 10


class BookingContactPage(BookingPage):
    """Who comes: the contact, a code for a stranger's phone, or a mere request."""

    # ------------------------------------------------------------------
    # Contact
    # ------------------------------------------------------------------

    @route("/book/contact", sitemap=False, **PAGE)
    @opened
    def give_contact(self, **post):
        """Ask who comes; then for the code, if the phone has to be confirmed."""
        draft = self._get_draft()
        booking = self._get_held(draft)
        if not booking:
            return self._redirect_gone(draft)
        if not booking.date_hold:
            return request.redirect(booking._get_link())
        if request.httprequest.method == "GET":
            return self._render_contact(booking, self._get_known_contact(draft))
        contact, errors = self._read_contact(post)
        if errors:
            return self._render_contact(booking, contact, errors)
        request.session[SESSION] = {**draft, "contact": contact}
        try:
            return self._take_contact(booking, contact)
        except BookingRefusedError as error:
            return self._render_contact(booking, contact, {"form": str(error)})

    def _get_known_contact(self, draft):
        """Return what is known of the visitor, for the form."""
        user = request.env.user
        if user._is_public():
            return draft.get("contact") or {}
        partner = user.partner_id
        known = {
            "name": partner.name,
            "phone": partner.phone or "",
            "email": partner.email or "",
        }
        return {**known, **(draft.get("contact") or {})}

    def _read_contact(self, post):
        """Return the contact that was typed, and what is wrong with it, by field."""
        env = request.env
        contact = {name: read_line(post, name) for name in CONTACT}
        bookings = env["auto.booking"].sudo()  # sudo: only formats a phone
        errors = {}
        if not contact["name"]:
            errors["name"] = env._("Enter your name.")
        if not bookings._format_phone(contact["phone"], env.company):
            errors["phone"] = env._(
                "Enter a phone with its code, such as +7 916 123-45-67."
            )
        if contact["email"] and not email_normalize(contact["email"]):
            errors["email"] = env._("This is no e-mail address. You may leave it out.")
        return contact, errors

    def _take_contact(self, booking, contact):
        """Book, or send a code to a stranger's phone first.

        How many bookings the phone has is looked at afterwards: only its owner learns.

        :raise BookingRefusedError: when the phone has enough bookings or codes
        """
        env = request.env
        is_stranger = env.user._is_public()
        if is_stranger and env["auto.booking.code"]._get_kinds(booking.company_id):
            self._send_code(booking, contact)
            return request.redirect("/book/code")
        take_turn(env.cr, _get_turns(contact))
        return self._book(booking, contact, is_trusted=not is_stranger)

    def _send_code(self, booking, contact):
        phone = booking._format_phone(contact["phone"], booking.company_id)
        address = request.httprequest.remote_addr
        codes = request.env["auto.booking.code"]
        take_turn(request.env.cr, codes._get_turns(booking.company_id, phone, address))
        with refusals():
            codes._send(booking, phone, address)

    def _book(self, booking, contact, *, is_trusted):
        """Make the held booking a real one, and show it.

        :raise BookingRefusedError: when the phone has enough bookings
        """
        user = request.env.user
        with refusals():
            booking = booking._book_online(
                _get_lead_vals(contact),
                # sudo: deals are not for customers, he is his own
                partner=None if user._is_public() else user.partner_id.sudo(),
                is_trusted=is_trusted,
            )
        return request.redirect(f"{booking._get_link()}?new=1")

    def _render_contact(self, booking, contact, errors=None):
        return self._render(
            "page_contact",
            step=3,
            booking=booking,
            contact=contact,
            errors=errors or {},
            seconds=self._get_seconds(booking),
        )

    def _get_seconds(self, booking):
        """Return how long the time is still held."""
        left = (booking.date_hold - fields.Datetime.now()).total_seconds()
        return max(int(left), 0)

    # ------------------------------------------------------------------
    # Code
    # ------------------------------------------------------------------

    @route("/book/code", sitemap=False, **PAGE)
    @opened
    def give_code(self, code="", again="", **_post):
        """Take the code that was sent to the phone."""
        draft = self._get_draft()
        booking = self._get_held(draft)
        contact = draft.get("contact")
        if not booking or not contact:
            return self._redirect_gone(draft)
        if not booking.date_hold:
            return request.redirect(booking._get_link())
        refusal = ""
        if request.httprequest.method == "POST":
            try:
                if not again:
                    take_turn(request.env.cr, _get_turns(contact))
                    return self._take_code(booking, contact, code)
                self._send_code(booking, contact)
            except BookingRefusedError as error:
                refusal = str(error)
        return self._render(
            "page_code",
            step=3,
            booking=booking,
            contact=contact,
            refusal=refusal,
            sent=bool(again) and not refusal,
            seconds=self._get_seconds(booking),
        )

    def _take_code(self, booking, contact, code):
        """Book with the phone that the code has confirmed.

        :raise BookingRefusedError: when the code is wrong
        """
        phone = request.env["auto.booking.code"]._check(booking, code)
        booking.is_phone_confirmed = True
        return self._book(booking, {**contact, "phone": phone}, is_trusted=True)

    # ------------------------------------------------------------------
    # No time fits
    # ------------------------------------------------------------------

    @route("/book/request", sitemap=False, **PAGE)
    @opened
    def leave_request(self, **post):
        """Take a request without a time: an advisor calls."""
        draft = self._get_draft()
        if not draft:
            return request.redirect("/book")
        if request.httprequest.method == "GET":
            contact = self._get_known_contact(draft)
            return self._render("page_request", contact=contact)
        contact, errors = self._read_contact(post)
        if not errors and self._request(draft, contact):
            request.session.pop(SESSION, None)
            return self._render("page_requested", contact=contact)
        if not errors:
            errors["form"] = request.env._("This cannot be sent now. Please call us.")
        return self._render("page_request", contact=contact, errors=errors)

    def _request(self, draft, contact):
        """Make a deal of the request.

        :return: whether it was taken
        """
        env = request.env
        if not count_in_turn("request", REQUESTS_AN_HOUR, _get_turns(contact, draft)):
            return False
        works = self._get_packages(draft).mapped("name")
        vals = {
            **_get_lead_vals(contact),
            "wish": "\n".join(filter(None, [", ".join(works), draft.get("wish")])),
            "vehicle_id": self._get_vehicle(draft).id,
            "vehicle_line": self._get_vehicle_line(draft),
            "partner_id": not env.user._is_public() and env.user.partner_id.id,
        }
        try:
            with refusals():
                self._get_held(draft)._release_hold()
                # sudo: nobody is logged in when a request comes in
                env["crm.lead"].sudo()._receive_request(
                    {name: value for name, value in vals.items() if value},
                    details=[(None, env._("No free time suited."))],
                )
        except BookingRefusedError:
            return False
        return True


def _get_lead_vals(contact):
    """Return a contact as values of a deal."""
    vals = {name: contact[key] for key, name in CONTACT.items()}
    return {name: value for name, value in vals.items() if value}


def _get_turns(contact, draft=None):
    """Return whose turn it is to ask for something, see `take_turn`."""
    env = request.env
    vals = {
        **_get_lead_vals(contact),
        "vehicle_line": (draft or {}).get("plate"),
        "partner_id": not env.user._is_public() and env.user.partner_id.id,
    }
    # sudo: deals are not for customers; only names are made
    return env["crm.lead"].sudo()._get_request_turns(vals, env.company)
