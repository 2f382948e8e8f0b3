import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import sms_length

MAX_TEXT = 20000


class AutoNotifyCompose(models.TransientModel):
    """A message typed by staff to a customer, through the channel that reaches him."""

    _name = "auto.notify.compose"
    _description = "Message to a Customer"

    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    allowed_partner_ids = fields.Many2many(
        comodel_name="res.partner", compute="_compute_allowed_partner_ids"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="To",
        required=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', allowed_partner_ids)]",
    )
    template_id = fields.Many2one(
        comodel_name="auto.notify.template", domain="[('model', '=', res_model)]"
    )
    is_template_marketing = fields.Boolean(compute="_compute_is_template_marketing")
    is_marketing = fields.Boolean(
        string="Marketing",
        compute="_compute_is_marketing",
        store=True,
        readonly=False,
        help="Offers and advertising: sent only with the customer's consent.",
    )
    channel_options = fields.Json(compute="_compute_channel_options")
    kind = fields.Selection(
        selection=lambda self: self.env["auto.notify.channel"]._get_kinds(),
        string="Channel",
        compute="_compute_kind",
        store=True,
        readonly=False,
    )
    subject = fields.Char(compute="_compute_body", store=True, readonly=False)
    body = fields.Text(
        string="Text", compute="_compute_body", store=True, readonly=False
    )
    template_error = fields.Char(compute="_compute_template_error")
    is_approved_text = fields.Boolean(
        compute="_compute_is_approved_text",
        help="Only the text that WhatsApp has approved may go now.",
    )

    # ------------------------------------------------------------------
    # To whom, which text
    # ------------------------------------------------------------------

    @api.depends("res_model", "res_id")
    def _compute_allowed_partner_ids(self):
        for wizard in self:
            document = wizard._get_document()
            if not document:
                wizard.allowed_partner_ids = False
                continue
            chat = document._get_notify_chat()
            wizard.allowed_partner_ids = (
                document._get_notify_recipients("customer")
                | document._get_notify_recipients("driver")
                | chat.partner_id
            )

    @api.depends("allowed_partner_ids")
    def _compute_partner_id(self):
        for wizard in self:
            allowed = wizard.allowed_partner_ids._origin
            document = wizard._get_document()
            chat_partner = document._get_notify_chat().partner_id if document else None
            if wizard.partner_id._origin not in allowed:
                wizard.partner_id = (
                    chat_partner if chat_partner in allowed else allowed[:1]
                )

    @api.depends("template_id")
    def _compute_is_template_marketing(self):
        """A text that any rule sends as marketing is marketing."""
        rules = self.env["auto.notify.rule"].with_context(active_test=False)
        marketing = rules.search_fetch(
            [
                ("template_id", "in", self.template_id.ids),
                ("category", "=", "marketing"),
            ],
            ["template_id"],
        ).template_id
        for wizard in self:
            wizard.is_template_marketing = wizard.template_id._origin in marketing

    @api.depends("is_template_marketing")
    def _compute_is_marketing(self):
        for wizard in self:
            wizard.is_marketing = wizard.is_template_marketing

    @api.depends("template_id", "partner_id")
    def _compute_body(self):
        """Take the template's text; without a template the text stays."""
        for wizard in self:
            rendered, __ = wizard._try_template()
            is_own = not (wizard.template_id and wizard.partner_id)
            wizard.subject = wizard.subject if is_own else rendered.get("subject")
            wizard.body = wizard.body if is_own else rendered.get("body")

    @api.depends("template_id", "partner_id")
    def _compute_template_error(self):
        for wizard in self:
            wizard.template_error = wizard._try_template()[1]

    def _try_template(self):
        """Return what the template says, or why it can't: (values, reason)."""
        if not (self.template_id and self.partner_id):
            return {}, False
        try:
            return self._render_template(), False
        except UserError as error:
            return {}, str(error)

    def _render_template(self):
        """Return the template's text about the document, in the person's language.

        :raise UserError: if something that it names is missing
        """
        partner = self.partner_id._origin
        return self.template_id._origin._render_message(
            self._get_document(), partner, partner.lang
        )

    # ------------------------------------------------------------------
    # Through which channel
    # ------------------------------------------------------------------

    @api.depends("partner_id", "template_id", "is_marketing", "res_model", "res_id")
    def _compute_channel_options(self):
        for wizard in self:
            wizard.channel_options = [
                wizard._prepare_channel_option(channel)
                for channel in wizard._get_channels()
            ]

    def _get_channels(self):
        """Return the shop's accounts, one a kind, as the outbox chooses them."""
        self.ensure_one()
        document = self._get_document()
        channels = self.env["auto.notify.channel"]
        if not document:
            return channels
        company = document._get_notify_company()
        by_kind = channels.search([("company_id", "=", company.id)]).grouped("kind")
        kinds = [kind for kind, __ in channels._get_sent_kinds()]
        kinds += [kind for kind in by_kind if kind not in kinds]
        return channels.union(*(by_kind[kind][:1] for kind in kinds if kind in by_kind))

    def _prepare_channel_option(self, channel):
        """Return a channel as the form shows it.

        :return: kind, account, address, and why it cannot be used ("" if it can)
        """
        address, contact = self._get_address(channel)
        return {
            "kind": channel.kind,
            "account": channel.name,
            "address": contact.name or address,
            "refusal": self._get_channel_refusal(channel, address, contact),
            "is_session": not contact or contact._is_notify_session(),
        }

    def _get_address(self, channel):
        """Return where the channel reaches the person: (address, chat)."""
        partner = self.partner_id._origin
        if not partner:
            return "", self.env["auto.notify.contact"]
        return partner._get_notify_address(channel)

    def _get_channel_refusal(self, channel, address, contact):
        """Return why the message cannot go through the channel, or ""."""
        partner = self.partner_id._origin
        if not partner:
            return self.env._("Choose to whom.")
        category = "marketing" if self.is_marketing else "service"
        refusal = partner._get_notify_refusal(category, channel.kind)
        if refusal:
            return refusal
        if not address:
            return self.env._("The channel has no address of this person.")
        if self._is_out_of_session(channel, contact) and not (
            self.template_id.whatsapp_name
        ):
            return self.env._(
                "The customer has not written within 24 hours: choose a template that "
                "WhatsApp has approved."
            )
        return ""

    @api.model
    def _is_out_of_session(self, channel, contact):
        """Whether the messenger takes approved texts only."""
        if not channel._get_kind_class(channel.kind).has_sessions:
            return False
        return not contact or not contact._is_notify_session()

    @api.depends("channel_options")
    def _compute_kind(self):
        """Keep what was chosen while it works, else take what reaches the person."""
        for wizard in self:
            reaching = [
                option["kind"]
                for option in wizard.channel_options or []
                if not option["refusal"]
            ]
            if wizard.kind in reaching:
                continue
            wizard.kind = next(
                (kind for kind in wizard._get_preferred_kinds() if kind in reaching),
                reaching[0] if reaching else False,
            )

    def _get_preferred_kinds(self):
        """Return kinds to try first: where the customer wrote, what he has chosen."""
        document = self._get_document()
        chat = document._get_notify_chat() if document else None
        is_own = chat and chat.partner_id == self.partner_id._origin
        channels = self.env["auto.notify.channel"]
        return [
            chat.kind if is_own else False,
            self.partner_id.notify_kind,
            *channels._get_chat_kinds(),
            *(kind for kind, __ in channels._get_sent_kinds()),
        ]

    @api.depends("kind", "partner_id", "template_id")
    def _compute_is_approved_text(self):
        for wizard in self:
            channel = wizard._get_channel()
            contact = wizard._get_address(channel)[1] if channel else None
            wizard.is_approved_text = bool(
                channel and wizard._is_out_of_session(channel, contact)
            )

    def _get_channel(self):
        """Return the account of the kind chosen, empty if there is none."""
        return self._get_channels().filtered(lambda channel: channel.kind == self.kind)

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_sms_length(self, text):
        """Return what a text is as SMS: alphabet, characters, parts, what is left."""
        length = sms_length.measure((text or "")[:MAX_TEXT])
        return {
            "encoding": length.encoding,
            "units": length.units,
            "parts": length.parts,
            "left": length.left,
        }

    def action_send(self):
        """Put the message into the outbox and show it in the chatter at once."""
        self.ensure_one()
        self._check_send()
        messages = self.env["auto.notify.message"]._create_messages(
            [self._prepare_message_vals()]
        )
        messages._post_to_chatter()
        self._get_document()._get_notify_deal()._set_talk_answered()
        return {"type": "ir.actions.act_window_close"}

    def _check_send(self):
        """Refuse, in words, what cannot or must not go.

        :raise AccessError: for a document that the user may not change
        :raise UserError: for a person, channel or text that won't do
        """
        document = self._get_document()
        document.check_access("write")
        if self.partner_id not in self.allowed_partner_ids:
            raise UserError(
                self.env._(
                    "%(person)s has nothing to do with %(document)s.",
                    person=self.partner_id.display_name,
                    document=document.display_name,
                )
            )
        if not (self.body or "").strip():
            raise UserError(self.template_error or self.env._("Write a text first."))
        option = next(
            (option for option in self.channel_options if option["kind"] == self.kind),
            None,
        )
        if not option:
            raise UserError(self.env._("Choose a channel that reaches the person."))
        self._check_consent()
        if option["refusal"]:
            raise UserError(option["refusal"])
        self._check_length()

    def _check_consent(self):
        """Marketing stays marketing, whatever the form says.

        :raise UserError: without the customer's consent
        """
        if not (self.is_template_marketing or self.is_marketing):
            return
        refusal = self.partner_id._get_notify_refusal("marketing", self.kind)
        if refusal:
            raise UserError(refusal)

    def _check_length(self):
        """Refuse what the provider would.

        :raise UserError: for a text that is too long
        """
        provider_class = self._get_channel()._get_provider_class()
        limit = provider_class.max_length if provider_class else 0
        if limit and len(self.body) > limit:
            raise UserError(
                self.env._(
                    "The message has %(length)s characters, %(channel)s takes "
                    "%(limit)s. Shorten it.",
                    length=len(self.body),
                    channel=self._get_channel().display_name,
                    limit=limit,
                )
            )

    def _prepare_message_vals(self):
        """Return the values of the outbox row."""
        document = self._get_document()
        is_marketing = self.is_template_marketing or self.is_marketing
        vals = {
            "key": f"compose:{uuid.uuid4().hex}",
            "company_id": document._get_notify_company().id,
            "category": "marketing" if is_marketing else "service",
            "template_id": self.template_id.id,
            "res_model": document._name,
            "res_id": document.id,
            "lead_id": document._get_notify_deal().id,
            "order_id": document._get_notify_order().id,
            "partner_id": self.partner_id.id,
            "author_id": self.env.user.partner_id.id,
            "lang": self.partner_id.lang,
            "subject": self.subject,
            "body": self.body,
            "kinds": [[self.kind, 0]],
        }
        if self.is_approved_text:
            rendered = self._render_template()
            vals.update(body=rendered["body"], parameters=rendered["parameters"])
        return vals

    def _get_document(self):
        """Return the deal, order … the message is about.

        :raise AccessError: if the user may not read it
        """
        self.ensure_one()
        model = self.env.get(self.res_model or "")
        mixin = self.pool["auto.notify.mixin"]
        if not self.res_id or not isinstance(model, mixin):
            return None
        document = model.browse(self.res_id)
        document.check_access("read")
        return document
