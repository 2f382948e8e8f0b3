from odoo import api, models

from ..tools import vehicle_name
from ..tools.kilometres import parse_kilometres
from .auto_odometer import KM_MAX


class AutoVehicle(models.Model):
    """Lists of cars of other programs: what their columns mean, row by row."""

    _inherit = "auto.vehicle"

    def _extract_records(self, field_paths, data, *args, **kwargs):
        """Override of `base`: make and model are one thing, mileage is told freely.

        What is wrong with a row is told of that row.
        """
        log = args[0] if args else kwargs.get("log", lambda message: None)
        rows = super()._extract_records(field_paths, data, *args, **kwargs)
        for record, info in rows:
            problems = self._read_import_odometer(record)
            problems += self._read_import_model(record)
            for field, problem in problems:
                log({**info, "type": "error", "field": field, "message": problem})
            yield record, info

    @api.model
    def _read_import_odometer(self, record):
        """Turn a mileage as people write it into kilometres, nothing into none.

        :param dict record: of the row, changed
        :return: pairs (field, what is wrong with it)
        """
        text = str(record.pop("odometer", None) or "").strip()
        if not text or text == "0":
            return []
        value = parse_kilometres(text)
        if value is None or value > KM_MAX:
            return [("odometer", self._get_odometer_problem(text))]
        if value:
            record["odometer"] = str(value)
        return []

    @api.model
    def _get_odometer_problem(self, text):
        """Say what a mileage has to be, and that this one is none."""
        return self.env._(
            "“%(text)s” is no mileage. Write whole kilometres between 1 and 9,999,999, "
            "such as 84500.",
            text=text,
        )

    @api.model
    def _read_import_model(self, record):
        """Turn make and model of two columns into the model of that make.

        :param dict record: of the row, changed
        :return: pairs (field, what is wrong with it)
        """
        make = self._take_import_name(record.pop("brand_id", None))
        if not make:
            return []
        name = self._take_import_name(record.get("model_id"))
        if not name:
            if record.get("model_id"):  # told by its id
                return []
            return [("model_id", self._get_no_model_problem(make))]
        may_create = (self.env.context.get("name_create_enabled_fields") or {}).get(
            "model_id"
        )
        model = self._find_import_model(make, name, may_create)
        record["model_id"] = [
            {".id": str(model.id)} if model else {None: f"{make} {name}"}
        ]
        return []

    @api.model
    def _take_import_name(self, cells):
        """Return what is told by name in the cells of a field, "" for an id."""
        return str((cells or [{}])[0].get(None) or "").strip()

    @api.model
    def _get_no_model_problem(self, make):
        """Say that a make alone is no car one could find works and parts for."""
        return self.env._(
            "The make %(make)s has no model in this row. Fill in the model, or leave "
            "both empty.",
            make=make,
        )

    @api.model
    def _find_import_model(self, make, name, may_create):
        """Return the model of exactly this name that this make has.

        :param bool may_create: whether what nobody has entered yet is made
        :return: the model, or an empty recordset
        """
        models_ = self.env["fleet.vehicle.model"]
        brands = self.env["fleet.vehicle.model.brand"]
        brand = brands.search([("display_name", "=", make)], limit=1)
        folded = vehicle_name.compact(name)
        own = models_.with_context(active_test=False).search(
            [("brand_id", "=", brand.id)] if brand else [("id", "=", False)]
        )
        found = own.filtered(
            lambda model: folded in vehicle_name.spellings(model.name, model.alias)
        )
        if not found and brand:  # the make may stand in the model's column too
            model, rest = models_._match_text(name)
            found = model if model.brand_id == brand and not rest else found
        if found or not may_create:
            return found[:1]
        brand = brand or brands.create({"name": vehicle_name.tidy_name(make)})
        return models_.create(models_._prepare_typed_vals(brand, name))
