from odoo import models


class SaleOrderLine(models.Model):
    """A line's state in the customer's words: nothing of the workshop's inner life."""

    _inherit = "sale.order.line"

    def _get_portal_badge(self):
        """Return (label, Bootstrap colour, date or False) of a line, None if it has none.

        A hold is only "waiting": its reason is the shop's business.
        """
        self.ensure_one()
        if self.order_id.state != "sale":
            return None
        if self.part_state:
            return self._get_portal_part_badge()
        jobs = self.job_ids
        if not jobs:
            return None
        states = set(jobs.mapped("state"))
        if states == {"cancel"}:
            return self.env._("Cancelled"), "light", False
        if states <= {"done", "cancel"}:
            return self.env._("Done"), "success", False
        if "in_progress" in states or "done" in states:
            return self.env._("In work"), "primary", False
        if "on_hold" in states:
            return self.env._("Waiting"), "warning", False
        return self.env._("Planned"), "light", False

    def _get_portal_part_badge(self):
        """Return the badge of a part, with the date it is due while it travels."""
        self.ensure_one()
        badges = {
            "missing": (self.env._("To be ordered"), "light", False),
            "ordered": (self.env._("On its way"), "warning", self.parts_date),
            "arrived": (self.env._("In stock"), "success", False),
            "issued": (self.env._("Fitted"), "success", False),
            "customer": (self.env._("Yours"), "light", False),
        }
        return badges.get(self.part_state)
