from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import plate, vin
from ..tools.vehicle_name import words


class AutoVehicle(models.Model):
    """How a car is found by what people type, and another one that is the same."""

    _inherit = "auto.vehicle"

    @api.depends("license_plate")
    def _compute_plate_search(self):
        for vehicle in self:
            vehicle.plate_search = vehicle.license_plate

    def _search_plate_search(self, operator, value):
        if operator == "in":
            keys = [plate.plate_key(text) for text in value if text]
            domain = Domain("plate_key", "in", keys)
            return (
                domain | Domain("plate_key", "=", False) if False in value else domain
            )
        if operator not in ("like", "ilike", "=like", "=ilike"):
            return NotImplemented
        return self._get_plate_domain(value)

    @api.depends("plate_key", "vin", "company_id")
    def _compute_duplicate_ids(self):
        others_by_key = defaultdict(self.browse)
        for other in self._search_duplicates():
            for key in filter(None, {other.plate_key, other.vin}):
                others_by_key[key] |= other
        for vehicle in self:
            others = others_by_key[vehicle.plate_key or None]
            others |= others_by_key[vehicle.vin or None]
            vehicle.duplicate_ids = others - vehicle._origin

    @api.depends("duplicate_ids")
    def _compute_duplicate_text(self):
        for vehicle in self:
            vehicle.duplicate_text = (
                Markup("<br/>").join(
                    vehicle._get_duplicate_sentence(other)
                    for other in vehicle.duplicate_ids
                )
                or False
            )

    @api.model
    def _search_display_name(self, operator, value):
        """Override of `base`: any part of plate, VIN, make, model, owner, phone."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if operator == "in":
            texts = [text for text in value if text]
            numbers = {vin.normalize_vin(text) for text in texts}
            keys = {plate.plate_key(plate.format_plate(text)) for text in texts}
            keys |= {plate.plate_key(self._parse_line(text).plate) for text in texts}
            shown = [
                vehicle.id for text in texts for vehicle in self._find_by_name(text)
            ]
            return (
                Domain("plate_key", "in", list(keys - {""}))
                | Domain("vin", "in", list(numbers))
                | Domain("id", "in", shown)
            )
        if not value:
            return Domain.TRUE
        return self._get_text_domain(value)

    @api.model
    def _get_plate_domain(self, text):
        """Domain of the cars whose plate contains the text, in any spelling.

        :param str text: a plate or a part of one; nothing matches an empty one
        :rtype: Domain
        """
        key = plate.plate_key(text)
        return Domain("plate_key", "ilike", key) if key else Domain.FALSE

    @api.model
    def _get_text_domain(self, text):
        """Domain of a free search: the text as a plate, or each of its words.

        A word may be anything that names the car.
        """
        domain = self._get_plate_domain(text)
        by_phone = self.env["res.partner"]._get_phone_domain(text)
        if number := vin.normalize_vin(text):
            domain |= Domain("vin", "ilike", number)
        if not by_phone.is_false():
            domain |= Domain("partner_id", "any", by_phone)
        return domain | Domain.AND(self._get_word_domain(word) for word in words(text))

    @api.model
    def _get_word_domain(self, word):
        """Domain of one word of a free search."""
        return (
            self._get_plate_domain(word)
            | Domain("model_id.search_key", "ilike", word)
            | Domain("vin", "ilike", vin.normalize_vin(word))
            | Domain("partner_id.name", "ilike", word)
            | (Domain("year", "=", int(word)) if word.isdecimal() else Domain.FALSE)
        )

    def _check_vin_free(self, keys):
        """Refuse the VIN of another car by its name.

        Two users at once meet the unique index.

        :param keys: pairs (VIN, company's id or False) about to be written
        :raise ValidationError: naming the car that has the VIN
        """
        if self.env.context.get("import_file"):
            # the index is reported with the row, a refusal of the batch with the first
            return
        keys = set(keys)
        domain = Domain("vin", "in", [number for number, _company in keys])
        domain &= Domain("id", "not in", self.ids)
        others = self.with_context(active_test=False)
        for other in others.search(domain) if keys else ():
            if (other.vin, other.company_id.id) in keys:
                raise ValidationError(self._get_vin_taken_sentence(other))

    @api.model
    def _get_vin_taken_sentence(self, other):
        """Say which car has the VIN already, and what to do instead."""
        values = {"vin": other.vin, "vehicle": other.display_name}
        if other.active:
            return self.env._(
                "VIN %(vin)s already belongs to %(vehicle)s. "
                "Open that vehicle instead.",
                **values,
            )
        return self.env._(
            "VIN %(vin)s already belongs to %(vehicle)s, which is archived. "
            "Open it there and restore it instead.",
            **values,
        )

    def _search_duplicates(self):
        """Cars, archived too, with a plate or VIN of these.

        Of the same company, or shared by all.
        """
        keys = [key for key in self.mapped("plate_key") if key and len(key) > 3]
        vins = list(filter(None, self.mapped("vin")))
        if not keys and not vins:
            return self.browse()
        companies = self.company_id.ids or self.env.companies.ids
        domain = Domain("plate_key", "in", keys) | Domain("vin", "in", vins)
        domain &= Domain("company_id", "in", [*companies, False])
        return self.with_context(active_test=False).search(domain, limit=1000)

    def _get_duplicate_sentence(self, other):
        """Say which car is the same, whose it is and what to do, with a link to it."""
        same_owner = self.partner_id.commercial_partner_id == (
            other.partner_id.commercial_partner_id
        )
        link = Markup('<a href="/odoo/auto.vehicle/%s" target="_blank">%s</a>') % (
            other._origin.id,
            other.display_name,
        )
        if other.partner_id and not same_owner:
            return self.env._(
                "%(vehicle)s has the same plate or VIN and belongs to %(owner)s. "
                "If the car was sold, open it and change the owner.",
                vehicle=link,
                # sudo: the name only, as in the field itself
                owner=other.partner_id.sudo().display_name or "",
            )
        if other.active:
            return self.env._(
                "%(vehicle)s has the same plate or VIN: "
                "open it instead of making a second one.",
                vehicle=link,
            )
        return self.env._(
            "%(vehicle)s has the same plate or VIN and is archived: "
            "open and restore it.",
            vehicle=link,
        )
