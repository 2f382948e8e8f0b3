from odoo import fields, models


class AutoVehicle(models.Model):
    _name = "auto.vehicle"
    _inherit = ["auto.vehicle", "auto.booking.party"]

    booking_ids = fields.One2many(
        comodel_name="auto.booking", inverse_name="vehicle_id"
    )
    height = fields.Float(
        string="Height, m",
        help="Compared with the limit of a post; 0: as its model, or not known.",
    )
    weight = fields.Float(
        string="Weight, t",
        help="Compared with the limit of a post; 0: as its model, or not known.",
    )

    def _get_booking_field(self):
        return "vehicle_id"

    def _get_size(self):
        """Return height and weight, as far as they are known."""
        model = self.model_id
        return {
            "height": self.height or model.auto_height,
            "weight": self.weight or model.auto_weight,
        }
