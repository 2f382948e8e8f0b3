from odoo import api, fields, models


class AutoBooking(models.Model):
    """A car's appointment: when, on which post, by whom, for which work."""

    _name = "auto.booking"
    _description = "Booking"
    _inherit = ["mail.thread", "mail.activity.mixin", "auto.notify.mixin"]
    _order = "date_start, id"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead", string="Deal", index="btree_not_null"
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Work order",
        index="btree_not_null",
        domain="[('is_work_order', '=', True)]",
        check_company=True,
    )
    job_ids = fields.Many2many(
        comodel_name="auto.job",
        string="Jobs",
        domain="[('order_id', '=', order_id)]",
        help="Empty: all jobs of the order.",
    )
    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle", string="Car", index="btree_not_null"
    )
    license_plate = fields.Char(related="vehicle_id.license_plate", string="Plate")
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", index="btree_not_null"
    )
    phone = fields.Char()
    user_id = fields.Many2one(comodel_name="res.users", string="Service advisor")
    work_type_id = fields.Many2one(comodel_name="auto.work.type", index=True)
    package_ids = fields.Many2many(comodel_name="auto.package", string="Packages")
    post_id = fields.Many2one(
        comodel_name="auto.post", index="btree_not_null", check_company=True
    )
    mechanic_ids = fields.Many2many(
        comodel_name="hr.employee", string="Mechanics", check_company=True
    )
    date_start = fields.Datetime(string="Start", required=True, index=True)
    date_stop = fields.Datetime(string="End", required=True)
    duration = fields.Float(help="Hours.", compute="_compute_duration")
    buffer_minutes = fields.Integer(string="Buffer, minutes")
    source = fields.Selection(
        selection=[
            ("staff", "Staff"),
            ("site", "Site"),
            ("portal", "Customer's portal"),
            ("api", "Other site or app"),
            ("walk_in", "Walk-in"),
        ],
        required=True,
        default="staff",
    )
    note = fields.Text()
    color = fields.Integer(related="post_id.color")
    slot_ids = fields.One2many(
        comodel_name="auto.booking.slot", inverse_name="booking_id"
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_stop > date_start)", "A booking must end after it starts."
    )
    _busy_idx = models.Index("(date_start, date_stop)")

    @api.depends("vehicle_id", "work_type_id", "order_id")
    def _compute_name(self):
        for booking in self:
            parts = [booking.vehicle_id.display_name, booking.work_type_id.name]
            booking.name = ", ".join(filter(None, parts)) or booking.order_id.name

    @api.depends("date_start", "date_stop")
    def _compute_duration(self):
        for booking in self:
            start, stop = booking.date_start, booking.date_stop
            seconds = (stop - start).total_seconds() if start and stop else 0
            booking.duration = seconds / 3600
