from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.auto_crm.tools import groups
from odoo.addons.auto_crm.tools.fact import Fact, Follower

_lt = LazyTranslate(__name__)


class CrmLead(models.Model):
    """Facts of a deal are told: a request, the time of arrival agreed or moved."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "auto.notify.mixin"]

    notify_contact_id = fields.Many2one(
        comodel_name="auto.notify.contact",
        string="Chat",
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The messenger chat in which the customer wrote last.",
    )
    notify_message_ids = fields.One2many(
        comodel_name="auto.notify.message",
        inverse_name="lead_id",
        groups=groups.ADVISOR,
    )

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------

    @api.model
    def _get_facts(self):
        """Override of `auto_crm`: what is told of a deal itself."""
        return super()._get_facts() | {
            "booked": Fact(
                holds=lambda lead: lead.active and bool(lead.date_booking),
                watches=frozenset({"date_booking", "active"}),
                is_dated=True,
                phrase=_lt("When the time of arrival is agreed"),
            ),
            "message": Fact(phrase=_lt("When the customer writes")),
        }

    @api.model
    def _get_followers(self):
        """Override of `auto_crm`: people are told; what is so no more is taken back."""
        return super()._get_followers() | {
            "messages": Follower("_tell_facts", sequence=30)
        }

    def _get_notify_vehicle(self):
        """Override: whoever types the plate of somebody else is told nothing of it."""
        vehicle = super()._get_notify_vehicle()
        owner = vehicle.partner_id.commercial_partner_id
        is_others = owner and owner != self.partner_id.commercial_partner_id
        return vehicle.browse() if self.date_request and is_others else vehicle

    def _get_notify_car(self, vehicle):
        """Override: nor is he by the line of that car."""
        if self.vehicle_id and not vehicle:
            return ""
        return super()._get_notify_car(vehicle)

    def _tell_facts(self, changes):
        """Follow facts: tell what occurred and times agreed, take back former ones."""
        rules = self.env["auto.notify.rule"]
        for code in ("request", "message"):
            leads = self.filtered(lambda one, code=code: code in changes[one].became)
            if leads:
                dates = {lead.id: changes[lead].date for lead in leads}
                rules._do_notify(code, leads, date=dates)
        ended = self.filtered(
            lambda lead: not lead.active and "active" in changes[lead].names
        )
        if ended:
            ended._get_notify_waiting()._cancel(self.env._("The deal was closed."))
        (self - ended).filtered(
            lambda lead: "date_booking" in changes[lead].names
        )._tell_arrival(changes)

    def _tell_arrival(self, changes):
        """Tell times of arrival agreed; take back messages about former ones."""
        self.filtered(
            lambda lead: changes[lead].before and changes[lead].before.date_booking
        )._cancel_booking()
        now = fields.Datetime.now()
        booked = self.filtered(
            lambda lead: (
                lead._is_notify_event_current("booked") and lead.date_booking > now
            )
        )
        if not booked:
            return
        self.env["auto.notify.rule"]._do_notify(
            "booked",
            booked,
            date={lead.id: lead.date_booking for lead in booked},
            # back to a time that was told before is news, too
            occurrence={lead.id: f"{lead.date_booking}/{now}" for lead in booked},
        )

    def _cancel_booking(self):
        """Take back what has not been told yet about the former time of arrival."""
        if self:
            waiting = self._get_notify_waiting(self._get_booking_events())
            waiting._cancel(self.env._("The time of arrival was changed."))

    @api.model
    def _get_booking_events(self):
        """Hook: events whose messages die with the time of arrival."""
        return {"booked"}

    def _is_notify_event_current(self, event):
        """Override of `auto_notify`: the deal is open, its time still agreed."""
        self.ensure_one()
        if not self.active or (
            event in self._get_booking_events() and not self.date_booking
        ):
            return False
        return super()._is_notify_event_current(event)

    # ------------------------------------------------------------------
    # The document
    # ------------------------------------------------------------------

    def _get_notify_deal(self):
        """Override of `auto_notify`: the deal itself."""
        self.ensure_one()
        return self

    def _get_notify_order(self):
        """Override of `auto_notify`: the deal's newest work order."""
        self.ensure_one()
        return self.work_order_id

    def _get_notify_advisor(self):
        """Override of `auto_notify`: never nobody, requests have to be answered."""
        return self._get_responsible_user().partner_id
