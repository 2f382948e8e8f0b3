from odoo import fields, models


class AutoOrderReceive(models.TransientModel):
    """Receive the car of a booking, which need not be the next one of its order."""

    _inherit = "auto.order.receive"

    booking_id = fields.Many2one(comodel_name="auto.booking")

    def _action_receive(self):
        """Override of `auto_crm`: the car has come for this booking."""
        if not self.booking_id:
            return super()._action_receive()
        return self.booking_id.action_arrive()
