from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# a mechanic sees neither customers nor their money
OFFICE = "auto_crm.auto_crm_group_advisor,base.group_portal"
ONLINE = ("site", "portal", "api")  # sources: the customer has booked by himself
OVER = ("cancelled", "no_show")
SLOT_FIELDS = {
    "post_id",
    "mechanic_ids",
    "date_start",
    "date_stop",
    "buffer_minutes",
    "date_cancelled",
    "date_no_show",
}


class AutoBooking(models.Model):
    """A car's appointment: when, on which post, by whom, for which work."""

    _name = "auto.booking"
    _description = "Booking"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "auto.notify.mixin",
        "auto.fact.mixin",
    ]
    _auto_owner_path = "partner_id"
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
        comodel_name="crm.lead",
        string="Deal",
        compute="_compute_lead_id",
        store=True,
        readonly=False,
        precompute=True,
        groups=OFFICE,
        index="btree_not_null",
        check_company=True,
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Work order",
        groups=OFFICE,
        index="btree_not_null",
        domain="[('is_work_order', '=', True), ('state', '!=', 'cancel'),"
        " ('date_released', '=', False)]",
        check_company=True,
    )
    job_ids = fields.Many2many(
        comodel_name="auto.job",
        string="Jobs",
        domain="[('order_id', '=', order_id)]",
        help="Empty: all jobs of the order.",
    )
    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle",
        string="Car",
        compute="_compute_from_documents",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",  # a car with a history is archived
        check_company=True,
    )
    license_plate = fields.Char(related="vehicle_id.license_plate", string="Plate")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        compute="_compute_from_documents",
        store=True,
        readonly=False,
        precompute=True,
        groups=OFFICE,
        index="btree_not_null",
        check_company=True,
    )
    phone = fields.Char(
        compute="_compute_phone",
        store=True,
        readonly=False,
        precompute=True,
        groups=OFFICE,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Service advisor",
        compute="_compute_from_documents",
        store=True,
        readonly=False,
        precompute=True,
    )
    work_type_id = fields.Many2one(
        comodel_name="auto.work.type",
        compute="_compute_from_documents",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    package_ids = fields.Many2many(comodel_name="auto.package", string="Packages")
    post_id = fields.Many2one(
        comodel_name="auto.post",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        group_expand="_read_group_post_ids",
    )
    mechanic_ids = fields.Many2many(
        comodel_name="hr.employee",
        string="Mechanics",
        domain="[('is_mechanic', '=', True), ('active', '=', True)]",
        check_company=True,
        context={"active_test": False},  # who has left is still booked
    )
    date_start = fields.Datetime(string="Start", required=True, tracking=True)
    date_stop = fields.Datetime(
        string="End",
        compute="_compute_date_stop",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    norm_hours = fields.Float(
        string="Norm-hours",
        compute="_compute_norm_hours",
        compute_sudo=True,  # a mechanic does not see the order
        help="Of the jobs planned here, or of the order's lines, or of the packages.",
    )
    duration = fields.Float(
        help="Hours.", compute="_compute_duration", inverse="_inverse_duration"
    )
    buffer_minutes = fields.Integer(
        string="Buffer, minutes",
        compute="_compute_buffer_minutes",
        store=True,
        readonly=False,
        precompute=True,
    )
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
        copy=False,
    )
    note = fields.Text(groups="base.group_user")  # staff writes here, too
    parts_state = fields.Selection(related="order_id.parts_state")
    payment_status = fields.Selection(related="order_id.payment_status", groups=OFFICE)
    slot_ids = fields.One2many(
        comodel_name="auto.booking.slot", inverse_name="booking_id"
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_stop > date_start)", "A booking must end after it starts."
    )
    _buffer_positive = models.Constraint(
        "CHECK (buffer_minutes >= 0)", "The buffer of a booking is at least 0 minutes."
    )
    _dates_idx = models.Index("(date_start, date_stop)")

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("vehicle_id.display_name", "order_id.name")
    def _compute_name(self):
        """What mechanics may read, in no language: a deal has its customer's name."""
        for booking in self:
            booking.name = (
                booking.vehicle_id.display_name
                or booking.order_id.name
                or booking.env._("Booking")
            )

    @api.depends("order_id.opportunity_id")
    def _compute_lead_id(self):
        for booking in self:
            booking.lead_id = booking.order_id.opportunity_id or booking.lead_id

    @api.depends("order_id", "lead_id")
    def _compute_from_documents(self):
        """What the order says, else the deal, else what was typed."""
        for booking in self:
            order, lead = booking.order_id, booking.lead_id
            for name in ("vehicle_id", "partner_id", "user_id", "work_type_id"):
                booking[name] = order[name] or lead[name] or booking[name]
            if not booking.work_type_id:
                booking.work_type_id = booking._get_work_types()[:1]

    @api.depends("partner_id.phone", "lead_id.phone")
    def _compute_phone(self):
        """The customer's, else the deal's; what was confirmed by a code stays."""
        for booking in self:
            known = booking.partner_id.phone or booking.lead_id.phone
            is_kept = booking.is_phone_confirmed or not known
            booking.phone = booking.phone if is_kept else known

    @api.depends("post_id")
    def _compute_buffer_minutes(self):
        for booking in self:
            booking.buffer_minutes = booking.post_id.buffer_minutes

    @api.depends("job_ids.norm_hours", "order_id.order_line", "package_ids.norm_hours")
    def _compute_norm_hours(self):
        for booking in self:
            jobs = booking.job_ids or booking.order_id.job_ids.filtered(
                lambda job: job.state != "cancel"
            )
            booking.norm_hours = (
                sum(jobs.mapped("norm_hours"))
                or booking.order_id._get_planned_hours()
                or sum(booking.package_ids.mapped("norm_hours"))
            )

    @api.depends("date_start", "job_ids", "order_id", "package_ids", "post_id")
    def _compute_date_stop(self):
        """Propose the end by the norm-hours; what a person set stays as long."""
        for booking in self:
            if booking.date_start and (
                not booking.date_stop or booking.date_stop <= booking.date_start
            ):
                hours = booking._get_proposed_hours()
                booking.date_stop = booking.date_start + timedelta(hours=hours)

    @api.depends("date_start", "date_stop")
    def _compute_duration(self):
        for booking in self:
            start, stop = booking.date_start, booking.date_stop
            seconds = (stop - start).total_seconds() if start and stop else 0
            booking.duration = seconds / 3600

    def _inverse_duration(self):
        for booking in self:
            booking.date_stop = booking.date_start + timedelta(hours=booking.duration)

    def _get_work_types(self):
        """Return the types of the work that is booked, as exactly as they are known."""
        self.ensure_one()
        order = self.order_id
        return (
            self.job_ids.work_type_id
            or self.package_ids.work_type_id
            or (order and order._get_work_types_to_plan())
            or self.work_type_id
        )

    @api.onchange("order_id", "job_ids", "package_ids", "post_id")
    def _onchange_work(self):
        """Propose the time that other work takes, of a booking not made yet."""
        if self.date_start and self.norm_hours and not self._origin:
            hours = self._get_proposed_hours()
            self.date_stop = self.date_start + timedelta(hours=hours)

    @api.onchange("date_start")
    def _onchange_date_start(self):
        """A booking that is moved stays as long as it was, or was drawn."""
        if not self.date_start:
            return
        length = timedelta(hours=self._get_proposed_hours())
        start, stop = (
            fields.Datetime.to_datetime(self.env.context.get(f"default_{name}"))
            for name in ("date_start", "date_stop")
        )
        if self._origin:
            length = self._origin.date_stop - self._origin.date_start
        elif start and stop and not self.norm_hours:
            length = stop - start
        self.date_stop = self.date_start + length

    def _get_proposed_hours(self):
        """Return hours the work takes on its post by so many mechanics."""
        self.ensure_one()
        return self._get_hours(self.norm_hours, self.post_id, len(self.mechanic_ids))

    @api.model
    def _get_hours(self, norm_hours, post=None, mechanic_count=1):
        """Hook: hours that work takes on a post, from norm-hours; an hour of none.

        norm-hours / efficiency of the post / number of mechanics, rounded up to the
        company's raster. The buffer comes on top: see `_get_slots`.
        """
        if not norm_hours:
            return 1.0
        efficiency = ((post and post.efficiency) or 100.0) / 100
        minutes = round(norm_hours / efficiency / max(mechanic_count, 1) * 60)
        raster = self.env.company._get_booking_raster()
        return max(-(-minutes // raster), 1) * raster / 60

    @api.model
    def _read_group_post_ids(self, posts, _domain):
        """All posts are rows and columns, booked or not."""
        return posts.search([("company_id", "in", [False, *self.env.companies.ids])])

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Override of `base`: the planner's raster is the company's."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "planner":
            arch.set("snap", str(self.env.company._get_booking_raster()))
        return arch, view

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        """Override of `base`: see `_get_view`."""
        key = super()._get_view_cache_key(view_id, view_type, **options)
        if view_type == "planner":
            key += (self.env.company._get_booking_raster(),)
        return key

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM: a booking begins without facts, by defaults too."""
        defaults = {
            key.removeprefix("default_")
            for key in self.env.context
            if key.startswith("default_")
        }
        self._check_facts(defaults.union(*vals_list))
        bookings = super().create(vals_list)
        # Odoo leaves the new record that it precomputes the deal by among these
        bookings.lead_id.invalidate_recordset(["booking_ids"], flush=False)
        bookings._sync_slots()
        bookings._tell_planners()
        bookings.filtered(lambda booking: not booking.date_hold)._adopt_order()
        return bookings

    def write(self, vals):
        """Override of the ORM: facts change by actions; slots follow, and boards."""
        self._check_facts(vals)
        over = self.filtered(lambda one: one.state in OVER)
        places = {booking: booking._get_place() for booking in over}
        leads = self._get_leads_busy()
        result = super().write(vals)
        self._check_not_moved(places)
        if SLOT_FIELDS & vals.keys():
            self._sync_slots()
        self._tell_planners()
        given = [one.id for one, lead in leads.items() if one.lead_id != lead]
        self.browse(given)._adopt_order()
        return result

    def _get_leads_busy(self):
        """Return the deals of bookings that hold their slot for good, by booking."""
        busy = self.filtered(lambda one: one.is_busy and not one.date_hold)
        return {booking: booking.lead_id for booking in busy}

    @api.model
    def _check_not_moved(self, places):
        """Keep the time of what was cancelled, and of cars that did not come.

        :param dict places: see `_get_place`, before it was written, by booking
        :raise UserError:
        """
        for booking, place in places.items():
            if booking._get_place() != place:
                raise UserError(
                    self.env._(
                        "%s did not take place: plan a new booking, or take this one "
                        "back first.",
                        booking.name,
                    )
                )

    def _get_place(self):
        """Return what the booking occupies, or would."""
        self.ensure_one()
        return self.date_start, self.date_stop, self.post_id, self.mechanic_ids

    def unlink(self):
        self._tell_planners()
        return super().unlink()
