from odoo import api, fields, models


class AutoTimeCorrection(models.Model):
    """What was changed in somebody's time, with what it was before: kept for good.

    What nobody ended is cut by itself and waits here for the foreman.
    """

    _name = "auto.time.correction"
    _description = "Correction of Time"
    _order = "id desc"
    _rec_name = "employee_id"

    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    cause = fields.Selection(
        selection=[
            ("forgotten", "Nobody checked out"),
            ("left", "Begun after check-out"),
            ("foreman", "Changed by the foreman"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        selection=[("open", "To check"), ("settled", "Settled")],
        required=True,
        readonly=True,
        index=True,
    )
    attendance_id = fields.Many2one(
        comodel_name="hr.attendance",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="auto_worktime.auto_worktime_group_foreman",
    )
    log_id = fields.Many2one(
        comodel_name="auto.time.log",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    job_id = fields.Many2one(
        comodel_name="auto.job", readonly=True, index="btree_not_null"
    )
    subject = fields.Char(readonly=True, help="Presence, or what he did.")
    start_before = fields.Datetime(string="From, before", readonly=True)
    stop_before = fields.Datetime(
        string="To, before", readonly=True, help="Empty: it had no end."
    )
    start_after = fields.Datetime(string="From, now", readonly=True)
    stop_after = fields.Datetime(string="To, now", readonly=True)
    hours_before = fields.Float(
        compute="_compute_hours",
        store=True,
        string="Hours, before",
        help="0 for what had no end.",
    )
    hours_after = fields.Float(
        compute="_compute_hours", store=True, string="Hours, now"
    )
    reason = fields.Text(readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Settled by", readonly=True
    )
    date_settled = fields.Datetime(readonly=True)

    @api.depends("start_before", "stop_before", "start_after", "stop_after")
    def _compute_hours(self):
        for row in self:
            row.hours_before = _get_hours(row.start_before, row.stop_before)
            row.hours_after = _get_hours(row.start_after, row.stop_after)

    def action_correct(self):
        """Open the wizard in which the foreman says how it really was."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("How was it really?"),
            "res_model": "auto.time.correct",
            "view_mode": "form",
            "target": "new",
            "context": {"default_correction_id": self.id},
        }

    @api.model
    def _note(self, cause, subject, **vals):
        """Keep what has been changed.

        :param subject: the log or attendance, as it was
        :param vals: more values; `state` is "open" for what waits for a foreman
        """
        is_log = subject._name == "auto.time.log"
        start, stop = (
            ("date_start", "date_stop") if is_log else ("check_in", "check_out")
        )
        employee = subject.employee_id
        texts = self.with_context(lang=employee.company_id.partner_id.lang).env
        return self.create(
            {
                "employee_id": employee.id,
                "company_id": employee.company_id.id,
                "cause": cause,
                "state": "settled",
                "log_id": is_log and subject.id,
                "attendance_id": not is_log and subject.id,
                "job_id": is_log and subject.job_id.id,
                "subject": subject._get_text() if is_log else texts._("Presence"),
                "start_before": subject[start],
                "stop_before": subject[stop],
                **vals,
            }
        )

    def _settle(self, reason, **vals):
        """A foreman has looked at it."""
        return self.write(
            {
                "state": "settled",
                "reason": reason,
                "user_id": self.env.uid,
                "date_settled": fields.Datetime.now(),
                **vals,
            }
        )


def _get_hours(start, stop):
    return (stop - start).total_seconds() / 3600 if start and stop else 0.0
