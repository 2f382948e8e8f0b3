from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged, users

from ..tools.provider import Answer
from .outbox_common import NOON, OutboxCommon


@tagged("post_install", "-at_install")
class TestOutbox(OutboxCommon):
    def test_the_same_fact_makes_one_message(self):
        first = self._create_message("ready:1")
        again = self._create_message("ready:1")
        self.assertEqual(len(first), 1)
        self.assertFalse(again)

    def test_a_key_given_twice_at_once_makes_one_message(self):
        vals = self._prepare_vals("twice")
        self.assertEqual(len(self.outbox._create_messages([vals, dict(vals)])), 1)

    def test_no_messages_are_no_work(self):
        self.assertFalse(self.outbox._create_messages([]))

    def test_a_later_message_is_deferred(self):
        later = NOON + timedelta(hours=3)
        message = self._create_message(date_next=later)
        self.assertRecordValues(
            message, [{"state": "deferred", "date_next": later, "date_planned": NOON}]
        )

    def test_both_dispatchers_are_woken_when_a_message_is_due(self):
        crons = self.env["ir.cron"].browse(
            [
                self.env.ref("auto_notify.ir_cron_send").id,
                self.env.ref("auto_notify.ir_cron_send_more").id,
            ]
        )
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "in", crons.ids)])
        triggers.unlink()
        self._create_message("now")
        self._create_message("later", date_next=NOON + timedelta(minutes=90))
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "in", crons.ids)])
        self.assertEqual(triggers.cron_id, crons)
        self.assertEqual(
            set(triggers.mapped("call_at")), {NOON, NOON + timedelta(minutes=91)}
        )

    def test_making_a_message_costs_few_queries(self):
        self._create_message("warm up")
        with self.assertQueryCount(2):
            self._create_message("cold")
        with self.assertQueryCount(2):
            self._create_many(10)

    def test_new_messages_are_seen_on_their_documents(self):
        before = self.deal.notify_message_ids
        message = self._create_message()
        self.assertEqual(self.deal.notify_message_ids, before + message)

    def test_cancelling_takes_back_what_has_not_left(self):
        queued = self._create_message("queued")
        later = self._create_message("later", date_next=NOON + timedelta(hours=1))
        (queued + later)._cancel("The order was cancelled.")
        self.assertRecordValues(
            queued + later,
            [
                {
                    "state": "cancelled",
                    "error": "The order was cancelled.",
                    "date_next": False,
                }
            ]
            * 2,
        )
        self._pass(hours=2)
        self._dispatch()
        self.assertFalse(self.telegram_provider.sent)

    def test_cancelling_a_sent_message_stops_its_fallback_only(self):
        message = self._create_message()
        self._dispatch()
        self.assertEqual(message.date_next, NOON + timedelta(minutes=15))
        message._cancel("The order was cancelled.")
        self.assertRecordValues(message, [{"state": "sent", "date_next": False}])

    # ------------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------------

    @users("auto_advisor")
    def test_an_advisor_cancels_a_message(self):
        message = self._create_message().with_env(self.env)
        message.action_cancel()
        self.assertEqual(message.state, "cancelled")
        self.assertIn(self.env.user.name, message.error)

    def test_a_sent_message_cannot_be_cancelled(self):
        message = self._create_message()
        self._dispatch()
        with self.assertRaises(UserError):
            message.with_user(self.advisor).action_cancel()

    def test_a_failed_message_is_sent_again_by_hand(self):
        message = self._create_message(kinds=[["telegram", 0]])
        self.telegram_provider.script = [Answer("refused", error="Bad text")]
        self._dispatch()
        self.assertEqual(message.state, "failed")
        activity = message.activity_id
        self.assertTrue(activity)
        message.with_user(self.advisor).action_retry()
        self.assertFalse(activity.exists())
        self._dispatch()
        self.assertRecordValues(message, [{"state": "sent", "error": False}])
        self.assertEqual(len(self.telegram_provider.sent), 2)
        keys = {outgoing.key for outgoing in self.telegram_provider.sent}
        self.assertEqual(len(keys), 2, "a new message for the provider")

    def test_a_message_by_hand_is_never_too_late(self):
        message = self._create_message(date_expire=NOON + timedelta(hours=1))
        self._pass(hours=2)
        self._dispatch()
        self.assertEqual(message.state, "cancelled")
        message.with_user(self.advisor).action_retry()
        self._dispatch()
        self.assertEqual(message.state, "sent")

    def test_an_unsure_message_is_sent_again_only_after_the_warning(self):
        message = self._create_message(kinds=[["telegram", 0]])
        self.telegram_provider.script = [Answer("unsure", error="timeout")]
        self._dispatch()
        self.assertRecordValues(message, [{"state": "failed", "is_unsure": True}])
        message = message.with_user(self.advisor)
        with self.assertRaises(UserError):
            message.action_retry()
        message.with_context(auto_notify_warned=True).action_retry()
        self._dispatch()
        self.assertRecordValues(message, [{"state": "sent", "is_unsure": False}])

    def test_a_message_on_its_way_is_not_sent_again(self):
        message = self._create_message()
        with self.assertRaises(UserError):
            message.with_user(self.advisor).action_retry()

    # ------------------------------------------------------------------
    # Staff
    # ------------------------------------------------------------------

    def test_a_failure_makes_one_activity_for_the_responsible_user(self):
        self.deal.user_id = self.advisor
        message = self._create_message(kinds=[["telegram", 0], ["sms", 0]])
        self.telegram_provider.script = [Answer("refused", error="Chat not found")]
        self.sms_provider.script = [Answer("refused", error="Bad number")]
        self._dispatch()
        self.assertRecordValues(
            message.activity_id,
            [
                {
                    "res_model": "crm.lead",
                    "res_id": self.deal.id,
                    "user_id": self.advisor.id,
                    "summary": "Ivan Petrov did not get the message",
                }
            ],
        )
        self.assertIn("Bad number", str(message.activity_id.note))
        self._dispatch()
        activities = self.env["mail.activity"].search(
            [
                ("res_model", "=", "crm.lead"),
                ("res_id", "=", self.deal.id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("auto_notify.mail_activity_type_failed").id,
                ),
            ]
        )
        self.assertEqual(activities, message.activity_id)

    def test_the_activity_is_for_today_where_the_responsible_is(self):
        self.advisor.tz = "Asia/Vladivostok"  # 19:00 there at noon in Moscow
        self.deal.user_id = self.advisor
        self.clock.move_to(NOON + timedelta(hours=6))
        message = self._create_message(kinds=[["telegram", 0]])
        self.telegram_provider.script = [Answer("refused")]
        self._dispatch()
        tomorrow = fields.Date.to_date("2026-03-11")
        self.assertEqual(message.activity_id.date_deadline, tomorrow)

    def test_without_a_deal_the_activity_is_on_the_order_or_the_customer(self):
        self.telegram_provider.script = [Answer("refused")] * 2
        kinds = [["telegram", 0]]
        on_order = self._create_message("order", lead_id=False, kinds=kinds)
        on_customer = self._create_message(
            "customer", lead_id=False, order_id=False, kinds=kinds
        )
        self._dispatch()
        self.assertEqual(on_order.activity_id.res_model, "sale.order")
        self.assertEqual(on_customer.activity_id.res_model, "res.partner")
        self.assertTrue(on_order.activity_id.user_id)

    def test_a_broken_chatter_stops_no_message(self):
        message = self._create_message()
        with (
            patch.object(
                type(self.outbox), "_post_to_chatter", side_effect=ValueError("broken")
            ),
            self.assertLogs("odoo.addons.auto_notify", "ERROR"),
        ):
            self._dispatch()
        self.assertRecordValues(message, [{"state": "sent", "is_posted": False}])

    def test_messages_are_shown_in_the_chatter_with_their_state(self):
        message = self._create_message(res_id=self.order.id)
        self._dispatch()
        mails = message.mail_message_ids
        self.assertEqual(
            {(mail.model, mail.res_id) for mail in mails},
            {("crm.lead", self.deal.id), ("sale.order", self.order.id)},
        )
        self.assertEqual(
            set(mails.notification_ids.mapped("notification_status")), {"pending"}
        )
        message.attempt_ids._apply_receipt("delivered")
        self.assertEqual(
            set(mails.notification_ids.mapped("notification_status")), {"sent"}
        )

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def test_advisors_read_the_outbox_but_do_not_write_it(self):
        message = self._create_message()
        self._dispatch()
        for record in (message, message.attempt_ids):
            record = record.with_user(self.advisor)
            self.assertTrue(record.read(["state"]))
            with self.assertRaises(AccessError):
                record.write({"state": "read"})
            with self.assertRaises(AccessError):
                record.unlink()
        with self.assertRaises(AccessError):
            self.outbox.with_user(self.manager).create(self._prepare_vals("forged"))

    def test_mechanics_see_no_messages(self):
        message = self._create_message()
        for record in (message, self.env["auto.notify.attempt"]):
            with self.assertRaises(AccessError):
                record.with_user(self.mechanic_user).search([])
        for method in ("action_cancel", "action_retry"):
            with self.assertRaises(AccessError):
                getattr(message.with_user(self.mechanic_user), method)()

    def test_messages_of_another_company_are_out_of_reach(self):
        other = self.env["res.company"].create({"name": "Other Shop"})
        stranger = new_test_user(
            self.env,
            login="auto_stranger",
            groups="auto_crm.auto_crm_group_advisor",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        message = self._create_message()
        self._dispatch()
        for model in ("auto.notify.message", "auto.notify.attempt"):
            found = self.env[model].with_user(stranger).search([])
            self.assertFalse(
                found
                & self.env[model]
                .browse(found.ids)
                .filtered(lambda record: record.company_id == self.company)
            )
        for method in ("action_cancel", "action_retry"):
            with self.assertRaises(AccessError):
                getattr(message.with_user(stranger), method)()
