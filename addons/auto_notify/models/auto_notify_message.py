from odoo import fields, models

from .auto_notify_rule import KINDS


class AutoNotifyMessage(models.Model):
    """The outbox: one row is one message to one person, whatever becomes of it."""

    _name = "auto.notify.message"
    _description = "Message"
    _order = "id desc"
    _check_company_auto = True

    key = fields.Char(
        required=True,
        readonly=True,
        help="Rule, document, occurrence and recipient: the same is never sent twice.",
    )
    rule_id = fields.Many2one(
        comodel_name="auto.notify.rule", index="btree_not_null", ondelete="set null"
    )
    template_id = fields.Many2one(comodel_name="auto.notify.template")
    event = fields.Char(readonly=True)
    category = fields.Selection(
        selection=[
            ("service", "Service message"),
            ("obligatory", "Notice the shop owes"),
            ("marketing", "Marketing"),
        ],
        required=True,
        default="service",
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, index=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Deal",
        index="btree_not_null",
        ondelete="set null",
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Work order",
        index="btree_not_null",
        ondelete="set null",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Recipient",
        index="btree_not_null",
        ondelete="cascade",
    )
    contact_id = fields.Many2one(
        comodel_name="auto.notify.contact",
        ondelete="set null",
        help="Set when the message answers in this very chat.",
    )
    audience = fields.Char(readonly=True)
    author_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    lang = fields.Char(string="Language")
    subject = fields.Char()
    body = fields.Text(string="Text", help="Empty until the message is made up.")
    parameters = fields.Json()
    kinds = fields.Json(
        help="Pairs of channel kind and minutes to wait, in the order they are tried."
    )
    step = fields.Integer(help="Position in the list of channels.")
    kind = fields.Selection(selection=KINDS, string="Channel", readonly=True)
    channel_id = fields.Many2one(
        comodel_name="auto.notify.channel",
        string="Account",
        readonly=True,
        ondelete="set null",
    )
    state = fields.Selection(
        selection=[
            ("queued", "Queued"),
            ("deferred", "Deferred"),
            ("sending", "Sending"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("read", "Read"),
            ("failed", "Failed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="queued",
        readonly=True,
        index=True,
    )
    is_unsure = fields.Boolean(
        string="Not known whether sent",
        readonly=True,
        help="The call to the provider was interrupted: it may have arrived or not.",
    )
    error = fields.Char(readonly=True)
    date_planned = fields.Datetime(required=True, default=fields.Datetime.now)
    date_next = fields.Datetime(
        string="Next try", required=True, default=fields.Datetime.now
    )
    date_expire = fields.Datetime(string="Too late after")
    date_event = fields.Datetime(
        string="Time it is about", help="The booking's or fact's time, UTC."
    )
    date_sent = fields.Datetime(readonly=True)
    date_delivered = fields.Datetime(readonly=True)
    date_read = fields.Datetime(readonly=True)
    retry_count = fields.Integer(readonly=True)
    worker = fields.Integer(
        readonly=True, help="Key of the advisory lock its dispatcher holds."
    )
    attempt_ids = fields.One2many(
        comodel_name="auto.notify.attempt", inverse_name="message_id"
    )
    mail_message_ids = fields.One2many(
        comodel_name="mail.message", inverse_name="auto_notify_message_id"
    )

    _key_unique = models.UniqueIndex("(key)", "This message exists already.")
    _next_idx = models.Index(
        "(date_next, id) WHERE state IN ('queued', 'deferred', 'sending', 'sent')"
    )
