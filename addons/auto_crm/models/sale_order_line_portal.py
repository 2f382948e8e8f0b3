from odoo import models

GREY = "bg-200 text-700"


class SaleOrderLine(models.Model):
    """A line's state in the customer's words: nothing of the workshop's inner life."""

    _inherit = "sale.order.line"

    def _get_portal_badge(self):
        """Return (label, CSS classes, date or False) of a line, None if it has none.

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
            return self.env._("Cancelled"), GREY, False
        if states <= {"done", "cancel"}:
            return self.env._("Done"), "text-bg-success", False
        if "in_progress" in states or "done" in states:
            return self.env._("In work"), "text-bg-primary", False
        if "on_hold" in states:
            return self.env._("Waiting"), "text-bg-warning", False
        return self.env._("Planned"), GREY, False

    def _get_portal_part_badge(self):
        """Return the badge of a part, with the date it is due while it travels."""
        self.ensure_one()
        badges = {
            "missing": (self.env._("To be ordered"), GREY, False),
            "ordered": (self.env._("On its way"), "text-bg-warning", self.parts_date),
            "arrived": (self.env._("In stock"), "text-bg-success", False),
            "issued": (self.env._("Fitted"), "text-bg-success", False),
            "customer": (self.env._("Yours"), GREY, False),
        }
        return badges.get(self.part_state)
