import hashlib
import hmac
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq

from .auto_notify_message import HIDDEN

DIGITS = 6
VALID = timedelta(minutes=10)
MAX_TRIES = 5
HOUR = timedelta(hours=1)
CODES_A_PHONE = 3  # in an hour
CODES_AN_ADDRESS = 10
CODES_A_COMPANY = 200  # text messages cost money, whoever asks for them


class AutoNotifyCodeMixin(models.AbstractModel):
    """A code sent to a phone: who types it has the phone in his hand.

    A model of codes adds a many2one to what they are about and names it in
    `_code_document`; it says what the message says, and which way it goes.
    """

    _name = "auto.notify.code.mixin"
    _description = "Confirmation Code"
    _order = "id desc"
    _code_document = None

    phone = fields.Char(required=True)
    digest = fields.Char(groups="base.group_system", copy=False)
    date_expire = fields.Datetime(required=True)
    tries = fields.Integer()
    message_id = fields.Many2one(
        comodel_name="auto.notify.message", ondelete="set null", index=True
    )

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------

    @api.model
    def _get_refusal(self, _reason, text):
        """Hook: return the error by which somebody is refused.

        :param str _reason: for programs: ``limit`` or ``code``
        """
        return UserError(text)

    @api.model
    def _check_phone(self, company, phone):
        """Hook: refuse phones to which no codes go."""

    @api.model
    def _get_limits(self, company, phone, address):
        """Hook: how many codes an hour for whom, see `auto.limit`."""
        return [
            (phone, CODES_A_PHONE),
            (address, CODES_AN_ADDRESS),
            (f"company {company.id}", CODES_A_COMPANY),
        ]

    def _get_text(self):
        """Hook: what the message says, with `HIDDEN` in place of the code."""
        self.ensure_one()
        return HIDDEN

    def _prepare_message_vals(self, code):
        """Hook: values of the message that carries the code, ``kinds`` missing."""
        self.ensure_one()
        return {
            "key": f"code:{self._name}:{self.id}",
            "company_id": self._get_document().company_id.id,
            "category": "obligatory",
            "audience": "customer",
            "lang": self.env.lang,
            "date_expire": self.date_expire,
            "body": self._get_text(),
            "secret": code,
        }

    def _get_document(self):
        self.ensure_one()
        return self[self._code_document]

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    @api.model
    def _send(self, document, phone, address, **vals):
        """Send a code to the phone; the one before is good for nothing any more.

        :param document: what the code is about
        :param str phone: in E.164
        :param str address: network address of the visitor
        :param vals: further values of the code
        :return: the code
        :raise UserError: after too many
        """
        company = document.company_id
        self._check_phone(company, phone)
        self._check_limits(company, phone, address)
        # sudo: nobody is logged in; nobody may read codes
        codes = self.sudo()
        codes.search([(self._code_document, "=", document.id)])._forget()
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        record = codes.create(
            {
                **vals,
                self._code_document: document.id,
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
    def _check_limits(self, company, phone, address):
        """Refuse codes that only cost: too many for a phone, from an address, in all.

        Codes of all kinds are counted together.

        :raise UserError: see `_get_refusal`
        """
        limits = self._get_limits(company, phone, address)
        if not self.env["auto.limit"]._count_all("code", limits, HOUR):
            raise self._get_refusal(
                "limit",
                self.env._(
                    "That was enough codes for an hour. Please call us, or try again "
                    "later."
                ),
            )

    # ------------------------------------------------------------------
    # Checking
    # ------------------------------------------------------------------

    @api.model
    def _check(self, document, code):
        """Confirm the phone by what was typed; a wrong guess is counted.

        Whoever calls it must not take the count back.

        :return: the code that it was
        :raise UserError: when the code is wrong or too old, see `_get_refusal`
        """
        # sudo: nobody is logged in; nobody may read codes
        record = self.sudo().search([(self._code_document, "=", document.id)], limit=1)
        if not record.digest or record.date_expire < fields.Datetime.now():
            raise self._get_refusal(
                "code", self.env._("This code is too old: ask for a new one.")
            )
        record.tries += 1  # a second guess at the same time waits, and is repeated
        # a keyboard may have digits of its own language
        digits = "".join(str(int(one)) for one in code or "" if one.isdecimal())
        if consteq(record.digest, record._get_digest(digits)):
            record._forget()
            return record
        if record.tries >= MAX_TRIES:
            record._forget()
            raise self._get_refusal(
                "code", self.env._("That was wrong too often: ask for a new code.")
            )
        raise self._get_refusal(
            "code", self.env._("This is not the code. Look at the latest message.")
        )

    def _get_digest(self, code):
        """Return what is kept of a code: it says nothing without the database's key."""
        secret = self.env["auto.notify.token"]._get_secret()
        content = f"{self._name}/{self.id}/{self.phone}/{code}".encode()
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
