from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import vehicle_name


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
        brand, name = self.env["fleet.vehicle.model.brand"]._find_by_text(text)
        if not vehicle_name.words(
            name
        ):  # "Range Rover" is a make's other name and a model
            brand, name = brand.browse(), text
        first_word = vehicle_name.words(name)[:1]
        if not first_word:
            return self.browse(), text or ""
        domain = Domain("search_key", "ilike", first_word[0])
        if brand:
            domain &= Domain("brand_id", "=", brand.id)
        candidates = self.with_context(active_test=False).search(domain, limit=500)
        lengths = {
            model: vehicle_name.match_length(
                name, vehicle_name.spellings(model.name, model.alias)
            )
            for model in candidates
        }
        longest = max(lengths.values(), default=0)
        found = self.browse(m.id for m in lengths if lengths[m] == longest > 0)
        if not found or (not brand and not self._is_name_enough(found, name[:longest])):
            return self.browse(), text
        return found[0], name[longest:].strip(" -/,.")

    @api.model
    def _is_name_enough(self, found, name):
        """Whether a model's name says its make too.

        One make has it, and it isn't "X" or "300".
        """
        folded = vehicle_name.compact(name)
        is_telling = len(folded) > 3 or (len(folded) == 3 and not folded.isdecimal())
        return is_telling and len(found.brand_id) == 1

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
        if not brand and create_brand and len((text or "").split()) > 1:
            make, name = text.split(maxsplit=1)
            brand = brand.create({"name": vehicle_name.tidy_name(make)})
        if not brand or not vehicle_name.words(name):
            return self.browse()
        return self.create(self._prepare_typed_vals(brand, name))

    @api.model
    def _prepare_typed_vals(self, brand, name):
        """Values of a typed model: `fleet` alone would take it for an electric car."""
        return {
            "brand_id": brand.id,
            "name": vehicle_name.tidy_name(name),
            "vehicle_type": "car",
            "default_fuel_type": False,
        }
