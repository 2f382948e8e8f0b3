from odoo import api, fields, models


class IrActionsServer(models.Model):
    """The engine of message rules, for any automation of Odoo."""

    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("auto_notify", "Send customer message"), ("followers",)],
        ondelete={"auto_notify": "cascade"},
    )
    auto_notify_rule_id = fields.Many2one(
        comodel_name="auto.notify.rule",
        string="Message rule",
        ondelete="restrict",
        domain="[('event', '=', 'automation'),"
        " ('template_id.model_id', '=', model_id)]",
        help="Whom the message goes to, when, through which channels, and its text.",
    )

    auto_notify_rule_active = fields.Boolean(
        related="auto_notify_rule_id.active", string="Message rule is running"
    )

    @api.depends("state")
    def _compute_available_model_ids(self):
        """Override of `base`: messages are about documents that know their people."""
        actions = self.filtered(lambda action: action.state == "auto_notify")
        if actions:
            template = self.env["auto.notify.template"]
            actions.available_model_ids = self.env["ir.model"].search(
                template._get_document_model_domain()
            )
        return super(IrActionsServer, self - actions)._compute_available_model_ids()

    @api.model
    def _name_depends(self):
        """Override of `base`: the action is named after its rule."""
        return [*super()._name_depends(), "auto_notify_rule_id"]

    def _generate_action_name(self):
        """Override of `base`: the action is named after its rule."""
        self.ensure_one()
        if self.state == "auto_notify" and self.auto_notify_rule_id:
            return self.env._(
                "Message: %(rule)s", rule=self.auto_notify_rule_id.display_name
            )
        return super()._generate_action_name()

    @api.model
    def _warning_depends(self):
        """Override of `base`: what warnings are about."""
        return [
            *super()._warning_depends(),
            "auto_notify_rule_id.model",
        ]

    def _get_warning_messages(self):
        """Override of `base`: a rule that is missing or about something else.

        An archived one is none: an action with warnings refuses to run, and with it
        what has triggered it.
        """
        self.ensure_one()
        warnings = super()._get_warning_messages()
        if self.state != "auto_notify":
            return warnings
        rule = self.auto_notify_rule_id
        if not rule:
            warnings.append(self.env._("Choose the message rule to send by."))
        elif rule.model != self.model_id.model:
            warnings.append(
                self.env._("The message rule is about another kind of document.")
            )
        return warnings

    def _run_action_auto_notify_multi(self, eval_context=None):
        """Send by the rule about the records; they are told again if it runs again."""
        # sudo: whoever makes the fact, as a mechanic, may not read rules
        rule = self.sudo().auto_notify_rule_id.filtered("active")
        records = eval_context.get("records") or eval_context.get("record")
        if not rule or not records or self._is_recompute():
            return False
        if rule.company_id:
            records = records.filtered(
                lambda record: record._get_notify_company() == rule.company_id
            )
        rule._notify_by_rules(records, occurrence=str(fields.Datetime.now()))
        return False
