from odoo import Command, api, fields, models

from odoo.addons.auto_crm.tools import groups

from .auto_booking import ONLINE
from .auto_booking_state import BUSY, EXPECTED, HERE


class CrmLead(models.Model):
    """A deal knows when its car is expected: from its bookings, else as typed."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "auto.booking.party"]

    booking_ids = fields.One2many(
        comodel_name="auto.booking",
        inverse_name="lead_id",
        groups=f"{groups.MECHANIC},{groups.PORTAL}",
    )
    date_booking = fields.Datetime(
        compute="_compute_date_booking", store=True, readonly=False
    )

    @api.depends("booking_ids.date_start", "booking_ids.state", "booking_ids.date_hold")
    def _compute_date_booking(self):
        """The first arrival that is still to come; what was typed stays without one."""
        for lead in self:
            bookings = lead.booking_ids.filtered(lambda one: not one.date_hold)
            expected = bookings.filtered(lambda booking: booking.state in EXPECTED)
            if expected:
                lead.date_booking = min(expected.mapped("date_start"))
            elif bookings:
                lead.date_booking = False
            else:
                lead.date_booking = lead.date_booking

    def write(self, vals):
        """Override of `crm`: nobody waits for the car of a deal that is lost.

        Bookings follow the deal when it is corrected, those of an order follow that.
        """
        before = self._get_booked_values(vals)
        result = super().write(vals)
        self._correct_own_bookings(before)
        if "active" in vals and not vals["active"]:
            # sudo: whoever may close the deal
            bookings = self.sudo().booking_ids
            bookings.filtered(lambda one: one.state in EXPECTED).action_cancel()
        return result

    @api.model
    def _correct_own_bookings(self, before):
        """Let bookings follow their deal, where no order says otherwise.

        :param dict before: see `_get_booked_values`
        """
        for lead, values in before.items():
            for name, value in values.items():
                # sudo: whoever may write the deal
                bookings = lead.sudo().booking_ids.filtered(
                    lambda one, name=name: not one.order_id[name]
                )
                lead._correct_bookings(bookings, {name: value})

    def action_plan(self):
        """Offer the next free times for the deal's car."""
        self.ensure_one()
        return self.env["auto.booking.plan"]._open(
            {"lead_id": self.id, "order_id": self.work_order_id.id}
        )

    def _prepare_opportunity_quotation_context(self):
        """Override of `auto_crm`: what was booked is in the estimate."""
        context = super()._prepare_opportunity_quotation_context()
        # sudo: whoever may make the estimate
        lines = self.sudo()._get_packages_to_quote().line_ids
        if not lines:
            return context
        commands = [Command.create(line._prepare_order_line_vals()) for line in lines]
        return {**context, "default_order_line": commands}

    def _get_packages_to_quote(self):
        """Return the packages of bookings that have no order yet."""
        return self.booking_ids.filtered(
            lambda one: (
                not one.order_id
                and not one.date_hold
                and one.state in (*EXPECTED, *HERE)
            )
        ).package_ids

    def _get_booking_field(self):
        return "lead_id"

    # ------------------------------------------------------------------
    # Back to agreement
    # ------------------------------------------------------------------

    def _return_to_agreement(self, event, cause):
        """Move back the deals whose car is not expected any more, nor here.

        :param str event: why, ``no_show`` or ``booking_cancelled``
        :param dict cause: sentences for the chatter by deal id
        :return: the deals that were moved
        """
        waiting = self.filtered(lambda lead: lead._is_without_arrival(event))
        with_parts = waiting.filtered(
            lambda lead: event != "no_show" and lead.parts_state == "arrived"
        )
        moved = with_parts._move_by_event({"parts_arrived"}, cause, backward=True)
        return moved | (waiting - with_parts)._move_by_event(
            {event}, cause, backward=True
        )

    def _is_without_arrival(self, event):
        """Hook: whether a deal that waited for its car waits for nothing now."""
        self.ensure_one()
        bookings = self.booking_ids.filtered(lambda one: not one.date_hold)
        # sudo: whoever sees the deal; the car may be here without its booking
        orders = self.sudo().order_ids.filtered(
            lambda order: order.date_received and order.state != "cancel"
        )
        if orders or any(state in BUSY for state in bookings.mapped("state")):
            return False
        return event == "no_show" or self.stage_id.auto_event == "booked"

    @api.model
    def _get_fallback_event(self, event):
        """Override of `auto_crm`: a cancelled booking is agreed anew."""
        if event == "booking_cancelled":
            return "estimate"
        return super()._get_fallback_event(event)

    def _get_event_activity_vals(self, event):
        """Override of `auto_crm`: another time is to be found, a booking confirmed."""
        if event == "booking_cancelled":
            return {
                "activity_type": "auto_crm.mail_activity_type_book",
                "summary": self.env._("Booking cancelled: agree on another time"),
            }
        if event == "booking_online":
            return {
                "activity_type": "auto_planner.mail_activity_type_confirm",
                "summary": self.env._("Confirm the booking made online"),
            }
        return super()._get_event_activity_vals(event)

    @api.model
    def _get_event_activity_type_ids(self):
        """Override of `auto_crm`: what was booked online is to be confirmed."""
        types = super()._get_event_activity_type_ids()
        return [*types, self._get_confirm_activity_type_id()]

    @api.model
    def _get_confirm_activity_type_id(self):
        """Return the id of the type; None if somebody has deleted it."""
        name = "auto_planner.mail_activity_type_confirm"
        return self.env["ir.model.data"]._xmlid_to_res_id(name)

    @api.model
    def _is_request_of_booking(self, origin):
        """Whether the record that asks is a booking made online."""
        return bool(origin) and origin._name == "auto.booking"

    def _schedule_request_call(self, origin=None):
        """Override of `auto_crm`: of a booking made online, that is to be confirmed."""
        if self._is_request_of_booking(origin):
            return self.env["mail.activity"]
        return super()._schedule_request_call(origin)

    def _record_request(self, origin=None):
        """Override of `auto_crm`: the request is told as the booking it is."""
        if self._is_request_of_booking(origin):
            return None
        return super()._record_request(origin)

    def _tell_arrival(self, changes):
        """Override of `auto_notify`: of a planned deal each booking is told itself.

        A time that was typed before the deal was planned is not told any more.
        """
        planned = self.filtered("booking_ids")
        planned._cancel_booking()
        return super(CrmLead, self - planned)._tell_arrival(changes)

    def _close_online_activities(self):
        """Nothing is to be confirmed, once all that was booked online is."""
        done = self.filtered(lambda lead: not lead._get_online_to_confirm())
        confirm_id = self._get_confirm_activity_type_id()
        done._get_event_activities().filtered(
            lambda one: one.activity_type_id.id == confirm_id
        ).unlink()

    def _get_online_to_confirm(self):
        """Return the bookings made online that wait for an advisor."""
        return self.booking_ids.filtered(
            lambda one: (
                one.state == "tentative" and one.source in ONLINE and not one.date_hold
            )
        )

    @api.model
    def _get_follower_models(self):
        """Override of `auto_crm`: bookings of a merged deal are not lost."""
        return [*super()._get_follower_models(), "auto.booking"]
