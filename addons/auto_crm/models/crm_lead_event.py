from datetime import timedelta

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models
from odoo.tools import clean_context
from odoo.tools.translate import LazyTranslate

from ..tools import clock
from ..tools.deleted import for_those_there
from ..tools.fact import Fact
from ..tools.working_time import get_working_date

_lt = LazyTranslate(__name__)


class CrmLead(models.Model):
    """Deals moved by events, and the activities that belong to a stage."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "auto.fact.mixin"]

    @api.model
    def _get_facts(self):
        """Override: what happens to a deal itself."""
        return super()._get_facts() | {
            "request": Fact(phrase=_lt("When a request comes in"))
        }

    # ------------------------------------------------------------------
    # Moves
    # ------------------------------------------------------------------

    def _move_by_event(self, events, cause, backward=False):
        """Move the deals forward to the furthest stage that names one of the events.

        Called by followers of facts: what goes wrong is kept there, and tried again.

        :param events: names of ``crm.stage.auto_event`` reached, in any order
        :param cause: sentence or record for the chatter; or a dict of them by deal id
        :param bool backward: also move back, as after a no-show
        :return: the deals that were moved
        """
        events = {events} if isinstance(events, str) else set(events)
        # sudo: whoever made the fact (mechanic, customer) may not read or write deals,
        # nor give defaults of what follows
        leads = self.sudo().with_context(clean_context(self.env.context))
        if self.env.user._is_public():
            leads = leads.with_user(SUPERUSER_ID)
        leads = for_those_there(
            leads,
            lambda there: there.filtered(lambda lead: lead._is_movable_by_event()),
        )
        stage_by_lead = leads._get_stage_by_event(events, backward)
        leads_by_stage = {}
        for lead, stage in stage_by_lead.items():
            leads_by_stage[stage] = leads_by_stage.get(stage, leads.browse()) + lead
        for stage, moving in leads_by_stage.items():
            event = stage.auto_event if stage.auto_event in events else min(events)
            moving._move_to_stage(stage, event, cause)
        return self.browse(lead.id for lead in leads if lead in stage_by_lead)

    def _is_movable_by_event(self):
        """Tell whether events move the deal: lost and won ones stay where they are.

        So do those of other teams than the car service's.
        """
        self.ensure_one()
        is_open = self.active and self.won_status == "pending"
        return is_open and self._is_service_deal()

    def _get_stage_by_event(self, events, backward=False):
        """Find where the events move each deal.

        :return: dict of stages by deal; a deal that stays is not in it
        """
        names = set(events)
        if backward:
            names |= {self._get_fallback_event(event) for event in events} - {None}
        steps = self.env["crm.stage"]._get_steps()
        result = {}
        for lead in self:
            candidates = [
                step
                for step in steps.values()
                if step.event in names and step.is_of_team(lead.team_id.id)
            ]
            if backward:
                named = [step for step in candidates if step.event in events]
                candidates = [
                    step for step in named or candidates if step.id != lead.stage_id.id
                ]
            elif lead.stage_id:
                position = steps[lead.stage_id.id].position
                candidates = [step for step in candidates if step.position > position]
            if candidates:
                last = max(candidates, key=lambda step: step.position)
                # what is told of the move names other stages: one query reads all
                result[lead] = lead.stage_id.browse(last.id).with_prefetch(tuple(steps))
        return result

    @api.model
    def _get_fallback_event(self, event):
        """Return the event whose stage is used when a pipeline has none of its own."""
        return {"no_show": "estimate"}.get(event)

    def _move_to_stage(self, stage, event, cause):
        """Write the stage, telling in the chatter what moved the deal.

        Odoo's tracking posts a message per deal with some ten queries each: it is left
        to deals that somebody follows for their stage; the others get the same
        message, with the same tracking values, in one batch.
        """
        followed = self._filter_followed_for_stage()
        for lead in followed:
            lead._track_set_log_message(lead._get_move_note(event, cause))
        if followed:
            followed.write({"stage_id": stage.id})
        (self - followed)._move_to_stage_batch(stage, event, cause)
        if event != stage.auto_event:  # a stage that stands in for that of the event
            self._replace_event_activities(self._prepare_event_activities(event))

    def _move_to_stage_batch(self, stage, event, cause):
        """Write the stage of deals nobody follows, and log it in one batch."""
        if not self:
            return
        names = ["stage_id", "active", "won_status"]
        infos = self.fields_get(names, attributes=("string", "type", "selection"))
        before = {lead.id: {name: lead[name] for name in names} for lead in self}
        self.with_context(mail_notrack=True).write({"stage_id": stage.id})
        self._log_tracking(
            {lead.id: lead._mail_track(infos, before[lead.id])[1] for lead in self},
            {lead.id: lead._get_move_note(event, cause) for lead in self},
        )

    def _filter_followed_for_stage(self):
        """Return the deals that somebody asked to be told the stage of."""
        find = self.env["ir.model.data"]._xmlid_to_res_id
        subtype_ids = [
            find("crm.mt_lead_stage"),
            find("crm.mt_lead_won"),
            find("auto_crm.mt_deal_delivered"),
        ]
        followers = self.env["mail.followers"]._read_group(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("subtype_ids", "in", subtype_ids),
            ],
            ["res_id"],
        )
        followed_ids = {res_id for [res_id] in followers}
        return self.filtered(lambda lead: lead.id in followed_ids)

    def _get_move_note(self, event, cause):
        """Return the sentence of the chatter about a move, in the staff's language."""
        self.ensure_one()
        lead = self.with_context(
            lang=self.user_id.lang or self.env.company.partner_id.lang
        )
        selection = (
            lead.env["crm.stage"]._fields["auto_event"]._description_selection(lead.env)
        )
        label = Markup("<b>%s</b>") % dict(selection).get(event, event)
        text = lead._get_cause_text(cause)
        if not text:
            return lead.env._("Moved by event: %(event)s", event=label)
        return lead.env._(
            "Moved by event: %(event)s, %(cause)s", event=label, cause=text
        )

    def _get_cause_text(self, cause):
        """Return what caused a move: a link to the record, or the given sentence."""
        self.ensure_one()
        if isinstance(cause, dict):
            cause = cause.get(self.id)
        if not isinstance(cause, models.BaseModel):
            return cause or ""
        cause = cause.sudo()  # sudo: only its name, which staff sees in the deal
        if len(cause) > 1 and "opportunity_id" in cause._fields:
            cause = (
                cause.filtered(lambda record: record.opportunity_id == self) or cause
            )
        return Markup(", ").join(
            Markup('<a href="#" data-oe-model="%s" data-oe-id="%s">%s</a>')
            % (record._name, record.id, record.display_name)
            for record in cause[:5]
        )

    # ------------------------------------------------------------------
    # Activities
    # ------------------------------------------------------------------

    def _after_stage_change(self):
        """Replace the activities of the stage left by those of the stage entered."""
        # sudo: the deal may have been moved by somebody who does not see activities,
        # and who gives no defaults of them
        leads = self.sudo().with_context(clean_context(self.env.context))
        leads = leads._filter_service_deals()
        if not leads:
            return
        leads_by_event = leads.filtered("active").grouped(
            lambda lead: lead.stage_id.auto_event
        )
        vals_list = [
            vals
            for name, group in leads_by_event.items()
            for vals in group._prepare_event_activities(name)
        ]
        leads._replace_event_activities(vals_list)

    def _replace_event_activities(self, vals_list):
        """Let the open activity of a deal become the next one; a rest is removed.

        One is rewritten rather than deleted and made anew: half the queries.
        """
        old_by_lead = self._get_event_activities().grouped("res_id")
        new_vals_list = []
        rest = self.env["mail.activity"].union(*old_by_lead.values())
        rewritten_by_vals = {}
        for vals in vals_list:
            old = old_by_lead.pop(vals["res_id"], rest.browse())[:1]
            if old:
                key = tuple((name, vals[name]) for name in vals if name[:4] != "res_")
                rewritten_by_vals[key] = rewritten_by_vals.get(key, old) | old
                rest -= old
            else:
                new_vals_list.append(vals)
        rest.unlink()
        for key, activities in rewritten_by_vals.items():
            activities.with_context(mail_activity_quick_update=True).write(
                {"note": False, **dict(key)}
            )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            new_vals_list
        )

    def _get_event_activities(self):
        """Return the open activities of the deals that were scheduled by events."""
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("automated", "=", True),
                ("activity_type_id", "in", self._get_event_activity_type_ids()),
            ]
        )

    @api.model
    def _get_event_activity_type_ids(self):
        """Return ids of the activity types that events schedule and leaving removes."""
        find = self.env["ir.model.data"]._xmlid_to_res_id
        return [
            find(name)
            for name in (
                "mail.mail_activity_data_call",
                "auto_crm.mail_activity_type_book",
                "auto_crm.mail_activity_type_silent",
            )
        ]

    def _schedule_event_activities(self, event):
        """Schedule what has to be done after the event, for all deals at once."""
        vals_list = self._prepare_event_activities(event)
        # mail_activity_quick_update: no e-mail per activity, the board shows them
        return (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True)
            .create(vals_list)
        )

    def _prepare_event_activities(self, event):
        """Values of the activities that the deals need after the event."""
        vals_list = []
        deadlines = {}
        model_id = self.env["ir.model"]._get_id(self._name)
        for lead in self if event else ():
            user = lead._get_responsible_user()
            vals = lead._with_lang_of(user)._get_event_activity_vals(event)
            if not vals:
                continue
            type_name = vals.pop("activity_type")
            key = (lead.company_id, vals.pop("working_days", 0))
            if key not in deadlines:
                deadlines[key] = lead._get_working_deadline(key[1])
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": lead.id,
                    "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(
                        type_name
                    ),
                    "automated": True,
                    "date_deadline": deadlines[key],
                    "user_id": user.id,
                    **vals,
                }
            )
        return vals_list

    def _get_event_activity_vals(self, event):
        """Hook: what has to be done for the deal after the event.

        In the language of the environment, which is that of who has to do it.

        :return: values of the activity, with ``activity_type`` an XML id and
            ``working_days`` the days to wait; empty for nothing to do
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        return {
            "request": {
                "activity_type": "mail.mail_activity_data_call",
                "summary": self.env._("Call the customer"),
            },
            "estimate": {
                "activity_type": "auto_crm.mail_activity_type_silent",
                "summary": self.env._("Customer is silent: ask about the estimate"),
                "working_days": company.auto_silent_days,
            },
            "parts_arrived": {
                "activity_type": "auto_crm.mail_activity_type_book",
                "summary": self.env._("Parts arrived: agree the time of arrival"),
            },
            "no_show": {
                "activity_type": "mail.mail_activity_data_call",
                "summary": self.env._("Did not arrive: call and book again"),
            },
        }.get(event, {})

    def _with_lang_of(self, user):
        """Return the deals in the language of whoever reads what is written."""
        return self.with_context(lang=user.lang or self.env.lang)

    def _get_working_deadline(self, days=0):
        """Return the date that is due within working hours of the deal's company.

        :param int days: working days to wait
        """
        company = self.company_id or self.env.company
        zone = company._get_zone()
        now = self.env.cr.now()
        today = clock.day_of(now, zone)
        resources = self.env["resource.resource"].with_company(company)
        morning = clock.midnight(today, zone)
        for reach in (5 + 2 * days, 21 + 3 * days):  # far only if it is not near
            works = resources._get_works(morning, now + timedelta(days=reach))[False]
            if date := get_working_date(works, now, zone, days):
                return date
        return today + timedelta(days=days)

    # ------------------------------------------------------------------
    # Coming back
    # ------------------------------------------------------------------

    @api.model
    def _cron_come_back(self, batch_size=100):
        """Make the new deals of lost customers who asked for a later day.

        Idempotent: a deal that has come back leaves the domain, and the database
        refuses a second one.
        """
        self.env["auto.cron.delay"]._run_each(
            "come_back",
            self.with_context(active_test=False),
            self._get_come_back_domain(),
            lambda lead: lead._come_back(),
            batch_size,
        )

    @api.model
    def _get_come_back_domain(self):
        """Return the domain of lost deals whose day has come."""
        return [
            ("date_come_back", "<=", self.env.company._get_today()),
            ("won_status", "=", "lost"),
            ("come_back_ids", "=", False),
        ]

    def _come_back(self):
        """Make a new deal of a lost one, with a call due today."""
        self.ensure_one()
        lead = self.create(self._prepare_come_back_vals())
        lead.message_post(
            body=lead.env._(
                "Comes back from %(deal)s, lost: %(reason)s",
                deal=lead._get_cause_text(self),
                reason=self.lost_reason_id.name or "",
            )
        )
        lead._schedule_event_activities("request")
        return lead

    def _prepare_come_back_vals(self):
        """Hook: values of the deal of a customer who comes back."""
        self.ensure_one()
        user = self.user_id.filtered("active")
        return {
            "name": self.name,
            "type": "opportunity",
            "come_back_from_id": self.id,
            "partner_id": self.partner_id.id,
            "contact_name": self.contact_name,
            "partner_name": self.partner_name,
            "phone": self.phone,
            "email_from": self.email_from,
            "vehicle_id": self.vehicle_id.id,
            "vehicle_line": self.vehicle_line,
            "work_type_id": self.work_type_id.id,
            "wish": self.wish,
            "expected_revenue": self.expected_revenue,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "user_id": user.id,
            "campaign_id": self.campaign_id.id,
            "medium_id": self.medium_id.id,
            "source_id": self.source_id.id,
        }

    # ------------------------------------------------------------------
    # People
    # ------------------------------------------------------------------

    def _get_responsible_user(self):
        """Return who has to act on the deal: never nobody, never somebody who left."""
        self.ensure_one()
        company = self.company_id or self.env.company
        team = self.team_id
        candidates = (  # each is read only if nobody before it will do
            lambda: self.user_id,
            lambda: self.partner_id.user_id,
            lambda: team.user_id,
            lambda: team.member_ids[:1],
        )
        for find in candidates:
            user = find()
            if user and self.with_company(company)._is_eligible_user(user):
                return user
        return self._get_fallback_user(company)

    @api.model
    def _is_eligible_user(self, user):
        """Tell whether somebody may be given a deal of the current company."""
        return user.active and not user.share and self.env.company in user.company_ids

    @api.model
    def _get_fallback_user(self, company):
        """Return an advisor of the company, else a manager, else the administrator."""
        for name in ("auto_crm.auto_crm_group_advisor", "base.group_system"):
            users = self.env.ref(name).all_user_ids.filtered(
                lambda user: (
                    user.active
                    and not user.share
                    and company in user.company_ids
                    and user.id != SUPERUSER_ID
                )
            )
            if users:
                return users.sorted("id")[0]
        return self.env.ref("base.user_admin")
