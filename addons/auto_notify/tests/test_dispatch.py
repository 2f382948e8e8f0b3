from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models.auto_notify_message_dispatch import LOCK_CLASS, MAX_TURNS
from ..tools.provider import Answer, Button
from .outbox_common import (
    NOON,
    AskedProvider,
    FakeProvider,
    IdempotentProvider,
    OutboxCommon,
)

LOGGER = "odoo.addons.auto_notify"


@tagged("post_install", "-at_install")
class TestDispatch(OutboxCommon):
    def test_a_message_is_sent_and_its_attempt_recorded(self):
        message = self._create_message()
        self._dispatch()
        self.assertRecordValues(
            message,
            [
                {
                    "state": "sent",
                    "kind": "telegram",
                    "channel_id": self.telegram.id,
                    "date_sent": NOON,
                    "date_next": NOON + timedelta(minutes=15),
                    "worker": 0,
                }
            ],
        )
        self.assertRecordValues(
            message.attempt_ids,
            [
                {
                    "state": "accepted",
                    "address": "4711",
                    "contact_id": self.contact.id,
                    "provider_ref": "ref-1",
                    "cost": 2.5,
                    "date_start": NOON,
                    "date_stop": NOON,
                    "company_id": self.company.id,
                }
            ],
        )
        [outgoing] = self.telegram_provider.sent
        self.assertEqual(outgoing.key, message.attempt_ids.key)
        self.assertRegex(outgoing.key, "^[0-9a-f]{32}$")
        self.assertEqual(outgoing.to, "4711")

    def test_the_call_is_in_the_database_before_it_is_made(self):
        message = self._create_message()
        states = []

        def look(_outgoing):
            self.env.cr.execute(
                "SELECT m.state, a.state FROM auto_notify_message m"
                " JOIN auto_notify_attempt a ON a.message_id = m.id WHERE m.id = %s",
                [message.id],
            )
            states.extend(self.env.cr.fetchall())

        self.telegram_provider.script = [look]
        self._dispatch()
        self.assertEqual(states, [("sending", "calling")])

    def test_who_sends_holds_the_lock_that_the_message_names(self):
        message = self._create_message()
        held = []

        def look(_outgoing):
            self.env.cr.execute(
                "SELECT l.granted FROM auto_notify_message m"
                " JOIN pg_locks l ON l.objid = m.worker AND l.locktype = 'advisory'"
                " WHERE m.id = %s AND l.classid = %s AND l.pid = pg_backend_pid()",
                [message.id, LOCK_CLASS],
            )
            held.extend(self.env.cr.fetchall())

        self.telegram_provider.script = [look]
        self._dispatch()
        self.assertEqual(held, [(True,)])

    def test_a_message_settled_meanwhile_is_not_called(self):
        self.telegram.parallel = 1
        messages = self._create_many(2, kinds=[["telegram", 0]])

        def settle_the_other(_outgoing):
            self.env.cr.execute(
                "UPDATE auto_notify_message SET state = 'cancelled' WHERE id = %s",
                messages[1].ids,
            )

        self.telegram_provider.script = [settle_the_other]
        self._dispatch()
        self.assertEqual(len(self.telegram_provider.sent), 1)
        self.assertEqual(messages.mapped("state"), ["sent", "cancelled"])
        self.assertFalse(messages[1].attempt_ids)

    def test_the_provider_is_told_the_language(self):
        self._create_message("russian", lang="ru_RU")
        self._create_message("none", lang=False)
        self._dispatch()
        self.assertEqual(
            [outgoing.lang for outgoing in self.telegram_provider.sent],
            ["ru_RU", "en_US"],
        )

    def test_a_provider_without_receipts_has_delivered_what_it_took(self):
        self.telegram_provider.has_receipts = False
        message = self._create_message()
        self._dispatch()
        self.assertRecordValues(
            message,
            [{"state": "delivered", "date_delivered": NOON, "date_next": False}],
        )

    def test_many_messages_are_sent_by_a_few_calls_at_once(self):
        self.telegram.parallel = 3
        messages = self._create_many(10)
        self._dispatch(batch_size=4)
        self.assertEqual(set(messages.mapped("state")), {"sent"})
        self.assertEqual(len(self.telegram_provider.sent), 10)
        self.assertEqual(len({o.key for o in self.telegram_provider.sent}), 10)

    def test_the_customers_own_channel_comes_first(self):
        self.customer.notify_kind = "sms"
        message = self._create_message()
        self._dispatch()
        self.assertEqual(message.kind, "sms")
        self.assertEqual(message.kinds, [["sms", 15], ["telegram", 15]])

    def test_the_customers_own_channel_may_be_one_the_rule_does_not_name(self):
        self.customer.notify_kind = "telegram"
        message = self._create_message(kinds=[["sms", 0]])
        self._dispatch()
        self.assertEqual(message.kind, "telegram")

    def test_a_channel_that_does_not_reach_the_customer_is_passed_over(self):
        self.contact.unlink()
        message = self._create_message()
        self._dispatch()
        self.assertEqual(message.kind, "sms")
        self.assertEqual(self.sms_provider.sent[0].to, "+79161234567")

    def test_a_message_nobody_can_get_says_why(self):
        self.contact.unlink()
        message = self._create_message(kinds=[["telegram", 0], ["viber", 0]])
        self._dispatch()
        self.assertEqual(message.state, "failed")
        self.assertIn("Telegram: ", message.error)
        self.assertIn("Viber: no such channel", message.error)
        self.assertTrue(message.is_posted, "staff sees it in the chatter")
        self.assertFalse(message.attempt_ids)

    def test_the_companys_channels_in_order_serve_rules_without_any(self):
        self.telegram.write({"sequence": 1, "wait_minutes": 5})
        self.gateway.write({"sequence": 2, "wait_minutes": 20})
        rule = self._create_rule(channel_ids=False)
        message = self._create_message(rule_id=rule.id, kinds=False)
        self._dispatch()
        self.assertEqual(message.kinds, [["telegram", 5], ["sms", 20]])
        self._pass(minutes=5)
        self._dispatch()
        self.assertEqual((message.kind, message.state), ("sms", "sent"))

    def test_a_channel_switched_on_meanwhile_serves_a_message_sent_again(self):
        (self.telegram + self.gateway).active = False
        rule = self._create_rule(channel_ids=False)
        message = self._create_message(rule_id=rule.id, kinds=False)
        self._dispatch()
        self.assertEqual(message.state, "failed")
        self.gateway.active = True
        message.action_retry()
        self._dispatch()
        self.assertEqual((message.kind, message.state), ("sms", "sent"))

    def test_each_companys_messages_take_its_own_channels(self):
        other = self.env["res.company"].create({"name": "Other Shop"})
        messages = self._create_message("own", kinds=False)
        messages += self._create_message("other", kinds=False, company_id=other.id)
        self._dispatch()
        self.assertEqual(messages.mapped("kind"), ["telegram", "log"])

    def test_a_message_without_any_channel_says_so(self):
        self.env["auto.notify.channel"].search([]).active = False
        message = self._create_message(kinds=False)
        self._dispatch()
        self.assertEqual(message.state, "failed")
        self.assertEqual(message.error, "No channel is switched on.")

    def test_an_answer_goes_into_its_own_chat(self):
        stranger = self.env["auto.notify.contact"].create(
            {"channel_id": self.telegram.id, "external_id": "99", "name": "Stranger"}
        )
        message = self._create_message(
            contact_id=stranger.id, partner_id=False, kinds=False
        )
        self._dispatch()
        self.assertEqual(message.state, "sent")
        self.assertEqual(self.telegram_provider.sent[0].to, "99")

    def test_rules_keep_out_of_a_chat_that_wants_no_messages(self):
        stranger = self.env["auto.notify.contact"].create(
            {"channel_id": self.telegram.id, "external_id": "99", "state": "stopped"}
        )
        rule = self._create_rule()
        vals = {"contact_id": stranger.id, "partner_id": False, "kinds": False}
        told = self._create_message("told", rule_id=rule.id, **vals)
        owed = self._create_message(
            "owed", rule_id=rule.id, category="obligatory", **vals
        )
        answer = self._create_message("answer", **vals)
        self._dispatch()
        self.assertEqual(
            (told + owed + answer).mapped("state"), ["failed", "sent", "sent"]
        )
        stranger.state = "active"
        ad = self._create_message("ad", rule_id=rule.id, category="marketing", **vals)
        self._dispatch()
        self.assertEqual(ad.state, "cancelled")
        stranger.state = "blocked"
        answer = self._create_message("answer again", **vals)
        self._dispatch()
        self.assertEqual(answer.state, "failed")

    def test_who_has_not_agreed_to_marketing_is_no_failure(self):
        rule = self._create_rule()
        ad = self._create_message("ad", rule_id=rule.id, category="marketing")
        self._dispatch()
        self.assertRecordValues(
            ad,
            [
                {
                    "state": "cancelled",
                    "error": "The customer has not agreed to marketing.",
                    "activity_id": False,
                }
            ],
        )
        self.customer._set_notify_consent("marketing", True, "portal")
        ad = self._create_message("ad again", rule_id=rule.id, category="marketing")
        self._dispatch()
        self.assertEqual(ad.state, "sent")

    def test_a_session_is_open_for_a_day_after_the_customer_wrote(self):
        self.contact.date_incoming = NOON - timedelta(hours=23)
        self._create_message("in time")
        self._dispatch()
        self.contact.date_incoming = NOON - timedelta(hours=25)
        self._create_message("late")
        self._dispatch()
        sessions = [o.is_session for o in self.telegram_provider.sent]
        self.assertEqual(sessions, [True, False])

    def test_an_address_that_is_gone_is_not_written_to_again(self):
        self.telegram_provider.script = [Answer("refused", is_gone=True)]
        first = self._create_message("first")
        self._dispatch()
        second = self._create_message("second")
        self._dispatch()
        self.assertEqual(self.contact.state, "blocked")
        self.assertEqual((first + second).mapped("kind"), ["sms", "sms"])
        self.assertEqual(len(self.telegram_provider.sent), 1)

    # ------------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------------

    def _create_templated(self, key="templated", **vals):
        template = self.env["auto.notify.template"].search(
            [("model", "=", "sale.order")], limit=1
        ) or self.env["auto.notify.template"].create(
            {
                "name": "Ready",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "body": "Ready.",
            }
        )
        return self._create_message(key, body=False, template_id=template.id, **vals)

    def _create_rule(self, **vals):
        return self.env["auto.notify.rule"].create(
            {
                "event": "ready",
                "template_id": self._create_templated(
                    "template of a rule"
                ).template_id.id,
                "channel_ids": [Command.create({"kind": "telegram"})],
                "is_quiet": False,
                **vals,
            }
        )

    def _patch_render(self, function):
        self.patch(type(self.env["auto.notify.template"]), "_render_message", function)

    def test_the_text_is_made_when_the_message_leaves(self):
        calls = []

        def render(template, record, partner, lang, date_event=None):
            calls.append((record, partner, lang, date_event))
            return {"subject": "S", "body": f"About {record.name}", "parameters": ["1"]}

        self._patch_render(render)
        self.customer.lang = "en_US"
        message = self._create_templated(date_event=NOON)
        self._dispatch()
        [(record, partner, lang, date)] = calls
        self.assertEqual((record, partner), (self.order, self.customer))
        self.assertEqual((lang, date), ("en_US", NOON))
        self.assertEqual(message.body, f"About {self.order.name}")
        self.assertEqual(self.telegram_provider.sent[0].parameters, ("1",))

    def test_the_provider_gets_buttons_a_template_and_where_to_answer(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        button = self.env["auto.notify.button"].search([("code", "=", "call_me")])
        button.with_context(lang="ru_RU").name = "Перезвоните мне"
        message = self._create_templated(lang="ru_RU")
        message.template_id.write(
            {"whatsapp_name": "car_ready", "button_ids": [Command.set(button.ids)]}
        )
        self._dispatch()
        [outgoing] = self.telegram_provider.sent
        self.assertEqual(outgoing.template, "car_ready")
        self.assertEqual(outgoing.callback, self.telegram.hook_url)
        data = message._get_button_data("call_me")
        self.assertEqual(
            outgoing.buttons, (Button("call_me", "Перезвоните мне", data),)
        )

    def test_half_a_text_is_never_sent(self):
        def render(*_args, **_kwargs):
            raise UserError("No plate.")  # pylint: disable=translation-required

        self._patch_render(render)
        message = self._create_templated()
        self._dispatch()
        self.assertRecordValues(message, [{"state": "failed", "error": "No plate."}])
        self.assertFalse(self.telegram_provider.sent)
        self.assertTrue(message.activity_id)

    def test_one_bad_message_does_not_stop_the_others(self):
        def render(template, record, partner, lang, date_event=None):
            record.env.cr.execute("SELECT 1/0")

        self._patch_render(render)
        bad = self._create_templated("bad")
        good = self._create_many(3)
        with mute_logger("odoo.sql_db"), self.assertLogs(LOGGER, "ERROR"):
            self._dispatch()
        self.assertEqual(bad.state, "failed")
        self.assertEqual(set(good.mapped("state")), {"sent"})

    def test_a_message_that_cannot_be_handed_over_does_not_stop_the_others(self):
        messages = self._create_many(4)
        attempts = type(self.env["auto.notify.attempt"])
        prepare = attempts._prepare_outgoing

        def fail_for_one(attempt, now):
            if attempt.message_id == messages[1]:
                raise ValueError("bad")
            return prepare(attempt, now)

        self.patch(attempts, "_prepare_outgoing", fail_for_one)
        with self.assertLogs(LOGGER, "ERROR"):
            self._dispatch()
        self.assertEqual(messages.mapped("state"), ["sent", "failed", "sent", "sent"])
        self.assertEqual(len(self.telegram_provider.sent), 3)

    # ------------------------------------------------------------------
    # Still wanted?
    # ------------------------------------------------------------------

    def test_a_reminder_of_yesterday_is_not_sent(self):
        message = self._create_message(date_expire=NOON + timedelta(hours=2))
        self._pass(hours=2)
        self._dispatch()
        self.assertRecordValues(
            message, [{"state": "cancelled", "error": "Too late.", "date_next": False}]
        )

    def test_what_was_tried_in_vain_until_too_late_has_failed(self):
        message = self._create_message(
            date_expire=NOON + timedelta(minutes=10), kinds=[["telegram", 0]]
        )
        self.telegram_provider.script = [Answer("later", error="Down")] * 20
        self._pass_and_dispatch(30)
        self.assertEqual(message.state, "failed")
        self.assertIn("Too late. Telegram: Down", message.error)
        self.assertTrue(message.activity_id)

    def test_what_is_no_longer_so_is_not_said(self):
        message = self._create_message(event="ready")
        self.patch(
            type(self.env["auto.notify.mixin"]),
            "_is_notify_event_current",
            lambda record, event: event != "ready",
        )
        self.patch(
            type(self.order), "_is_notify_event_current", lambda record, event: False
        )
        self._dispatch()
        self.assertEqual(message.state, "cancelled")

    def test_the_condition_of_the_rule_is_looked_at_again(self):
        rule = self._create_rule(domain="[('client_order_ref', '=', False)]")
        vals = {"rule_id": rule.id, "event": "automation"}
        told = self._create_message("told", **vals)
        self._dispatch()
        self.assertEqual(told.state, "sent")
        message = self._create_message("one", **vals)
        other = self._create_message("other", event="automation")
        self.order.client_order_ref = "changed"
        self._dispatch()
        self.assertEqual((message.state, other.state), ("cancelled", "sent"))
        self.assertEqual(message.error, "The condition of the rule is no longer met.")

    def test_conditions_cost_no_query_a_message(self):
        self._create_channel("log")
        rule = self._create_rule(domain="[('partner_id.name', '!=', 'Nobody')]")

        def count(number):
            orders = self.env["sale.order"].concat(
                *(self._create_order() for _number in range(number))
            )
            self.outbox._create_messages(
                [
                    self._prepare_vals(
                        f"{order.id}",
                        res_id=order.id,
                        order_id=order.id,
                        lead_id=False,
                        rule_id=rule.id,
                        kinds=[["log", 0]],
                    )
                    for order in orders
                ]
            )
            self.run_events()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._dispatch()
            return self.env.cr.sql_log_count - before

        count(1)
        few, many = count(2), count(12)
        self.assertLessEqual(many, few + 3)

    def test_what_a_rule_switched_off_has_under_way_is_not_tried_again(self):
        rule = self._create_rule()
        self._dispatch()
        self.telegram_provider.script = [Answer("later", error="Down")]
        message = self._create_message(rule_id=rule.id, kinds=[["telegram", 0]])
        self._dispatch()
        self.assertEqual(message.state, "deferred")
        calls = len(self.telegram_provider.sent)
        # switched off while the provider is called: nothing to take back just then
        date, message.date_next = message.date_next, False
        rule.active = False
        message.date_next = date
        self._pass_and_dispatch(2)
        self.assertEqual(message.state, "cancelled")
        self.assertEqual(len(self.telegram_provider.sent), calls)

    def test_a_former_time_is_not_told_by_a_second_try(self):
        date = NOON + timedelta(days=2)
        self.deal.date_booking = date
        self.run_events()
        message = self._create_message(
            res_model="crm.lead",
            res_id=self.deal.id,
            event="booked",
            date_event=date,
            kinds=[["telegram", 0]],
        )
        # moved while the provider is called: nothing to take back at that moment
        self.telegram_provider.script = [Answer("later", error="Down")]
        self._dispatch()
        self.env.cr.execute(
            "UPDATE crm_lead SET date_booking = %s WHERE id = %s",
            [date + timedelta(days=1), self.deal.id],
        )
        self.deal.invalidate_recordset()
        self._pass_and_dispatch(2)
        self.assertEqual(message.state, "cancelled")
        self.assertEqual(len(self.telegram_provider.sent), 1)

    def test_rules_tell_nobody_who_was_archived_meanwhile(self):
        rule = self._create_rule()
        message = self._create_message(rule_id=rule.id, kinds=[["log", 0]])
        self._create_channel("log")
        self.customer.active = False
        self._dispatch()
        self.assertEqual(message.state, "cancelled")
        self.assertEqual(message.error, "The recipient is archived.")

    def test_an_archived_company_says_nothing(self):
        other = self.env["res.company"].create({"name": "Closed Shop"})
        message = self._create_message(
            company_id=other.id,
            lead_id=False,
            order_id=False,
            res_model=False,
            res_id=False,
            kinds=[["log", 0]],
        )
        other.active = False
        self._dispatch()
        self.assertEqual(message.state, "cancelled")
        self.assertEqual(message.error, "The company is archived.")

    def test_a_message_about_a_deleted_document_is_not_sent(self):
        partner = self.env["res.partner"].create({"name": "To be deleted"})
        message = self._create_message(res_model="res.partner", res_id=partner.id)
        partner.unlink()
        self._dispatch()
        self.assertEqual(message.state, "cancelled")

    def test_quiet_hours_are_kept_when_a_message_was_late(self):
        rule = self._create_rule(is_quiet=True, quiet_start=21.0, quiet_stop=9.0)
        message = self._create_message("late", rule_id=rule.id, event=False)
        self.clock.move_to(NOON + timedelta(hours=10))  # 22:00 in Moscow
        self._dispatch()
        self.assertRecordValues(
            message,
            [{"state": "deferred", "date_next": NOON + timedelta(hours=21)}],
        )
        self.clock.move_to(NOON + timedelta(hours=21))
        self._dispatch()
        self.assertEqual(message.state, "sent")

    # ------------------------------------------------------------------
    # Next channel
    # ------------------------------------------------------------------

    def test_a_refusal_goes_to_the_next_channel_at_once(self):
        message = self._create_message()
        self.telegram_provider.script = [Answer("refused", code="403", error="Bot")]
        self._dispatch()
        self.assertRecordValues(message, [{"state": "sent", "kind": "sms", "step": 1}])
        self.assertEqual(
            message.attempt_ids.sorted("id").mapped("state"), ["refused", "accepted"]
        )
        self.assertFalse(message.error)

    def test_without_delivery_the_next_channel_is_tried(self):
        message = self._create_message()
        self._dispatch()
        self._pass(minutes=14)
        self._dispatch()
        self.assertFalse(self.sms_provider.sent)
        self._pass(minutes=1)
        self._dispatch()
        self.assertEqual(len(self.sms_provider.sent), 1)
        self.assertRecordValues(
            message, [{"state": "sent", "kind": "sms", "date_next": False}]
        )
        self._pass(hours=1)
        self._dispatch()
        self.assertEqual(len(self.sms_provider.sent), 1)

    def test_a_delivered_message_needs_no_other_channel(self):
        message = self._create_message()
        self._dispatch()
        message.attempt_ids._apply_receipt("delivered")
        self._pass(hours=1)
        self._dispatch()
        self.assertFalse(self.sms_provider.sent)
        self.assertEqual(message.state, "delivered")

    def test_no_minutes_mean_no_waiting_for_delivery(self):
        message = self._create_message(kinds=[["telegram", 0], ["sms", 0]])
        self._dispatch()
        self.assertRecordValues(message, [{"state": "sent", "date_next": False}])

    def test_an_undelivered_message_goes_to_the_next_channel(self):
        message = self._create_message()
        self._dispatch()
        message.attempt_ids._apply_receipt("failed", code="131026", error="No app")
        self.assertEqual(message.state, "queued")
        self.assertRecordValues(
            message.attempt_ids, [{"code": "131026", "error": "No app"}]
        )
        self._dispatch()
        self.assertRecordValues(message, [{"state": "sent", "kind": "sms"}])

    def test_when_the_next_channel_fails_the_first_may_still_arrive(self):
        message = self._create_message()
        self._dispatch()
        self.sms_provider.script = [Answer("refused")]
        self._pass(minutes=15)
        self._dispatch()
        self.assertRecordValues(message, [{"state": "sent", "date_next": False}])
        message.attempt_ids.filtered(lambda a: a.kind == "telegram")._apply_receipt(
            "read"
        )
        self.assertRecordValues(message, [{"state": "read", "kind": "telegram"}])

    def test_when_the_fallback_has_no_address_the_message_stays_sent(self):
        message = self._create_message(kinds=[["telegram", 15], ["viber", 15]])
        self._dispatch()
        self._pass(minutes=15)
        self._dispatch()
        self.assertRecordValues(message, [{"state": "sent", "date_next": False}])

    # ------------------------------------------------------------------
    # Again, later
    # ------------------------------------------------------------------

    def test_an_hour_without_the_provider_loses_nothing(self):
        message = self._create_message(kinds=[["telegram", 0]])
        is_down = True

        def answer(_outgoing):
            return Answer("later", error="Connection refused") if is_down else None

        self.telegram_provider.script = [answer] * 100
        self._pass_and_dispatch(60)
        self.assertEqual(message.state, "deferred")
        tries = len(self.telegram_provider.sent)
        self.assertGreaterEqual(tries, 5)
        self.assertLessEqual(tries, 8)
        is_down = False
        self._pass_and_dispatch(61)
        self.assertEqual(message.state, "sent")
        self.assertEqual(len(message.attempt_ids), tries + 1)
        self.assertEqual(len({o.key for o in self.telegram_provider.sent}), tries + 1)

    def test_an_hour_without_the_provider_goes_to_the_next_channel(self):
        message = self._create_message()
        self.telegram_provider.script = [Answer("later", error="Down")] * 100
        self._pass_and_dispatch(14)
        self.assertEqual(message.state, "deferred")
        self._pass_and_dispatch(2)
        self.assertRecordValues(message, [{"state": "sent", "kind": "sms"}])

    def test_tries_come_to_an_end(self):
        message = self._create_message(kinds=[["telegram", 0]])
        self.telegram_provider.script = [Answer("later", error="Down")] * 100
        for _hour in range(40):
            self._pass(hours=1)
            self._dispatch()
        self.assertEqual(message.state, "failed")
        self.assertIn("Down", message.error)

    def test_the_provider_says_how_long_to_wait(self):
        messages = self._create_many(20, kinds=[["telegram", 0]])
        self.telegram.parallel = 4
        storm = Answer("later", code="429", error="Too many", retry_after=30)
        self.telegram_provider.script = [storm] * 4
        self._dispatch()
        self.assertEqual(len(self.telegram_provider.sent), 4, "the storm ends at once")
        self.assertEqual(set(messages.mapped("state")), {"deferred"})
        self.assertEqual(self.telegram.date_resume, NOON + timedelta(seconds=30))
        self._pass(seconds=20)
        self._dispatch()
        self.assertEqual(len(self.telegram_provider.sent), 4)
        self._pass(seconds=10)
        self._dispatch()
        self._pass(minutes=2)
        self._dispatch()
        self.assertEqual(set(messages.mapped("state")), {"sent"})
        self.assertEqual(len(self.telegram_provider.sent), 24)
        self.assertFalse(self.telegram.failure_count)

    def test_malformed_answers_are_not_known(self):
        messages = self._create_many(4, kinds=[["telegram", 0]])
        self.telegram_provider.script = [
            lambda outgoing: "yes",
            Answer("perhaps"),
            ValueError("https://api.example.com/botTOP-SECRET/sendMessage"),
            Answer("unsure", error="Bad JSON from bot TOP-SECRET"),
        ]
        self._dispatch()
        self.assertEqual(set(messages.mapped("state")), {"failed"})
        self.assertTrue(all(messages.mapped("is_unsure")))
        self.assertEqual(set(messages.attempt_ids.mapped("state")), {"unsure"})
        self.assertEqual(len(messages.activity_id), 4)
        told = [
            *messages.mapped("error"),
            *messages.attempt_ids.mapped("error"),
            *messages.activity_id.mapped("note"),
            self.telegram.pause_reason or "",
        ]
        self.assertFalse([text for text in told if "TOP-SECRET" in text])
        self._pass(hours=5)
        self._dispatch()
        self.assertEqual(len(self.telegram_provider.sent), 4, "never sent again")

    def test_answers_that_no_database_would_take_are_recorded(self):
        self.telegram.parallel = 1  # the answers in the order of the messages
        messages = self._create_many(4, kinds=[["telegram", 0]])
        self.telegram_provider.script = [
            Answer("accepted", ref="r" * 9000, cost="free"),
            Answer("accepted", ref="2", cost=float("nan"), retry_after=float("inf")),
            Answer("refused", code="4\x0003", error="no\x00 such \ud800 chat"),
            Answer("later", error="Slow", retry_after="soon"),
        ]
        self._dispatch()
        states = messages.sorted("id").mapped("state")
        self.assertEqual(states, ["sent", "sent", "failed", "deferred"])
        self.assertIn("no such", messages.sorted("id")[2].error)

    # ------------------------------------------------------------------
    # What became of it?
    # ------------------------------------------------------------------

    def test_an_unsure_call_is_repeated_where_that_cannot_double(self):
        provider = self._use(IdempotentProvider())
        provider.script = [Answer("unsure", error="timeout")]
        message = self._create_message()
        self._dispatch()
        self.assertRecordValues(message, [{"state": "deferred", "is_unsure": False}])
        self._pass(minutes=1)
        self._dispatch()
        self.assertEqual(message.state, "sent")
        self.assertEqual(len(provider.sent), 2)
        self.assertEqual(len({o.key for o in provider.sent}), 1)
        self.assertEqual(len(message.attempt_ids), 1)

    def test_an_unsure_call_is_looked_up_and_not_repeated(self):
        provider = self._use(AskedProvider())
        provider.script = [Answer("unsure", error="timeout")]
        message = self._create_message()
        self._dispatch()
        provider.found = {message.attempt_ids.key: Answer("accepted", ref="7")}
        self._pass(minutes=1)
        self._dispatch()
        self.assertEqual(message.state, "sent")
        self.assertEqual(message.attempt_ids.provider_ref, "7")
        self.assertEqual(len(provider.sent), 1)

    def test_a_call_that_never_arrived_is_made_again(self):
        provider = self._use(AskedProvider())
        provider.script = [Answer("unsure", error="timeout")]
        message = self._create_message(kinds=[["telegram", 0]])
        self._dispatch()
        self._pass_and_dispatch(4)
        self.assertEqual(message.state, "sent")
        self.assertEqual(len(provider.asked), 1)
        self.assertEqual(len(provider.sent), 2)
        self.assertEqual(len(message.attempt_ids), 2)

    def test_what_nobody_can_tell_in_the_end_is_unsure(self):
        provider = self._use(AskedProvider())
        provider.script = [Answer("unsure", error="timeout")]
        message = self._create_message(kinds=[["telegram", 0]])
        self._dispatch()
        provider.found = {message.attempt_ids.key: Answer("unsure", error="still")}
        for _hour in range(20):
            self._pass(hours=1)
            self._dispatch()
        self.assertRecordValues(message, [{"state": "failed", "is_unsure": True}])
        self.assertEqual(len(provider.sent), 1)

    def test_what_is_to_be_asked_about_waits_while_its_channel_is_paused(self):
        provider = self._use(AskedProvider())
        self.telegram.parallel = 1
        provider.script = [Answer("unsure")] * 2
        messages = self._create_many(2, kinds=[["telegram", 0]])
        self._dispatch()
        keys = messages.attempt_ids.mapped("key")
        provider.found = dict.fromkeys(keys, Answer("broken", error="Wrong token"))
        self._pass(minutes=1)
        self._dispatch()
        self.assertEqual(len(provider.asked), 1)
        self.assertTrue(self.telegram._is_paused(NOON + timedelta(minutes=1)))
        self.assertEqual(messages.mapped("state"), ["deferred"] * 2)

    def test_an_interrupted_message_that_is_too_late_is_asked_about_only(self):
        provider = self._use(IdempotentProvider())
        provider.script = [Answer("unsure", error="timeout")]
        message = self._create_message(
            kinds=[["telegram", 0]], date_expire=NOON + timedelta(minutes=30)
        )
        self._dispatch()
        self._pass(minutes=30)  # too late from that very second on
        self._dispatch()
        self.assertRecordValues(message, [{"state": "failed", "is_unsure": True}])
        self.assertEqual(len(provider.sent), 1)

    # ------------------------------------------------------------------
    # After a crash
    # ------------------------------------------------------------------

    def _crash(self, attempt_state, worker=4242, **vals):
        """Return a message that a dispatcher was sending when it was killed."""
        message = self._create_message()
        message.write(
            {
                "state": "sending",
                "worker": worker,
                "date_next": False,
                "kind": "telegram",
                "channel_id": self.telegram.id,
                "date_step": NOON,
            }
        )
        self.env["auto.notify.attempt"].create(
            {
                "message_id": message.id,
                "channel_id": self.telegram.id,
                "kind": "telegram",
                "address": "4711",
                "state": attempt_state,
                "date_start": NOON,
                **vals,
            }
        )
        self.env.flush_all()
        return message

    def test_what_was_claimed_but_not_called_is_sent(self):
        message = self._crash("ready")
        with self.assertLogs(LOGGER, "WARNING"):
            self._dispatch()
        self.assertEqual(message.state, "sent")
        self.assertEqual(len(self.telegram_provider.sent), 1)
        self.assertEqual(len(message.attempt_ids), 1)

    def test_what_was_answered_is_settled(self):
        message = self._crash("accepted")
        with self.assertLogs(LOGGER, "WARNING"):
            self._dispatch()
        self.assertEqual(message.state, "sent")
        self.assertFalse(self.telegram_provider.sent)

    @mute_logger(LOGGER + ".models.auto_notify_message_dispatch")
    def test_an_interrupted_call_is_marked_and_not_repeated(self):
        message = self._crash("calling")
        self._dispatch()
        self.assertEqual(message.state, "deferred")
        self._pass(minutes=1)
        self._dispatch()
        self.assertRecordValues(
            message, [{"state": "failed", "is_unsure": True, "date_next": False}]
        )
        self.assertEqual(message.attempt_ids.state, "unsure")
        self.assertFalse(self.telegram_provider.sent)
        self.assertIn("Not known whether", message.activity_id.summary)

    @mute_logger(LOGGER + ".models.auto_notify_message_dispatch")
    def test_an_interrupted_call_is_repeated_with_its_key(self):
        provider = self._use(IdempotentProvider())
        message = self._crash("calling", key="f" * 32)
        self._dispatch()
        self._pass(minutes=1)
        self._dispatch()
        self.assertEqual(message.state, "sent")
        self.assertEqual([o.key for o in provider.sent], ["f" * 32])

    def test_what_a_living_dispatcher_sends_is_left_alone(self):
        message = self._crash("calling", worker=77)
        # not a cursor of the test: the lock must be of another connection
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute(SQL("SELECT pg_advisory_lock(%s, %s)", LOCK_CLASS, 77))
            self._pass(minutes=10)
            self._dispatch()
            self.assertEqual(message.state, "sending")
            other.execute(SQL("SELECT pg_advisory_unlock(%s, %s)", LOCK_CLASS, 77))
        with self.assertLogs(LOGGER, "WARNING"):
            self._dispatch()
        self.assertNotEqual(message.state, "sending")

    def test_a_dispatcher_leaves_no_lock_behind(self):
        def count():
            self.env.cr.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                " AND classid = %s AND pid = pg_backend_pid()",
                [LOCK_CLASS],
            )
            return self.env.cr.fetchone()[0]

        self._create_message()
        self._dispatch()
        self.assertEqual(count(), 0)
        with (
            patch.object(type(self.outbox), "_lock_due", side_effect=ValueError),
            self.assertRaises(ValueError),
        ):
            self._dispatch()
        self.assertEqual(count(), 0)

    def _run_step_that_fails(self, times):
        """Let a step meet another process some times; return answer and turns."""
        turns = []

        def step():
            turns.append(True)
            if len(turns) <= times:
                raise SerializationFailure
            return "done"

        module = "odoo.addons.auto_notify.models.auto_notify_message_dispatch"
        with self._dispatcher_env() as env, patch(f"{module}.time"):
            return env["auto.notify.message"]._run_step(step), len(turns)

    def test_a_step_that_meets_another_process_is_repeated(self):
        self.assertEqual(self._run_step_that_fails(times=2), ("done", 3))
        self.assertEqual(
            self._run_step_that_fails(times=MAX_TURNS - 1), ("done", MAX_TURNS)
        )

    def test_a_step_that_never_gets_through_is_an_error(self):
        with self.assertRaises(SerializationFailure):
            self._run_step_that_fails(times=MAX_TURNS)

    # ------------------------------------------------------------------
    # Receipts
    # ------------------------------------------------------------------

    def test_receipts_are_safe_in_any_order(self):
        message = self._create_message()
        self._dispatch()
        attempt = message.attempt_ids
        for state, expected in (
            ("read", "read"),
            ("delivered", "read"),
            ("sent", "read"),
            ("failed", "read"),
            ("read", "read"),
        ):
            attempt._apply_receipt(state)
            self.assertEqual(message.state, expected, state)
            self.assertEqual(attempt.state, expected, state)

    def test_receipts_tell_when(self):
        message = self._create_message()
        self._dispatch()
        self._pass(minutes=10)
        date = NOON + timedelta(minutes=2)
        message.attempt_ids._apply_receipt("delivered", date=date)
        self.assertEqual(message.date_delivered, date)
        message.attempt_ids._apply_receipt("delivered")
        self.assertEqual(message.date_delivered, date, "told once more")
        message.attempt_ids._apply_receipt("read", date=NOON + timedelta(days=3))
        self.assertEqual(
            message.date_read, NOON + timedelta(minutes=10), "never in the future"
        )

    def test_a_receipt_settles_what_was_unsure(self):
        message = self._create_message(kinds=[["telegram", 0]])
        self.telegram_provider.script = [Answer("unsure")]
        self._dispatch()
        activity = message.activity_id
        message.attempt_ids._apply_receipt("delivered")
        self.assertRecordValues(
            message, [{"state": "delivered", "is_unsure": False, "error": False}]
        )
        self.assertFalse(activity.exists())

    def test_a_receipt_faster_than_the_answer_is_kept(self):
        message = self._create_message()

        def receipt_first(outgoing):
            attempt = self.env["auto.notify.attempt"].search(
                [("key", "=", outgoing.key)]
            )
            attempt._apply_receipt("delivered")
            self.env.flush_all()
            self.env.invalidate_all()

        self.telegram_provider.script = [receipt_first]
        self._dispatch()
        self.assertEqual(message.state, "delivered")
        self.assertRecordValues(
            message.attempt_ids, [{"state": "delivered", "provider_ref": "ref-1"}]
        )

    def test_receipts_of_many_attempts_at_once(self):
        messages = self._create_many(5)
        self._dispatch()
        self.env["auto.notify.attempt"]._apply_receipt("read")
        messages.attempt_ids._apply_receipt("read")
        self.assertEqual(set(messages.mapped("state")), {"read"})

    # ------------------------------------------------------------------
    # Channel
    # ------------------------------------------------------------------

    def test_failures_in_a_row_pause_the_channel(self):
        self.telegram.parallel = 1
        messages = self._create_many(10, kinds=[["telegram", 0]])
        self.telegram_provider.script = [Answer("later", error="Down")] * 6
        self._dispatch()
        self.assertEqual(len(self.telegram_provider.sent), 5)
        self.assertRecordValues(
            self.telegram,
            [
                {
                    "failure_count": 5,
                    "date_resume": NOON + timedelta(minutes=1),
                    "pause_reason": "Down",
                }
            ],
        )
        self._pass(minutes=1)
        self.telegram.parallel = 5  # none waits for what becomes of another
        self._dispatch()
        self.assertEqual(len(self.telegram_provider.sent), 6, "one probe")
        self.assertEqual(
            self.telegram.date_resume, NOON + timedelta(minutes=3), "twice as long"
        )
        self._pass_and_dispatch(15)
        self.assertEqual(set(messages.mapped("state")), {"sent"})
        self.assertRecordValues(
            self.telegram,
            [{"failure_count": 0, "date_resume": False, "pause_reason": False}],
        )

    def test_a_pause_is_half_an_hour_at_most(self):
        self.telegram.write({"failure_count": 40})
        self.telegram._record_answers([Answer("later", error="Down")], NOON)
        self.assertEqual(self.telegram.date_resume, NOON + timedelta(minutes=30))

    def test_a_broken_account_pauses_its_channel_at_once(self):
        messages = self._create_many(3)
        self.telegram.parallel = 1
        self.telegram_provider.script = [Answer("broken", error="Wrong token")]
        self._dispatch()
        self.assertEqual(len(self.telegram_provider.sent), 1)
        self.assertEqual(self.telegram.pause_reason, "Wrong token")
        self.telegram_provider.script = [Answer("broken", error="Wrong token")] * 50
        self._pass_and_dispatch(16)
        self.assertEqual(set(messages.mapped("kind")), {"sms"})
        self.assertEqual(set(messages.mapped("state")), {"sent"})

    def test_a_client_that_cannot_be_made_is_a_broken_account(self):
        message = self._create_message(kinds=[["telegram", 0]])

        def fail(channel):
            raise ValueError("bad options")

        self.patch(type(self.telegram), "_get_provider", fail)
        with self.assertLogs(LOGGER, "ERROR"):
            self._dispatch()
        self.assertEqual(message.state, "deferred")
        self.assertTrue(self.telegram.date_resume)

    def test_a_manager_of_the_system_lets_a_channel_go_on(self):
        self.telegram._record_answers([Answer("broken", error="No money")], NOON)
        self.assertTrue(self.telegram._is_paused(NOON))
        self.telegram.action_resume()
        self.assertFalse(self.telegram._is_paused(NOON))

    def test_the_daily_cap_counts_the_companys_day(self):
        self.telegram.daily_cap = 3
        messages = self._create_many(5, kinds=[["telegram", 0]])
        self._dispatch()
        self.assertEqual(len(self.telegram_provider.sent), 3)
        midnight = NOON + timedelta(hours=12)  # in Moscow
        waiting = messages.filtered(lambda m: m.state == "deferred")
        self.assertEqual(waiting.mapped("date_next"), [midnight] * 2)
        self.clock.move_to(midnight)
        self._dispatch()
        self.assertEqual(len(self.telegram_provider.sent), 5)

    def test_over_the_cap_messages_take_the_next_channel_after_its_wait(self):
        self.telegram.daily_cap = 1
        messages = self._create_many(2)
        self._dispatch()
        self.assertEqual(messages.mapped("state"), ["sent", "deferred"])
        self._pass(minutes=15)
        self._dispatch()
        self.assertEqual(messages[1].kind, "sms")

    def test_what_was_not_called_is_no_part_of_the_cap(self):
        self.telegram.write({"daily_cap": 10, "parallel": 1})
        self._create_many(5, kinds=[["telegram", 0]])
        self.telegram_provider.script = [Answer("broken", error="Wrong token")]
        self._dispatch()
        self.assertEqual(self.telegram.day_count, 1)

    # ------------------------------------------------------------------
    # Ways without calls
    # ------------------------------------------------------------------

    def test_in_test_mode_nothing_leaves(self):
        self.env["ir.config_parameter"].set_param("auto_notify.test_mode", True)
        self._create_channel("email")
        messages = self._create_many(3)
        email = self._create_message("mail", kinds=[["email", 0]])
        mails = self.env["mail.mail"].search_count([])
        self._dispatch()
        self.assertFalse(self.telegram_provider.sent)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(set((messages + email).mapped("state")), {"delivered"})
        self.assertEqual(set(messages.mapped("kind")), {"telegram"})

    def test_log_only_needs_no_address(self):
        self._create_channel("log")
        self.customer.write({"phone": False, "email": False})
        message = self._create_message(kinds=[["log", 0]])
        self._dispatch()
        self.assertEqual(message.state, "delivered")
        self.assertRecordValues(
            message.attempt_ids, [{"date_start": NOON, "date_stop": NOON}]
        )

    def test_an_email_goes_through_odoos_queue(self):
        self.company.alias_domain_id = self.env["mail.alias.domain"].create(
            {"name": "example.com"}
        )
        self._create_channel("email")
        message = self._create_message(
            kinds=[["email", 15], ["sms", 0]], subject="Ready", body="<b>Ready</b>\n2"
        )
        self._dispatch()
        mail = self.env["mail.mail"].search(
            [("auto_notify_attempt_id", "=", message.attempt_ids.id)]
        )
        self.assertEqual(message.state, "sent")
        self.assertEqual(mail.email_to, "ivan.petrov@example.com")
        self.assertEqual(mail.subject, "Ready")
        self.assertIn("&lt;b&gt;Ready&lt;/b&gt;", mail.body_html)
        self.assertEqual(
            (mail.model, mail.res_id), ("crm.lead", self.deal.id), "answers land here"
        )
        shown = mail.mail_message_id
        self.assertIn("catchall@example.com", mail.reply_to)
        mail._postprocess_sent_message([], ["ivan.petrov@example.com"])
        self.assertEqual(message.state, "delivered")
        self.assertFalse(mail.exists())
        self.assertTrue(shown.exists())

    def test_an_email_about_no_document_is_from_the_company(self):
        self._create_channel("email")
        self.company.email = "shop@example.com"
        message = self._create_message(
            kinds=[["email", 0]],
            lead_id=False,
            order_id=False,
            res_model=False,
            res_id=False,
        )
        self._dispatch()
        mail = self.env["mail.mail"].search(
            [("auto_notify_attempt_id", "=", message.attempt_ids.id)]
        )
        self.assertEqual(mail.email_from, self.company.email_formatted)

    def test_an_email_that_cannot_be_sent_goes_to_the_next_channel(self):
        self._create_channel("email")
        message = self._create_message(kinds=[["email", 15], ["sms", 0]])
        self._dispatch()
        mail = self.env["mail.mail"].search(
            [("auto_notify_attempt_id", "=", message.attempt_ids.id)]
        )
        mail._postprocess_sent_message(
            [], [], failure_reason="No such user", failure_type="mail_email_invalid"
        )
        self.assertEqual(message.state, "queued")
        self._dispatch()
        self.assertEqual(message.kind, "sms")

    def test_an_email_waits_for_the_mail_server(self):
        self._create_channel("email")
        message = self._create_message(kinds=[["email", 0]])
        self._dispatch()
        mail = self.env["mail.mail"].search(
            [("auto_notify_attempt_id", "=", message.attempt_ids.id)]
        )
        mail._postprocess_sent_message(
            [], [], failure_reason="Connection refused", failure_type="mail_smtp"
        )
        self.assertEqual(message.state, "deferred")
        self.assertEqual(mail.state, "cancel", "only the outbox tries again")
        self._pass(minutes=3)
        self._dispatch()
        self.assertEqual(message.state, "sent")
        self.assertEqual(len(message.attempt_ids), 2)

    # ------------------------------------------------------------------
    # Companies, numbers
    # ------------------------------------------------------------------

    def test_each_company_sends_through_its_own_channel(self):
        other = self.env["res.company"].create({"name": "Other Shop"})
        other_channel = self._create_channel("telegram", company_id=other.id)
        contact = self.env["auto.notify.contact"].create(
            {
                "channel_id": other_channel.id,
                "partner_id": self.customer.id,
                "external_id": "815",
            }
        )
        other_provider = self._use(FakeProvider(), other_channel)
        messages = self._create_message("ours") + self._create_message(
            "theirs",
            company_id=other.id,
            lead_id=False,
            order_id=False,
            res_model=False,
            res_id=False,
        )
        self._dispatch()
        self.assertEqual([o.to for o in self.telegram_provider.sent], ["4711"])
        self.assertEqual([o.to for o in other_provider.sent], [contact.external_id])
        self.assertEqual(
            messages.attempt_ids.sorted("id").company_id, self.company + other
        )

    def test_queries_do_not_depend_on_the_number_of_messages(self):
        self._create_channel("log")
        self._create_channel("email")
        self.telegram.parallel = 100
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"Customer {number}",
                    "phone": f"+7916555{number:04d}",
                    "email": f"customer{number}@example.com",
                    "country_id": self.env.ref("base.ru").id,
                }
                for number in range(120)
            ]
        )
        self.env["auto.notify.contact"].create(
            [
                {
                    "channel_id": self.telegram.id,
                    "partner_id": partner.id,
                    "external_id": f"c{partner.id}",
                }
                for partner in partners
            ]
        )
        self.env.flush_all()

        def count(kind, number):
            messages = self.outbox._create_messages(
                [
                    self._prepare_vals(
                        f"{kind}:{number}:{index}",
                        partner_id=partners[index].id,
                        kinds=[[kind, 0]],
                    )
                    for index in range(number)
                ]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._dispatch()
            used = self.env.cr.sql_log_count - before
            self.assertFalse(messages.filtered(lambda m: m.state == "queued"))
            return used

        for kind in ("log", "telegram", "email"):
            count(kind, 2)
            few, many = count(kind, 10), count(kind, 50)
            self.assertLessEqual(many, few + 3, kind)
