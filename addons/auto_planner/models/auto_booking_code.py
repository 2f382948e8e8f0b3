import phonenumbers

from odoo import api, fields, models

from odoo.addons.auto_notify.models.auto_notify_message import HIDDEN

from ..tools.refusal import BookingRefusedError


def _get_region(phone):
    """Return the code of a phone's country, "" for a phone that is of none."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_number(number) or ""


class AutoBookingCode(models.Model):
    """A code sent to the phone of somebody who books and is no customer yet."""

    _name = "auto.booking.code"
    _inherit = ["auto.notify.code.mixin"]
    _description = "Confirmation Code"
    _code_document = "booking_id"

    booking_id = fields.Many2one(
        comodel_name="auto.booking", required=True, ondelete="cascade", index=True
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
    def _check_phone(self, company, phone):
        """Override of `auto_notify`: not to countries that the shop does not serve.

        :raise BookingRefusedError:
        """
        if not self._is_phone_served(company, phone):
            raise self._get_refusal(
                "country",
                self.env._(
                    "We send no codes to phones of this country. Enter another phone, "
                    "or call us."
                ),
            )

    @api.model
    def _get_refusal(self, reason, text):
        """Override of `auto_notify`: as all that a booking is refused by."""
        return BookingRefusedError(reason, text)

    def _get_text(self):
        """Override of `auto_notify`: the code is for a booking."""
        self.ensure_one()
        return self.env._(
            "%(code)s is your code for booking at %(company)s. Tell nobody.",
            code=HIDDEN,
            company=self.booking_id.company_id.name,
        )

    def _prepare_message_vals(self, code):
        """Override of `auto_notify`: to the phone itself."""
        self.ensure_one()
        company = self.booking_id.company_id
        return {
            **super()._prepare_message_vals(code),
            "kinds": self._get_kinds(company),
            "address": self.phone,
        }

    @api.model
    def _check(self, document, code):
        """Override of `auto_notify`: the phone of the booking is the one confirmed.

        :return: the phone, in E.164
        """
        return super()._check(document, code).phone
