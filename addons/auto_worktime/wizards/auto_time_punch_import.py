import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.punches import read_csv


class AutoTimePunchImport(models.TransientModel):
    """Read a terminal's file; what is known already is left as it is."""

    _name = "auto.time.punch.import"
    _description = "Import Events of an Attendance Terminal"

    device_id = fields.Many2one(
        comodel_name="auto.time.device", string="Terminal", required=True
    )
    file = fields.Binary(string="CSV file", required=True, attachment=False)
    filename = fields.Char()

    def action_import(self):
        """Store the rows of the file.

        :raise UserError: when the file has no badges or times
        """
        self.ensure_one()
        self.device_id.check_access("write")
        try:
            rows = read_csv(base64.b64decode(self.file))
        except ValueError as error:
            raise UserError(
                self.env._(
                    "The first line names the columns: badge, time and, if the "
                    "terminal tells it, direction."
                )
            ) from error
        # sudo: events are written by terminals and their files only
        counts = self.device_id.sudo()._store(rows)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if counts["bad"] else "success",
                "message": self.env._(
                    "%(stored)s new events, %(known)s known already, %(bad)s not "
                    "understood.",
                    **counts,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
