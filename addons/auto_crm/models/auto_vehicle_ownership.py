from odoo import api, fields, models
from odoo.tools import clean_context


class AutoVehicle(models.Model):
    """Whose car it is, and was."""

    _inherit = "auto.vehicle"

    def action_change_owner(self):
        """Ask for the new owner and the day; the history keeps the former one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change Owner"),
            "res_model": "auto.vehicle.owner.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_vehicle_id": self.id},
        }

    def _open_ownership(self):
        """Begin the history row of the present owner.

        It begins today, or on ``auto_owner_date`` of the context.
        """
        date = self._get_owner_date()
        # sudo: the history is kept whoever changes the owner, who gives no defaults
        unowned = self.sudo().recommendation_ids.filtered(lambda one: not one.owner_id)
        for work in unowned:
            work.owner_id = work.vehicle_id.partner_id
        owners = self.env["auto.vehicle.owner"].sudo()
        owners.with_context(clean_context(self.env.context)).create(
            [
                {
                    "vehicle_id": vehicle.id,
                    "partner_id": vehicle.partner_id.id,
                    "date_start": date,
                }
                for vehicle in self
            ]
        )

    def _close_ownership(self):
        """End the open history rows.

        An owner who came after that day owned the car for no day.
        """
        if not self:
            return
        date = self._get_owner_date()
        # sudo: the history is kept whoever changes the owner
        rows = (
            self.env["auto.vehicle.owner"]
            .sudo()
            .search([("vehicle_id", "in", self.ids), ("date_stop", "=", False)])
        )
        for row in rows:
            row.date_stop = max(date, row.date_start)
            row._leave_vehicle()
        rows.flush_recordset(
            ["date_stop"]
        )  # before the next open row meets the unique index

    @api.model
    def _get_owner_date(self):
        date = self.env.context.get("auto_owner_date")
        return fields.Date.to_date(date) or fields.Date.context_today(self)
