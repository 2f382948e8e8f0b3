from odoo import fields, models


class FleetVehicleModel(models.Model):
    _inherit = "fleet.vehicle.model"

    auto_height = fields.Float(
        string="Height, m", help="Compared with the limit of a post; 0: not known."
    )
    auto_weight = fields.Float(
        string="Weight, t", help="Compared with the limit of a post; 0: not known."
    )
