from odoo import api, models


class HrAttendance(models.Model):
    """Presence: leaving ends what runs, however it is entered."""

    _inherit = "hr.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `hr_attendance`: a presence that has ended ends what runs."""
        attendances = super().create(vals_list)
        attendances.filtered("check_out")._end_logs()
        return attendances

    def write(self, vals):
        """Override of `hr_attendance`: checking out ends what runs."""
        result = super().write(vals)
        if vals.get("check_out"):
            self._end_logs()
        return result

    def _end_logs(self):
        """End what runs at the check-outs, and what was cut without one."""
        # sudo: logs are written by the clock only
        logs = self.env["auto.time.log"].sudo()
        for attendance in self.filtered(lambda row: row.in_mode != "technical"):
            logs._end_at_check_out(attendance)
