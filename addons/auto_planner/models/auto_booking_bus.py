from collections import defaultdict

from odoo import api, models

CHANGED = "auto_planner.changed"
CHANNEL = "auto_planner"


class AutoBooking(models.Model):
    """Open planners hear what has changed in their company, once a transaction."""

    _inherit = "auto.booking"

    def _write_multi(self, vals_list):
        """Override of the ORM: a state that follows the order is news to planners."""
        result = super()._write_multi(vals_list)
        changed = [
            booking.id
            for booking, vals in zip(self, vals_list, strict=True)
            if "state" in vals
        ]
        self.browse(changed)._tell_planners()
        return result

    def _tell_planners(self):
        """Let the planners that are open read the bookings after the commit."""
        self._note_touched({(one._name, one.id, one.company_id.id) for one in self})

    @api.model
    def _note_touched(self, touched):
        """Hook: whoever shows bookings hears of what was touched, at the end.

        :param touched: see `_send_changes`
        """
        self._call_last("_send_changes", touched)

    @api.model
    def _send_changes(self, touched):
        """Tell each company's planners in one message which bookings to read.

        It makes them read their list of orders anew, too.

        :param touched: triples (model, id, id of the company): of bookings, deleted
            ones as well, or of orders, whose company is looked up
        """
        ids_by_company = defaultdict(set)
        order_ids = []
        for model, record_id, company_id in touched:
            if model == self._name:
                ids_by_company[company_id].add(record_id)
            else:
                order_ids.append(record_id)
        orders = self.env["sale.order"]._browse_work_orders(order_ids)
        for order in orders:
            ids_by_company[order.company_id.id].update(order.booking_ids.ids)
        for company in self.env["res.company"].browse(sorted(ids_by_company)):
            changes = {"ids": sorted(ids_by_company[company.id])}
            changes["company_id"] = company.id
            company._bus_send(CHANGED, changes, subchannel=CHANNEL)
