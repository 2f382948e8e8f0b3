from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import mute_logger

MAX_NAME = 120
SESSION_HOURS = 24


class AutoNotifyContact(models.Model):
    """A person's chat in a messenger: who he is there, and here."""

    _name = "auto.notify.contact"
    _description = "Messenger Contact"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(help="As the messenger names the person.", readonly=True)
    channel_id = fields.Many2one(
        comodel_name="auto.notify.channel",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    kind = fields.Selection(related="channel_id.kind", store=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
    )
    external_id = fields.Char(
        string="Id in the messenger", required=True, readonly=True
    )
    phone = fields.Char(help="The phone the messenger vouches for.", readonly=True)
    state = fields.Selection(
        selection=[
            ("active", "Active"),
            ("stopped", "Asked to stop"),
            ("blocked", "Blocked us"),
        ],
        required=True,
        default="active",
        readonly=True,
    )
    date_incoming = fields.Datetime(string="Last wrote", readonly=True)
    lead_ids = fields.One2many(
        comodel_name="crm.lead", inverse_name="notify_contact_id", string="Deals"
    )
    lead_count = fields.Integer(compute="_compute_lead_count")

    _external_id_unique = models.UniqueIndex(
        "(channel_id, external_id)", "This chat is known already."
    )

    @api.depends("name", "kind")
    def _compute_display_name(self):
        for contact in self:
            contact.display_name = contact._get_label()

    def _compute_lead_count(self):
        count_by_contact = dict(
            self.env["crm.lead"]._read_group(
                [("notify_contact_id", "in", self.ids)],
                ["notify_contact_id"],
                ["__count"],
            )
        )
        for contact in self:
            contact.lead_count = count_by_contact.get(contact, 0)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Refuse staff everything but telling whose chat it is.

        :raise AccessError: for other values
        """
        if not self.env.su and set(vals) - {"partner_id"}:
            raise AccessError(
                self.env._("Only the customer of a chat can be changed by hand.")
            )
        changed = self.filtered(
            lambda contact: (
                "partner_id" in vals and contact.partner_id.id != vals["partner_id"]
            )
        )
        old_by_contact = {contact: contact.partner_id for contact in changed}
        result = super().write(vals)
        for contact, partner in old_by_contact.items():
            contact._after_link(partner)
        return result

    def _after_link(self, old_partner):
        """Tell both customers' chatters, and give the chat's open deals a customer."""
        self.ensure_one()
        label = self._get_label()
        if old_partner:
            old_partner._message_log(
                body=self.env._("The chat %(chat)s is not linked any more.", chat=label)
            )
        if self.partner_id:
            self.partner_id._message_log(
                body=self.env._("The chat %(chat)s has been linked.", chat=label)
            )
            # sudo: the deals of the chat, whoever sees them
            leads_sudo = self.sudo().lead_ids.filtered(
                lambda lead: not lead.partner_id and lead.won_status == "pending"
            )
            leads_sudo.write({"partner_id": self.partner_id.id})

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_view_leads(self):
        """Open the deals in which the person wrote last in this chat."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm.crm_lead_action_pipeline"
        )
        return {
            **action,
            "domain": [("notify_contact_id", "=", self.id)],
            "context": {"active_test": False},
        }

    # ------------------------------------------------------------------
    # Receiving
    # ------------------------------------------------------------------

    @api.model
    def _find_or_create(self, channel, event):
        """Return the chat an event came from, with what the event tells about it.

        :param channel: the ``auto.notify.channel``
        :param event: a `tools.provider.Event`
        """
        domain = [
            ("channel_id", "=", channel.id),
            ("external_id", "=", event.sender),
        ]
        contact = self.search(domain, limit=1)
        if not contact:
            vals = {"channel_id": channel.id, "external_id": event.sender}
            try:
                with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                    contact = self.create(vals)
            except UniqueViolation:
                contact = self.search(domain, limit=1)
        contact._update_from_event(event)
        return contact

    def _update_from_event(self, event):
        """Take over what an event tells; an old one that came late changes nothing."""
        self.ensure_one()
        date = min(event.date or fields.Datetime.now(), fields.Datetime.now())
        is_newest = not self.date_incoming or date >= self.date_incoming
        vals = {}
        if event.kind != "blocked" and is_newest:
            vals["date_incoming"] = date
        if event.name and (is_newest or not self.name):
            vals["name"] = " ".join(event.name.split())[:MAX_NAME]
        phone = self._get_vouched_phone(event)
        if phone:
            vals["phone"] = phone
        if self.state == "blocked" and event.kind != "blocked" and is_newest:
            vals["state"] = "active"
        self.write({name: vals[name] for name in vals if vals[name] != self[name]})

    @api.model
    def _get_vouched_phone(self, event):
        """Return the phone the messenger vouches for, in E.164, or False."""
        digits = event.phone.strip()
        if digits.isdigit() and len(digits) > 10:
            digits = f"+{digits}"  # messengers leave out the plus
        return self.env["crm.lead"]._sanitize_request_phone(digits)

    def _find_or_create_deal(self, text):
        """Return the deal a message belongs to, made if there is none open.

        :param str text: what the customer wrote
        """
        self.ensure_one()
        leads = self.env["crm.lead"].with_company(self.company_id)
        return leads._find_notify_deal(self) or leads._receive_notify_request(
            self, text
        )

    # ------------------------------------------------------------------
    # Linking
    # ------------------------------------------------------------------

    def _link_partner(self, partner):
        """Make the chat the customer's, unless it is somebody else's already.

        :return: whether it is his now
        """
        self.ensure_one()
        if not self.partner_id:
            self.partner_id = partner
        elif self.partner_id != partner:
            partner._message_log(
                body=self.env._(
                    "The chat %(chat)s of %(customer)s has opened this customer's "
                    "link. It stays with %(customer)s; change it in the chat's form "
                    "if that is right.",
                    chat=self._get_label(),
                    customer=self.partner_id.display_name,
                )
            )
        return self.partner_id == partner

    def _link_by_phone(self):
        """Link the chat to the one customer who has the phone vouched for.

        Exactly one that nothing speaks against; several are left to a person.
        """
        self.ensure_one()
        if self.partner_id or not self.phone:
            return
        leads = self.env["crm.lead"].with_company(self.company_id)
        partners = leads._search_request_partners("phone_sanitized", self.phone)
        # sudo: only whether it is a company of this database
        if len(partners) == 1 and not partners.sudo().ref_company_ids:
            self.partner_id = partners

    # ------------------------------------------------------------------
    # Stop and start
    # ------------------------------------------------------------------

    def _stop(self, word):
        """End the messages the customer does not want, in this chat and others.

        :param str word: as the customer wrote it
        """
        self.ensure_one()
        self.state = "stopped"
        detail = self._get_word_detail(word)
        self.partner_id._set_notify_consent("marketing", False, "word", detail)
        self.partner_id._set_notify_consent("service", False, "word", detail)

    def _start(self, word):
        """Give back what the stop word took, and nothing more.

        :param str word: as the customer wrote it
        """
        self.ensure_one()
        self.state = "active"
        partner = self.partner_id
        if not partner:
            return
        for category in ("service", "marketing"):
            last = partner._get_last_consent(category)
            if last and not last.is_given and last.source == "word":
                detail = self._get_word_detail(word)
                partner._set_notify_consent(category, True, "word", detail)

    def _get_word_detail(self, word):
        return f"{self.channel_id.name}: {word[:100]}"

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------

    def _get_label(self):
        """Return how staff read whose chat it is: "Vanya (Telegram)"."""
        self.ensure_one()
        name = self.name or self.phone or self.external_id or ""
        return f"{name} ({self._get_kind_label()})"

    def _get_kind_label(self):
        """Return the name of the messenger."""
        self.ensure_one()
        kinds = self.env["auto.notify.channel"]._fields["kind"]
        return dict(kinds._description_selection(self.env)).get(self.kind, "")

    def _get_lang(self):
        """Return the language to answer in: the customer's, else the shop's."""
        self.ensure_one()
        return self.partner_id.lang or self.company_id.partner_id.lang or "en_US"

    def _answer(self, key, text, lead=None):
        """Have the outbox answer in this very chat, also to those who said stop.

        :param str key: of the answer; the same is sent once
        :param str text: in the language of `_get_lang`
        :param lead: the deal it belongs to, if any
        """
        self.ensure_one()
        vals = self._prepare_answer_vals(key, text, lead or self.env["crm.lead"])
        return self.env["auto.notify.message"]._create_messages([vals])

    def _prepare_answer_vals(self, key, text, lead):
        """Hook: values of the outbox's row of an answer."""
        self.ensure_one()
        now = fields.Datetime.now()
        return {
            "key": f"answer:{key}",
            "category": "obligatory",
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "contact_id": self.id,
            "lead_id": lead.id,
            "res_model": lead._name if lead else False,
            "res_id": lead.id,
            "lang": self._get_lang(),
            "body": text,
            "kinds": [[self.kind, 0]],
            "date_expire": fields.Datetime.add(now, hours=12),
        }

    # ------------------------------------------------------------------
    # What may be written now
    # ------------------------------------------------------------------

    def _is_notify_session(self):
        """Whether free text may go: some take it for a day after a message only."""
        self.ensure_one()
        if not self.channel_id._get_kind_class(self.kind).has_sessions:
            return True
        return self._is_session(fields.Datetime.now())

    def _is_session(self, now):
        """Whether the customer wrote in this chat within the last day."""
        date = self.date_incoming
        return bool(date and now - date < timedelta(hours=SESSION_HOURS))

    def _get_notify_max_length(self):
        """Return how many characters a message may have, 0 if nobody limits it."""
        self.ensure_one()
        provider_class = self.channel_id._get_provider_class()
        return provider_class.max_length if provider_class else 0
