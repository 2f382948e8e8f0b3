from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.auto_crm.tools.times import format_datetime

HIDDEN = "******"  # where a text has what only its recipient may read
CRONS = ("auto_notify.ir_cron_send", "auto_notify.ir_cron_send_more")
MAX_START = 90


class AutoNotifyMessage(models.Model):
    """The outbox: one row is one message to one person, whatever becomes of it."""

    _name = "auto.notify.message"
    _inherit = ["auto.notify.bulk"]
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
    company_id = fields.Many2one(comodel_name="res.company", required=True)
    res_model = fields.Char(string="Document model", readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", string="Document", readonly=True
    )
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
        string="Chat",
        ondelete="set null",
        help="Set when the message answers in this very chat.",
    )
    audience = fields.Char(readonly=True)
    author_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    lang = fields.Char(string="Language")
    subject = fields.Char()
    body = fields.Text(string="Text", help="Empty until the message is made up.")
    secret = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Takes the place of ****** in the text that leaves; staff do not read it.",
    )
    parameters = fields.Json()
    kinds = fields.Json(
        help="Pairs of channel kind and minutes to wait, in the order they are tried; "
        "empty until the message leaves if the company's channels are meant.",
    )
    step = fields.Integer(help="Position in the list of channels.")
    date_step = fields.Datetime(
        string="Channel tried since",
        readonly=True,
        help="From when the patience with the present channel counts.",
    )
    date_retry = fields.Datetime(
        string="Same channel not before",
        readonly=True,
        help="Another channel may be tried earlier.",
    )
    kind = fields.Selection(
        selection=lambda self: self.env["auto.notify.channel"]._get_kinds(),
        string="Channel",
        readonly=True,
    )
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
    )
    is_unsure = fields.Boolean(
        string="Not known whether sent",
        readonly=True,
        help="The call to the provider was interrupted: it may have arrived or not.",
    )
    is_posted = fields.Boolean(
        string="In the chatter", readonly=True, help="Shown on its deal and order."
    )
    error = fields.Char(string="Reason", readonly=True)
    date_planned = fields.Datetime(
        string="Planned", required=True, default=fields.Datetime.now
    )
    date_next = fields.Datetime(
        string="Next try",
        default=fields.Datetime.now,
        help="Empty: nothing is left to do.",
    )
    date_expire = fields.Datetime(string="Too late after")
    date_event = fields.Datetime(
        string="Time it is about", help="The booking's or fact's time, UTC."
    )
    date_sent = fields.Datetime(string="Sent on", readonly=True)
    date_delivered = fields.Datetime(string="Delivered on", readonly=True)
    date_read = fields.Datetime(string="Read on", readonly=True)
    retry_count = fields.Integer(string="Tries in vain", readonly=True)
    worker = fields.Integer(
        readonly=True, help="Key of the advisory lock its dispatcher holds."
    )
    activity_id = fields.Many2one(
        comodel_name="mail.activity",
        string="Activity on the failure",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    attempt_ids = fields.One2many(
        comodel_name="auto.notify.attempt",
        inverse_name="message_id",
        string="Attempts",
    )
    mail_message_ids = fields.One2many(
        comodel_name="mail.message", inverse_name="auto_notify_message_id"
    )
    # sudo: names of what a message that the user may read is about
    recipient = fields.Char(
        string="To", compute="_compute_recipient", compute_sudo=True
    )
    about = fields.Char(compute="_compute_about", compute_sudo=True)
    start = fields.Char(string="Text starts", compute="_compute_start")
    # sudo, also below: who reads the message reads its text, once it is made up
    text_to_go = fields.Text(
        string="Text that will go",
        compute="_compute_text_to_go",
        compute_sudo=True,
        help="As it would be made up now; it is made up anew when the message leaves.",
    )
    text_fault = fields.Char(
        string="Why there is no text", compute="_compute_text_to_go", compute_sudo=True
    )
    state_note = fields.Char(string="Note", compute="_compute_state_note")

    _key_unique = models.UniqueIndex("(key)", "This message exists already.")
    _next_idx = models.Index("(date_next, id) WHERE date_next IS NOT NULL")
    _sending_idx = models.Index("(worker) WHERE state = 'sending'")
    _failed_idx = models.Index("(id) WHERE state = 'failed'")

    @api.depends("partner_id", "kind", "date_planned")
    def _compute_display_name(self):
        for message in self:
            name = message.partner_id.display_name or message.contact_id.name or ""
            message.display_name = f"{name} #{message.id}" if name else f"#{message.id}"

    @api.depends("partner_id.name", "contact_id.name")
    def _compute_recipient(self):
        for message in self:
            message.recipient = message.partner_id.name or message.contact_id.name

    @api.depends("order_id.name", "lead_id.name", "order_id.vehicle_id")
    @api.depends_context("lang")
    def _compute_about(self):
        for message in self:
            order, lead = message.order_id, message.lead_id
            vehicle = order.vehicle_id or lead.vehicle_id
            names = [order.name or lead.name, vehicle.display_name]
            message.about = " · ".join(filter(None, names))

    @api.depends("body", "text_to_go", "template_id.name")
    @api.depends_context("lang")
    def _compute_start(self):
        for message in self:
            text = " ".join((message.body or message.text_to_go or "").split())
            if len(text) > MAX_START:
                text = f"{text[:MAX_START].rstrip()}…"
            # what cannot be made up is known by the name of its text
            name = message.template_id.name
            message.start = text or (name and f"[{name}]")

    @api.depends(
        "state",
        "error",
        "date_planned",
        "date_next",
        "date_sent",
        "date_delivered",
        "date_read",
    )
    @api.depends_context("lang", "tz")
    def _compute_state_note(self):
        for message in self:
            notes = [message._get_date_note(), message.error]
            message.state_note = "; ".join(filter(None, notes))

    def _get_date_note(self):
        """Return since when it is so, or when the message goes, by the user's clock."""
        self.ensure_one()
        if self.state not in ("queued", "deferred", "sent", "delivered", "read"):
            return ""
        date = self._get_state_date()
        is_waiting = self.state in ("queued", "deferred")
        is_planned = is_waiting and date and date <= self.date_planned
        if not date or is_planned:
            return ""
        tz = self.env.context.get("tz")
        text = format_datetime(self.env, date, tz)
        return self.env._("goes %(date)s", date=text) if is_waiting else text

    def _get_state_date(self):
        """Return since when the message is in its state, or when it will go."""
        self.ensure_one()
        if self.state in ("queued", "deferred"):
            return self.date_next
        date = {
            "read": self.date_read,
            "delivered": self.date_delivered,
            "sent": self.date_sent,
        }.get(self.state)
        return date or self.write_date

    # ------------------------------------------------------------------
    # Making and cancelling
    # ------------------------------------------------------------------

    @api.model
    def _create_messages(self, vals_list):
        """Put messages into the outbox; they leave after the transaction commits.

        A key that exists already is passed over, so the same fact told twice makes one
        message. A message whose ``date_next`` is later is deferred until then.

        :param vals_list: values; ``key``, ``company_id`` and ``kinds`` or
            ``contact_id`` at least
        :return: the messages that are new
        """
        # sudo: facts make messages, whoever makes the fact; nobody may write them
        messages_sudo = self.sudo()
        now = fields.Datetime.now()
        rows = [messages_sudo._prepare_message_vals(vals, now) for vals in vals_list]
        messages = messages_sudo._insert_rows(rows, unique_name="key")
        if messages:
            messages._trigger_dispatchers([row["date_next"] for row in rows])
        return messages

    @api.model
    def _prepare_message_vals(self, vals, now):
        """Return complete values: when the message goes, and the state that implies."""
        date = fields.Datetime.to_datetime(vals.get("date_planned")) or now
        date_next = fields.Datetime.to_datetime(vals.get("date_next")) or date
        return {
            "category": "service",
            **vals,
            "date_planned": date,
            "date_next": date_next,
            "state": "deferred" if date_next > now else "queued",
        }

    def _get_sent_text(self):
        """Return the text as it leaves, with the secret that the outbox hides."""
        self.ensure_one()
        # sudo: the outbox sends for everybody, the secret is for the recipient
        return (self.body or "").replace(HIDDEN, self.sudo().secret or HIDDEN)

    def _trigger_dispatchers(self, dates=None):
        """Wake the dispatchers once the messages are committed.

        :param dates: when, if not when the messages of ``self`` are due
        """
        now = fields.Datetime.now()
        dates = dates or self.mapped("date_next")
        # by the minute: the scheduler is no more precise
        moments = {
            now if date <= now else date.replace(second=0) + timedelta(minutes=1)
            for date in dates
            if date
        }
        if not moments:
            return
        crons = self.env["ir.cron"].browse(
            [self.env["ir.model.data"]._xmlid_to_res_id(name) for name in CRONS]
        )
        # at once for both: a transaction of the shop's staff pays for each statement
        # sudo: triggers are technical, and messages are made by everybody
        self.env["ir.cron.trigger"].sudo().create(
            [
                {"cron_id": cron.id, "call_at": moment}
                for cron in crons
                for moment in sorted(moments)
            ]
        )
        if now in moments:
            self.env.cr.postcommit.add(crons._notifydb)

    def _cancel(self, reason):
        """Take back what has not left: queued and deferred messages, open fallbacks.

        :param str reason: for staff
        """
        # sudo: messages follow their documents, whoever changes these
        messages_sudo = self.sudo()
        waiting = messages_sudo.filtered(lambda m: m.state in ("queued", "deferred"))
        waiting.write(
            {
                "state": "cancelled",
                "error": reason,
                "date_next": False,
                "worker": False,
            }
        )
        # what has gone stays sent, but no other channel is tried any more
        sent = messages_sudo.filtered(lambda m: m.state == "sent" and m.date_next)
        sent.date_next = False
        waiting._show_states()
        return waiting

    # ------------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------------

    def action_cancel(self):
        """Cancel the messages that have not left yet."""
        self._check_outbox_user()
        waiting = self.filtered(lambda m: m.state in ("queued", "deferred"))
        if waiting != self:
            raise UserError(
                self.env._("Only messages that have not been sent can be cancelled.")
            )
        waiting._cancel(self.env._("Cancelled by %(user)s", user=self.env.user.name))

    def action_retry(self):
        """Send failed or cancelled messages again, from their first channel.

        One that may have arrived is sent again only by who has read the warning: with
        ``auto_notify_warned`` in the context.
        """
        self._check_outbox_user()
        if self.filtered(lambda m: m.state not in ("failed", "cancelled")):
            raise UserError(
                self.env._("Only failed and cancelled messages can be sent again.")
            )
        is_warned = self.env.context.get("auto_notify_warned")
        if not is_warned and any(self.mapped("is_unsure")):
            raise UserError(
                self.env._(
                    "It is not known whether this message has arrived. Ask the "
                    "customer, or open it in the outbox and send it again there."
                )
            )
        self._action_retry()

    def _action_retry(self):
        """Queue the messages anew; a person has decided, so they are not too late."""
        # sudo: nobody may write messages, they change through methods
        messages_sudo = self.sudo()
        messages_sudo._drop_activities()
        # a channel switched on meanwhile is tried as well
        default = messages_sudo.filtered(lambda m: m.rule_id and not m.rule_id.kinds)
        default.kinds = False
        messages_sudo.write(
            {
                "state": "queued",
                "step": 0,
                "date_step": False,
                "date_next": fields.Datetime.now(),
                "date_expire": False,
                "retry_count": 0,
                "is_unsure": False,
                "error": False,
            }
        )
        messages_sudo._show_states()
        messages_sudo._trigger_dispatchers()

    def _check_outbox_user(self):
        """Refuse those who do not see the messages or are no advisors.

        :raise AccessError:
        """
        self.check_access("read")
        if not self.env.user.has_group("auto_crm.auto_crm_group_advisor"):
            raise AccessError(self.env._("Only service advisors may do this."))
