from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain

from ..tools import plate
from ..tools.vehicle_line import VehicleLine, parse_line

MAX_PLATE_WORDS = 5


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
        if vehicle := self._find_by_name(line, partner):
            no_model = self.env["fleet.vehicle.model"]
            return vehicle, vehicle._join_line(VehicleLine(), no_model, partner)
        parsed = self._parse_line(line)
        model, rest = self._get_model_from_line(parsed.name)
        vehicle = self._find_by_line(parsed, model, partner)
        if vehicle:
            return vehicle, vehicle._join_line(parsed, model, partner)
        if not (parsed.plate or parsed.vin or model):
            return self.browse(), self.env._(
                "No plate, VIN, make or model found in “%(line)s”.", line=line or ""
            )
        vals = self._prepare_line_vals(parsed, model, partner)
        if words := " ".join(filter(None, [rest, parsed.rest])):
            vals["note"] = Markup("<p>%s</p>") % words
        return self.create(vals), ""

    @api.model
    def _get_model_from_line(self, name):
        """Model named in a line; a new one only for a known make and one or two words.

        :return: (the model, the words that are not part of it)
        """
        return self.env["fleet.vehicle.model"]._find_or_create_told(name)

    @api.model
    def _parse_line(self, line):
        """Take a line apart, with the makes and models that are known.

        :rtype: VehicleLine
        """
        names = self.env["fleet.vehicle.model"]._get_names(line)
        return parse_line(line, names=names)

    @api.model
    def _find_by_name(self, line, partner=None):
        """The car that is shown as the line says, whatever its plate looks like.

        :param str line: plate, make and model as we print them, with the year or not
        :param partner: of several equal ones his is taken
        """
        partner = partner or self.env["res.partner"]
        key = plate.plate_key(line)
        words = (line or "").split()[:MAX_PLATE_WORDS]
        starts = {plate.plate_key(" ".join(words[: n + 1])) for n in range(len(words))}
        candidates = self.with_context(active_test=False).search(
            Domain("plate_key", "in", list(starts - {""}))
            & Domain("company_id", "in", [self.env.company.id, False]),
            limit=50,
        )
        found = candidates.filtered(
            lambda vehicle: (
                key == (shown := plate.plate_key(vehicle.display_name))
                or (vehicle.year and key == f"{shown}{vehicle.year}")
            )
        )
        keys = set(found.mapped("plate_key"))
        same = candidates.filtered(lambda vehicle: vehicle.plate_key in keys)
        return self._take_nearest(same, partner)

    @api.model
    def _take_nearest(self, vehicles, partner):
        """Of cars that may be meant: the customer's own, then one that is in use."""
        return vehicles.sorted(
            lambda vehicle: (vehicle.partner_id != partner, not vehicle.active)
        )[:1].with_env(self.env)

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
                return self._take_nearest(found, partner)
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
