from odoo import api, fields, models


class HrAttendance(models.Model):
    """Presence: leaving ends what runs, however it is entered."""

    _inherit = "hr.attendance"

    is_cut = fields.Boolean(
        string="Cut",
        readonly=True,
        copy=False,
        help="Nobody checked out: it was cut, and waits for the foreman's correction.",
    )

    punch_in_id = fields.Many2one(
        comodel_name="auto.time.punch",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The terminal's event by which it began.",
    )
    punch_out_id = fields.Many2one(
        comodel_name="auto.time.punch",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The terminal's event by which it ended.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `hr_attendance`: a presence that has ended ends what runs."""
        attendances = super().create(vals_list)
        attendances.filtered("check_out")._end_logs()
        return attendances

    def write(self, vals):
        """Override of `hr_attendance`: checking out ends what runs.

        A true check-out, such as one that arrives late, takes the place of a cut one.
        """
        if vals.get("check_out") and "is_cut" not in vals:
            cut = self.filtered("is_cut")
            cut._settle_cut(fields.Datetime.to_datetime(vals["check_out"]))
            if cut:
                vals = {**vals, "is_cut": False}
        result = super().write(vals)
        if vals.get("check_out"):
            self._end_logs()
        return result

    def unlink(self):
        """Override of `hr_attendance`: nobody works who is not present."""
        employees = self.filtered(lambda row: not row.check_out).employee_id
        result = super().unlink()
        # sudo: logs are written by the clock only
        logs = self.env["auto.time.log"].sudo()
        running = logs.search(
            [("employee_id", "in", employees.ids), ("date_stop", "=", False)]
        )
        running._end(fields.Datetime.now())
        return result

    def _write_changes(self, vals):
        """Write what is another value now: writing an attendance is expensive."""
        self.ensure_one()
        changed = {
            name: value
            for name, value in vals.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }
        return bool(changed) and self.write(changed)

    def _end_logs(self):
        """End what runs at the check-outs."""
        # sudo: logs are written by the clock only
        for employee in self.sudo().employee_id:
            self.env["auto.time.log"].sudo()._end_at_check_out(employee)

    def _cut(self, at):
        """Check out somebody who forgot to, for the foreman to correct."""
        self.ensure_one()
        self.env["auto.time.correction"]._note(
            "forgotten",
            self,
            state="open",
            start_after=self.check_in,
            stop_after=at,
        )
        return self.write(
            {"check_out": at, "out_mode": "auto_check_out", "is_cut": True}
        )

    def _settle_cut(self, check_out, reason=None):
        """Give what was cut its true end, and the logs that were cut with it.

        :param datetime check_out: naive UTC
        :param str reason: the foreman's; that somebody has checked out, if not given
        """
        # sudo: logs and corrections are written by the clock and by foremen's wizards
        for attendance in self.sudo():
            logs = attendance._get_cut_logs()
            corrections = self.env["auto.time.correction"].sudo()
            corrections.search(
                [
                    ("state", "=", "open"),
                    "|",
                    ("attendance_id", "=", attendance.id),
                    ("log_id", "in", logs.ids),
                ]
            )._settle(reason or self.env._("Checked out."), stop_after=check_out)
            logs.is_cut = False
            logs._end(check_out)

    def _get_cut_logs(self):
        """Return what ran when the presence was cut."""
        self.ensure_one()
        return self.env["auto.time.log"].search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("is_cut", "=", True),
                ("date_stop", "=", self.check_out),
            ]
        )
