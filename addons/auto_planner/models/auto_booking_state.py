from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.auto_crm.tools.fact import get_now

EXPECTED = ("tentative", "confirmed")
HERE = ("arrived", "in_work", "done")
BUSY = (*EXPECTED, *HERE)
FACTS = {
    "date_confirmed",
    "date_arrived",
    "date_cancelled",
    "date_no_show",
    "date_hold",
    "state",
    "is_busy",
}


class AutoBooking(models.Model):
    """The state of a booking, computed from facts; and the deal that follows it."""

    _inherit = "auto.booking"

    state = fields.Selection(
        selection=[
            ("tentative", "Tentative"),
            ("confirmed", "Confirmed"),
            ("arrived", "Arrived"),
            ("in_work", "In work"),
            ("done", "Done"),
            ("no_show", "Did not arrive"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    is_busy = fields.Boolean(
        string="Holds its slot", compute="_compute_state", store=True
    )
    date_confirmed = fields.Datetime(readonly=True, copy=False)
    date_arrived = fields.Datetime(readonly=True, copy=False)
    date_cancelled = fields.Datetime(readonly=True, copy=False)
    date_no_show = fields.Datetime(readonly=True, copy=False)
    date_hold = fields.Datetime(
        string="Held until",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="A slot held while the customer fills the form; then it is free again.",
    )

    @api.depends(
        "date_confirmed",
        "date_arrived",
        "date_cancelled",
        "date_no_show",
        "order_id.work_state",
        "order_id.date_received",
        "job_ids.state",
    )
    def _compute_state(self):
        for booking in self:
            booking.state = booking._get_state()
            booking.is_busy = booking.state in BUSY

    def _get_state(self):
        """Return what the facts say: this booking's, then those of its order.

        That a car did not come stays true when its order is received another day.
        """
        self.ensure_one()
        if self.date_cancelled:
            return "cancelled"
        if self.date_arrived:
            return self._get_work_state()
        if self.date_no_show:
            return "no_show"
        if self.order_id.date_received:
            return self._get_work_state()
        return "confirmed" if self.date_confirmed else "tentative"

    def _get_work_state(self):
        """Return how far the booked work is, of a car that is here."""
        states = set((self.job_ids or self.order_id.job_ids).mapped("state"))
        states.discard("cancel")
        if self.order_id.work_state in ("ready", "released") or states == {"done"}:
            return "done"
        return "in_work" if states & {"in_progress", "on_hold", "done"} else "arrived"

    @api.model
    def _check_facts(self, names):
        """Refuse facts written around the actions that check them and tell the deal.

        :raise AccessError: for everybody but the actions themselves
        """
        facts = FACTS & set(names)
        if facts and not self.env.su:
            labels = self.fields_get(sorted(facts), ["string"]).values()
            raise AccessError(
                self.env._(
                    "%(fields)s cannot be typed in: use the buttons of the booking.",
                    fields=", ".join(label["string"] for label in labels),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_expected(self):
        """Keep the bookings that customers have been told of."""
        expected = self.filtered(
            lambda booking: booking.state in EXPECTED and not booking.date_hold
        )[:1]
        if expected:
            raise UserError(
                self.env._(
                    "%s: the car is expected. Cancel the booking instead.",
                    expected.name,
                )
            )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def _check_no_hold(self):
        """Refuse to decide on a time for which the customer fills in the form.

        :raise UserError:
        """
        if any(self.mapped("date_hold")):
            raise UserError(
                self.env._(
                    "A customer is filling in the form for this time on the site. "
                    "It is free again in some minutes, or booked."
                )
            )

    def action_confirm(self):
        """The customer and the shop agree on the time.

        :raise UserError: while the customer fills in the form
        """
        self._check_no_hold()
        tentative = self.filtered(lambda booking: booking.state == "tentative")
        tentative._write_facts({"date_confirmed": get_now()})
        return True

    def action_cancel(self):
        """Give the slot back; what a customer only holds is deleted.

        :return: whether it can be taken back
        :raise UserError: when the car has come for it, or its work has begun
        """
        held = self.filtered("date_hold")
        bookings = self - held
        if held:
            held.unlink()
        here = bookings.filtered(lambda booking: booking._is_begun())[:1]
        if here:
            raise UserError(
                self.env._(
                    "%(booking)s: the car is here. Cancel its work order instead.",
                    booking=here.name,
                )
            )
        open_ones = bookings.filtered("is_busy")
        if open_ones:
            open_ones._write_facts({"date_cancelled": get_now()})
        return bool(bookings)

    def _is_begun(self):
        """Tell whether the car has come for this booking, or its work has begun.

        The car may be here for another one of its order, and this one still a plan.
        """
        self.ensure_one()
        if self.date_arrived or self.state == "done":
            return self.state in HERE
        return self.state == "in_work" and self.date_start <= fields.Datetime.now()

    def action_open_arrive(self):
        """The car is here: of an order, its mileage is asked for as at its reception.

        :return: the question's window, or True
        :raise UserError: see `action_arrive`, and when the order is not agreed yet
        """
        self.ensure_one()
        self._check_no_hold()
        if not self.order_id or self.order_id.date_received:
            return self.action_arrive()
        self.order_id._check_agreed()
        action = self.order_id.action_open_receive()
        context = {**action["context"], "default_booking_id": self.id}
        return {**action, "context": context}

    def action_arrive(self):
        """The car is here; of an order, it is received there.

        :raise UserError: while the customer fills in the form
        """
        self._check_no_hold()
        waiting = self.filtered(lambda booking: booking.state in (*EXPECTED, "no_show"))
        orders = waiting.order_id.filtered(lambda order: not order.date_received)
        waiting._write_facts({"date_arrived": get_now()})
        if orders:
            orders.action_receive()
        waiting._on_received()
        return True

    def action_create_order(self):
        """Make the work order of what is booked, with its packages; open it.

        :raise UserError: when nobody knows whose car it is
        """
        self.ensure_one()
        if not self.order_id:
            if not (self.partner_id or self.lead_id):
                raise UserError(
                    self.env._("Fill in the customer of the booking first.")
                )
            if not self.partner_id:
                self.lead_id._create_missing_customer()
                self.partner_id = self.lead_id.partner_id
            self.order_id = self._get_open_order() or self._create_order()
        return self.order_id._get_records_action()

    def _get_open_order(self):
        """Return the order that the deal has already, if it is of the same car."""
        order = self.lead_id.work_order_id
        is_open = order.state != "cancel" and not order.date_released
        is_same = order.company_id == self.company_id and (
            not self.vehicle_id or order.vehicle_id == self.vehicle_id
        )
        return order if is_open and is_same else order.browse()

    def _create_order(self):
        order = self.env["sale.order"].create(self._prepare_order_vals())
        for package in self.package_ids:
            package._add_to_order(order)
        return order

    def _prepare_order_vals(self):
        """Hook: values of the work order of a booking."""
        self.ensure_one()
        return {
            "is_work_order": True,
            "partner_id": self.partner_id.id,
            "vehicle_id": self.vehicle_id.id,
            "opportunity_id": self.lead_id.id,
            "work_type_id": self.work_type_id.id,
            "wish": self.lead_id.wish or self.note,
            "user_id": (self.user_id or self.env.user).id,
            "company_id": self.company_id.id,
        }

    def action_reopen(self):
        """Take back a cancellation or a no-show; the slot may have been taken.

        :raise UserError: when it has, when it is over, or the order is cancelled
        """
        given_up = self.filtered(
            lambda booking: booking.state in ("cancelled", "no_show")
        )
        now = fields.Datetime.now()
        for booking in given_up:
            limit = booking.date_stop
            if not (booking.date_arrived or booking.order_id.date_received):
                grace = timedelta(minutes=booking.company_id.auto_no_show_minutes)
                limit = min(limit, booking.date_start + grace)
            if limit < now:
                raise UserError(
                    self.env._("%s is over: plan another time.", booking.name)
                )
            if booking.order_id.state == "cancel":
                raise UserError(
                    self.env._(
                        "%(order)s is cancelled: plan another order.",
                        order=booking.order_id.name,
                    )
                )
        given_up._write_facts({"date_cancelled": False, "date_no_show": False})
        return True

    def _write_facts(self, vals):
        """Write what an action found allowed."""
        self.check_access("write")
        # sudo: facts are read-only to users, actions may write them
        return self.sudo().write(vals)

    def _move_to(self, start=None, stop=None, post=None, mechanics=None):
        """Move the booking, as long as it is where nothing is named.

        :param start: naive UTC; the booking keeps its length without `stop`
        :raise UserError: when the new slot is taken
        """
        self.ensure_one()
        vals = {}
        if start:
            vals["date_start"] = start
            vals["date_stop"] = stop or start + (self.date_stop - self.date_start)
        elif stop:
            vals["date_stop"] = stop
        if post is not None:
            vals["post_id"] = post.id
        if mechanics is not None:
            vals["mechanic_ids"] = [fields.Command.set(mechanics.ids)]
        return self.write(vals)

    # ------------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------------

    def _adopt_order(self):
        """Plan the order of the deal, if its car was not received yet."""
        for booking in self.filtered(lambda one: one.lead_id and not one.order_id):
            order = booking._get_open_order()
            if order and not order.date_received:
                booking.order_id = order

    def _on_received(self):
        """Hook: the cars are here, maybe after all: they take their slot again."""
        self.filtered(lambda booking: not booking.slot_ids)._take_slots_again()

    def _take_slots_again(self):
        """Occupy what is still free; else the chatter says who has it by now."""
        for booking in self:
            try:
                with self.env.cr.savepoint():
                    booking._sync_slots()
            except UserError as error:  # the car is here, whoever has the slot by now
                booking.message_post(body=str(error))

    def _ask_advisor_about_no_show(self):
        """Leave the call to a customer whose deal, if there is one, stays in place."""
        self.ensure_one()
        lead = self.lead_id
        if not lead:
            self._ask_advisor(lambda env: env._("Did not arrive: call and book again"))
        elif lead.active:
            summary = lead._get_event_activity_vals("no_show")["summary"]
            if summary not in lead._get_event_activities().mapped("summary"):
                lead._schedule_event_activities("no_show")

    def _get_when_text(self):
        """Return time and post of a booking, for the chatter."""
        self.ensure_one()
        return ", ".join(
            filter(None, [self._format_time(self.date_start), self.post_id.name])
        )

    @api.model
    def _cron_no_show(self, batch_size=100):
        """Find the cars that did not come. Idempotent: a no-show leaves the domain."""
        self._search_expired_holds().try_lock_for_update().unlink()
        self.env["auto.cron.delay"]._run_each(
            "no_show",
            self,
            self._get_no_show_domain(),
            lambda booking: booking._action_no_show(),
            batch_size,
        )

    def _action_no_show(self):
        """Record that the car did not come, and have the customer called."""
        self.ensure_one()
        self.date_no_show = get_now()

    @api.model
    def _get_no_show_domain(self):
        """Return the domain of bookings whose grace time is over."""
        now = fields.Datetime.now()
        domain = fields.Domain.FALSE
        for company in self.env["res.company"].search([("id", ">", 0)]):
            limit = now - timedelta(minutes=company.auto_no_show_minutes)
            domain |= fields.Domain("company_id", "=", company.id) & fields.Domain(
                "date_start", "<", limit
            )
        held = fields.Domain("date_hold", "!=", False)
        # what was entered or imported afterwards is history, not waited for
        in_time = fields.Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s < %s",
                model._field_to_sql(alias, "create_date", query),
                model._field_to_sql(alias, "date_stop", query),
            ),
            predicate=lambda booking: booking.create_date < booking.date_stop,
        )
        return domain & fields.Domain("state", "in", EXPECTED) & ~held & in_time
