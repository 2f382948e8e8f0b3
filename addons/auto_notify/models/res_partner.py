from odoo import api, fields, models
from odoo.tools import clean_context

MESSENGERS = ("telegram", "whatsapp", "max", "viber")


class ResPartner(models.Model):
    """How a customer may be reached, and whether he wants to be."""

    _inherit = "res.partner"

    notify_kind = fields.Selection(
        selection=[
            ("telegram", "Telegram"),
            ("whatsapp", "WhatsApp"),
            ("max", "MAX"),
            ("viber", "Viber"),
            ("sms", "SMS"),
            ("email", "E-mail"),
        ],
        string="Preferred channel",
        help="The channel the customer chose: tried before those of the rule.",
    )
    notify_contact_ids = fields.One2many(
        comodel_name="auto.notify.contact",
        inverse_name="partner_id",
        string="Linked chats",
    )
    notify_consent_ids = fields.One2many(
        comodel_name="auto.notify.consent",
        inverse_name="partner_id",
        string="Consents",
    )
    notify_marketing = fields.Boolean(
        string="Agrees to marketing",
        compute="_compute_notify_consent",
        store=True,
        help="Marketing is sent only with the customer's consent.",
    )
    notify_service = fields.Boolean(
        string="Gets service messages",
        compute="_compute_notify_consent",
        store=True,
        help="Messages about the customer's own car, until he asks for none.",
    )

    @api.depends(
        "notify_consent_ids.category",
        "notify_consent_ids.is_given",
        "notify_consent_ids.date",
    )
    def _compute_notify_consent(self):
        for partner in self:
            partner.notify_marketing = partner._get_last_consent("marketing").is_given
            last = partner._get_last_consent("service")
            partner.notify_service = not last or last.is_given

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_notify_marketing_given(self):
        """Record that the customer told staff that he agrees to marketing."""
        self._action_set_consent("marketing", is_given=True)

    def action_notify_marketing_withdrawn(self):
        """Record that the customer told staff that he wants no marketing."""
        self._action_set_consent("marketing", is_given=False)

    def action_notify_service_given(self):
        """Record that the customer told staff that he wants messages again."""
        self._action_set_consent("service", is_given=True)

    def action_notify_service_withdrawn(self):
        """Record that the customer told staff that he wants no messages at all."""
        self._action_set_consent("service", is_given=False)

    def _action_set_consent(self, category, is_given):
        """Record a consent in the name of the user, who must be allowed to.

        :raise AccessError: for those who may not change the customer
        """
        self.env["auto.notify.consent"].check_access("read")
        self.check_access("write")
        self._set_notify_consent(category, is_given, "staff", self.env.user.name)

    # ------------------------------------------------------------------
    # Address
    # ------------------------------------------------------------------

    def _get_notify_address(self, channel):
        """Return where a channel reaches the person.

        A chat the person asked to stop is still an address: what may not go there is
        said by `_get_notify_refusal`.

        :param channel: an ``auto.notify.channel``
        :return: (address, the ``auto.notify.contact`` or empty); ("", empty) if there
            is no way
        """
        self.ensure_one()
        contact = self._get_notify_contact(channel)
        if channel.kind == "sms":
            # who wrote from a phone he has changed since is reached by the new one
            phone = self._get_notify_phone()
            return phone, contact.filtered(lambda contact: contact.phone == phone)
        if contact:
            return contact.external_id, contact
        if channel.kind == "email":
            return self.email_normalized or "", contact
        if channel.kind == "log":
            address = self._get_notify_phone() or self.email_normalized
            return address or self.display_name or "", contact
        if channel.kind in self._get_notify_phone_kinds():
            # who blocked us in the messenger is not written to by his phone
            is_blocked = self._get_notify_chats(channel.kind, channel)
            return "" if is_blocked else self._get_notify_phone(), contact
        return "", contact

    @api.model
    def _get_notify_phone_kinds(self):
        """Hook: kinds of channels whose address is a phone, no chat is needed."""
        return ("sms", "whatsapp")

    def _get_notify_phone(self):
        """Return the phone in E.164, or ""."""
        self.ensure_one()
        return self.phone_sanitized or ""

    def _get_notify_chats(self, kind, channel=None):
        """Return the person's chats in a kind of messenger, or in one account."""
        self.ensure_one()
        chats = self.notify_contact_ids.filtered(lambda contact: contact.kind == kind)
        if channel:
            return chats.filtered(lambda contact: contact.channel_id == channel)
        return chats

    def _get_notify_contact(self, channel):
        """Return the person's chat in an account: of several the one used last."""
        chats = self._get_notify_chats(channel.kind, channel)
        return chats.filtered(lambda contact: contact.state != "blocked").sorted(
            lambda contact: (
                contact.state == "active",
                contact.date_incoming or contact.create_date,
                contact.id,
            ),
            reverse=True,
        )[:1]

    # ------------------------------------------------------------------
    # Whether
    # ------------------------------------------------------------------

    def _get_notify_refusal(self, category, kind):
        """Return why the person may not get a message, or "" if he may.

        :param str category: ``service``, ``obligatory`` or ``marketing``
        :param str kind: of the channel
        :return: a sentence for staff
        """
        self.ensure_one()
        reason = self._get_consent_refusal(category)
        if reason or kind == "log":
            return reason
        if kind == "email":
            return self._get_email_refusal(category)
        reason = self._get_chat_refusal(category, kind) if kind in MESSENGERS else ""
        if not reason and kind in self._get_notify_phone_kinds():
            return self._get_phone_refusal(category, kind)
        return reason

    def _get_consent_refusal(self, category):
        """Return what the person's own will has against any channel, or ""."""
        if category == "obligatory":
            return ""
        if not self.active:
            return self.env._("The customer is archived.")
        if not self.notify_service:
            return self.env._("The customer has asked for no messages.")
        if category == "marketing" and not self.notify_marketing:
            return self.env._("The customer has not agreed to marketing.")
        return ""

    def _get_email_refusal(self, category):
        """Return what is against an e-mail, or ""."""
        if not self.email_normalized:
            return self.env._("The customer has no valid e-mail address.")
        if category == "marketing" and self.is_blacklisted:
            return self.env._("The customer's e-mail address is on the blacklist.")
        return ""

    def _get_chat_refusal(self, category, kind):
        """Return what is against writing into the person's chats, or ""."""
        chats = self._get_notify_chats(kind)
        if not chats:
            if kind in self._get_notify_phone_kinds():
                return ""
            return self.env._("The customer has no linked chat in this messenger.")
        states = set(chats.mapped("state"))
        if states == {"blocked"}:
            return self.env._("The customer has blocked us in this messenger.")
        if "active" not in states and category != "obligatory":
            return self.env._("The customer has asked for no messages in this chat.")
        return ""

    def _get_phone_refusal(self, category, kind):
        """Return what is against the person's phone as an address, or ""."""
        if kind in MESSENGERS and self._get_notify_chats(kind):
            return ""
        if not self._get_notify_phone():
            return self.env._("The customer has no valid phone number.")
        if category != "obligatory" and self.phone_sanitized_blacklisted:
            return self.env._("The customer's phone number is on the blacklist.")
        return ""

    # ------------------------------------------------------------------
    # Consent
    # ------------------------------------------------------------------

    def _get_last_consent(self, category):
        """Return the record that is valid now, or empty."""
        self.ensure_one()
        return self.notify_consent_ids.filtered(
            lambda consent: consent.category == category
        ).sorted(lambda consent: (consent.date, consent._origin.id), reverse=True)[:1]

    def _set_notify_consent(self, category, is_given, source, detail=""):
        """Record what the persons want from now on; what is so already is passed over.

        The caller has made sure that it is the person, or staff told by him.

        :param str category: ``marketing`` or ``service``
        :param str source: ``portal``, ``link``, ``word`` or ``staff``
        :param str detail: the very words, or the channel
        :return: the new ``auto.notify.consent``
        """
        name = {"marketing": "notify_marketing", "service": "notify_service"}[category]
        vals_list = [
            {
                "partner_id": partner.id,
                "category": category,
                "is_given": is_given,
                "source": source,
                "detail": detail,
                "user_id": self.env.uid if source == "staff" else False,
            }
            for partner in self
            if partner[name] != is_given
        ]
        # sudo: nobody may write these records, they are made here only
        consents = self.env["auto.notify.consent"].sudo()
        return consents.with_context(clean_context(self.env.context)).create(vals_list)
