from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache


class AutoNotifyRule(models.Model):
    """Who is told what, when, and through which channels, once something happens."""

    _name = "auto.notify.rule"
    _description = "Message Rule"
    _inherit = ["auto.shared.mixin"]
    _order = "sequence, id"
    _check_company_auto = True
    _rec_names_search = ["name", "template_id"]

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
    is_dated = fields.Boolean(compute="_compute_is_dated")
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
        help="None: the company's channels in their order.",
    )
    kinds = fields.Json(
        compute="_compute_kinds",
        store=True,
        help="Pairs of channel kind and minutes to wait; none: the company's.",
    )
    default_channels = fields.Char(
        string="Channels of the company", compute="_compute_default_channels"
    )
    template_id = fields.Many2one(
        comodel_name="auto.notify.template",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
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
        help="Marketing needs consent. A stop word ends marketing and service "
        "messages; a notice the shop owes by contract is sent all the same.",
    )
    is_quiet = fields.Boolean(string="Keep quiet hours", default=True)
    quiet_start = fields.Float(string="Quiet from", default=21.0)
    quiet_stop = fields.Float(string="Quiet until", default=9.0)
    expire_hours = fields.Integer(
        string="Too late after, hours",
        default=24,
        help="A message that could not go within this time is not sent any more.",
    )
    team_id = fields.Many2one(comodel_name="crm.team", check_company=True)
    message_ids = fields.One2many(
        comodel_name="auto.notify.message", inverse_name="rule_id"
    )

    _delay_positive = models.Constraint(
        "CHECK (delay >= 0)", "A delay is at least 0: choose Before or After."
    )
    _expire_positive = models.Constraint(
        "CHECK (expire_hours >= 0)", "Hours until it is too late are at least 0."
    )
    _hours_of_day = models.Constraint(
        "CHECK (time_of_day >= 0 AND time_of_day < 24 AND quiet_start >= 0"
        " AND quiet_start < 24 AND quiet_stop >= 0 AND quiet_stop < 24)",
        "An hour is between 0:00 and 23:59.",
    )

    @api.depends("event", "template_id.model")
    def _compute_model(self):
        for rule in self:
            model = self._get_event_model(rule.event)
            rule.model = model or rule.template_id.model

    @api.depends("event")
    def _compute_is_dated(self):
        events = self._get_dated_events()
        for rule in self:
            rule.is_dated = rule.event in events

    @api.depends("channel_ids.sequence", "channel_ids.kind", "channel_ids.wait_minutes")
    def _compute_kinds(self):
        for rule in self:
            lines = rule.channel_ids.sorted(
                lambda line: (line.sequence, line._origin.id or 0)
            )
            rule.kinds = [[line.kind, line.wait_minutes] for line in lines if line.kind]

    @api.depends("company_id")
    @api.depends_context("lang", "company")
    def _compute_default_channels(self):
        for rule in self:
            rule.default_channels = rule._name_channels(rule._get_default_kinds())

    @api.depends("name", "sentence")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = rule.name or rule.sentence or ""

    @api.constrains("event", "template_id", "domain")
    def _check_domain(self):
        for rule in self:
            if rule.template_id.model != rule.model:
                raise ValidationError(
                    self.env._(
                        "The text %(template)s is about another kind of document than "
                        "the event: choose one about %(model)s.",
                        template=rule.template_id.name,
                        model=self.env["ir.model"]._get(rule.model).name,
                    )
                )
            try:
                rule._get_domain().validate(self.env[rule.model])
            except (ValueError, SyntaxError, TypeError, AttributeError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition %(domain)s can't be used: %(error)s",
                        domain=rule.domain,
                        error=error,
                    )
                ) from error

    @api.constrains("timing", "event")
    def _check_timing(self):
        dated = self._get_dated_events()
        for rule in self:
            if rule.timing == "before" and rule.event not in dated:
                raise ValidationError(
                    self.env._(
                        "Nobody knows beforehand when this happens: choose At once or "
                        "After."
                    )
                )

    @api.constrains("channel_ids")
    def _check_channels(self):
        for rule in self:
            kinds = rule.channel_ids.mapped("kind")
            if len(set(kinds)) < len(kinds):
                raise ValidationError(
                    self.env._("Each channel is tried once: remove the second one.")
                )

    @api.onchange("event")
    def _onchange_event(self):
        if self.model and self.template_id.model != self.model:
            self.template_id = False
        if self.timing == "before" and not self.is_dated:
            self.timing = "after"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM: rules are remembered by event."""
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        """Override of the ORM: rules are remembered; switched off, they fall silent."""
        result = super().write(vals)
        if {"event", "active", "company_id", "sequence"} & vals.keys():
            self.env.registry.clear_cache()
        if "active" in vals and not vals["active"]:
            self._take_back(self.env._("The rule was switched off."))
        return result

    def unlink(self):
        """Override of the ORM: rules are remembered; without one nothing is told."""
        self.check_access("unlink")
        self._take_back(self.env._("The rule was deleted."))
        self.env.registry.clear_cache()
        return super().unlink()

    def _take_back(self, reason):
        """Cancel the messages of the rules that have not left yet.

        :param str reason: for staff
        """
        # sudo: who may change a rule decides about its messages, in all companies
        waiting = self.env["auto.notify.message"].sudo()
        waiting.search(
            [
                ("rule_id", "in", self.ids),
                ("state", "in", ("queued", "deferred", "sent")),
                ("date_next", "!=", False),
            ]
        )._cancel(reason)

    def action_preview(self):
        """Show what the rule says about a real document, in each language."""
        self.ensure_one()
        return self.template_id._get_preview_action(rule=self)

    def action_view_messages(self):
        """Open what the rule has sent."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_notify.auto_notify_message_action"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    @api.model
    def _get_facts(self):
        """Return what rules may be about: pairs of model and fact by code."""
        return {
            code: (name, fact)
            for name in self.env.registry.descendants(["auto.notify.mixin"], "_inherit")
            if not self.env[name]._abstract
            for code, fact in self.env[name]._get_declared_facts().items()
            if fact.phrase
        }

    @api.model
    def _get_event_model(self, event):
        """Return the model whose documents an event is about.

        :return: name of a model that inherits ``auto.notify.mixin``; False if the
            template decides
        """
        return self._get_facts().get(event, (False, None))[0]

    @api.model
    def _get_dated_events(self):
        """Return the events about a time that is known beforehand."""
        facts = self._get_facts().items()
        return {code for code, (_model, fact) in facts if fact.is_dated}

    def _get_default_kinds(self):
        """Return the channels of the rule's company, else of the user's, in order."""
        self.ensure_one()
        company = self.company_id or self.env.company
        return self.env["auto.notify.channel"]._get_default_kinds(company)

    # ------------------------------------------------------------------
    # Lookup
    # ------------------------------------------------------------------

    @api.model
    @ormcache("event", "company_id")
    def _get_rule_ids(self, event, company_id):
        """Return ids of the active rules of an event that serve a company."""
        domain = [("event", "=", event), ("company_id", "in", [False, company_id])]
        # sudo: remembered for everybody, whatever the caller may see
        rules = self.sudo().with_context(active_test=True)
        return tuple(rules.search(domain).ids)

    def _get_domain(self):
        """Return the condition.

        :raise ValueError: if it is not written as one
        """
        self.ensure_one()
        return Domain(literal_eval(self.domain or "[]"))
