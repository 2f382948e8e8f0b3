from odoo import api, fields, models


class SaleOrder(models.Model):
    """A work order and its bookings: several, on different posts and days."""

    _inherit = "sale.order"

    booking_ids = fields.One2many(comodel_name="auto.booking", inverse_name="order_id")
    booking_count = fields.Integer(compute="_compute_booking_count")

    @api.depends("booking_ids")
    def _compute_booking_count(self):
        counts = dict(
            self.env["auto.booking"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.booking_count = counts.get(order, 0)

    def action_view_bookings(self):
        """Open the bookings of the order; the first is made from here too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_planner.auto_booking_action"
        )
        action.update(
            domain=[("order_id", "=", self.id)],
            context={"default_order_id": self.id},
            view_mode="list,form",
            views=[(False, "list"), (False, "form")],
        )
        return action

    def _get_planned_hours(self):
        """Return the norm-hours of the lines, for an order without jobs yet."""
        return sum(
            line.norm_hours * line.product_uom_qty
            for line in self.order_line
            if line.product_id.service_tracking == "auto_job"
        )

    def _action_receive(self):
        """Override of `auto_crm`: the car that was waited for is here."""
        result = super()._action_receive()
        coming = self.booking_ids.filtered(lambda booking: booking.state != "cancelled")
        coming._on_received()
        return result

    def _action_cancel(self):
        """Override of `sale`: a cancelled order needs its slots no more."""
        coming = self.booking_ids.filtered(
            lambda booking: booking.state in ("tentative", "confirmed")
        )
        # sudo: whoever may cancel the order
        coming.sudo().action_cancel()
        return super()._action_cancel()
