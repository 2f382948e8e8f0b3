from odoo import fields, models


class AutoNotifyChannel(models.Model):
    """An account through which messages go and come: its credentials and settings."""

    _name = "auto.notify.channel"
    _description = "Message Channel"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        required=True,
        index=True,
    )
    kind = fields.Selection(
        selection=[
            ("log", "Log only"),
            ("telegram", "Telegram"),
            ("whatsapp", "WhatsApp"),
            ("max", "MAX"),
            ("viber", "Viber"),
            ("sms", "SMS"),
            ("email", "E-mail"),
        ],
        required=True,
        default="log",
        tracking=True,
    )
    sms_gateway = fields.Selection(
        selection=[
            ("odoo", "Odoo's SMS provider"),
            ("smsc", "SMSC.ru"),
            ("http", "HTTP gateway (Kannel and others)"),
        ],
        string="SMS gateway",
        default="odoo",
    )
    url = fields.Char(
        string="API address", help="Empty: the public address of the provider."
    )
    login = fields.Char(groups="base.group_system", copy=False)
    secret = fields.Char(
        string="Token or password", groups="base.group_system", copy=False
    )
    app_secret = fields.Char(groups="base.group_system", copy=False)
    sender = fields.Char(help="The name or number the customer sees; the bot's name.")
    options = fields.Json(groups="base.group_system", copy=False)
    hook_key = fields.Char(groups="base.group_system", copy=False, readonly=True)
    hook_secret = fields.Char(groups="base.group_system", copy=False)
    daily_cap = fields.Integer(
        string="Messages a day", help="More wait for the next day; 0 is no limit."
    )
    parallel = fields.Integer(
        string="Calls at once", default=4, help="How many messages are sent together."
    )
    failure_count = fields.Integer(
        string="Failures in a row", readonly=True, copy=False
    )
    date_resume = fields.Datetime(string="Paused until", readonly=True, copy=False)
    pause_reason = fields.Char(readonly=True, copy=False)
    contact_ids = fields.One2many(
        comodel_name="auto.notify.contact", inverse_name="channel_id"
    )

    _hook_key_unique = models.UniqueIndex(
        "(hook_key)", "Another channel has this webhook address."
    )
