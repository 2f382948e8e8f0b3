from odoo import api, fields, models
from odoo.tools import clean_context

from odoo.addons.auto_crm.tools import groups


class ResPartner(models.Model):
    """How a customer may be reached, and whether he wants to be."""

    _inherit = "res.partner"

    notify_kind = fields.Selection(
        selection=lambda self: self.env["auto.notify.channel"]._get_sent_kinds(),
        string="Preferred channel",
        help="The channel the customer chose: tried before those of the rule.",
    )
    notify_contact_ids = fields.One2many(
        comodel_name="auto.notify.contact",
        inverse_name="partner_id",
        string="Linked chats",
        groups=groups.ADVISOR,
    )
    notify_consent_ids = fields.One2many(
        comodel_name="auto.notify.consent",
        inverse_name="partner_id",
        string="Consents",
        groups=groups.ADVISOR,
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

    notify_message_count = fields.Integer(
        string="Number of Messages",
        compute="_compute_notify_message_count",
        groups="auto_crm.auto_crm_group_advisor",
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

    def _compute_notify_message_count(self):
        count_by_partner = dict(
            self.env["auto.notify.message"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.notify_message_count = count_by_partner.get(partner._origin, 0)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_view_notify_messages(self):
        """Open the messages to the person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_notify.auto_notify_message_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {"create": False},
        }

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
        reach = channel._get_kind_class(channel.kind).reach
        return getattr(self, f"_get_address_by_{reach}")(channel)

    def _get_address_by_chat(self, channel):
        """Return the chat as an address."""
        contact = self._get_notify_contact(channel)
        return contact.external_id or "", contact

    def _get_address_by_phone(self, channel):
        """Return the phone: who has changed it is reached by the new one."""
        phone = self._get_notify_phone()
        contact = self._get_notify_contact(channel)
        return phone, contact.filtered(lambda contact: contact.phone == phone)

    def _get_address_by_chat_or_phone(self, channel):
        """Return the chat, else the phone; who blocked us there is left alone."""
        if self._get_notify_chats(channel.kind, channel):
            return self._get_address_by_chat(channel)
        return self._get_notify_phone(), self.env["auto.notify.contact"]

    def _get_address_by_email(self, _channel):
        """Return the e-mail address."""
        return self.email_normalized or "", self.env["auto.notify.contact"]

    def _get_address_by_anything(self, _channel):
        """Return what names the person: nothing is sent there."""
        address = self._get_notify_phone() or self.email_normalized
        return address or self.display_name or "", self.env["auto.notify.contact"]

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
        reach = self.env["auto.notify.channel"]._get_kind_class(kind).reach
        reason = self._get_consent_refusal(category)
        return reason or getattr(self, f"_get_refusal_by_{reach}")(category, kind)

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

    def _get_refusal_by_anything(self, _category, _kind):
        """Return that nothing is against what does not leave."""
        return ""

    def _get_refusal_by_email(self, category, _kind):
        """Return what is against an e-mail, or ""."""
        if not self.email_normalized:
            return self.env._("The customer has no valid e-mail address.")
        if category == "marketing" and self.is_blacklisted:
            return self.env._("The customer's e-mail address is on the blacklist.")
        return ""

    def _get_refusal_by_chat(self, category, kind):
        """Return what is against writing into the person's chats, or ""."""
        states = set(self._get_notify_chats(kind).mapped("state"))
        if not states:
            return self.env._("The customer has no linked chat in this messenger.")
        if states == {"blocked"}:
            return self.env._("The customer has blocked us in this messenger.")
        if "active" not in states and category != "obligatory":
            return self.env._("The customer has asked for no messages in this chat.")
        return ""

    def _get_refusal_by_phone(self, category, _kind):
        """Return what is against the person's phone as an address, or ""."""
        if not self._get_notify_phone():
            return self.env._("The customer has no valid phone number.")
        if category != "obligatory" and self.phone_sanitized_blacklisted:
            return self.env._("The customer's phone number is on the blacklist.")
        return ""

    def _get_refusal_by_chat_or_phone(self, category, kind):
        """Return what is against the chats, or against the phone if there are none."""
        if self._get_notify_chats(kind):
            return self._get_refusal_by_chat(category, kind)
        return self._get_refusal_by_phone(category, kind)

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
