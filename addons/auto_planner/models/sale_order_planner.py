from odoo import models

SHOWN = {
    "state",
    "work_state",
    "work_type_id",
    "parts_state",
    "parts_date",
    "payment_status",
    "vehicle_id",
    "partner_id",
}
KEY = "auto_planner.changed_orders"


class SaleOrder(models.Model):
    """Open planners follow the orders that they show."""

    _inherit = "sale.order"

    def _write_multi(self, vals_list):
        """Override of the ORM: what is computed is news to planners too.

        Parts arrive and payments come without anybody writing the order.
        """
        result = super()._write_multi(vals_list)
        changed = [
            order.id
            for order, vals in zip(self, vals_list, strict=True)
            if SHOWN & vals.keys()
        ]
        self.browse(changed)._tell_planners_later()
        return result

    def _tell_planners_later(self):
        """Tell open planners once, before the commit, whatever else changes."""
        if not self:
            return
        data = self.env.cr.precommit.data
        if KEY not in data:
            data[KEY] = set()
            self.env.cr.precommit.add(self.env["sale.order"]._tell_planners)
        data[KEY].update(self.ids)

    def _tell_planners(self):
        """Tell open planners which bookings to read, and that the list is another."""
        ids = self.env.cr.precommit.data.pop(KEY, ())
        # sudo: what is told are ids, which everybody reads with his own rights
        orders = self.sudo().browse(ids).exists().filtered("is_work_order")
        for company, some in orders.grouped("company_id").items():
            some.booking_ids._tell_planners_of(company)
