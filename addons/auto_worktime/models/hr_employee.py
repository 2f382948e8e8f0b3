from odoo import fields, models


class HrEmployee(models.Model):
    """A mechanic whose time is clocked."""

    _inherit = "hr.employee"

    time_log_ids = fields.One2many(
        comodel_name="auto.time.log",
        inverse_name="employee_id",
        groups="auto_worktime.auto_worktime_group_foreman",
    )

    def _is_clocked(self):
        """Hook: whether the buttons of jobs clock the employee's time."""
        self.ensure_one()
        return bool(self.is_mechanic)

    def _find_attendance(self, at):
        """Return the employee's presence at a moment, naive UTC; empty if absent."""
        self.ensure_one()
        # sudo: whether somebody is present is told, not his attendances
        return (
            self.env["hr.attendance"]
            .sudo()
            .search(
                [
                    ("employee_id", "=", self.id),
                    ("in_mode", "!=", "technical"),
                    ("check_in", "<=", at),
                    "|",
                    ("check_out", "=", False),
                    ("check_out", ">", at),
                ],
                limit=1,
            )
        )
