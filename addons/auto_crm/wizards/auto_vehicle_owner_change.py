from odoo import api, fields, models
from odoo.exceptions import UserError


class AutoVehicleOwnerChange(models.TransientModel):
    """The car was sold: who owns it now, since when, with what mileage."""

    _name = "auto.vehicle.owner.change"
    _description = "Change Owner"

    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle", required=True, ondelete="cascade"
    )
    owner_id = fields.Many2one(related="vehicle_id.partner_id", string="Present owner")
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="New owner", required=True
    )
    date = fields.Date(string="Since", required=True, default=fields.Date.context_today)
    odometer = fields.Integer(string="Odometer, km")

    @api.onchange("odometer", "date")
    def _onchange_odometer(self):
        return self.vehicle_id._get_odometer_warning(self.odometer, self.date)

    def action_confirm(self):
        """Change the owner from the given day; the former one stays in the history."""
        self.ensure_one()
        self._check_change()
        self.vehicle_id.with_context(auto_owner_date=self.date).write(
            {"partner_id": self.partner_id.id, "driver_id": False}
        )
        self.vehicle_id._add_odometer(self.odometer, date=self.date)
        return {"type": "ir.actions.act_window_close"}

    def _check_change(self):
        """Refuse a change that the history can't tell.

        :raise UserError: same owner, a day to come, or one before the present
            owner's first
        """
        if self.partner_id == self.owner_id:
            raise UserError(
                self.env._(
                    "%(owner)s owns the vehicle already. Choose the new owner.",
                    owner=self.partner_id.display_name,
                )
            )
        if self.date > fields.Date.context_today(self):
            raise UserError(
                self.env._("Change the owner on the day it happens, not before.")
            )
        present = self.vehicle_id.owner_ids.filtered(lambda row: not row.date_stop)
        if present and self.date < present.date_start:
            raise UserError(
                self.env._(
                    "%(owner)s owns the vehicle since %(date)s: "
                    "the change can't be earlier.",
                    owner=present.partner_id.display_name,
                    date=fields.Date.to_string(present.date_start),
                )
            )
