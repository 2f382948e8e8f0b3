from odoo import api, fields, models
from odoo.tools import clean_context

BEFORE_KEY = "auto_notify.leads"


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
        comodel_name="auto.notify.message", inverse_name="lead_id"
    )

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `crm`: a deal may begin with its time of arrival."""
        leads = super().create(vals_list)
        booked = leads.filtered("date_booking")
        booked._collect_before({lead.id: (False, True) for lead in booked})
        return leads

    def write(self, vals):
        """Override of `crm`: notice another time of arrival, and deals that end."""
        if {"date_booking", "active"} & vals.keys():
            self._collect_before(
                {lead.id: (lead.date_booking, lead.active) for lead in self}
            )
        return super().write(vals)

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

    @api.model
    def _receive_request(self, vals, source=None, details=(), origin=None, **options):
        """Override of `auto_crm`: a request is told to those whom rules name."""
        lead = super()._receive_request(vals, source, details, origin, **options)
        lead._notify_request(origin)
        return lead

    def _notify_request(self, origin=None):
        """Hook: tell of a request, unless the record that asks tells of itself.

        :param origin: as of `_receive_request`
        """
        self.env["auto.notify.rule"]._notify("request", self)

    def _collect_before(self, before_by_id):
        """Remember what was so when the transaction began, until its end."""
        if not before_by_id:
            return
        precommit = self.env.cr.precommit
        if BEFORE_KEY not in precommit.data:
            # sudo: messages follow facts, not the rights of who made them
            leads = self.browse().sudo().with_context(clean_context(self.env.context))
            precommit.add(leads._run_collected_before)
        first = precommit.data.setdefault(BEFORE_KEY, {})
        for lead_id, before in before_by_id.items():
            first.setdefault(lead_id, before)

    @api.model
    def _run_collected_before(self):
        """Precommit callback: tell what changed, take back what is so no more."""
        before_by_id = self.env.cr.precommit.data.pop(BEFORE_KEY, {})
        leads = self.browse(before_by_id)
        self.env["sale.order"]._run_safely(leads._follow_booking, before_by_id)

    def _follow_booking(self, before_by_id):
        """Tell times of arrival agreed; take back messages about former ones.

        :param dict before_by_id: (time of arrival, active) before, by id of a deal
        """
        leads = self.exists()
        ended = leads.filtered(lambda lead: before_by_id[lead.id][1] > lead.active)
        if ended:
            ended._get_notify_waiting()._cancel(self.env._("The deal was closed."))
        moved = (leads - ended).filtered(
            lambda lead: before_by_id[lead.id][0] != lead.date_booking
        )
        moved.filtered(lambda lead: before_by_id[lead.id][0])._cancel_booking()
        now = fields.Datetime.now()
        booked = moved.filtered(
            lambda lead: (
                lead._is_notify_event_current("booked") and lead.date_booking > now
            )
        )
        # what follows a transaction has a savepoint already
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
        if not self.active:
            return False
        if event in self._get_booking_events():
            return bool(self.date_booking)
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
