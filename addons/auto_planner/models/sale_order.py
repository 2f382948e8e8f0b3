from odoo import api, fields, models

from odoo.addons.auto_crm.tools import groups
from odoo.addons.auto_crm.tools.fact import get_now

from .auto_booking_state import EXPECTED, HERE


class SaleOrder(models.Model):
    """A work order and its bookings: several, on different posts and days."""

    _name = "sale.order"
    _inherit = ["sale.order", "auto.booking.party"]

    booking_ids = fields.One2many(
        comodel_name="auto.booking",
        inverse_name="order_id",
        groups=f"{groups.MECHANIC},{groups.PORTAL}",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: the deal may have been booked before its order."""
        orders = super().create(vals_list)
        orders._adopt_bookings()
        return orders

    def write(self, vals):
        """Override of `sale`: an order may be given its deal later, or be corrected."""
        before = self._get_booked_values(vals)
        result = super().write(vals)
        for order, values in before.items():
            # sudo: whoever may write the order
            order._correct_bookings(order.sudo().booking_ids, values)
        if vals.get("opportunity_id"):
            self._adopt_bookings()
            # sudo: whoever may write the order
            bookings = self.sudo().booking_ids
            bookings.filtered(
                lambda booking: booking.is_busy and not booking.date_hold
            )._adopt_order()
        return result

    def _adopt_bookings(self):
        """Take over the bookings of the deals that have no order yet."""
        orders = self.filtered(
            lambda order: order.is_work_order and order.state != "cancel"
        )
        leads = orders.opportunity_id
        if not leads:
            return
        # sudo: whoever may make the order
        bookings = (
            self.env["auto.booking"]
            .sudo()
            .search(
                [
                    ("lead_id", "in", leads.ids),
                    ("order_id", "=", False),
                    ("state", "in", (*EXPECTED, *HERE)),
                    ("date_hold", "=", False),
                ]
            )
        )
        by_lead = bookings.grouped("lead_id")
        for order in orders:
            # sudo: as the key
            found = by_lead.pop(order.opportunity_id.sudo(), bookings.browse())
            found.filtered(
                lambda one, order=order: one.company_id == order.company_id
            ).order_id = order

    def action_plan(self):
        """Offer the next free times for the work of the order."""
        self.ensure_one()
        return self.env["auto.booking.plan"]._open({"order_id": self.id})

    def action_walk_in(self):
        """Offer the posts on which the car may be worked on now."""
        self.ensure_one()
        return self.env["auto.booking.plan"]._open(
            {"order_id": self.id, "is_now": True}
        )

    def _get_booking_field(self):
        return "order_id"

    def _get_hours_to_plan(self, jobs=None):
        """Return the norm-hours that are still to be worked.

        :param jobs: only of these; by default of all jobs
        """
        jobs = (jobs or self.job_ids).filtered(lambda job: job.state != "cancel")
        if not jobs:
            return self._get_planned_hours()
        return sum(jobs.filtered(lambda job: job.state != "done").mapped("norm_hours"))

    def _get_work_types_to_plan(self, jobs=None):
        """Return the types of the work still to be done; else what the order is for.

        :param jobs: only of these; by default of all jobs
        """
        jobs = jobs or self.job_ids
        works = jobs.filtered(lambda job: job.state not in ("done", "cancel"))
        if not jobs:
            works = self._get_labour_lines()
        return works.work_type_id or self.work_type_id

    def _get_planned_hours(self):
        """Return the norm-hours of the lines, for an order without jobs yet."""
        return sum(
            line.norm_hours * line.product_uom_qty for line in self._get_labour_lines()
        )

    def _get_labour_lines(self):
        return self.order_line.filtered(lambda line: line.line_kind == "labour")

    def _action_receive(self):
        """Override of `auto_crm`: the car that was waited for is here."""
        # sudo: whoever may receive the car
        orders = self.sudo()
        came = orders.booking_ids.browse().union(
            *(order._get_booking_of_arrival() for order in orders)
        )
        result = super()._action_receive()
        came._write_facts({"date_arrived": get_now()})
        came._on_received()
        return result

    def _action_release(self):
        """Override of `auto_crm`: the time that is left of its bookings is free."""
        result = super()._action_release()
        # sudo: whoever may release the car
        self.sudo().booking_ids.slot_ids._cut_at_release()
        return result

    def action_unrelease(self):
        """Override of `auto_crm`: its bookings need the rest of their time again."""
        result = super().action_unrelease()
        # sudo: whoever may take the release back
        self.sudo().booking_ids._take_slots_again()
        return result

    def _get_booking_of_arrival(self):
        """Return the booking for which the car has come, late or too early.

        Others of the order are still plans. Empty if it is known for which.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        bookings = self.booking_ids.sorted("date_start").filtered(
            lambda booking: booking.state != "cancelled"
        )
        if any(bookings.mapped("date_arrived")):
            return bookings.browse()
        expected = bookings.filtered(lambda booking: booking.state in EXPECTED)
        late = bookings.filtered(
            lambda booking: booking.state == "no_show" and booking.date_stop > now
        )
        return (expected or late)[:1]

    def action_unreceive(self):
        """Override of `auto_crm`: nobody has come for a booking either."""
        result = super().action_unreceive()
        # sudo: whoever may take the receipt back
        arrived = self.sudo().booking_ids.filtered("date_arrived")
        arrived._write_facts({"date_arrived": False})
        arrived._sync_slots()
        return result

    def _action_cancel(self):
        """Override of `sale`: a cancelled order needs its slots no more."""
        # sudo: whoever may cancel the order
        bookings = self.sudo().filtered("is_work_order").booking_ids
        here = bookings.filtered(
            lambda booking: booking.state in ("arrived", "in_work")
        )
        coming = bookings.filtered(lambda booking: booking.state in EXPECTED)
        result = super()._action_cancel()
        coming.action_cancel()
        here._write_facts({"date_cancelled": get_now()})
        return result
