import hashlib
import hmac
import secrets
from datetime import timedelta

import phonenumbers

from odoo import api, fields, models
from odoo.tools import consteq

from odoo.addons.auto_notify.models.auto_notify_message import HIDDEN

from ..tools.refusal import BookingRefusedError

DIGITS = 6
VALID = timedelta(minutes=10)
MAX_TRIES = 5
HOUR = timedelta(hours=1)
CODES_A_PHONE = 3  # in an hour
CODES_AN_ADDRESS = 10
CODES_A_COMPANY = 200  # text messages cost money, whoever asks for them


def _get_region(phone):
    """Return the code of a phone's country, "" for a phone that is of none."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_number(number) or ""


class AutoBookingCode(models.Model):
    """A code sent to a phone: who types it has the phone in his hand."""

    _name = "auto.booking.code"
    _description = "Confirmation Code"
    _order = "id desc"

    booking_id = fields.Many2one(
        comodel_name="auto.booking", required=True, ondelete="cascade", index=True
    )
    phone = fields.Char(required=True)
    digest = fields.Char(groups="base.group_system", copy=False)
    date_expire = fields.Datetime(required=True)
    tries = fields.Integer()
    message_id = fields.Many2one(
        comodel_name="auto.notify.message", ondelete="set null", index=True
    )

    @api.model
    def _get_kinds(self, company):
        """Return the channels that reach a stranger's phone, as an outbox wants them.

        Empty: no code can be sent, so none is asked for; an advisor confirms then. What
        only logs counts while the owner tries everything out.
        """
        if not self._get_countries(company):
            return []
        # sudo: nobody is logged in; only which channels are on
        channels = self.env["auto.notify.channel"].sudo()._map_by_kind(company)
        kinds = ["sms"]
        if self.env["auto.notify.channel"]._is_test_mode():
            kinds.append("log")
        found = [channels.get((company.id, kind)) for kind in kinds]
        return [
            [channel.kind, 0] for channel in found if channel and channel._can_send()
        ]

    @api.model
    def _is_phone_served(self, company, phone):
        """Tell whether codes go to the country of the phone: who asks pays nothing.

        :param str phone: in E.164
        """
        countries = self._get_countries(company)
        return _get_region(phone) in countries.mapped("code")

    @api.model
    def _get_countries(self, company):
        """Return the countries to whose phones codes go."""
        # sudo: settings of the shop, for whoever books
        company_sudo = company.sudo()
        return company_sudo.country_id | company_sudo.auto_booking_country_ids

    @api.model
    def _check_country(self, company, phone):
        """Refuse codes to countries that the shop does not serve.

        :raise BookingRefusedError:
        """
        if not self._is_phone_served(company, phone):
            raise BookingRefusedError(
                "country",
                self.env._(
                    "We send no codes to phones of this country. Enter another phone, "
                    "or call us."
                ),
            )

    @api.model
    def _send(self, booking, phone, address):
        """Send a code to the phone; the one before is good for nothing any more.

        :param str phone: in E.164
        :param str address: network address of the visitor
        :raise BookingRefusedError: after too many, and to other countries
        """
        company = booking.company_id
        self._check_country(company, phone)
        self._check_limits(company, phone, address)
        # sudo: nobody is logged in; nobody may read codes
        codes = self.sudo()
        codes.search([("booking_id", "=", booking.id)])._forget()
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        record = codes.create(
            {
                "booking_id": booking.id,
                "phone": phone,
                "date_expire": fields.Datetime.now() + VALID,
            }
        )
        record.digest = record._get_digest(code)
        record.message_id = self.env["auto.notify.message"]._create_messages(
            [record._prepare_message_vals(code)]
        )
        return record

    @api.model
    def _get_turns(self, company, phone, address):
        """Return in whose turn a code is sent, see `take_turn`."""
        limits = self._get_limits(company, phone, address)
        return self.env["auto.limit"]._get_turns("code", limits)

    @api.model
    def _get_limits(self, company, phone, address):
        """Hook: how many codes an hour for whom, see `auto.limit`."""
        return [
            (phone, CODES_A_PHONE),
            (address, CODES_AN_ADDRESS),
            (f"company {company.id}", CODES_A_COMPANY),
        ]

    @api.model
    def _check_limits(self, company, phone, address):
        """Refuse codes that only cost: too many for a phone, from an address, in all.

        :raise BookingRefusedError:
        """
        limits = self._get_limits(company, phone, address)
        if not self.env["auto.limit"]._count_all("code", limits, HOUR):
            raise BookingRefusedError(
                "limit",
                self.env._(
                    "That was enough codes for an hour. Please call us, or try again "
                    "later."
                ),
            )

    def _prepare_message_vals(self, code):
        """Hook: values of the message that carries the code."""
        self.ensure_one()
        company = self.booking_id.company_id
        return {
            "key": f"code:{self.id}",
            "company_id": company.id,
            "category": "obligatory",
            "audience": "customer",
            "kinds": self._get_kinds(company),
            "address": self.phone,
            "lang": self.env.lang,
            "date_expire": self.date_expire,
            "body": self.env._(
                "%(code)s is your code for booking at %(company)s. Tell nobody.",
                code=HIDDEN,
                company=company.name,
            ),
            "secret": code,
        }

    @api.model
    def _check(self, booking, code):
        """Confirm the phone of a booking by what was typed.

        :return: the phone, in E.164
        :raise BookingRefusedError: when the code is wrong or too old
        """
        # sudo: nobody is logged in; nobody may read codes
        record = self.sudo().search([("booking_id", "=", booking.id)], limit=1)
        if not record.digest or record.date_expire < fields.Datetime.now():
            raise BookingRefusedError(
                "code", self.env._("This code is too old: ask for a new one.")
            )
        record.tries += 1  # a second guess at the same time waits, and is repeated
        # a keyboard may have digits of its own language
        digits = "".join(str(int(one)) for one in code or "" if one.isdecimal())
        if consteq(record.digest, record._get_digest(digits)):
            phone = record.phone
            record._forget()
            return phone
        if record.tries >= MAX_TRIES:
            record._forget()
            raise BookingRefusedError(
                "code", self.env._("That was wrong too often: ask for a new code.")
            )
        raise BookingRefusedError(
            "code", self.env._("This is not the code. Look at the latest message.")
        )

    def _get_digest(self, code):
        """Return what is kept of a code: it says nothing without the database's key."""
        secret = self.env["auto.notify.token"]._get_secret()
        content = f"booking/{self.id}/{self.phone}/{code}".encode()
        return hmac.digest(secret, content, hashlib.sha256).hex()

    def _forget(self):
        """Make the codes useless, and leave none in the outbox."""
        self.message_id._cancel(self.env._("The code is not needed any more."))
        for message in self.message_id:
            message.write({"body": self.env._("Confirmation code"), "secret": False})
        self.digest = False

    @api.autovacuum
    def _gc_codes(self):
        """Forget codes that nobody typed."""
        before = fields.Datetime.now() - VALID
        codes = self.search([("date_expire", "<", before)], limit=1000)
        codes._forget()
        codes.unlink()
