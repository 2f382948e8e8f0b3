from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    auto_no_show_minutes = fields.Integer(
        related="company_id.auto_no_show_minutes", readonly=False
    )
    auto_booking_buffer_minutes = fields.Integer(
        related="company_id.auto_booking_buffer_minutes", readonly=False
    )
    auto_booking_raster_minutes = fields.Selection(
        related="company_id.auto_booking_raster_minutes", readonly=False
    )
    auto_booking_is_online = fields.Boolean(
        related="company_id.auto_booking_is_online", readonly=False
    )
    auto_booking_notice_hours = fields.Integer(
        related="company_id.auto_booking_notice_hours", readonly=False
    )
    auto_booking_horizon_days = fields.Integer(
        related="company_id.auto_booking_horizon_days", readonly=False
    )
    auto_booking_step_minutes = fields.Integer(
        related="company_id.auto_booking_step_minutes", readonly=False
    )
    auto_booking_hold_minutes = fields.Integer(
        related="company_id.auto_booking_hold_minutes", readonly=False
    )
    auto_booking_limit_phone = fields.Integer(
        related="company_id.auto_booking_limit_phone", readonly=False
    )
    auto_booking_country_ids = fields.Many2many(
        related="company_id.auto_booking_country_ids", readonly=False
    )
    auto_booking_change_hours = fields.Integer(
        related="company_id.auto_booking_change_hours", readonly=False
    )
    auto_booking_wish_hours = fields.Float(
        related="company_id.auto_booking_wish_hours", readonly=False
    )
    auto_booking_wish_work_type_id = fields.Many2one(
        related="company_id.auto_booking_wish_work_type_id", readonly=False
    )
