import json
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged, users
from odoo.tools import mute_logger

from ..tools.fact import Before, Change
from .order_common import AutoOrderCommon

LOGGERS = (
    "odoo.addons.auto_crm.models.auto_fact_mixin",
    "odoo.addons.auto_crm.models.auto_fact_failure",
)


@tagged("post_install", "-at_install")
class TestFactFailure(AutoOrderCommon):
    def _fail(self, error=None):
        """Let a car be received whose deal cannot be moved.

        :return: the order and the failures kept
        """
        failures = self.env["auto.fact.failure"].sudo()
        order = self._create_agreed((self.labour, 1), opportunity_id=self.deal.id)
        self.run_events()
        known = failures.search([])
        with self._broken(error), mute_logger(*LOGGERS):
            order.action_receive()
            self.run_events()
        return order, failures.search([]) - known

    def _broken(self, error=None):
        """Let deals be moved by nothing."""
        return patch.object(
            self.registry["crm.lead"],
            "_move_to_stage",
            side_effect=error or ValueError("broken stage"),
        )

    def test_it_is_kept_and_the_others_have_followed(self):
        order, failure = self._fail()
        self.assertEqual(order.clock_ids[-1:].work_state, "received")
        self.assertRecordValues(
            failure,
            [
                {
                    "res_model": "sale.order",
                    "res_id": order.id,
                    "document": order.display_name,
                    "company_id": order.company_id.id,
                    "follower": "deals",
                    "facts": "received",
                    "error": "ValueError('broken stage')",
                    "tries": 0,
                }
            ],
        )
        self.assertEqual(failure.action_open_document()["res_id"], order.id)

    def test_what_waits_for_the_end_fails_alone(self):
        """All are called in one savepoint, and each in its own after a failure."""
        called = []

        def note(_model, items):
            called.append(items)
            self.env["auto.hold.reason"].create({"name": f"Noted {len(called)}"})

        model = self.registry["auto.fact.mixin"]
        with (
            patch.object(model, "_note_one", note, create=True),
            patch.object(model, "_note_two", side_effect=ValueError, create=True),
            mute_logger(*LOGGERS),
        ):
            self.env["auto.fact.mixin"]._call_last("_note_one", [1])
            self.env["auto.fact.mixin"]._call_last("_note_two", [2])
            self.run_events()
        self.assertEqual(called, [{1}, {1}])
        noted = self.env["auto.hold.reason"].search([("name", "like", "Noted")])
        self.assertEqual(noted.mapped("name"), ["Noted 2"])

    def test_it_is_made_good_by_the_next_try(self):
        _order, failure = self._fail()
        stage = self.deal.stage_id
        failure.action_retry()
        self.assertFalse(failure.exists())
        self.assertNotEqual(self.deal.stage_id, stage)
        self.assertEqual(self.deal.stage_id.auto_event, "received")

    def test_the_cron_tries_when_it_is_time_and_gives_up(self):
        _order, failure = self._fail()
        failures = self.env["auto.fact.failure"]
        cron = patch.object(
            self.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 1
        )
        with cron, self._broken(), mute_logger(*LOGGERS):
            failures._cron_retry()
            self.assertEqual(failure.tries, 0)  # not yet
            for number in range(1, 9):
                with freeze_time(failure.date_next + timedelta(seconds=1)):
                    failures._cron_retry()
                self.assertEqual(failure.tries, number)
        self.assertFalse(failure.date_next)
        with cron:
            failures._cron_retry()
        self.assertTrue(failure.exists())  # parked: by hand only

    def test_values_come_back_as_they_were(self):
        failures = self.env["auto.fact.failure"]
        order = self._create_agreed()
        values = {
            "date_order": order.date_order,
            "validity_date": fields.Date.today(),
            "work_state": "new",
            "waiting_reason_id": self.reason.id,
            "opportunity_id": False,
        }
        change = Change(
            before=Before(order, values),
            names=frozenset(values),
            became=frozenset(),
            ceased=frozenset(),
            facts=frozenset(),
            uid=self.advisor.id,
        )
        packed = json.loads(json.dumps(failures._pack(change)))
        again = failures._unpack(order, packed)
        for name in ("date_order", "validity_date", "work_state"):
            self.assertEqual(getattr(again.before, name), values[name])
        self.assertEqual(again.before.waiting_reason_id, self.reason)
        self.assertFalse(again.before.opportunity_id)
        self.assertEqual(again.names, change.names)
        self.assertEqual(again.get_actor(self.env), self.advisor)

    def test_a_bad_one_does_not_stop_the_others(self):
        _order, bad = self._fail()
        _order, good = self._fail()
        bad.change = {**bad.change, "actor": ["no.such.model", 1]}
        (bad + good).date_next = fields.Datetime.now()
        with (
            patch.object(
                self.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 1
            ),
            mute_logger(*LOGGERS),
        ):
            self.env["auto.fact.failure"]._cron_retry()
        self.assertFalse(good.exists())
        self.assertEqual(bad.tries, 1)

    def test_what_has_been_deleted_needs_nothing(self):
        order, failure = self._fail()
        failure.res_id = order.id + 10**6
        self.assertFalse(failure.document)
        failure.action_retry()
        self.assertFalse(failure.exists())

    @users("auto_mechanic", "auto_advisor")
    def test_who_does_not_manage_the_shop_is_refused(self):
        _order, failure = self._fail()
        failure = failure.with_user(self.env.user)
        with self.assertRaises(AccessError):
            failure.read(["error"])
        with self.assertRaises(AccessError):
            failure.action_retry()

    @users("auto_manager")
    def test_a_manager_sees_and_tries_again(self):
        order, failure = self._fail()
        mine = failure.with_user(self.env.user)
        self.assertEqual(mine.document, order.display_name)
        with self.assertRaises(AccessError):
            mine.tries = 3
        mine.action_retry()
        self.assertFalse(failure.exists())

    @users("auto_manager")
    def test_another_company_is_not_seen(self):
        _order, failure = self._fail()
        other = (
            self.env["res.company"]
            .with_user(SUPERUSER_ID)
            .create({"name": "Other shop"})
        )
        failure.sudo().company_id = other
        failure.invalidate_recordset()
        self.assertFalse(
            self.env["auto.fact.failure"].search([("id", "=", failure.id)])
        )
