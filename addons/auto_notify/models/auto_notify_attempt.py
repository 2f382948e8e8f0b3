from odoo import fields, models

from .auto_notify_rule import KINDS


class AutoNotifyAttempt(models.Model):
    """One try to send a message: recorded before the provider is called, and after."""

    _name = "auto.notify.attempt"
    _description = "Delivery Attempt"
    _order = "id desc"

    message_id = fields.Many2one(
        comodel_name="auto.notify.message",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="message_id.company_id", store=True)
    channel_id = fields.Many2one(
        comodel_name="auto.notify.channel",
        string="Account",
        ondelete="set null",
        index=True,
    )
    kind = fields.Selection(selection=KINDS, string="Channel", required=True)
    key = fields.Char(
        required=True, help="Idempotency key: 32 hexadecimal digits.", copy=False
    )
    address = fields.Char()
    contact_id = fields.Many2one(
        comodel_name="auto.notify.contact", ondelete="set null"
    )
    state = fields.Selection(
        selection=[
            ("ready", "Ready"),
            ("calling", "Calling"),
            ("accepted", "Accepted"),
            ("delivered", "Delivered"),
            ("read", "Read"),
            ("later", "To be tried again"),
            ("refused", "Refused"),
            ("unsure", "Not known"),
            ("failed", "Not delivered"),
        ],
        required=True,
        default="ready",
    )
    provider_ref = fields.Char(string="Provider's id")
    date_start = fields.Datetime()
    date_stop = fields.Datetime()
    code = fields.Char(string="Provider's code")
    error = fields.Char()
    currency_id = fields.Many2one(related="company_id.currency_id")
    cost = fields.Monetary()

    _key_unique = models.UniqueIndex("(key)", "This attempt exists already.")
    _provider_ref_idx = models.Index(
        "(channel_id, provider_ref) WHERE provider_ref IS NOT NULL"
    )
    _channel_date_idx = models.Index("(channel_id, date_start)")
