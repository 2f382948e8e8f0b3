from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    auto_no_show_minutes = fields.Integer(
        string="Grace time, minutes",
        default=60,
        help="A car that has not come by then did not arrive.",
    )
    auto_booking_buffer_minutes = fields.Integer(
        string="Buffer, minutes",
        default=0,
        help="Of posts made from now on: kept free after each booking.",
    )
    auto_booking_raster_minutes = fields.Selection(
        selection=[
            ("5", "5 minutes"),
            ("10", "10 minutes"),
            ("15", "15 minutes"),
            ("20", "20 minutes"),
            ("30", "30 minutes"),
            ("60", "1 hour"),
        ],
        string="Raster",
        default="15",
        required=True,
        help="To which bookings snap in the planner, and their proposed length too.",
    )
    auto_booking_is_online = fields.Boolean(
        string="Booking page", default=True, help="Customers book themselves."
    )
    auto_booking_notice_hours = fields.Integer(
        string="Notice, hours",
        default=2,
        help="The first time that is offered is so many hours from now.",
    )
    auto_booking_horizon_days = fields.Integer(
        string="Horizon, days", default=30, help="So many days ahead can be booked."
    )
    auto_booking_step_minutes = fields.Integer(
        string="Step, minutes", default=30, help="Times are offered every so many."
    )
    auto_booking_hold_minutes = fields.Integer(
        string="Held, minutes",
        default=10,
        help="So long a time is kept while the customer fills the form.",
    )
    auto_booking_limit_phone = fields.Integer(
        string="Open bookings of one phone", default=2, help="0: no limit."
    )
    auto_booking_country_ids = fields.Many2many(
        comodel_name="res.country",
        relation="auto_booking_code_country_rel",
        string="Codes also to phones of",
        help="Besides the company's own country. Text messages cost money, and anybody "
        "may ask for one.",
    )
    auto_booking_change_hours = fields.Integer(
        string="Moved or cancelled until, hours before",
        default=4,
        help="Later the customer has to call.",
    )
    auto_booking_wish_hours = fields.Float(
        string="Hours for work in own words",
        default=1.0,
        help="Kept when the customer chooses nothing from the menu.",
    )
    auto_booking_wish_work_type_id = fields.Many2one(
        comodel_name="auto.work.type",
        string="Work in own words is",
        help="Such as diagnostics: only posts and mechanics fit for it are offered.",
    )

    _auto_no_show_positive = models.Constraint(
        "CHECK (auto_no_show_minutes >= 0 AND auto_booking_buffer_minutes >= 0)",
        "Grace time and buffer are at least 0 minutes.",
    )

    _auto_booking_numbers = models.Constraint(
        "CHECK (auto_booking_notice_hours >= 0 AND auto_booking_change_hours >= 0 "
        "AND auto_booking_horizon_days BETWEEN 1 AND 365 "
        "AND auto_booking_step_minutes BETWEEN 5 AND 720 "
        "AND auto_booking_hold_minutes BETWEEN 1 AND 120 "
        "AND auto_booking_wish_hours > 0)",
        "Booking online: hours cannot be negative, the horizon is 1 to 365 days, the "
        "step 5 to 720 minutes, and a time is held for 1 to 120 minutes.",
    )

    def _get_booking_raster(self):
        """Return the minutes to which bookings snap."""
        return int(self.auto_booking_raster_minutes or 15)
