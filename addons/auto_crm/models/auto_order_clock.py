from odoo import api, fields, models


class AutoOrderClock(models.Model):
    """How long an order stood in a work state and, on hold, for what reason (UTC)."""

    _name = "auto.order.clock"
    _description = "Order Clock"
    _order = "date_start, id"

    order_id = fields.Many2one(
        comodel_name="sale.order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    vehicle_id = fields.Many2one(related="order_id.vehicle_id")
    work_state = fields.Selection(
        selection=lambda self: self._get_work_states(), required=True
    )
    hold_reason_id = fields.Many2one(comodel_name="auto.hold.reason", index=True)
    date_start = fields.Datetime(string="From", required=True)
    date_stop = fields.Datetime(string="To")
    hours = fields.Float(
        compute="_compute_hours", help="Up to now, while the state lasts."
    )
    duration = fields.Float(
        string="Hours (closed)",
        compute="_compute_duration",
        store=True,
        precompute=True,
    )
    _open_uniq = models.UniqueIndex(
        "(order_id) WHERE date_stop IS NULL", "An order is in one state at a time."
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_stop >= date_start)", "A state cannot end before it begins."
    )

    @api.model
    def _get_work_states(self):
        field = self.env["sale.order"]._fields["work_state"]
        return field._description_selection(self.env)

    @api.depends("date_start", "date_stop")
    def _compute_hours(self):
        now = fields.Datetime.now()
        for row in self:
            row.hours = row._get_hours(row.date_stop or now)

    @api.depends("date_start", "date_stop")
    def _compute_duration(self):
        for row in self:
            row.duration = row._get_hours(row.date_stop) if row.date_stop else 0.0

    def _get_hours(self, date_stop):
        self.ensure_one()
        return (date_stop - self.date_start).total_seconds() / 3600
