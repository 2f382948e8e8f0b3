from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.auto_crm.tools import groups
from odoo.addons.auto_crm.tools.working_time import get_working_seconds

EXCERPT_LENGTH = 120
LONGEST_WAIT = timedelta(days=14)  # who waits longer is late by any schedule


class CrmLead(models.Model):
    """Conversations: what the customer has said, not read yet, not answered yet."""

    _inherit = "crm.lead"

    date_talk_incoming = fields.Datetime(
        string="Customer wrote",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=groups.ADVISOR,
        help="When the customer last wrote: in a messenger, by e-mail, in the portal.",
    )
    date_talk_waiting = fields.Datetime(
        string="Waits for an answer since",
        readonly=True,
        copy=False,
        groups=groups.ADVISOR,
        help="The first message of the customer that staff has not answered.",
    )
    talk_unread_count = fields.Integer(
        string="Unread",
        readonly=True,
        copy=False,
        groups=groups.ADVISOR,
        help="Messages of the customer since one of the staff has looked.",
    )
    is_talk_late = fields.Boolean(
        string="Waits too long", compute="_compute_is_talk_late", groups=groups.ADVISOR
    )
    talk_excerpt = fields.Char(
        string="Last words", compute="_compute_talk_excerpt", groups=groups.ADVISOR
    )
    talk_kind = fields.Selection(
        related="notify_contact_id.kind", string="Messenger", groups=groups.ADVISOR
    )

    _talk_unread_idx = models.Index("(company_id) WHERE talk_unread_count > 0")

    @api.depends("date_talk_waiting", "company_id")
    @api.depends_context("company")
    def _compute_is_talk_late(self):
        """Compare the wait with what the company has promised, in working time."""
        self.is_talk_late = False
        now = fields.Datetime.now()
        waiting = self.filtered("date_talk_waiting")
        for company, leads in waiting.grouped(
            lambda lead: lead.company_id or self.env.company
        ).items():
            start = max(min(leads.mapped("date_talk_waiting")), now - LONGEST_WAIT)
            resources = self.env["resource.resource"].with_company(company)
            works = resources._get_works(start, now)[False]
            for lead in leads:
                wait = get_working_seconds(works, lead.date_talk_waiting, now)
                lead.is_talk_late = (
                    lead.date_talk_waiting < now - LONGEST_WAIT
                    or wait > company.auto_notify_answer_minutes * 60
                )

    @api.depends("message_ids")
    @api.depends_context("lang")
    def _compute_talk_excerpt(self):
        """Show the last words of either side; notes of staff are none."""
        # sudo: who reads the deal reads its chatter
        messages_sudo = self.env["mail.message"].sudo()
        rows = messages_sudo._read_group(
            messages_sudo._get_talk_domain(self), ["res_id"], ["id:max"]
        )
        last = messages_sudo.browse([last_id for __, last_id in rows])
        message_by_id = {message.res_id: message for message in last}
        for lead in self:
            message = message_by_id.get(lead._origin.id)
            lead.talk_excerpt = message and message._get_talk_excerpt(EXCERPT_LENGTH)

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------

    def _follow_talk(self, message):
        """Override: who has written waits for an answer, until he has it.

        Deals of other teams have no conversation, unless it is in a messenger.
        """
        self.ensure_one()
        # sudo: also when the customer himself writes in the portal
        lead_sudo = self.sudo()
        if not (lead_sudo.notify_contact_id or lead_sudo._is_service_deal()):
            return
        if message._is_from_customer():
            self._set_talk_incoming(message.date)
        elif message._is_answer_of_staff():
            # the reminder itself, when it is done, goes without us
            self._set_talk_answered(has_reminder=not message.mail_activity_type_id)

    def _copy_talk(self, message):
        """Show the customer's message on the order here, too; it was notified there."""
        self.ensure_one()
        # sudo: the customer does not see the deal
        self.env["mail.message"].sudo().create(
            {
                "model": self._name,
                "res_id": self.id,
                "message_type": "comment",
                "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id(
                    "mail.mt_comment"
                ),
                "author_id": message.author_id.id,
                "email_from": message.email_from,
                "reply_to": False,
                "record_company_id": self.company_id.id,
                "date": message.date,
                "body": message.body,
                "attachment_ids": message.attachment_ids.ids,
            }
        )

    def _set_talk_incoming(self, date):
        """The customer has written: once more unread, waiting since the first time.

        :param datetime date: when he did, UTC; a message may come late
        """
        # sudo: also when the customer himself writes in the portal
        lead_sudo = self.sudo()
        lead_sudo.with_context(mail_notrack=True).write(
            {
                "date_talk_incoming": max(date, lead_sudo.date_talk_incoming or date),
                "date_talk_waiting": min(date, lead_sudo.date_talk_waiting or date),
                "talk_unread_count": lead_sudo.talk_unread_count + 1,
            }
        )
        self._tell_talks()

    def _set_talk_answered(self, has_reminder=True):
        """Staff has answered: nobody waits, all is read, reminders are taken back."""
        if has_reminder:
            self._unlink_notify_answers()
        # sudo: a colleague may answer, too
        waiting_sudo = self.sudo().filtered(
            lambda lead: lead.date_talk_waiting or lead.talk_unread_count
        )
        waiting_sudo.with_context(mail_notrack=True).write(
            {"date_talk_waiting": False, "talk_unread_count": 0}
        )
        waiting_sudo._tell_talks()

    def _unlink_notify_answers(self):
        """Take back the reminders of an answer."""
        # sudo: a colleague may answer, too
        talks_sudo = self.sudo().filtered(
            lambda lead: lead.date_talk_incoming or lead.notify_contact_id
        )
        if talks_sudo:
            talks_sudo._get_notify_answers().unlink()

    def _tell_talks(self):
        """Have open screens of the companies' advisors look again, without any text."""
        ids_by_company = defaultdict(list)
        # sudo: only which deals, and whose they are
        for lead in self.sudo():
            ids_by_company[lead.company_id or self.env.company].append(lead.id)
        for company, ids in ids_by_company.items():
            company._bus_send(
                "auto_notify/talks", {"ids": ids}, subchannel="auto_notify"
            )

    def _merge_dependences(self, opportunities):
        """Override of `crm`: the conversations of merged deals are one."""
        result = super()._merge_dependences(opportunities)
        # sudo: facts of conversations follow their deal
        deals_sudo = (self | opportunities).sudo()
        waiting = list(filter(None, deals_sudo.mapped("date_talk_waiting")))
        incoming = list(filter(None, deals_sudo.mapped("date_talk_incoming")))
        if incoming:
            self.sudo().write(
                {
                    "date_talk_incoming": max(incoming),
                    "date_talk_waiting": min(waiting, default=False),
                    "talk_unread_count": sum(deals_sudo.mapped("talk_unread_count")),
                }
            )
        return result

    # ------------------------------------------------------------------
    # Inbox
    # ------------------------------------------------------------------

    def action_talk_read(self):
        """Note that staff has read the conversations.

        :raise AccessError: for others than advisors who see the deals
        """
        self._check_talk()
        # sudo: to read is enough, deals of colleagues are not changed
        unread_sudo = self.sudo().filtered("talk_unread_count")
        unread_sudo.with_context(mail_notrack=True).talk_unread_count = 0
        unread_sudo._tell_talks()

    def action_talk_answered(self):
        """Take conversations off the list: no answer is needed, or it was given.

        :raise AccessError: for others than advisors who see the deals
        """
        self._check_talk()
        self._set_talk_answered()

    def action_talk_open(self):
        """Open the deal of a conversation whole."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _check_talk(self):
        """Refuse those who have nothing to do with customers' messages.

        :raise AccessError:
        """
        self.check_access("read")
        if not self.env.user.has_group(groups.ADVISOR):
            raise AccessError(self.env._("Only service advisors may do this."))

    @api.model
    @api.readonly
    def get_talk_count(self):
        """Return how many conversations of the user's companies have unread words.

        :raise AccessError: for others than advisors
        """
        self._check_talk()
        return self.with_context(active_test=False).search_count(
            [("talk_unread_count", ">", 0)]
        )
