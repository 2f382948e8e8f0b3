from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html

TOAST_LENGTH = 160


class CrmLead(models.Model):
    """The inbox: what customers write lands on their deal, staff sees it at once."""

    _inherit = "crm.lead"

    notify_incoming_ids = fields.One2many(
        comodel_name="auto.notify.incoming",
        inverse_name="lead_id",
        groups="auto_crm.auto_crm_group_manager",
    )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Override of `crm`: who names the customer of a deal names its chat."""
        result = super().write(vals)
        if vals.get("partner_id"):
            self._name_chat()
        return result

    def _name_chat(self):
        """Tell whose a chat is that belongs to nobody yet."""
        # sudo: whoever may write the deal's customer
        for lead in self.sudo().filtered("notify_contact_id"):
            contact = lead.notify_contact_id
            if not contact.partner_id:
                contact.partner_id = lead.partner_id

    def _merge_get_fields(self):
        """Override of `crm`: merged deals keep the chat."""
        return [*super()._merge_get_fields(), "notify_contact_id"]

    @api.model
    def _get_follower_models(self):
        """Override of `auto_crm`: messages both ways go along."""
        followers = super()._get_follower_models()
        return [*followers, "auto.notify.message", "auto.notify.incoming"]

    # ------------------------------------------------------------------
    # Which chat
    # ------------------------------------------------------------------

    def _get_notify_chat(self):
        """Override: the chat that the inbox has put on the deal."""
        return self.notify_contact_id or super()._get_notify_chat()

    def _prepare_notify_document_vals(self):
        """Override: the deal, and its work order."""
        # sudo: whoever answers may not read the order
        return {"lead_id": self.id, "order_id": self.sudo().work_order_id.id}

    # ------------------------------------------------------------------
    # Which deal
    # ------------------------------------------------------------------

    @api.model
    def _find_notify_deal(self, contact):
        """Return the open deal that a message of a chat belongs to, or empty.

        Of several it is the one that was talked about last in this chat or with this
        customer.

        :param contact: the ``auto.notify.contact``
        """
        leads = self.with_company(contact.company_id)
        who = Domain("notify_contact_id", "=", contact.id)
        if contact.partner_id:
            who |= Domain("partner_id", "=", contact.partner_id.id)
            # a chat handed over to another customer leaves the old one's deals
            who &= Domain("partner_id", "in", [False, contact.partner_id.id])
        open_deals = leads._get_open_deal_domain(self.env["auto.vehicle"])
        found = leads.search(who & open_deals, order="date_contact desc, id desc")
        if len(found) < 2:
            return found
        date_by_lead = found._get_notify_talk_dates(contact)
        return max(found, key=lambda lead: date_by_lead.get(lead, lead.create_date))

    def _get_notify_talk_dates(self, contact):
        """Return when each deal was last talked about with the person of a chat."""
        groups = self.env["auto.notify.incoming"]._read_group(
            [("lead_id", "in", self.ids), ("contact_id", "=", contact.id)],
            ["lead_id"],
            ["date:max"],
        )
        if contact.partner_id:
            groups += self.env["auto.notify.message"]._read_group(
                [
                    ("lead_id", "in", self.ids),
                    ("partner_id", "=", contact.partner_id.id),
                    ("date_sent", "!=", False),
                ],
                ["lead_id"],
                ["date_sent:max"],
            )
        result = {}
        for lead, date in groups:
            result[lead] = max(date, result.get(lead, date))
        return result

    @api.model
    def _receive_notify_request(self, contact, text):
        """Make a deal of the first message of a chat, as of every request.

        :return: the deal
        """
        vals = {
            "contact_name": contact.name or contact.phone or contact._get_kind_label(),
            "company_id": contact.company_id.id,
            "wish": text,
        }
        if contact.phone:
            vals["phone"] = contact.phone
        if contact.partner_id:
            vals["partner_id"] = contact.partner_id.id
        lead = self._receive_request(vals, origin=contact).with_env(self.env)
        contact._link_by_phone()  # to the customer just made of the phone
        return lead

    # ------------------------------------------------------------------
    # Request
    # ------------------------------------------------------------------

    @api.model
    def _is_request_of_chat(self, origin):
        """Whether the record that asks is a chat."""
        return bool(origin) and origin._name == "auto.notify.contact"

    @api.model
    def _get_request_title(self, source, origin=None):
        """Override of `auto_crm`: a message is no request from the website."""
        if not self._is_request_of_chat(origin):
            return super()._get_request_title(source, origin)
        chat = origin.with_env(self.env)._get_label()
        return self.env._("Message from %(chat)s", chat=chat)

    @api.model
    def _get_request_note(self, vals, source, details, candidates, origin=None):
        """Override of `auto_crm`: the words follow as the customer's own message."""
        if self._is_request_of_chat(origin):
            vals = {name: vals[name] for name in vals if name != "wish"}
        return super()._get_request_note(vals, source, details, candidates, origin)

    @api.model
    def _get_contact_warning(self, vals, origin=None):
        """Override of `auto_crm`: a chat is enough to answer in."""
        if self._is_request_of_chat(origin):
            return None
        return super()._get_contact_warning(vals, origin)

    def _schedule_request_call(self, origin=None):
        """Override of `auto_crm`: who writes wants an answer rather than a call."""
        activities = super()._schedule_request_call(origin)
        if activities and self._is_request_of_chat(origin):
            lead = self.with_context(lang=self.user_id.lang or self.env.lang)
            chat = origin.with_env(lead.env)._get_label()
            activities.summary = lead.env._("Answer %(chat)s", chat=chat)
        return activities

    # ------------------------------------------------------------------
    # Posting
    # ------------------------------------------------------------------

    def _post_notify_incoming(self, contact, text, files=(), faults=(), date=None):
        """Put a customer's message into the chatter, and tell the responsible.

        :param contact: the ``auto.notify.contact`` it came from
        :param files: as `message_post` wants them, with ``is_audio``
        :param faults: sentences for staff, as about files that could not be had
        :param datetime date: when the customer has sent it, by default now
        :return: the ``mail.message``
        """
        self.ensure_one()
        self.with_context(mail_notrack=True).write({"notify_contact_id": contact.id})
        message = self._post_notify_text(contact, text, files, faults, date)
        self._mark_voice(message, files)
        self._schedule_notify_answer(contact)
        words = text or self.env._("Files: %(count)s", count=len(files))
        self._toast_notify_incoming(contact._get_label(), words)
        return message

    def _post_notify_text(self, contact, text, files, faults, date=None):
        """Post the words and files in the customer's name."""
        body = plaintext2html(text) if text else Markup()
        body += Markup().join(Markup("<p><i>%s</i></p>") % fault for fault in faults)
        author = contact.partner_id
        # attachments_mime_plainxml: a page or picture with scripts is shown as text
        lead = self.with_context(
            auto_notify_incoming=True,
            attachments_mime_plainxml=True,
            mail_post_autofollow=False,
        )
        return lead.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            email_from=None if author else contact._get_label(),
            attachments=[(name, content) for name, content, _info in files],
            email_add_signature=False,
            **({"date": date} if date else {}),
        )

    def _mark_voice(self, message, files):
        """Give voice messages a player."""
        names = {name for name, _content, info in files if info["is_audio"]}
        voices = message.attachment_ids.filtered(
            lambda attachment: (
                attachment.name in names
                and (attachment.mimetype or "").startswith(
                    ("audio/", "application/ogg")
                )
            )
        )
        voices._set_voice_metadata()

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Override of `mail`: what a customer writes to us goes to nobody outside.

        Without a customer there is no address an e-mail could come from.
        """
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if not self.env.context.get("auto_notify_incoming"):
            return recipients
        return [
            recipient
            for recipient in recipients
            if not recipient["share"]
            and (message.author_id or recipient["notif"] != "email")
        ]

    def _toast_notify_incoming(self, title, text):
        """Show a message at once to the one who has to act on the deal."""
        self.ensure_one()
        # sudo: whoever is responsible, his channel is written to only
        user_sudo = self._get_responsible_user().sudo()
        text = " ".join(text.split())
        user_sudo._bus_send(
            "auto_notify.incoming",
            {
                "lead_id": self.id,
                "title": title,
                "text": text
                if len(text) <= TOAST_LENGTH
                else f"{text[:TOAST_LENGTH]}…",
                "deal": self.display_name,
            },
        )

    # ------------------------------------------------------------------
    # Answering
    # ------------------------------------------------------------------

    def _schedule_notify_answer(self, contact):
        """Remind of an answer, unless something about the customer is due already.

        The messages of one conversation are one thing to do.
        """
        self.ensure_one()
        if self._get_event_activities() or self._get_notify_answers():
            return
        lead = self.with_context(
            lang=self.user_id.lang or self.env.lang, mail_activity_quick_update=True
        )
        lead.activity_schedule(
            "auto_notify.mail_activity_type_answer",
            date_deadline=self._get_working_deadline(),
            summary=lead.env._(
                "Answer %(chat)s", chat=contact.with_env(lead.env)._get_label()
            ),
            user_id=self._get_responsible_user().id,
        )

    def _get_notify_answers(self):
        """Return the open activities that remind of an answer."""
        find = self.env["ir.model.data"]._xmlid_to_res_id
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("automated", "=", True),
                (
                    "activity_type_id",
                    "=",
                    find("auto_notify.mail_activity_type_answer"),
                ),
            ]
        )

    @api.model
    def _get_notify_manager(self, company):
        """Return a manager of the company, to look at what failed."""
        leads = self.with_company(company)
        managers = self.env.ref("auto_crm.auto_crm_group_manager").all_user_ids
        eligible = managers.filtered(
            lambda user: user._is_internal() and leads._is_eligible_user(user)
        )
        return eligible.sorted("id")[:1] or leads._get_fallback_user(company)
