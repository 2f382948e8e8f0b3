import logging
from collections import defaultdict

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import clean_context

_logger = logging.getLogger(__name__)

EVENTS_KEY = "auto_crm.order_events"
CLOCK_KEY = "auto_crm.order_clock"
CHANGES_KEY = "auto_crm.order_changes"


class SaleOrder(models.Model):
    """Facts of a work order tell its deal, and keep its clock, once a transaction.

    Changes are collected while they are made, wherever that is, and handled in one
    precommit callback: in bulk, and never blocking the fact.
    """

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._collect_events({order: {"estimate"} for order in orders})
        return orders

    def write(self, vals):
        if "state" in vals:
            self._collect_changes({order: {"state": order.state} for order in self})
        result = super().write(vals)
        if vals.get("opportunity_id") or vals.get("state") in ("sent", "sale"):
            self._collect_events({order: {"estimate"} for order in self})
        if "state" in vals:
            self._collect_clock()
        return result

    def _compute_field_value(self, field):
        """Override of the ORM: notice stored values of work orders that change.

        It is the one place every change of a stored compute passes (see
        `base_automation`), whichever document made it.
        """
        computed = {other.name for other in self.pool.field_computed[field]}
        watched = computed & self._get_watched_fields()
        orders = self.filtered("id") if watched else self.browse()
        before = {order: {name: order[name] for name in watched} for order in orders}
        result = super()._compute_field_value(field)
        changed = orders.filtered(
            lambda order: before[order] != {name: order[name] for name in watched}
        )
        changed._collect_changes({order: before[order] for order in changed})
        changed._collect_events(
            {order: order._get_events(watched) for order in changed}
        )
        if "work_state" in watched:
            changed._collect_clock()
        return result

    @api.model
    def _get_watched_fields(self):
        """Hook: stored computes whose changes may be events of the deal."""
        return {"work_state", "waiting_reason_id", "parts_state", "payment_status"}

    def _get_events(self, names):
        """Hook: events reached with the present values of the watched fields.

        A value implies all that comes before it: a ready car was received.

        :param set[str] names: watched fields that changed
        :return: values of ``crm.stage.auto_event``
        :rtype: set[str]
        """
        self.ensure_one()
        events = set()
        if "work_state" in names:
            events |= self._get_work_events()
        if "parts_state" in names:
            events |= {
                "ordered": {"parts_ordered"},
                "arrived": {"parts_ordered", "parts_arrived"},
            }.get(self.parts_state, set())
        if self.work_state == "released" and self._is_settled():
            events.add("paid")
        return events

    def _get_work_events(self):
        """Events that the work state implies."""
        self.ensure_one()
        if self.work_state in (False, "new"):
            return set()
        events = {"received"}
        is_started = any(self.job_ids.mapped("date_started"))
        if self.work_state in ("in_progress", "ready", "released") or is_started:
            events.add("in_repair")
        if self.work_state in ("ready", "released"):
            events.add("ready")
        return events

    def _collect_events(self, events_by_order):
        """Remember what happened until the facts are about to be committed.

        :param dict[sale.order, set[str]] events_by_order: orders without a deal, and
            those that are no work orders, are ignored
        """
        for order, events in events_by_order.items():
            if events and order.is_work_order and order.opportunity_id:
                # `id`, since records would keep the environment of this moment
                self._get_precommit_data(EVENTS_KEY)[order.id] |= events

    def _collect_changes(self, before_by_order):
        """Remember what was so when the transaction began; what is so is read later.

        :param dict[sale.order, dict] before_by_order: former values by name
        """
        for order, before in before_by_order.items():
            first = self._get_precommit_data(CHANGES_KEY, dict)[order.id]
            for name, value in before.items():
                if not isinstance(value, models.BaseModel):
                    first.setdefault(name, value)

    def _collect_clock(self):
        """Remember whose clock must be looked at."""
        data = self._get_precommit_data(CLOCK_KEY)
        for order in self.filtered("is_work_order"):
            data[order.id].add(order.work_state)

    def _get_precommit_data(self, key, factory=set):
        """What is collected under a key; the first caller registers the callback."""
        precommit = self.env.cr.precommit
        if not {EVENTS_KEY, CLOCK_KEY, CHANGES_KEY} & precommit.data.keys():
            # sudo: the deal and the clock follow facts, not the rights of who made them
            orders = self.browse().sudo().with_context(clean_context(self.env.context))
            precommit.add(orders._run_collected)
        return precommit.data.setdefault(key, defaultdict(factory))

    @api.model
    def _run_collected(self):
        """Precommit callback: keep the clocks, move the deals, tell who follows."""
        data = self.env.cr.precommit.data
        clock_ids = list(data.pop(CLOCK_KEY, {}))
        events_by_order = data.pop(EVENTS_KEY, {})
        before_by_id = data.pop(CHANGES_KEY, {})
        if clock_ids:
            self._run_safely(self.browse(clock_ids)._update_clock)
        by_events = defaultdict(list)
        for order_id, events in events_by_order.items():
            by_events[frozenset(events)].append(order_id)
        for events, order_ids in by_events.items():
            self._run_safely(self.browse(order_ids)._send_events, events)
        if before_by_id:
            orders = self.browse(before_by_id)
            self._run_safely(orders._follow_changes, before_by_id)

    @api.model
    def _run_safely(self, function, *args):
        """Run what follows a fact; its failure is logged, the fact stays."""
        try:
            with self.env.cr.savepoint():
                function(*args)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # Odoo repeats the whole transaction: nothing is lost
        except Exception:  # whatever goes wrong, the receipt or payment must be kept
            _logger.exception("Failed to follow up a change of work orders")

    def _send_events(self, events):
        """Tell the deals, all at once.

        :param frozenset[str] events: what all these orders reached
        """
        orders = self.exists().filtered("opportunity_id")
        return orders.opportunity_id._move_by_event(set(events), cause=orders)

    def _follow_changes(self, before_by_id):
        """Hook: what else follows the facts of a transaction, with or without a deal.

        :param dict[int, dict] before_by_id: by id of an order (which may be deleted
            meanwhile, or be no work order), the values that ``state`` and the watched
            fields that changed had before
        """
