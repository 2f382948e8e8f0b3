from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_skeleton

from odoo import SUPERUSER_ID, api, models
from odoo.tools import format_amount, get_lang

from odoo.addons.auto_crm.tools import clock
from odoo.addons.auto_crm.tools.times import format_time


class AutoNotifyMixin(models.AbstractModel):
    """A document that messages are about: who is told, and what the texts may say.

    It inherits ``auto.fact.mixin``, too: messages follow its facts.

    Upper addons inherit it for documents of their own, and override its hooks for those
    that have it already.
    """

    _name = "auto.notify.mixin"
    _description = "Document of Messages"

    # ------------------------------------------------------------------
    # What the document belongs to
    # ------------------------------------------------------------------

    def _get_notify_company(self):
        """Hook: the company whose rules and channels serve the document."""
        self.ensure_one()
        return self.company_id or self.env.company

    def _get_notify_team(self):
        """Hook: the team whose rules serve the document."""
        self.ensure_one()
        return self.team_id

    def _get_notify_deal(self):
        """Hook: the deal in whose chatter the message appears."""
        self.ensure_one()
        return self.env["crm.lead"]

    def _get_notify_order(self):
        """Hook: the work order in whose chatter the message appears."""
        self.ensure_one()
        return self.env["sale.order"]

    def _get_notify_vehicle(self):
        """Hook: the car that the message is about."""
        self.ensure_one()
        return self.vehicle_id

    def _get_notify_zone(self, partner):
        """Hook: name of the time zone in which the recipient has his night."""
        self.ensure_one()
        return partner.tz or self._get_notify_company()._get_tz()

    def _get_notify_date(self):
        """Hook: the time that a message about the document is about by itself."""
        self.ensure_one()
        return self._get_notify_deal().date_booking

    @api.model
    def _get_notify_sample(self):
        """Hook: a document to try texts on, as new as possible; empty if there is none.

        :return: one that the user may read
        """
        return self.search([], order="id desc", limit=1)

    # ------------------------------------------------------------------
    # Who is told
    # ------------------------------------------------------------------

    def _get_notify_recipients(self, audience):
        """Hook: the people of an audience, each once.

        :param str audience: a value of ``auto.notify.rule.audience``
        :rtype: res.partner
        """
        self.ensure_one()
        partners = {
            "customer": self._get_notify_customer,
            "driver": self._get_notify_driver,
            "advisor": self._get_notify_advisor,
            "mechanic": self._get_notify_mechanics,
            "manager": self._get_notify_managers,
        }[audience]()
        return partners.filtered("active")

    def _get_notify_customer(self):
        """Hook: the customer."""
        return self.partner_id

    def _get_notify_contact(self):
        """Hook: the chat of a customer who has no record of his own."""
        return self._get_notify_deal().notify_contact_id

    def _get_notify_driver(self):
        """Who brings the car: its driver, else the customer himself."""
        return self._get_notify_vehicle().driver_id or self._get_notify_customer()

    def _get_notify_advisor(self):
        """Who has to act on the document."""
        deal = self._get_notify_deal()
        user = self.user_id or (deal and deal._get_responsible_user())
        return user.partner_id if user else self.env["res.partner"]

    def _get_notify_mechanics(self):
        """Who works, or has worked, on the car."""
        jobs = self._get_notify_order().job_ids
        mechanics = jobs.filtered(lambda job: job.state != "cancel").mechanic_ids
        return (
            mechanics.user_id.partner_id
            | mechanics.filtered(lambda employee: not employee.user_id).work_contact_id
        )

    def _get_notify_managers(self):
        """The managers of the company."""
        company = self._get_notify_company()
        users = self.env.ref("auto_crm.auto_crm_group_manager").all_user_ids
        return users.filtered(
            lambda user: (
                user.active
                and not user.share
                and user.id != SUPERUSER_ID
                and company in user.company_ids
            )
        ).partner_id

    # ------------------------------------------------------------------
    # What is told
    # ------------------------------------------------------------------

    def _is_notify_event_current(self, event):
        """Hook: whether what a message says is still so, asked again before sending.

        :param str event: a value of ``auto.notify.rule.event``, the code of a fact
        """
        self.ensure_one()
        fact = self._get_declared_facts().get(event)
        return fact is None or fact.holds is None or bool(fact.holds(self))

    @api.model
    def _get_notify_placeholders(self):
        """Hook: the names of `_get_notify_values`, each with what it says."""
        return {
            "name": self.env._("Name of who gets the message"),
            "car": self.env._("Make and model of the car"),
            "plate": self.env._("Plate of the car"),
            "sum_due": self.env._("What is left to pay; empty if nothing is"),
            "sum_total": self.env._("Sum of the estimate or work order"),
            "bonuses": self.env._("Bonuses of the customer, if there are any"),
            "date": self.env._("Day it is about, in words"),
            "time": self.env._("Time of day it is about"),
            "address": self.env._("Address of the shop"),
            "map_link": self.env._("Link to the shop on the map"),
            "phone": self.env._("Phone of the shop"),
            "company": self.env._("Name of the shop"),
            "advisor": self.env._("Name of the service advisor"),
            "portal_link": self.env._("Link to the order for the customer"),
        }

    def _get_notify_values(self, partner):
        """Hook: values of the placeholders, in the language and zone of the context.

        :param partner: who reads it
        :return: texts by name; a function in place of a text is called only if a text
            uses it
        :rtype: dict
        """
        self.ensure_one()
        company = self._get_notify_company()
        vehicle = self._get_notify_shown_vehicle(partner)
        return {
            "name": partner.name or "",
            "car": self._get_notify_car(vehicle),
            "plate": vehicle.license_plate or "",
            "sum_due": lambda: self._format_notify_amount("amount_due"),
            "sum_total": lambda: self._format_notify_amount("amount_total"),
            "bonuses": "",
            "date": "",
            "time": "",
            "address": self._get_notify_address,
            "map_link": self._get_notify_short_map_link,
            "phone": company.phone or "",
            "company": company.name,
            "advisor": lambda: self._get_notify_advisor().name or "",
            "portal_link": self._get_notify_portal_link,
        }

    def _get_notify_date_values(self, moment):
        """Return the values that tell a moment, in words."""
        self.ensure_one()
        company = self._get_notify_company()
        local = clock.to_local(moment, company._get_zone())
        return {
            "date": self._format_notify_date(local),
            "time": format_time(self.env, moment, company._get_tz()),
        }

    def _format_notify_date(self, day):
        """Return a day as people say it: "Tuesday, October 14"."""
        code = get_lang(self.env).code
        try:
            locale = Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            locale = Locale("en")
        weekday = format_date(day, "EEEE", locale=locale)
        return f"{weekday}, {format_skeleton('MMMMd', day, locale=locale)}"

    def _get_notify_shown_vehicle(self, partner):
        """Return the car that texts to somebody tell of; staff is told of each."""
        self.ensure_one()
        is_staff = partner and (
            not partner.partner_share or partner in self._get_notify_mechanics()
        )
        return self.vehicle_id if is_staff else self._get_notify_vehicle()

    def _get_notify_car(self, vehicle):
        """Return make and model of the car, else what the customer called it.

        :param vehicle: the one to tell of, see `_get_notify_shown_vehicle`
        """
        model = vehicle.model_id
        name = " ".join(part for part in (model.brand_id.name, model.name) if part)
        deal = self._get_notify_deal()
        return name or (not vehicle and deal.vehicle_line) or ""

    def _format_notify_amount(self, name):
        """Return a sum of the order as people write it; "" for none, or no order."""
        order = self._get_notify_order()
        currency = order.currency_id
        if not order or currency.compare_amounts(order[name], 0.0) <= 0:
            return ""
        return format_amount(self.env, order[name], currency)

    def _get_notify_place(self):
        """Hook: the partner at whose address the customer is expected."""
        self.ensure_one()
        return self._get_notify_company().partner_id

    def _get_notify_address(self):
        """Hook: address of the shop in one line; its country everybody knows."""
        return self._get_notify_place()._get_map_address()

    def _get_notify_map_link(self):
        """Hook: the company's own map link, else one made of its address."""
        return self._get_notify_place()._get_map_url()

    def _get_notify_short_map_link(self):
        """Return the map's link as texts have it: an SMS in Cyrillic has 70 letters."""
        link = self._get_notify_map_link()
        place = self._get_notify_place()
        if not link or place._get_map_url() != link:
            return link
        return min(place._get_map_short_url(self.get_base_url()), link, key=len)

    def _get_notify_portal_link(self):
        """Return the address of the customer's page about it, "" if there is none."""
        order = self._get_notify_order()
        if not order:
            return ""
        # a text is only tried: no token is made for that
        is_trial = self.env.context.get("notify_trial") and not order.access_token
        path = order.access_url if is_trial else order.get_portal_url()
        return f"{order.get_base_url()}{path}"

    # ------------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------------

    def _on_notify_button(self, code, partner):
        """Hook: the customer has pressed a button below a message.

        :param str code: of the ``auto.notify.button``
        :param partner: who pressed it
        :return: whether the document knew what to do
        :rtype: bool
        """
        self.ensure_one()
        if code != "call_me":
            return False
        deal = self._get_notify_deal()
        document = deal or self
        user = deal._get_responsible_user() if deal else self.user_id
        today = self._get_notify_company()._get_today()
        call = "mail.mail_activity_data_call"
        waiting = document.activity_search([call])
        if waiting:
            waiting.date_deadline = today
            return True
        document = document.with_context(
            lang=user.lang or self.env.lang, mail_activity_quick_update=True
        )
        document.activity_schedule(
            call,
            date_deadline=today,
            summary=document.env._("Call back: asked for by button"),
            user_id=user.id or self.env.uid,
        )
        return True

    def _get_notify_waiting(self, events=None):
        """Return the messages of rules about the documents that have still to go.

        :param events: only those of these events
        """
        # sudo: what becomes of messages follows the facts, not the rights of a user
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("rule_id", "!=", False),
            ("state", "in", ("queued", "deferred", "sent")),
            ("date_next", "!=", False),
        ]
        if events:
            domain.append(("event", "in", list(events)))
        # sudo: the outbox, whoever has changed the fact
        return self.env["auto.notify.message"].sudo().search(domain)
