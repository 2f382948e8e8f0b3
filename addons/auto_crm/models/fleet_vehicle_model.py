from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import vehicle_name
from ..tools.vehicle_line import MAX_CHARS

MAX_WORDS = 20
MAX_MODELS = 5000


class FleetVehicleModel(models.Model):
    _inherit = "fleet.vehicle.model"

    alias = fields.Char(
        help="Other spellings it is found by, such as Cyrillic ones, "
        "separated by commas.",
    )
    search_key = fields.Char(
        compute="_compute_search_key",
        store=True,
        index="trigram",
        export_string_translation=False,
    )

    @api.depends("name", "brand_id.name")
    def _compute_display_name(self):
        """Override of `fleet`: "Lada Vesta", as people say and type it."""
        result = super()._compute_display_name()
        for model in self:
            model.display_name = " ".join(
                filter(None, [model.brand_id.name, model.name])
            )
        return result

    @api.depends("name", "alias", "brand_id.name", "brand_id.alias")
    def _compute_search_key(self):
        for model in self:
            model.search_key = vehicle_name.search_key(
                model.brand_id.name, model.brand_id.alias, model.name, model.alias
            )

    def write(self, vals):
        """Override of `fleet`: offers for its cars follow a model to another make."""
        result = super().write(vals)
        if "brand_id" in vals:
            self.env["sale.order"]._update_offers(
                [("vehicle_id.model_id", "in", self.ids)]
            )
        return result

    @api.model
    def _search_display_name(self, operator, value):
        """Override of `fleet`: words of make and model, in any order and spelling."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if operator == "in":
            matches = [self._match_text(name) for name in value if name]
            return Domain("id", "in", [m.id for m, rest in matches if not rest])
        return Domain.AND(
            Domain("search_key", "ilike", word) for word in vehicle_name.words(value)
        )

    @api.model
    def name_create(self, name):
        """Override of `base`: "Lada Vesta" makes the model of that make."""
        model = self._find_or_create(name)
        if not model:
            raise UserError(
                self.env._(
                    "%(name)s is not a make and a model. "
                    "Type both, such as Lada Vesta.",
                    name=name,
                )
            )
        return model.id, model.display_name

    @api.model
    def _match_text(self, text):
        """Find the model that a text starts with.

        The make may be left out if the name is unique.

        :param str text: such as "Киа Рио 1.6" or "vesta"
        :return: (the model or an empty recordset, the rest of the text)
        :rtype: tuple
        """
        text = text or ""
        found = self._get_names(text).match(text, vehicle_name.get_first_place(text))
        if not found or not found[0].model:
            return self.browse(), text
        return self.browse(found[0].model), text[found[0].stop :].strip(" -/,.")

    @api.model
    def _get_names(self, text):
        """Return the makes and models that a text may name, as plain data.

        :param str text: as typed; the beginning of a very long one counts
        :rtype: VehicleNames
        """
        text = (text or "")[:MAX_CHARS]
        makes = self.env["fleet.vehicle.model.brand"]._get_spellings()
        named = {item.make for item in vehicle_name.VehicleNames(makes).find(text)}
        domain = Domain("brand_id", "in", list(named))
        telling = [word for word in vehicle_name.words(text) if len(word) > 2]
        for word in dict.fromkeys(telling[:MAX_WORDS]):
            domain |= Domain("search_key", "ilike", word)
        models = self.with_context(active_test=False).search_fetch(
            domain, ["name", "alias", "brand_id"], limit=MAX_MODELS, order="id"
        )
        return vehicle_name.VehicleNames(
            makes,
            [
                (
                    model.id,
                    model.brand_id.id,
                    vehicle_name.spellings(model.name, model.alias),
                )
                for model in models
            ],
        )

    @api.model
    def _find_or_create(self, text, create_brand=True):
        """Find the model of exactly this name or make it.

        :param str text: make and model, such as "Lada Vesta"
        :param bool create_brand: whether an unknown first word becomes a make
        :return: the model; empty if the text doesn't name both make and model
        """
        model, rest = self._match_text(text)
        if model and not rest:
            return model
        brand, name = self.env["fleet.vehicle.model.brand"]._find_by_text(text)
        if not brand and create_brand:
            make, name = vehicle_name.split_make(text)
            if name:
                brand = brand.create({"name": vehicle_name.tidy_name(make)})
        if not brand or not vehicle_name.words(name):
            return self.browse()
        return self.create(self._prepare_typed_vals(brand, name))

    @api.model
    def _find_or_create_told(self, text):
        """Find the model that a text starts with; make one that is new for its make.

        New is a name of one or two words, or a known one's with a word that makes it
        another: CS35 Max.

        :return: (the model, empty if the text names none, the rest of the text)
        :rtype: tuple
        """
        text = text or ""
        place = vehicle_name.get_first_place(text)
        found = next(iter(self._get_names(text).match(text, place)), None)
        if not found:
            return self.browse(), text
        rest = text[found.stop :].strip(" -/,.")
        if found.model:
            return self.browse(found.model), rest
        brand = self.env["fleet.vehicle.model.brand"].browse(found.make)
        if found.is_new:
            name = text[found.name_start : found.stop]
        elif 0 < len(vehicle_name.words(rest)) <= 2:
            name, rest = rest, ""
        else:
            return self.browse(), text
        return self.create(self._prepare_typed_vals(brand, name.strip())), rest

    @api.model
    def _prepare_typed_vals(self, brand, name):
        """Values of a typed model: `fleet` alone would take it for an electric car."""
        return {
            "brand_id": brand.id,
            "name": vehicle_name.tidy_name(name),
            "vehicle_type": "car",
            "default_fuel_type": False,
        }
