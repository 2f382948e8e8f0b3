from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain

from ..tools import plate
from ..tools.vehicle_line import parse_line
from ..tools.vehicle_name import words


class AutoVehicle(models.Model):
    """A car that somebody has told in a line, as A123BC777 Kia Rio."""

    _inherit = "auto.vehicle"

    @api.model
    def _find_or_create_from_line(self, line, partner=None):
        """Find the car that a line names, or make it.

        The owner of a known car is never changed.

        :param str line: such as "А123ВС777 Kia Rio 2019", or with a VIN
        :param partner: the customer who named it, may be empty
        :return: (the vehicle, empty if the line names none, and a note for the reader,
            may be "")
        :rtype: tuple
        """
        partner = partner or self.env["res.partner"]
        parsed = parse_line(line)
        model, rest = self._get_model_from_line(parsed.name)
        vehicle = self._find_by_line(parsed, model, partner)
        if vehicle:
            return vehicle, vehicle._join_line(parsed, model, partner)
        if not (parsed.plate or parsed.vin or model):
            return self.browse(), self.env._(
                "No plate, VIN, make or model found in “%(line)s”.", line=line or ""
            )
        vals = self._prepare_line_vals(parsed, model, partner)
        if rest:
            vals["note"] = Markup("<p>%s</p>") % rest
        return self.create(vals), ""

    @api.model
    def _get_model_from_line(self, name):
        """Model named in a line; a new one only for a known make and one or two words.

        :return: (the model, the words that are not part of it)
        """
        catalogue = self.env["fleet.vehicle.model"]
        model, rest = catalogue._match_text(name)
        if model:
            return model, rest
        brand, rest = self.env["fleet.vehicle.model.brand"]._find_by_text(name)
        if brand and 0 < len(words(rest)) <= 2:
            return catalogue._find_or_create(name, create_brand=False), ""
        return catalogue, name

    @api.model
    def _find_by_line(self, parsed, model, partner):
        """The known car of a parsed line.

        By VIN, by plate, or the customer's only one of that model.
        """
        candidates = self.with_context(active_test=False)
        companies = Domain("company_id", "in", [self.env.company.id, False])
        for field_name, value in (
            ("vin", parsed.vin),
            ("plate_key", plate.plate_key(parsed.plate)),
        ):
            if not value:
                continue
            found = candidates.search(
                Domain(field_name, "=", value) & companies, limit=50
            )
            if found:
                return found.sorted(
                    lambda vehicle: (vehicle.partner_id != partner, not vehicle.active)
                )[0].with_env(self.env)
        if not partner or not model or parsed.plate or parsed.vin:
            return self.browse()
        domain = companies & Domain("partner_id", "=", partner.id)
        domain &= Domain("model_id", "=", model.id)
        if parsed.year:
            domain &= Domain("year", "in", [parsed.year, 0, False])
        found = self.search(domain, limit=2)
        return found if len(found) == 1 else self.browse()

    @api.model
    def _prepare_line_vals(self, parsed, model, partner):
        """Values of a car from a parsed line."""
        return {
            "license_plate": parsed.plate or False,
            "vin": parsed.vin or False,
            "year": parsed.year,
            "model_id": model.id,
            "partner_id": partner.id,
        }

    def _join_line(self, parsed, model, partner):
        """Fill what was not known of a found car, restore it; tell what matters.

        :return: sentences, or ""
        :rtype: str
        """
        self.ensure_one()
        notes = []
        vals = {
            name: value
            for name, value in self._prepare_line_vals(parsed, model, partner).items()
            if value and not self[name]
        }
        owner = self.partner_id.commercial_partner_id
        if self._is_told_by_stranger(partner):
            vals = {}
        elif not self.active:
            vals["active"] = True
            notes.append(
                self.env._(
                    "%(vehicle)s was archived and is active again.",
                    vehicle=self.display_name,
                )
            )
        if vals:
            self.write(vals)
        if owner and partner and owner != partner.commercial_partner_id:
            notes.append(
                self.env._(
                    "%(vehicle)s belongs to %(owner)s. The owner was not changed.",
                    vehicle=self.display_name,
                    owner=self.partner_id.display_name,
                )
            )
        return " ".join(notes)

    def _is_told_by_stranger(self, partner):
        """Whether the line came from outside, not from the car's known owner.

        He must not change somebody else's car by filling in a form with its plate.

        :param partner: the customer who named the car, may be empty
        """
        self.ensure_one()
        owner = self.partner_id.commercial_partner_id
        is_other = bool(owner) and owner != partner.commercial_partner_id
        return is_other and (bool(partner) or self.env.su)
