from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    auto_no_show_minutes = fields.Integer(
        string="Grace time, minutes",
        default=60,
        help="A car that has not come by then did not arrive.",
    )
    auto_booking_notice_hours = fields.Integer(string="Notice, hours", default=2)
    auto_booking_horizon_days = fields.Integer(string="Horizon, days", default=30)
    auto_booking_step_minutes = fields.Integer(string="Step, minutes", default=30)
    auto_booking_hold_minutes = fields.Integer(string="Held, minutes", default=10)
    auto_booking_limit_phone = fields.Integer(
        string="Open bookings of one phone", default=2
    )
    auto_booking_change_hours = fields.Integer(
        string="Moved or cancelled until, hours before", default=4
    )
    auto_booking_is_online = fields.Boolean(string="Booking page", default=True)
