from odoo import models


class AutoVehicleOwnerChange(models.TransientModel):
    _name = "auto.vehicle.owner.change"
    _description = "Change Owner"
