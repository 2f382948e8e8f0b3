from odoo import fields, models

KINDS = [
    ("log", "Log only"),
    ("telegram", "Telegram"),
    ("whatsapp", "WhatsApp"),
    ("max", "MAX"),
    ("viber", "Viber"),
    ("sms", "SMS"),
    ("email", "E-mail"),
]


class AutoNotifyRule(models.Model):
    """Who is told what, when, and through which channels, once something happens."""

    _name = "auto.notify.rule"
    _description = "Message Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(help="Empty: the sentence itself.", translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    event = fields.Selection(
        selection=[
            ("request", "A request has come in"),
            ("estimate", "An estimate is to be approved"),
            ("parts_ordered", "Parts have been ordered"),
            ("parts_arrived", "All parts have arrived"),
            ("booked", "The time of arrival is agreed"),
            ("received", "The car has been received"),
            ("ready", "The car is ready"),
            ("released", "The car has been released"),
            ("paid", "The order is released and paid"),
            ("message", "The customer has written"),
            ("automation", "An automation rule asks for it"),
        ],
        required=True,
        index=True,
    )
    model = fields.Char(string="Document", compute="_compute_model")
    timing = fields.Selection(
        selection=[
            ("at_once", "At once"),
            ("after", "After"),
            ("before", "Before"),
        ],
        required=True,
        default="at_once",
    )
    delay = fields.Integer(default=1)
    delay_unit = fields.Selection(
        selection=[("minutes", "minutes"), ("hours", "hours"), ("days", "days")],
        default="days",
        required=True,
    )
    at_time = fields.Boolean(
        string="At a time of day", help="With days only: not before this hour."
    )
    time_of_day = fields.Float(default=10.0, help="Hours, in the recipient's zone.")
    audience = fields.Selection(
        selection=[
            ("customer", "Customer"),
            ("driver", "Driver"),
            ("advisor", "Service advisor"),
            ("mechanic", "Mechanics"),
            ("manager", "Managers"),
        ],
        required=True,
        default="customer",
    )
    channel_ids = fields.One2many(
        comodel_name="auto.notify.rule.channel",
        inverse_name="rule_id",
        string="Channels",
        copy=True,
    )
    template_id = fields.Many2one(
        comodel_name="auto.notify.template", required=True, ondelete="restrict"
    )
    domain = fields.Char(string="Condition", default="[]")
    category = fields.Selection(
        selection=[
            ("service", "Service message"),
            ("obligatory", "Notice the shop owes"),
            ("marketing", "Marketing"),
        ],
        required=True,
        default="service",
        help="Marketing needs consent. A stop word ends marketing and service messages; "
        "a notice the shop owes by contract is sent all the same.",
    )
    is_quiet = fields.Boolean(string="Keep quiet hours", default=True)
    quiet_start = fields.Float(string="Quiet from", default=21.0)
    quiet_stop = fields.Float(string="Quiet until", default=9.0)
    expire_hours = fields.Integer(
        string="Too late after, hours",
        default=24,
        help="A message that could not go within this time is not sent any more.",
    )
    company_id = fields.Many2one(comodel_name="res.company", index=True)
    team_id = fields.Many2one(comodel_name="crm.team", check_company=True)
    message_ids = fields.One2many(
        comodel_name="auto.notify.message", inverse_name="rule_id"
    )

    def _compute_model(self):
        self.model = "sale.order"
