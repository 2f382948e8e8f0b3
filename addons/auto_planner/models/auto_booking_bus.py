from functools import partial

from odoo import api, models

KEY = "auto_planner.changed"
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
        for company, bookings in self.grouped("company_id").items():
            bookings._tell_planners_of(company)

    def _tell_planners_of(self, company):
        """Let a company's planners read the bookings, if any, and their list anew."""
        precommit = self.env.cr.precommit
        if KEY not in precommit.data:
            precommit.data[KEY] = {}
            # behind all that is waiting already, which may have more to tell
            precommit.add(partial(precommit.add, self.browse()._send_changes))
        precommit.data[KEY].setdefault(company, set()).update(self.ids)

    @api.model
    def _send_changes(self):
        """Precommit callback: tell each company's planners in one message."""
        for company, ids in self.env.cr.precommit.data.pop(KEY, {}).items():
            changes = {"ids": sorted(ids), "company_id": company.id}
            company._bus_send(KEY, changes, subchannel=CHANNEL)
