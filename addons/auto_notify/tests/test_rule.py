from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError, errors

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import AutoNotifyCommon

NOW = "2026-10-13 09:00:00"  # noon in Moscow


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRule(AutoNotifyCommon):
    def _notify(self, event="ready", records=None, **options):
        records = self.order if records is None else records
        return self.env["auto.notify.rule"]._notify(event, records, **options)

    # ------------------------------------------------------------------
    # Who, and once
    # ------------------------------------------------------------------

    def test_a_rule_makes_a_message(self):
        rule = self._create_rule(
            kinds=(("telegram", 5), ("sms", 0)), category="obligatory"
        )
        message = self._notify()
        self.assertRecordValues(
            message,
            [
                {
                    "rule_id": rule.id,
                    "template_id": self.order_template.id,
                    "event": "ready",
                    "category": "obligatory",
                    "company_id": self.company.id,
                    "res_model": "sale.order",
                    "res_id": self.order.id,
                    "lead_id": self.deal.id,
                    "order_id": self.order.id,
                    "partner_id": self.customer.id,
                    "audience": "customer",
                    "kinds": [["telegram", 5], ["sms", 0]],
                    "state": "queued",
                    "date_planned": fields.Datetime.to_datetime(NOW),
                    "date_event": fields.Datetime.to_datetime(NOW),
                    "key": f"{rule.id}:sale.order:{self.order.id}:2026-10-13:"
                    f"{self.customer.id}",
                }
            ],
        )

    def test_the_same_fact_is_told_once_a_day(self):
        self._create_rule()
        self.assertEqual(len(self._notify()), 1)
        self.assertFalse(self._notify())
        with freeze_time("2026-10-13 20:59:00"):
            self.assertFalse(self._notify())
        with freeze_time("2026-10-13 21:00:00"):  # it is tomorrow in Moscow
            self.assertEqual(len(self._notify()), 1)

    def test_another_occurrence_is_told(self):
        self._create_rule()
        for occurrence in ("a", "b", "a"):
            self._notify(occurrence=occurrence)
        self.assertEqual(len(self._get_messages(self.order)), 2)

    def test_a_fact_taken_back_before_it_was_told_may_come_again(self):
        self._create_rule()
        message = self._notify()
        message._cancel("Not ready after all")
        again = self._notify()
        self.assertEqual((message.state, again.state), ("cancelled", "queued"))
        self.assertFalse(self._notify())

    def test_each_audience(self):
        driver = self.env["res.partner"].create({"name": "Driver"})
        self.vehicle.driver_id = driver
        self.order.user_id = self.advisor
        self.labour_line = self.order.order_line[0]
        self.labour_line.mechanic_ids = self.mechanic
        self._make_ready()
        company_managers = self.order._get_notify_recipients("manager")
        self.assertIn(self.manager.partner_id, company_managers)
        self.assertNotIn(self.env.ref("base.partner_root"), company_managers)
        self.assertNotIn(self.advisor.partner_id, company_managers)
        for audience, partner in (
            ("customer", self.customer),
            ("driver", driver),
            ("advisor", self.advisor.partner_id),
            ("mechanic", self.mechanic_user.partner_id),
        ):
            people = self.order._get_notify_recipients(audience)
            self.assertEqual(people, partner, audience)

    def test_mechanics_are_told_each_once_also_without_a_user(self):
        other = self.env["hr.employee"].create({"name": "Mechanic Two"})
        order = self._create_order((self.labour, 1), (self.labour, 1))
        for line in order.order_line:
            line.mechanic_ids = self.mechanic + other
        order.action_confirm()
        self._create_rule(audience="mechanic")
        self.assertEqual(
            self._notify(records=order).partner_id,
            self.mechanic_user.partner_id + other.work_contact_id,
        )

    def test_the_customer_drives_his_car_himself_and_is_told_once(self):
        self._create_rule(audience="customer")
        self._create_rule(audience="driver")
        self.assertEqual(self._notify().partner_id, self.customer)

    def test_a_deal_without_responsible_has_an_advisor_to_tell(self):
        self.deal.user_id = False
        self._create_rule("request", audience="advisor")
        self.assertTrue(self._notify("request", self.deal).partner_id.user_ids)

    def test_archived_people_are_not_told(self):
        self._create_rule()
        self.customer.active = False
        self.assertFalse(self._notify())

    def test_a_customer_known_by_his_chat_only_is_told_there(self):
        channel = self._create_channel("telegram")
        contact = self.env["auto.notify.contact"].create(
            {"channel_id": channel.id, "external_id": "4242", "name": "Tanya"}
        )
        lead = self.env["crm.lead"].create(
            {"name": "Message", "notify_contact_id": contact.id}
        )
        self._create_rule("booked")
        message = self._notify("booked", lead)
        self.assertEqual((message.contact_id, message.partner_id.id), (contact, False))
        lead.notify_contact_id = False
        self.assertFalse(self._notify("booked", lead, occurrence="again"))

    # ------------------------------------------------------------------
    # Which documents
    # ------------------------------------------------------------------

    def test_the_condition_is_kept(self):
        self._create_rule(domain="[('amount_total', '>', 1000000)]")
        self.assertFalse(self._notify())
        self._create_rule(domain="[('vehicle_id.license_plate', '!=', False)]")
        self.assertTrue(self._notify())

    def test_rules_of_a_team_are_for_its_documents(self):
        team, other = self.env["crm.team"].create([{"name": "A"}, {"name": "B"}])
        rule = self._create_rule(team_id=team.id)
        self.order.team_id = other
        self.assertFalse(self._notify())
        self.order.team_id = team
        self.assertEqual(self._notify().rule_id, rule)

    def test_archived_rules_and_those_of_other_events_are_silent(self):
        self._create_rule("received")
        rule = self._create_rule()
        rule.active = False
        self.assertFalse(self._notify())
        rule.active = True
        self.assertTrue(self._notify())

    def test_archived_rules_are_silent_whatever_the_caller_looks_at(self):
        rule = self._create_rule()
        rule.active = False
        everything = self.env["auto.notify.rule"].with_context(active_test=False)
        self.assertFalse(everything._notify("ready", self.order))
        self.assertFalse(self._notify(), "nor are they remembered for the others")

    def test_a_rule_switched_off_takes_back_what_has_not_left(self):
        rule, other = self._create_rule(), self._create_rule()
        other.template_id = other.template_id.copy()
        messages = self._notify()
        rule.active = False
        self.assertEqual(
            [(message.rule_id, message.state) for message in messages],
            [(rule, "cancelled"), (other, "queued")],
        )
        self.assertEqual(messages[0].error, "The rule was switched off.")
        rule.active = True
        self.assertEqual(messages[0].state, "cancelled")

    def test_a_deleted_rule_takes_back_what_has_not_left(self):
        rule = self._create_rule(timing="after", delay=3)
        message = self._notify()
        rule.unlink()
        self.assertEqual(message.state, "cancelled")
        self.assertEqual(message.error, "The rule was deleted.")

    def test_rules_are_looked_up_again_when_they_change(self):
        rule = self._create_rule("received")
        self.assertFalse(self._notify())
        rule.event = "ready"
        self.assertEqual(len(self._notify()), 1)
        rule.unlink()
        self.assertFalse(self._notify(occurrence="again"))

    def test_rules_of_a_company_are_for_its_documents(self):
        other = self.env["res.company"].create({"name": "Other Shop"})
        common = self._create_rule()
        own = self._create_rule(company_id=self.company.id)
        own.template_id = own.template_id.copy()
        foreign = self._create_rule(company_id=other.id)
        messages = self._notify()
        self.assertEqual(messages.rule_id, common + own)
        deal = self.env["crm.lead"].create(
            {
                "name": "Deal there",
                "company_id": other.id,
                "partner_id": self.customer.id,
            }
        )
        text = self.lead_template.copy()
        foreign.write({"event": "request", "template_id": text.id})
        common.write({"event": "request", "template_id": self.lead_template.id})
        messages = self._notify("request", deal + self.deal)
        self.assertEqual(
            {(message.rule_id, message.company_id) for message in messages},
            {(common, other), (foreign, other), (common, self.company)},
        )

    # ------------------------------------------------------------------
    # Never in the way
    # ------------------------------------------------------------------

    def test_a_broken_rule_does_not_block_the_fact(self):
        rule = self._create_rule()
        self.env.cr.execute(
            "UPDATE auto_notify_rule SET domain = '[(' WHERE id = %s", [rule.id]
        )
        rule.invalidate_recordset()
        with self.assertLogs("odoo.addons.auto_notify", "ERROR"):
            self.assertFalse(self._notify())
        self.assertTrue(self.order.exists().name)

    def test_a_broken_rule_does_not_silence_the_others(self):
        broken, good = self._create_rule(), self._create_rule()
        self.env.cr.execute(
            "UPDATE auto_notify_rule SET domain = %s WHERE id = %s",
            ["[('field_of_a_module_that_is_gone', '=', 1)]", broken.id],
        )
        broken.invalidate_recordset()
        with self.assertLogs("odoo.addons.auto_notify", "ERROR"):
            self.assertEqual(self._notify().rule_id, good)

    def test_a_broken_document_does_not_block_the_fact(self):
        self._create_rule()
        gone = self.order.browse(self.order.id + 100000)
        with self.assertLogs("odoo.addons.auto_notify", "ERROR"):
            self.assertFalse(self._notify(records=gone))

    def test_a_concurrency_error_repeats_the_transaction(self):
        self._create_rule()
        outbox = self.registry["auto.notify.message"]
        failure = errors.SerializationFailure()
        with (
            patch.object(outbox, "_create_messages", side_effect=failure),
            self.assertRaises(errors.SerializationFailure),
        ):
            self._notify()

    def test_nothing_about_nothing(self):
        self._create_rule()
        self.assertFalse(self._notify(records=self.order.browse()))

    def test_the_public_may_make_a_fact(self):
        self._create_rule("request")
        rules = self.env["auto.notify.rule"].with_user(self.env.ref("base.public_user"))
        self.assertTrue(rules._notify("request", self.deal))

    def test_a_mechanic_may_make_a_fact(self):
        self._create_rule()
        rules = self.env["auto.notify.rule"].with_user(self.mechanic_user)
        order = self.order.with_user(self.mechanic_user)
        self.assertTrue(rules._notify("ready", order))

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    def test_quiet_hours_of_the_recipient_defer(self):
        self._create_rule(is_quiet=True, quiet_start=21.0, quiet_stop=9.0)
        self.customer.tz = "Asia/Vladivostok"  # 19:00 there
        self.assertEqual(self._notify(occurrence=1).state, "queued")
        with freeze_time("2026-10-13 12:00:00"):
            message = self._notify(occurrence=2)
        self.assertEqual(message.state, "deferred")
        self.assertEqual(
            message.date_next, fields.Datetime.to_datetime("2026-10-13 23:00:00")
        )

    def test_a_recipient_without_zone_has_the_night_of_the_shop(self):
        self.customer.tz = False
        self.assertEqual(self.order._get_notify_zone(self.customer), "Europe/Moscow")

    def test_reminders_of_a_booking_follow_its_confirmation(self):
        date = fields.Datetime.to_datetime("2026-10-15 07:00:00")  # 10:00
        at_once = self._create_rule("booked")
        day = self._create_rule(
            "booked", timing="before", delay=1, at_time=True, time_of_day=18.0
        )
        hours = self._create_rule(
            "booked", timing="before", delay=2, delay_unit="hours"
        )
        messages = self._notify("booked", self.deal, date=date)
        self.assertEqual(
            {message.rule_id: str(message.date_next) for message in messages},
            {
                at_once: NOW,
                day: "2026-10-14 15:00:00",
                hours: "2026-10-15 05:00:00",
            },
        )
        self.assertEqual(set(messages.mapped("date_event")), {date})
        self.assertEqual(
            {message.rule_id: str(message.date_expire) for message in messages},
            {
                at_once: "2026-10-14 09:00:00",
                day: "2026-10-15 07:00:00",
                hours: "2026-10-15 07:00:00",
            },
        )

    def test_who_was_told_of_a_booking_is_not_reminded_in_the_same_minute(self):
        date = fields.Datetime.now() + timedelta(hours=1)
        at_once = self._create_rule("booked")
        self._create_rule("booked", timing="before", delay=2, delay_unit="hours")
        messages = self._notify("booked", self.deal, date=date)
        self.assertEqual(messages.rule_id, at_once)

    def test_dates_may_differ_by_document(self):
        self._create_rule("booked", timing="before", delay=1, delay_unit="hours")
        deals = self.deal + self.deal.copy()
        now = fields.Datetime.now()
        dates = {
            deal.id: now + timedelta(hours=hour)
            for deal, hour in zip(deals, (5, 9), strict=True)
        }
        messages = self._notify("booked", deals, date=dates)
        self.assertEqual(
            messages.sorted("res_id").mapped("date_event"), list(dates.values())
        )

    # ------------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------------

    def _count_queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_many_documents_cost_as_many_queries_as_two(self):
        self._create_rule(domain="[('vehicle_id.license_plate', '!=', False)]")
        self._create_rule(timing="after", delay=1, audience="driver")
        orders = self.env["sale.order"].concat(
            *(self._create_order() for _number in range(20))
        )
        self._notify(records=orders[:1])
        few = self._count_queries(lambda: self._notify(records=orders[1:3]))
        many = self._count_queries(lambda: self._notify(records=orders[3:]))
        self.assertEqual(few, many)

    # ------------------------------------------------------------------
    # The sentence
    # ------------------------------------------------------------------

    def _assert_sentence(self, sentence, *args, **vals):
        self.assertEqual(self._create_rule(*args, **vals).display_name, sentence)

    def test_a_rule_is_a_sentence(self):
        self._assert_sentence(
            "When the car is ready, at once, to the customer by Telegram, else SMS",
            "ready",
            ("telegram", "sms"),
        )
        self._assert_sentence(
            "When the time of arrival is agreed, 2 hours before, to the driver by SMS, "
            "else E-mail, else Log only",
            "booked",
            ("sms", "email", "log"),
            timing="before",
            delay=2,
            delay_unit="hours",
            audience="driver",
        )
        self._assert_sentence(
            "When the car is released, after 1 day at 12:30, to the managers by E-mail",
            "released",
            ("email",),
            timing="after",
            delay=1,
            at_time=True,
            time_of_day=12.5,
            audience="manager",
        )
        self._assert_sentence(
            "When the car is released, the same day at 18:00, to the service advisor "
            "by E-mail",
            "released",
            ("email",),
            timing="after",
            delay=0,
            at_time=True,
            time_of_day=18.0,
            audience="advisor",
        )
        self._assert_sentence(
            "When an automation rule asks for it, after 30 minutes, to the mechanics "
            "by MAX",
            "automation",
            ("max",),
            timing="after",
            delay=30,
            delay_unit="minutes",
            audience="mechanic",
        )
        self._assert_sentence("Own name", name="Own name")

    def test_every_event_and_audience_has_its_phrase(self):
        rules = self.env["auto.notify.rule"]
        events = rules._fields["event"].get_values(self.env)
        self.assertEqual(set(rules._get_event_phrases()), set(events))
        audiences = rules._fields["audience"].get_values(self.env)
        self.assertEqual(set(rules._get_audience_phrases()), set(audiences))

    def test_the_delay_has_the_plural_of_the_language(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        rule = self._create_rule(timing="after", delay_unit="hours")
        rule = rule.with_context(lang="ru_RU")
        for delay, phrase in ((1, "1 час"), (2, "2 часа"), (5, "5 часов")):
            rule.delay = delay
            self.assertEqual(rule._get_delay_phrase(), phrase)

    # ------------------------------------------------------------------
    # What a rule may be
    # ------------------------------------------------------------------

    def _assert_refused(self, reason, *args, **vals):
        with self.assertRaisesRegex(ValidationError, reason):
            self._create_rule(*args, **vals)

    def test_impossible_rules_are_refused(self):
        self._assert_refused("tried once", kinds=("sms", "sms"))
        self._assert_refused("can't be used", domain="[('nothing', '=', 1)]")
        self._assert_refused("can't be used", domain="[('name', '=', env)]")
        self._assert_refused("can't be used", domain="[(")
        self._assert_refused("knows beforehand", timing="before")
        self._assert_refused("another kind", template_id=self.lead_template.id)

    def test_impossible_numbers_are_refused(self):
        for vals in (
            {"delay": -1},
            {"expire_hours": -1},
            {"time_of_day": 24.0},
            {"quiet_start": -0.5},
            {"quiet_stop": 25.0},
        ):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._create_rule(**vals)

    def test_a_rule_without_channels_has_those_of_the_company(self):
        self._create_channel("sms", sequence=2)
        self._create_channel("telegram", sequence=1)
        self.channel.sequence = 3
        rule = self._create_rule(kinds=())
        self.assertFalse(rule.kinds)
        channels = "Telegram, else SMS, else Log only"
        self.assertEqual(rule.default_channels, channels)
        self.assertTrue(rule.sentence.endswith(f"to the customer by {channels}"))
        self.env["auto.notify.channel"].search([("kind", "=", "sms")]).active = False
        everything = rule.with_context(active_test=False)
        everything.invalidate_recordset(["default_channels", "sentence"])
        self.assertEqual(everything.default_channels, "Telegram, else Log only")
        self.assertTrue(everything.sentence.endswith("by Telegram, else Log only"))
        other = self.env["res.company"].create({"name": "Other Shop"})
        rule.company_id = other
        self.assertTrue(rule.sentence.endswith("to the customer by Log only"))
        rule.channel_ids = [Command.create({"kind": "email"})]
        self.assertTrue(rule.sentence.endswith("to the customer by E-mail"))
        rule.channel_ids = [Command.clear()]
        self.assertTrue(rule.sentence.endswith("to the customer by Log only"))

    def test_the_form_of_a_rule(self):
        with Form(self.env["auto.notify.rule"]) as form:
            form.event = "booked"
            self.assertEqual(form.model, "crm.lead")
            form.timing = "before"
            form.template_id = self.lead_template
            self.assertIn("by Log only", form.sentence)
            with form.channel_ids.new() as line:
                line.kind = "sms"
            self.assertIn("1 day before, to the customer by SMS", form.sentence)
            form.event = "ready"
            self.assertEqual(form.timing, "after")
            self.assertFalse(form.template_id)
            form.template_id = self.order_template
        self.assertEqual(form.record.model, "sale.order")

    def test_the_default_rules_are_good_and_say_what_they_do(self):
        rules = self.env["auto.notify.rule"].with_context(active_test=False)
        find = self.env.ref
        ready = find("auto_notify.auto_notify_rule_ready")
        self.assertEqual(
            ready.sentence,
            "When the car is ready, at once, to the customer by Log only",
        )
        own = rules.search([]).filtered(
            lambda rule: rule.get_external_id()[rule.id].startswith("auto_notify.")
        )
        self.assertGreaterEqual(len(own), 10)
        own._check_domain()
        own._check_timing()
        own._check_channels()
        own.template_id._check_texts()

    def test_the_messages_of_a_rule_are_opened_from_it(self):
        rule = self._create_rule()
        message = self._notify()
        action = rule.action_view_messages()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, message)
