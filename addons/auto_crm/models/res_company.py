from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    auto_silent_days = fields.Integer(
        string="Customer is silent after, days",
        default=3,
        help="Working days without news after which a customer is asked about the "
        "estimate.",
    )
    auto_request_window_hours = fields.Integer(
        string="Join repeated requests within, hours",
        default=24,
        help="A request of the same customer within this time joins the open deal. "
        "0 makes a deal of every request.",
    )
    auto_request_keep_days = fields.Integer(
        string="Keep processed requests, days",
        default=90,
        help="Requests as they came in are removed after this time; deals stay.",
    )
    auto_quality_check = fields.Boolean(
        string="Quality check before ready",
        help="A car is ready only when somebody checked the work.",
    )
