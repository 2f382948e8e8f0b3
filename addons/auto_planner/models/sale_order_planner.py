from odoo import api, models

from odoo.addons.auto_crm.tools.deleted import for_those_there

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
        self.browse(changed)._tell_planners()
        return result

    @api.model
    def _browse_work_orders(self, ids):
        """Return those of the orders that are work orders, and not deleted."""
        return for_those_there(
            self.browse(ids), lambda there: there.filtered("is_work_order")
        )

    def _tell_planners(self):
        """Let open planners read the orders' bookings, and their list, at the end."""
        touched = {(self._name, order_id, False) for order_id in self.ids}
        self.env["auto.booking"]._note_touched(touched)
