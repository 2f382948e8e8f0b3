from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.mail import append_content_to_html

from ..tools import phone


class MailThreadPhone(models.AbstractModel):
    """Phones in any spelling are found; of several in one field the first counts."""

    _inherit = "mail.thread.phone"
    _auto_phone_note_field = None  # where the words beside a phone are kept

    auto_phone_search = fields.Char(
        string="Phone in any spelling",
        store=False,
        search="_search_auto_phone_search",
        exportable=False,
    )

    def _search_auto_phone_search(self, operator, value):
        if operator == "in":
            texts = [text for text in value if isinstance(text, str)]
            return Domain.OR(self._get_phone_domain(text) for text in texts)
        if operator not in ("like", "ilike") or not isinstance(value, str):
            return NotImplemented
        return self._get_phone_domain(value)

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail`: words beside the phone become a note."""
        return super().create([self._split_phone_vals(vals) for vals in vals_list])

    def write(self, vals):
        """Override of `mail`: words beside the phone are added to the note."""
        name = self._auto_phone_note_field
        if not name or phone.is_plain(vals.get("phone")):
            return super().write(vals)
        for record in self:
            kept = {name: record[name]} if name not in vals else {}
            super(MailThreadPhone, record).write(
                record._split_phone_vals({**vals, **kept})
            )
        return True

    @api.model
    def _split_phone_vals(self, vals):
        """Return values whose phone is one number; the rest goes to the note."""
        name = self._auto_phone_note_field
        if not name or phone.is_plain(vals.get("phone")):
            return vals
        country = self.env["res.country"].browse(vals.get("country_id"))
        first = self._find_first_phone(vals["phone"], country)
        if not first.number or not first.rest:
            return vals
        note = self._add_phone_rest(vals.get(name), first.rest)
        return {**vals, "phone": first.text, name: note}

    @api.model
    def _add_phone_rest(self, note, rest):
        """Return the note with the words that stood beside the phone."""
        return append_content_to_html(note or "", rest, container_tag="p")

    def _find_first_phone(self, text, country=None):
        """Return the first phone of a text and the rest, see `tools.phone`."""
        known = len(self) == 1 and self._phone_get_country().get(self.id)
        country = country or known or self.env.company.country_id
        return phone.find_first(text, country.code)

    def _split_typed_phone(self):
        """Keep the words typed beside a phone, before it is written nicely."""
        name = self._auto_phone_note_field
        if not self.phone or phone.is_plain(self.phone):
            return
        first = self._find_first_phone(self.phone)
        if first.number and first.rest:
            self.phone = first.text
            self[name] = self._add_phone_rest(self[name], first.rest)

    def _phone_format_number(
        self, number, country, force_format="E164", raise_exception=False
    ):
        """Override of `phone_validation`: the first of several, and of older plans."""
        result = super()._phone_format_number(number, country, force_format)
        if result or not number:
            return result
        first = phone.find_first(number, country.code)
        return super()._phone_format_number(
            first.number or number, country, force_format, raise_exception
        )

    def _search_phone_mobile_search(self, operator, value):
        """Override of `phone_validation`: in any spelling of the country."""
        domain = super()._search_phone_mobile_search(operator, value)
        if not isinstance(value, str) or operator not in ("=", "like", "ilike"):
            return domain
        return Domain(domain) | self._get_phone_domain(value)

    @api.model
    def _get_phone_domain(self, text):
        """Domain of the records that have a phone, or one with a part of it.

        :param str text: in any spelling; nothing matches what is no phone
        :rtype: Domain
        """
        region = self.env.company.country_id.code
        digits = phone.get_search_digits(text, region)
        number = phone.to_e164(text, region) if digits else ""
        if number:
            return self._get_same_phone_domain(number)
        return Domain("phone_sanitized", "ilike", digits) if digits else Domain.FALSE

    @api.model
    def _get_same_phone_domain(self, number):
        """Domain of the records with a phone, in whatever plan it was written down.

        :param str number: in E.164
        :rtype: Domain
        """
        return Domain("phone_sanitized", "in", sorted(phone.get_variants(number)))
