import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..tools.refusal import BookingRefusedError
from .auto_booking import OFFICE, ONLINE
from .auto_booking_notify import EXPECTED

_logger = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)
MORE_TRIES = 2  # when somebody else takes a slot in the same second
NEXT_TIMES = 3


class AutoBooking(models.Model):
    """Bookings that customers make: what is offered, held, confirmed and moved."""

    _inherit = "auto.booking"

    phone_key = fields.Char(
        compute="_compute_phone_key",
        store=True,
        index="btree_not_null",
        groups=OFFICE,
        help="The phone in E.164: bookings of one phone are counted by it.",
    )
    is_phone_confirmed = fields.Boolean(readonly=True, copy=False)
    vehicle_line = fields.Char(
        string="Car as typed", readonly=True, help="Plate and model in one line."
    )
    move_count = fields.Integer(
        string="Moved by the customer", readonly=True, copy=False
    )
    request_source_id = fields.Many2one(
        comodel_name="auto.request.source",
        string="Site or app",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    external_id = fields.Char(string="Caller's ID", readonly=True, copy=False)

    _external_id_unique = models.UniqueIndex(
        "(request_source_id, external_id) WHERE external_id IS NOT NULL",
        "This booking of the caller has been made already.",
    )

    @api.depends("phone", "company_id")
    def _compute_phone_key(self):
        for booking in self:
            booking.phone_key = self._format_phone(booking.phone, booking.company_id)

    @api.model
    def _format_phone(self, phone, company):
        """Return the phone in E.164, or False if it is none."""
        return phone and self.env["res.partner"]._phone_format(
            number=phone, country=company.country_id, force_format="E164"
        )

    # ------------------------------------------------------------------
    # What and when
    # ------------------------------------------------------------------

    @api.model
    def _get_online_packages(self, company, vehicle=None):
        """Return the packages that customers may choose, those for their car first.

        :param vehicle: the car, if it is known; it may be one that was only typed
        """
        packages = self.env["auto.package"].sudo()  # sudo: a menu is for everybody
        packages = packages.with_company(company)
        packages = packages.search(
            packages._get_company_domain(company) & Domain("is_online", "=", True)
        )
        if not vehicle:
            return packages
        return packages._filter_for_vehicle(vehicle)._sort_for_vehicle(vehicle)

    @api.model
    def _get_typed_vehicle(self, line):
        """Return a car, never saved, of the make and model that somebody typed.

        For what is offered only: a plate is not looked up, whose it is stays unknown.

        :param str line: plate, make and model in one line
        """
        # sudo: makes and models are a catalogue
        vehicles = self.env["auto.vehicle"].sudo()
        name = vehicles._parse_line(line).name
        model, _rest = vehicles.env["fleet.vehicle.model"]._match_text(name)
        return vehicles.new({"model_id": model.id}) if model else vehicles

    @api.model
    def _find_online_slots(self, packages, company, vehicle=None, **options):
        """Return the times that a customer may choose, see `_find_free_slots`.

        :param packages: what he wants; empty for what only his words tell
        """
        company = company.sudo()  # sudo: settings of the shop, for whoever books
        return self._find_free_slots(
            norm_hours=sum(packages.mapped("norm_hours"))
            or company.auto_booking_wish_hours,
            work_types=packages.work_type_id or company.auto_booking_wish_work_type_id,
            vehicle=vehicle,
            company=company,
            online=True,
            **options,
        )

    @api.model
    def _take_slot(self, find, take):
        """Take the best slot there is; if another was quicker, the next best.

        :param find: function of bookings that returns the slots of the wanted start
        :param take: function of a slot
        :return: what `take` returns, None if there is no slot
        """
        for context in ({}, *[{"auto_booking_fresh": True}] * MORE_TRIES):
            slots = find(self.with_context(**context))
            if not slots:
                return None
            try:
                with self.env.cr.savepoint():
                    return take(slots[0])
            except UserError:  # says who has the slot: not for a customer
                _logger.info("An online booking came second", exc_info=True)
        return None

    @api.model
    def _get_taken_refusal(self, find):
        """Return why a time cannot be had, with the next ones that can.

        :param find: function of bookings that returns the next slots
        """
        slots = find(self.with_context(auto_booking_fresh=True))
        times = "; ".join(self._format_time(slot["start"]) for slot in slots)
        text = (
            self.env._("This time has just been taken. Free then: %s.", times)
            if times
            else self.env._("This time has just been taken. Choose another, please.")
        )
        return BookingRefusedError("taken", text)

    # ------------------------------------------------------------------
    # Holding
    # ------------------------------------------------------------------

    @api.model
    def _hold_online(self, start, packages, company, **vals):
        """Hold a time for a customer who is filling in the form.

        :param datetime start: naive UTC, one that was offered
        :param vals: further values of the booking
        :return: the booking, with sudo: it is found again by a session or token only
        :raise BookingRefusedError: when the time is not free any more
        """
        # sudo: what is his own was checked by the caller
        vehicle = self.env["auto.vehicle"].sudo().browse(vals.get("vehicle_id") or ())
        vehicle = vehicle or self._get_typed_vehicle(vals.get("vehicle_line"))
        bookings = self.with_user(SUPERUSER_ID).with_company(company)
        booking = bookings._take_slot(
            lambda them: them._find_online_slots(
                packages, company, vehicle, start=start, stop=start, limit=1
            ),
            lambda slot: bookings._create_hold(slot, packages, vals),
        )
        if booking is None:
            raise bookings._get_taken_refusal(
                lambda them: them._find_online_slots(
                    packages, company, vehicle, start=start + MINUTE, limit=NEXT_TIMES
                )
            )
        return booking

    @api.model
    def _create_hold(self, slot, packages, vals):
        """Create the booking of a slot, free again when the form is not sent."""
        company = self.env.company
        work_type = packages.work_type_id or company.auto_booking_wish_work_type_id
        minutes = timedelta(minutes=company.auto_booking_hold_minutes)
        silent = self.with_context(mail_create_nolog=True, mail_notrack=True)
        booking = silent.create(
            {
                "company_id": company.id,
                "date_start": slot["start"],
                "date_stop": slot["stop"],
                "post_id": slot["post"].id,
                "mechanic_ids": [Command.set(slot["mechanic"].ids)],
                "package_ids": [Command.set(packages.ids)],
                "work_type_id": work_type[:1].id,
                "date_hold": fields.Datetime.now() + minutes,
                "source": "site",
                **vals,
            }
        )
        return booking.with_context(mail_create_nolog=False, mail_notrack=False)

    def _release_hold(self):
        """Let go of what was held, and nothing else."""
        # sudo: a hold belongs to whoever fills in the form
        self.sudo().exists().filtered("date_hold").unlink()

    # ------------------------------------------------------------------
    # Booking
    # ------------------------------------------------------------------

    def _book_online(self, contact, partner=None, is_trusted=False):
        """Turn a held booking into a real one, with its customer and deal.

        Sent twice, it is booked once. Callers book in turn, see `_get_request_turns`
        of deals.

        :param dict contact: values of a deal: ``contact_name``, ``phone``,
            ``email_from``
        :param partner: the customer, if it is known who he is
        :param bool is_trusted: whether phone and person are known to be right; else an
            advisor confirms
        :return: the booking
        :raise BookingRefusedError: when the phone has enough open bookings, or the time
            is not held any more
        """
        self.ensure_one()
        self._lock_online()
        booking = self.with_user(SUPERUSER_ID).exists()
        booking = booking.with_company(booking.company_id)
        if booking and not booking.date_hold:
            return booking
        if not booking.is_busy:
            raise self._get_gone_refusal()
        phone = contact.get("phone") or (partner and partner.phone)
        booking._check_phone_limit(phone, partner, is_trusted=is_trusted)
        lead = booking._receive_online_request(contact, partner, is_known=is_trusted)
        booking.write(booking._prepare_online_vals(lead, phone, is_trusted))
        booking._adopt_order()
        booking._record_fact("booking_online")
        return booking

    @api.model
    def _get_gone_refusal(self):
        """Return why a hold that is gone, or cancelled by staff, cannot be booked."""
        text = self.env._(
            "The time you had chosen is not kept any longer. Choose again, please."
        )
        return BookingRefusedError("taken", text)

    def _lock_online(self):
        """Let the second of two equal forms wait, fail to serialize, and be repeated.

        The repeated one finds the booking that the first has made.
        """
        self.env.execute_query(
            SQL("UPDATE auto_booking SET id = id WHERE id = %s RETURNING id", self.id)
        )

    def _check_phone_limit(self, phone, partner=None, *, is_trusted=False):
        """Refuse one more open booking of the same customer; exact in his turn.

        :param bool is_trusted: whether it is known whose phone it is; anybody else is
            not told that it has bookings, nor do his own count against its owner
        :raise BookingRefusedError:
        """
        self.ensure_one()
        limit = self.company_id.auto_booking_limit_phone
        key = self._format_phone(phone, self.company_id)
        if limit <= 0 or not (key or partner):
            return
        domain = self._get_open_bookings_domain(key, partner, is_trusted=is_trusted)
        count = self.search_count(domain, limit=limit)
        if count < limit:
            return
        if not is_trusted:
            raise BookingRefusedError(
                "limit", self.env._("This cannot be booked here. Please call us.")
            )
        raise BookingRefusedError(
            "limit",
            self.env._(
                "You have %(count)s booking(s) with us already. Move or cancel one "
                "of them, or call us.",
                count=count,
            ),
        )

    def _get_open_bookings_domain(self, phone_key, partner, *, is_trusted):
        """Return the domain of the bookings that count against the limit."""
        if partner:  # whoever's phone he types, only his own bookings count
            who = Domain("partner_id", "=", partner.id)
        else:
            who = Domain("phone_key", "=", phone_key)
            if is_trusted:
                who &= Domain("is_phone_confirmed", "=", True) | Domain(
                    "source", "!=", "site"
                )
        return who & Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", EXPECTED),
                ("date_start", ">", fields.Datetime.now()),
                ("date_hold", "=", False),
                ("source", "in", ONLINE),
                ("id", "!=", self.id),
            ]
        )

    def _receive_online_request(self, contact, partner, *, is_known=False):
        """Make a deal of the booking, or join the customer's open one."""
        self.ensure_one()
        work = self._get_work_text()
        vals = {
            **contact,
            "company_id": self.company_id.id,
            "wish": "\n".join(filter(None, [work, self.note])),
            "vehicle_line": self.vehicle_line,
            "vehicle_id": self.vehicle_id.id,
            "partner_id": partner and partner.id,
        }
        if self.work_type_id:
            vals["work_type_id"] = self.work_type_id.id
        details = [
            (self.env._("Booked online"), self._get_when_text()),
            (self.env._("Work"), work),
        ]
        lead = self.env["crm.lead"]._receive_request(
            {name: value for name, value in vals.items() if value},
            source=self.request_source_id,
            details=details,
            origin=self,
            is_known=is_known,
        )
        return lead.with_env(self.env)

    def _prepare_online_vals(self, lead, phone, is_trusted):
        """Hook: values of a held booking that becomes a real one."""
        self.ensure_one()
        is_instant = is_trusted and not self._needs_advisor()
        return {
            "date_hold": False,
            "date_confirmed": is_instant and fields.Datetime.now(),
            "lead_id": lead.id,
            "partner_id": lead.partner_id.id,
            "vehicle_id": self.vehicle_id.id or lead.vehicle_id.id,
            "user_id": lead.user_id.id,
            "phone": phone,
        }

    def _get_page_vehicle(self):
        """Return the car to show on the booking's page: none to whoever only says so.

        A stranger whose phone was not confirmed sees what he has typed, not the car of
        the customer that has this phone; nor does anybody see the car of somebody else
        whose plate he has typed.
        """
        self.ensure_one()
        vehicle = self.vehicle_id
        owner = vehicle.partner_id.commercial_partner_id
        is_stranger = self.source == "site" and not self.is_phone_confirmed
        is_others = (
            self.source in ONLINE and owner != self.partner_id.commercial_partner_id
        )
        return vehicle.browse() if is_stranger or is_others else vehicle

    def _get_page_work(self):
        """Return what is booked, in words for the booking's page and file."""
        self.ensure_one()
        if self.source in ONLINE:
            return ", ".join(self.package_ids.mapped("name")) or self.note or ""
        return self._get_work_text()

    def _needs_advisor(self):
        """Tell whether the shop has still to agree to what a customer booked."""
        self.ensure_one()
        packages = self.package_ids
        return (
            self.source in ONLINE
            and not self.date_confirmed
            and not (packages and all(packages.mapped("is_instant")))
        )
