from odoo import api, fields, models
from odoo.exceptions import UserError


class AutoOrderReceive(models.TransientModel):
    """Receive a car: what its odometer shows, then the acceptance act."""

    _name = "auto.order.receive"
    _description = "Receive the Car"

    order_id = fields.Many2one(comodel_name="sale.order", required=True)
    vehicle_id = fields.Many2one(related="order_id.vehicle_id")
    last_odometer = fields.Integer(
        related="order_id.vehicle_odometer", string="Last reading, km"
    )
    odometer = fields.Integer(string="Odometer, km")
    fault = fields.Text(string="Faults found")
    doubt = fields.Char(compute="_compute_doubt")
    is_sure = fields.Boolean(string="The reading is right")

    @api.depends("odometer", "vehicle_id")
    def _compute_doubt(self):
        for wizard in self:
            vehicle = wizard.vehicle_id
            wizard.doubt = vehicle and vehicle._get_odometer_doubt(wizard.odometer)

    def action_receive(self):
        """Receive the car.

        :raise UserError: when the odometer is negative, or doubtful and nobody is sure
        """
        self.ensure_one()
        if self.odometer < 0:
            raise UserError(self.env._("An odometer cannot show less than 0 km."))
        if self.doubt and not self.is_sure:
            raise UserError(
                self.env._(
                    "%(doubt)s If it is right, tick “The reading is right”.",
                    doubt=self.doubt,
                )
            )
        vals = {"odometer": self.odometer}
        if self.fault:
            vals["fault"] = self.fault
        self.order_id.write(vals)
        self._action_receive()
        return {"type": "ir.actions.act_window_close"}

    def _action_receive(self):
        """Hook: receive the car with what was filled in."""
        return self.order_id.action_receive()
