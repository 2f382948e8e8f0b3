from contextlib import contextmanager, suppress
from copy import deepcopy
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import sql_db
from odoo.tests import freeze_time, tagged

from odoo.addons.auto_crm.tools.transaction import FactSavepoint, get_register

from .order_common import AutoOrderCommon

# the same examples in every run, however slow the machine
PROPERTY = settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
ACTIONS = ("receive", "unreceive", "hold", "resume", "start", "done", "reopen")


class RolledBackError(Exception):
    """What a savepoint is left by, to be rolled back."""


@tagged("post_install", "-at_install")
@freeze_time("2026-10-13 09:00:00")
class TestFactTransaction(AutoOrderCommon):
    """What follows a transaction is what would follow its net change at once."""

    def _create_deal_order(self):
        deal = self.deal.copy()
        order = self._create_agreed((self.labour, 1), opportunity_id=deal.id)
        self.run_events()
        return order

    def _act(self, order, action):
        """Do something to the order that it allows now."""
        job = order.job_ids
        state = job.state
        if action == "receive":
            order.action_receive()
        elif action == "unreceive" and state in ("todo", "on_hold"):
            order.with_user(self.manager).action_unreceive()
        elif action == "hold" and order.date_received:
            order.action_hold(self.reason)
        elif action == "resume" and order.hold_reason_id:
            order.action_resume()
        elif action == "start" and order.date_received and state in ("todo", "on_hold"):
            job.action_start()
        elif action == "done" and order.date_received and state != "done":
            job.action_done()
        elif action == "reopen" and state == "done":
            job.action_reopen()

    def _get_consequences(self, order):
        """Return what has followed: where deal and clock are, and what was written."""
        deal = order.opportunity_id
        return (
            deal.stage_id,
            len(deal.message_ids),
            deal.activity_ids.mapped("summary"),
            [
                (row.work_state, row.hold_reason_id, bool(row.date_stop))
                for row in order.clock_ids
            ],
        )

    @contextmanager
    def _rolled_back(self):
        with suppress(RolledBackError), self.cr.savepoint():
            yield
            raise RolledBackError

    def _run_steps(self, order, steps):
        """Run steps: actions, and pairs (is kept, steps) that are savepoints.

        :return: the actions that were not rolled back
        """
        kept = []
        for step in steps:
            if isinstance(step, str):
                self._act(order, step)
                kept.append(step)
            elif step[0]:
                with self.cr.savepoint():
                    kept += self._run_steps(order, step[1])
            else:
                with self._rolled_back():
                    self._run_steps(order, step[1])
        return kept

    @PROPERTY
    @given(
        st.lists(
            st.recursive(
                st.sampled_from(ACTIONS),
                lambda steps: st.tuples(st.booleans(), st.lists(steps, max_size=4)),
                max_leaves=8,
            ),
            max_size=8,
        )
    )
    def test_savepoints_anywhere_change_nothing_that_follows(self, steps):
        order, plain = self._create_deal_order(), self._create_deal_order()
        kept = self._run_steps(order, steps)
        self.run_events()
        for action in kept:
            self._act(plain, action)
        self.run_events()
        self.assertEqual(order.work_state, plain.work_state)
        self.assertEqual(self._get_consequences(order), self._get_consequences(plain))

    def test_what_is_undone_leaves_no_trace(self):
        order = self._create_deal_order()
        before = self._get_consequences(order)
        order.action_receive()
        with self.cr.savepoint():
            pass
        order.with_user(self.manager).action_unreceive()
        self.run_events()
        self.assertEqual(self._get_consequences(order), before)

    def test_a_savepoint_rolled_back_twice_forgets_only_what_was_in_it(self):
        order = self._create_deal_order()
        order.action_receive()
        savepoint = self.cr.savepoint()
        for _time in range(2):
            order.job_ids.action_done()
            self.env.flush_all()
            savepoint.rollback()
        savepoint.close(rollback=False)
        self.run_events()
        self.assertEqual(order.opportunity_id.stage_id.auto_event, "received")

    def test_a_transaction_rolled_back_has_told_nothing(self):
        self._create_deal_order().action_receive()
        self.env.flush_all()
        register = get_register(self.cr)
        self.assertTrue(register)
        self.assertEqual(deepcopy(register).first, register.first)
        self.cr.clear()
        self.assertFalse(get_register(self.cr))

    def test_a_transaction_without_facts_costs_nothing(self):
        self.run_events()
        with self.assertQueryCount(0):
            with patch.object(self.registry["auto.fact.mixin"], "_settle") as settle:
                self.run_events()
            settle.assert_not_called()

    def test_a_flush_that_fails_inside_a_savepoint_loses_nothing_before_it(self):
        order = self._create_deal_order()
        order.action_receive()

        def fail():
            raise RolledBackError

        with suppress(RolledBackError), self.cr.savepoint():
            order.job_ids.action_done()
            self.cr.precommit.add(fail)
        self.run_events()
        self.assertEqual(order.work_state, "received")
        self.assertEqual(order.opportunity_id.stage_id.auto_event, "received")

    def test_odoo_makes_savepoints_as_we_know_them(self):
        """What `tools.transaction` stands on: should Odoo change it, look there."""
        self.assertIsInstance(self.cr.savepoint(flush=True), FactSavepoint)
        self.assertIs(type(self.cr.savepoint(flush=False)), sql_db.Savepoint)
        self.assertEqual(FactSavepoint.__bases__, (sql_db._FlushingSavepoint,))
        self.assertEqual(
            {name for name in vars(sql_db._FlushingSavepoint) if name[:2] != "__"}
            | {"__init__"},
            {"__init__", "rollback", "_close"},
        )
