from collections import defaultdict

from odoo import api, fields, models

from odoo.addons.auto_crm.tools import groups
from odoo.addons.auto_crm.tools.fact import Follower


class SaleOrder(models.Model):
    """Facts of a work order are told to those whom rules name."""

    _name = "sale.order"
    _inherit = ["sale.order", "auto.notify.mixin"]

    notify_message_ids = fields.One2many(
        comodel_name="auto.notify.message",
        inverse_name="order_id",
        groups=groups.ADVISOR,
    )

    # ------------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------------

    @api.model
    def _get_followers(self):
        """Override of `auto_crm`: people are told what really became true."""
        return super()._get_followers() | {
            "messages": Follower("_tell_facts", sequence=30)
        }

    def _tell_facts(self, changes):
        """Follow facts: make the messages of what became true, take back the others."""
        orders_by_code = defaultdict(self.browse)
        for order in self:
            for code in order._get_news(changes[order]):
                orders_by_code[code] += order
        if cancelled := orders_by_code.pop("cancelled", None):
            cancelled._get_notify_waiting()._cancel(
                self.env._("The order was cancelled.")
            )
        rules = self.env["auto.notify.rule"]
        for code, orders in orders_by_code.items():
            rules._do_notify(
                code,
                orders,
                date={
                    order.id: order._get_news_date(code, changes[order])
                    for order in orders
                },
                occurrence={order.id: order._get_occurrence(code) for order in orders},
            )

    def _get_news(self, change):
        """Return the facts that people are told of.

        Of the way of the car only the furthest: who is told that the car is ready isn't
        told, too, that it has been received.

        :param change: see `auto_crm`
        :rtype: list[str]
        """
        self.ensure_one()
        facts = self._get_declared_facts()
        if self.state == "cancel":
            was = change.before and change.before.state
            return ["cancelled"] if was != "cancel" and "state" in change.names else []
        steps = [code for code in facts if facts[code].is_step]
        codes = [code for code in steps if code in change.became][-1:]
        codes += [code for code in facts if code in change.became - set(steps)]
        return [code for code in codes if self._is_news(facts[code], change)]

    def _is_news(self, fact, change):
        """Tell whether people are told of what became true."""
        if fact.is_news and change.before:
            return fact.is_news(self, change.before)
        return not fact.is_news or change.before is not None

    def _get_news_date(self, event, change):
        """Hook: the time that a message is about: by default when it happened."""
        self.ensure_one()
        return change.date

    def _get_occurrence(self, event):
        """Hook: what tells a fact from an earlier one; None for once a day.

        An estimate of another sum is another estimate.
        """
        self.ensure_one()
        if event != "estimate":
            return None
        return f"{self.company_id._get_today()}/{self.amount_total:.2f}"

    def _is_notify_event_current(self, event):
        """Override of `auto_notify`: of a cancelled order nothing is so."""
        self.ensure_one()
        if self.state == "cancel" or (event == "estimate" and not self._is_deal_open()):
            return False
        return super()._is_notify_event_current(event)

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
