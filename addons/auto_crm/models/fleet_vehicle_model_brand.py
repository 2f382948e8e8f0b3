from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import vehicle_name


class FleetVehicleModelBrand(models.Model):
    _inherit = "fleet.vehicle.model.brand"

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

    @api.depends("name", "alias")
    def _compute_search_key(self):
        for brand in self:
            brand.search_key = vehicle_name.search_key(brand.name, brand.alias)

    @api.model
    def _search_display_name(self, operator, value):
        """Override of `base`: also by other spellings, in any case and punctuation."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if operator == "in":
            names = set().union(*map(vehicle_name.told_names, filter(None, value)))
            found = self._search_candidates(names).filtered(
                lambda brand: vehicle_name.spellings(brand.name, brand.alias) & names
            )
            return Domain("id", "in", found.ids)
        return Domain.AND(
            Domain("search_key", "ilike", word) for word in vehicle_name.words(value)
        )

    @api.model
    def _search_candidates(self, names):
        """Makes that may have one of the spellings, archived ones too.

        :param names: compacted spellings
        """
        domain = Domain.OR(Domain("search_key", "ilike", name) for name in names)
        return self.with_context(active_test=False).search(domain, limit=100)

    @api.model
    def _get_spellings(self):
        """Return all makes, archived ones too, as plain data for `VehicleNames`."""
        brands = self.with_context(active_test=False)
        return [
            (brand.id, vehicle_name.spellings(brand.name, brand.alias))
            for brand in brands.search_fetch([], ["name", "alias"], order="id")
        ]

    @api.model
    def _find_by_text(self, text):
        """Find the make that a text starts with.

        :param str text: such as "Лада Веста"
        :return: (the make or an empty recordset, the rest of the text)
        :rtype: tuple
        """
        text = text or ""
        names = vehicle_name.VehicleNames(self._get_spellings())
        found = next(iter(names.match(text, vehicle_name.get_first_place(text))), None)
        if not found:
            return self.browse(), text
        return self.browse(found.make), text[found.stop :].strip(" -/,.")
