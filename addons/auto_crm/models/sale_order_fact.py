from collections import defaultdict

from odoo import api, models
from odoo.tools.translate import LazyTranslate

from ..tools.fact import Fact, Follower
from .sale_order_lost_money import WATCHES as MONEY
from .sale_order_payment import SETTLED

_lt = LazyTranslate(__name__)

ON_SITE = ("received", "in_progress", "on_hold")
UNPAID = ("due", "partial", "prepaid", "overdue")


def is_in_repair(order):
    """Tell whether work on a car that is here has begun."""
    if order.work_state == "on_hold":
        return any(order.job_ids.mapped("date_started"))
    return order.work_state == "in_progress"


def is_paid_news(order, before):
    """Tell whether nothing is due since it was paid, not since the bill went away."""
    is_given_up = order.payment_status == "none" and before.payment_status in UNPAID
    return not is_given_up


# first to last, as a car goes through the shop
FACTS = {
    "quoted": Fact(
        holds=lambda order: bool(order.opportunity_id) and order.state != "cancel",
        watches=frozenset({"state", "opportunity_id"}),
        events=frozenset({"estimate"}),
    ),
    "estimate": Fact(
        holds=lambda order: order.state == "sent",
        watches=frozenset({"state"}),
        is_step=True,
        phrase=_lt("When an estimate is sent"),
    ),
    "parts_ordered": Fact(
        holds=lambda order: order.parts_state == "ordered",
        watches=frozenset({"parts_state"}),
        events=frozenset({"parts_ordered"}),
        is_step=True,
        phrase=_lt("When the parts are ordered"),
    ),
    "parts_arrived": Fact(
        holds=lambda order: order.parts_state == "arrived",
        watches=frozenset({"parts_state"}),
        events=frozenset({"parts_ordered", "parts_arrived"}),
        is_step=True,
        # what was on the shelf has not arrived
        is_news=lambda order, before: before.parts_state in ("missing", "ordered"),
        phrase=_lt("When all parts have arrived"),
    ),
    "received": Fact(
        holds=lambda order: order.work_state in ON_SITE,
        watches=frozenset({"work_state"}),
        events=frozenset({"received"}),
        is_step=True,
        phrase=_lt("When the car is received"),
    ),
    "in_repair": Fact(
        holds=is_in_repair,
        watches=frozenset({"work_state"}),
        implies=frozenset({"received"}),
        events=frozenset({"in_repair"}),
    ),
    "ready": Fact(
        holds=lambda order: order.work_state == "ready",
        watches=frozenset({"work_state"}),
        implies=frozenset({"in_repair"}),
        events=frozenset({"received", "in_repair", "ready"}),
        is_step=True,
        phrase=_lt("When the car is ready"),
    ),
    "released": Fact(
        holds=lambda order: order.work_state == "released",
        watches=frozenset({"work_state"}),
        implies=frozenset({"ready"}),
        events=frozenset({"received", "in_repair", "ready"}),
        is_step=True,
        phrase=_lt("When the car is released"),
    ),
    "paid": Fact(
        holds=lambda order: (
            order.work_state == "released" and order.payment_status in SETTLED
        ),
        watches=frozenset({"work_state", "payment_status"}),
        events=frozenset({"paid"}),
        is_news=is_paid_news,
        phrase=_lt("When the order is released and paid"),
    ),
    "cancelled": Fact(
        holds=lambda order: order.state == "cancel",
        watches=frozenset({"state"}),
    ),
}


class SaleOrder(models.Model):
    """Facts of a work order, and its deal that moves by them."""

    _name = "sale.order"
    _inherit = ["sale.order", "auto.fact.mixin"]

    def _filter_facts(self):
        """Override: a sale over the counter is none of ours."""
        return self.filtered("is_work_order")

    @api.model
    def _get_facts(self):
        """Override: the way of a work order, first to last."""
        return super()._get_facts() | FACTS

    @api.model
    def _get_followers(self):
        """Override: the clock, the deal, and who looks after the money."""
        return super()._get_followers() | {
            "clock": Follower(
                "_update_clock",
                sequence=10,
                watches=frozenset({"state", "work_state", "waiting_reason_id"}),
            ),
            "deals": Follower("_move_deals", sequence=20),
            "lost_money": Follower(
                "_follow_money",
                sequence=25,
                watches=MONEY,
            ),
        }

    def _move_deals(self, changes):
        """Follow facts: tell the deals, all at once, what their orders have reached."""
        facts = self._get_declared_facts()
        orders_by_events = defaultdict(self.browse)
        for order in self.filtered("opportunity_id"):
            reached = (facts[code].events for code in changes[order].facts)
            orders_by_events[frozenset().union(*reached)] += order
        for events, orders in orders_by_events.items():
            if events:
                orders.opportunity_id._move_by_event(set(events), cause=orders)
