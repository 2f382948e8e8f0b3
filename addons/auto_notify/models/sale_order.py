from odoo import api, fields, models
from odoo.exceptions import MissingError

from odoo.addons.auto_crm.models.sale_order_payment import SETTLED

# what a customer is told about a car, first to last: only the last one that became true
CHAIN = ("estimate", "parts_ordered", "parts_arrived", "received", "ready", "released")
UNPAID = ("due", "partial", "prepaid", "overdue")
ON_SITE = ("received", "in_progress", "on_hold")


class SaleOrder(models.Model):
    """Facts of a work order are told to those whom rules name."""

    _name = "sale.order"
    _inherit = ["sale.order", "auto.notify.mixin"]

    notify_message_ids = fields.One2many(
        comodel_name="auto.notify.message", inverse_name="order_id"
    )

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------

    def _follow_changes(self, before_by_id):
        """Override of `auto_crm`: people are told what really became true."""
        result = super()._follow_changes(before_by_id)
        try:
            orders = self.filtered("is_work_order")
        except MissingError:  # an order was deleted, seldom enough to look for it
            orders = self.exists().filtered("is_work_order")
        orders_by_event = {}
        cancelled = self.browse()
        for order in orders:
            before = before_by_id[order.id]
            if before.get("state", "cancel") != "cancel" and order.state == "cancel":
                cancelled += order
            for event in order._get_notify_facts(before):
                orders_by_event[event] = orders_by_event.get(event, cancelled[:0])
                orders_by_event[event] += order
        if cancelled:
            cancelled._get_notify_waiting()._cancel(
                self.env._("The order was cancelled.")
            )
        for event, group in orders_by_event.items():
            occurrence = {order.id: order._get_occurrence(event) for order in group}
            # what follows a transaction has a savepoint already
            rules = self.env["auto.notify.rule"]
            rules._do_notify(event, group, occurrence=occurrence)
        return result

    def _get_notify_facts(self, before):
        """Hook: events that the transaction made true.

        Only the furthest: who is told that the car is ready isn't told, too, that it
        has been received.

        :param dict before: former values of what changed, see ``_follow_changes``
        :return: values of ``auto.notify.rule.event``
        :rtype: list[str]
        """
        self.ensure_one()
        if self.state == "cancel":
            return []
        facts = self._get_chain_facts(before)
        events = [event for event in CHAIN if event in facts][-1:]
        is_new = self._is_released_paid() and not self._was_released_paid(before)
        if is_new and not self._is_given_up(before):
            events.append("paid")
        return events

    def _get_chain_facts(self, before):
        """Return what became true of the estimate, the parts and the work."""
        facts = set()
        if before.get("state", "sent") != "sent" and self.state == "sent":
            facts.add("estimate")
        parts = before.get("parts_state", self.parts_state)
        if parts != self.parts_state and self.parts_state == "ordered":
            facts.add("parts_ordered")
        if parts in ("missing", "ordered") and self.parts_state == "arrived":
            facts.add("parts_arrived")
        work = before.get("work_state", self.work_state)
        if work in (False, "new") and self.work_state in ON_SITE:
            facts.add("received")
        if work not in ("ready", "released") and self.work_state == "ready":
            facts.add("ready")
        if work != "released" and self.work_state == "released":
            facts.add("released")
        return facts

    def _is_released_paid(self):
        """Tell whether the car has left and nothing is due."""
        self.ensure_one()
        return self.work_state == "released" and self._is_settled()

    def _was_released_paid(self, before):
        """Tell whether that was so when the transaction began."""
        payment = before.get("payment_status", self.payment_status)
        work = before.get("work_state", self.work_state)
        return work == "released" and payment in SETTLED

    def _is_given_up(self, before):
        """Tell whether nothing is due since the bill was taken back, not paid."""
        self.ensure_one()
        payment = before.get("payment_status", self.payment_status)
        return self.payment_status == "none" and payment in UNPAID

    def _get_occurrence(self, event):
        """Return what tells a fact from an earlier one; None for once a day.

        An estimate of another sum is another estimate.
        """
        self.ensure_one()
        if event != "estimate":
            return None
        return f"{self.company_id._get_today()}/{self.amount_total:.2f}"

    def _is_notify_event_current(self, event):
        """Override of `auto_notify`: the order still is what the message says."""
        self.ensure_one()
        if self.state == "cancel":
            return False
        return {
            "estimate": self.state == "sent" and self._is_deal_open(),
            "parts_ordered": self.parts_state == "ordered",
            "parts_arrived": self.parts_state == "arrived",
            "received": self.work_state in ON_SITE,
            "ready": self.work_state == "ready",
            "released": self.work_state == "released",
            "paid": self._is_released_paid(),
        }.get(event, super()._is_notify_event_current(event))

    def _is_deal_open(self):
        """Tell whether the customer has not refused: lost deals are archived."""
        self.ensure_one()
        return not self.opportunity_id or self.opportunity_id.active

    # ------------------------------------------------------------------
    # The document
    # ------------------------------------------------------------------

    @api.model
    def _get_notify_sample(self):
        """Override of `auto_notify`: a work order, not a sale over the counter."""
        return self.search([("is_work_order", "=", True)], order="id desc", limit=1)

    def _get_notify_deal(self):
        """Override of `auto_notify`: the order's deal."""
        self.ensure_one()
        return self.opportunity_id

    def _get_notify_order(self):
        """Override of `auto_notify`: the order itself."""
        self.ensure_one()
        return self
