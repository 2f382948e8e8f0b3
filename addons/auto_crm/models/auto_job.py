from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.fact import get_now


class AutoJob(models.Model):
    """A mechanic's piece of work: one per labour line of a confirmed work order."""

    _name = "auto.job"
    _description = "Job"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _auto_owner_path = "order_id.partner_id"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    sequence = fields.Integer(default=10)
    order_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        required=True,
        index=True,
        ondelete="cascade",
    )
    order_id = fields.Many2one(
        related="order_line_id.order_id",
        store=True,
        index=True,
        string="Work Order",
    )
    order_name = fields.Char(
        related="order_id.name", string="Order Number", related_sudo=True
    )
    company_id = fields.Many2one(
        related="order_line_id.company_id", store=True, precompute=True, index=True
    )
    vehicle_id = fields.Many2one(
        related="order_line_id.order_id.vehicle_id",
        store=True,
        precompute=True,
        index=True,
    )
    vehicle_name = fields.Char(
        string="Car", compute="_compute_order_texts", compute_sudo=True
    )
    license_plate = fields.Char(
        string="Plate", compute="_compute_order_texts", compute_sudo=True
    )
    wish = fields.Text(
        string="Customer's words", compute="_compute_order_texts", compute_sudo=True
    )
    fault = fields.Text(
        string="Faults found", compute="_compute_order_texts", compute_sudo=True
    )
    is_car_here = fields.Boolean(
        compute="_compute_is_car_here", store=True, precompute=True
    )
    parts_state = fields.Selection(
        selection=[
            ("none", "No parts"),
            ("missing", "To order"),
            ("ordered", "Ordered"),
            ("arrived", "On stock"),
        ],
        string="Parts",
        compute="_compute_order_texts",
        compute_sudo=True,
    )
    part_ids = fields.One2many(
        comodel_name="auto.order.part",
        string="Parts Needed",
        compute="_compute_part_ids",
    )
    work_type_id = fields.Many2one(
        comodel_name="auto.work.type",
        compute="_compute_work_type_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    mechanic_ids = fields.Many2many(
        comodel_name="hr.employee",
        string="Mechanics",
        compute="_compute_mechanic_ids",
        store=True,
        readonly=False,
        check_company=True,
        tracking=True,
    )
    norm_hours = fields.Float(
        string="Norm-hours",
        digits=(16, 2),
        compute="_compute_norm_hours",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Text(string="Mechanic's note", groups="base.group_user")
    state = fields.Selection(
        selection=[
            ("todo", "To do"),
            ("in_progress", "In progress"),
            ("on_hold", "On hold"),
            ("done", "Done"),
            ("cancel", "Cancelled"),
        ],
        default="todo",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    hold_reason_id = fields.Many2one(
        comodel_name="auto.hold.reason",
        readonly=True,
        copy=False,
        tracking=True,
        groups="base.group_user",  # a customer sees that his car waits, not why
    )
    date_started = fields.Datetime(readonly=True, copy=False)
    date_done = fields.Datetime(readonly=True, copy=False)

    @api.depends("order_line_id.name")
    def _compute_name(self):
        for job in self:
            lines = (job.order_line_id.name or "").strip().splitlines()
            job.name = lines[0] if lines else job.order_line_id.product_id.name

    @api.depends("order_line_id.product_id")
    def _compute_work_type_id(self):
        for job in self:
            job.work_type_id = job.order_line_id.product_id.work_type_id

    @api.depends("order_line_id.mechanic_ids")
    def _compute_mechanic_ids(self):
        for job in self:
            job.mechanic_ids = job.order_line_id.mechanic_ids

    @api.depends("order_line_id.norm_hours", "order_line_id.product_uom_qty")
    def _compute_norm_hours(self):
        """Of all that is sold in the line: its norm-hours are those of one."""
        for job in self:
            line = job.order_line_id
            job.norm_hours = line.norm_hours * line.product_uom_qty

    @api.depends(
        "order_id.wish",
        "order_id.fault",
        "order_id.parts_state",
        "order_id.work_state",
        "vehicle_id.display_name",
    )
    def _compute_order_texts(self):
        for job in self:
            order = job.order_id
            job.wish = order.wish
            job.fault = order.fault
            job.parts_state = order.parts_state
            job.license_plate = job.vehicle_id.license_plate
            job.vehicle_name = job.vehicle_id.model_id.display_name

    @api.depends("order_line_id.order_id.work_state")
    def _compute_is_car_here(self):
        for job in self:
            job.is_car_here = job.order_line_id.order_id._is_car_here()

    @api.depends("order_id")
    def _compute_part_ids(self):
        parts = self.env["auto.order.part"].search(
            [("order_id", "in", self.order_id.ids)]
        )
        parts_by_order = parts.grouped(lambda part: part.order_id.id)
        for job in self:
            job.part_ids = parts_by_order.get(job.order_id.id)

    def write(self, vals):
        """Facts change by actions only; a mechanic may add his note, nothing else.

        :raise AccessError: when a mechanic writes another field of his job
        """
        if not self.env.su and not self._is_planner():
            forbidden = set(vals) - self._get_mechanic_fields()
            if forbidden:
                raise AccessError(
                    self.env._(
                        "A mechanic changes a job with Start, Pause and Done only; ask "
                        "the advisor to change %(fields)s.",
                        fields=", ".join(sorted(forbidden)),
                    )
                )
        return super().write(vals)

    def _message_track(self, fields_iter, initial_values_dict):
        """Override of `mail`: the changes of many jobs are logged in one batch.

        None of them has a subtype, of which followers would have to be told.
        """
        if len(self) < 2:
            return super()._message_track(fields_iter, initial_values_dict)
        jobs = self.exists()
        names = self.fields_get(fields_iter, attributes=("string", "type", "selection"))
        tracking = {
            job.id: job._mail_track(names, initial_values_dict[job.id]) for job in jobs
        }
        jobs._log_tracking({key: values for key, (_, values) in tracking.items()})
        return tracking

    def action_start(self):
        """Start, or go on with, the jobs.

        :raise UserError: when a car is not received yet, or a job is done or cancelled
        """
        self._check_order_open()
        self._check_states("todo", "on_hold", "in_progress")
        self._check_received()
        return self._set_in_progress()

    def action_resume(self):
        """Go on with the jobs on hold."""
        return self.action_start()

    def action_hold(self, reason=None):
        """Put the jobs on hold; without a reason, ask for one.

        :param auto.hold.reason reason: record or id; why the jobs wait
        """
        if not reason:
            return self._get_hold_action()
        reason_id = getattr(reason, "id", reason)
        self._check_order_open()
        self._check_states("todo", "in_progress", "on_hold")
        self._check_received()
        return self._write_facts({"state": "on_hold", "hold_reason_id": reason_id})

    def action_done(self):
        """Finish the jobs; their labour counts as delivered.

        :raise UserError: when a car is not received yet, or a job is cancelled
        """
        self._check_order_open()
        self._check_states("todo", "in_progress", "on_hold", "done")
        self._check_received()
        return self.filtered(lambda job: job.state != "done")._set_done()

    def action_reopen(self):
        """Take done jobs back to work, as long as the car is here."""
        self._check_order_open()
        self._check_states("done", "in_progress")
        return self._write_facts(
            {"state": "in_progress", "date_done": False, "hold_reason_id": False}
        )

    def action_cancel(self):
        """Cancel jobs that are not done. Advisors only.

        :raise AccessError: for a mechanic
        """
        self._check_planner()
        self._check_order_open()
        self._check_states("todo", "in_progress", "on_hold", "cancel")
        return self._set_cancel()

    def action_open_recommend(self):
        """Open the quick form "found something" for the car of the job."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Found something"),
            "res_model": "auto.job.finding",
            "view_mode": "form",
            "target": "new",
            "context": {"default_job_id": self.id},
        }

    def _set_todo(self):
        return self._write_facts(
            {"state": "todo", "hold_reason_id": False, "date_done": False}
        )

    def _set_in_progress(self):
        """Start the jobs; the first start stays."""
        fresh = self.filtered(lambda job: not job.date_started)
        vals = {"state": "in_progress", "hold_reason_id": False}
        fresh._write_facts({**vals, "date_started": get_now()})
        return (self - fresh)._write_facts(vals)

    def _set_done(self):
        now = get_now()
        vals = {"state": "done", "hold_reason_id": False, "date_done": now}
        fresh = self.filtered(lambda job: not job.date_started)
        fresh._write_facts({**vals, "date_started": now})
        return (self - fresh)._write_facts(vals)

    def _set_cancel(self):
        return self._write_facts({"state": "cancel", "hold_reason_id": False})

    def _write_facts(self, vals):
        """Hook: write what an action found allowed.

        :return: True
        """
        self.check_access("write")
        # sudo: a mechanic may do the action, not write the fields, nor the order's line
        return self.sudo().write(vals)

    def _is_planner(self):
        """Whether the user may change jobs freely."""
        return self.env.user.has_group("auto_crm.auto_crm_group_advisor")

    def _get_mechanic_fields(self):
        """Hook: fields a mechanic may write on his own job."""
        return {"note", "message_main_attachment_id"}

    def _check_planner(self):
        if not self.env.su and not self._is_planner():
            raise AccessError(self.env._("Ask the advisor to do this."))

    def _check_states(self, *states):
        """Refuse an action on a job in another state.

        :raise UserError: names the job and its state
        """
        wrong = self.filtered(lambda job: job.state not in states)[:1]
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(job)s is %(state)s: this cannot be done now.",
                    job=wrong.name,
                    state=labels[wrong.state].lower(),
                )
            )

    def _check_received(self):
        """Refuse work on a car that is not here."""
        absent = self.filtered(lambda job: not job.is_car_here)[:1]
        if absent:
            raise UserError(
                self.env._(
                    "The car of %(order)s is not received: the advisor receives it "
                    "first.",
                    order=absent.order_name,
                )
            )

    def _check_order_open(self):
        """Refuse changes after the car left."""
        # sudo: a mechanic may not read the order
        closed = self.sudo().order_id.filtered(
            lambda order: order.date_released or order.state == "cancel"
        )[:1]
        if closed:
            raise UserError(
                self.env._("%(order)s is closed already.", order=closed.name)
            )

    def _get_hold_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why does it wait?"),
            "res_model": "auto.order.hold",
            "view_mode": "form",
            "target": "new",
            "context": {"default_job_ids": self.ids},
        }
