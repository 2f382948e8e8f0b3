from odoo import fields, models


class FleetVehicleModelBrand(models.Model):
    _inherit = "fleet.vehicle.model.brand"

    alias = fields.Char(help="Other spellings it is found by, such as Cyrillic ones.")
