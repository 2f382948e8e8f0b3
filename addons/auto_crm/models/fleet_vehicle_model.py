from odoo import fields, models


class FleetVehicleModel(models.Model):
    _inherit = "fleet.vehicle.model"

    alias = fields.Char(help="Other spellings it is found by, such as Cyrillic ones.")
