from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.auto_crm.tools import clock
from odoo.addons.auto_crm.tools.working_time import get_working_seconds

from .inbox_common import InboxCommon

MORNING = Datetime.to_datetime("2026-11-23 08:00:00")


@tagged("post_install", "-at_install")
class TestTalks(InboxCommon):
    """The inbox knows what is unread, and who waits since when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.Contact.create(
            {
                "channel_id": cls.channel.id,
                "external_id": "77",
                "name": "Vanya",
                "partner_id": cls.customer.id,
            }
        )
        cls.deal = cls.env["crm.lead"].create(
            {
                "name": "Brakes",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "user_id": cls.advisor.id,
                "team_id": cls.team.id,
                "company_id": cls.company.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.bus = []
        registry = self.env.registry

        def note(company, kind, payload, **values):
            self.bus.append((company, kind, payload, values.get("subchannel")))

        self.patch(registry["res.company"], "_bus_send", note)

    def mail_in(self, text="Hello", record=None):
        """Let the customer write by e-mail, as the gateway posts it."""
        return (record or self.deal).message_post(
            body=text,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
        )

    def say(self, text="Tomorrow", record=None, user=None, **values):
        """Let one of the staff write to the customer."""
        values = {"subtype_xmlid": "mail.mt_comment", **values}
        record = (record or self.deal).with_user(user or self.advisor)
        return record.message_post(body=text, message_type="comment", **values)

    def test_what_the_customer_writes_is_unread_and_waits_since_the_first(self):
        with freeze_time("2026-11-23 08:00:00"):
            self.write_in("When is it ready?")
        with freeze_time("2026-11-23 08:10:00"):
            self.write_in("I wait")
        self.assertRecordValues(
            self.deal,
            [
                {
                    "talk_unread_count": 2,
                    "date_talk_waiting": MORNING,
                    "date_talk_incoming": MORNING + timedelta(minutes=10),
                    "talk_excerpt": "I wait",
                    "talk_kind": "telegram",
                }
            ],
        )
        payloads = {(kind, sub): load for _c, kind, load, sub in self.bus}
        self.assertEqual(
            payloads[("auto_notify/talks", "auto_notify")], {"ids": self.deal.ids}
        )

    def test_a_late_message_waits_since_it_was_sent(self):
        with freeze_time(MORNING + timedelta(hours=3)):
            self.write_in("Second", date="2026-11-23T08:10:00")
            self.write_in("First", date="2026-11-23T08:00:00")
        self.assertRecordValues(
            self.deal,
            [
                {
                    "date_talk_waiting": MORNING,
                    "date_talk_incoming": MORNING + timedelta(minutes=10),
                    "talk_unread_count": 2,
                }
            ],
        )

    def test_reading_is_no_answer(self):
        self.write_in("When?")
        deal = self.deal.with_user(self.advisor)
        self.assertEqual(deal.get_talk_count(), 1)
        deal.action_talk_read()
        self.assertEqual(deal.get_talk_count(), 0)
        self.assertEqual(self.deal.talk_unread_count, 0)
        self.assertTrue(self.deal.date_talk_waiting)
        self.assertTrue(self.deal._get_notify_answers())

    def test_an_answer_ends_the_wait_a_note_does_not(self):
        self.write_in("When?")
        self.say("ask the mechanic", subtype_xmlid="mail.mt_note")
        self.assertTrue(self.deal.date_talk_waiting)
        self.assertEqual(self.deal.talk_excerpt, "When?")
        self.say()
        self.assertFalse(self.deal.date_talk_waiting)
        self.assertFalse(self.deal.talk_unread_count)
        self.assertFalse(self.deal._get_notify_answers())
        self.assertEqual(self.deal.talk_excerpt, "We: Tomorrow")
        self.write_in("Good")
        self.assertEqual(self.deal.talk_unread_count, 1)

    def test_a_message_by_the_button_is_an_answer(self):
        self.write_in("When?")
        wizard = (
            self.env["auto.notify.compose"]
            .with_user(self.advisor)
            .create(
                {
                    "res_model": "crm.lead",
                    "res_id": self.deal.id,
                    "partner_id": self.customer.id,
                    "kind": "telegram",
                    "body": "At six",
                }
            )
        )
        wizard.action_send()
        self.assertFalse(self.deal.date_talk_waiting)
        self.assertEqual(self.deal.talk_excerpt, "We: At six")

    def test_a_reminder_that_is_done_is_an_answer(self):
        self.deal._get_event_activities().unlink()
        self.write_in("When?")
        answer = self.deal._get_notify_answers()
        answer.with_user(self.advisor).action_feedback(feedback="called him")
        self.assertFalse(self.deal.date_talk_waiting)
        self.assertFalse(self.deal._get_notify_answers())

    def test_no_answer_needed(self):
        self.deal._get_event_activities().unlink()
        self.write_in("Thank you")
        self.assertTrue(self.deal._get_notify_answers())
        self.deal.with_user(self.advisor).action_talk_answered()
        self.assertFalse(self.deal.date_talk_waiting)
        self.assertFalse(self.deal.talk_unread_count)
        self.assertFalse(self.deal._get_notify_answers())

    def test_messages_of_the_shop_by_itself_answer_nothing(self):
        self.write_in("When?")
        self.make_message(self.deal)._post_to_chatter()
        self.assertTrue(self.deal.date_talk_waiting)
        self.assertEqual(self.deal.talk_excerpt, "We: Your car is ready")

    def test_email_and_portal_belong_to_the_talk_too(self):
        self.mail_in("By e-mail")
        self.assertEqual(self.deal.talk_unread_count, 1)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "opportunity_id": self.deal.id,
                "is_work_order": True,
            }
        )
        order.message_post(
            body="On the <b>order</b>",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
        )
        self.assertEqual(self.deal.talk_unread_count, 2)
        self.assertIn("On the", self.deal.talk_excerpt)
        self.say(record=order)
        self.assertFalse(self.deal.date_talk_waiting)

    def test_orders_of_others_are_no_talk_of_ours(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": self.deal.id}
        )
        order.is_work_order = False
        order.message_post(
            body="A stock order",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
        )
        self.assertFalse(self.deal.talk_unread_count)

    def test_deals_of_other_teams_are_no_conversations(self):
        team = self.env["crm.team"].create({"name": "Sales of tyres"})
        deal = self.make_deal(name="Tyres", team_id=team.id)
        self.mail_in(record=deal)
        self.assertFalse(deal.date_talk_incoming)

    def test_merged_deals_are_one_talk(self):
        with freeze_time("2026-11-23 08:00:00"):
            self.write_in("One")
        other = self.make_deal(name="Other", probability=99)
        self.mail_in("Two", other)
        merged = (self.deal + other).merge_opportunity()
        self.assertEqual(merged.talk_unread_count, 2)
        self.assertEqual(merged.date_talk_waiting, MORNING)

    def test_late_is_reckoned_in_working_time(self):
        self.company.auto_notify_answer_minutes = 30
        self.company.resource_calendar_id.tz = "UTC"
        calendar = self.company.resource_calendar_id
        calendar.attendance_ids = [(5, 0, 0)] + [
            (
                0,
                0,
                {
                    "name": str(day),
                    "dayofweek": str(day),
                    "hour_from": 9,
                    "hour_to": 18,
                    "day_period": "morning",
                },
            )
            for day in range(5)
        ]
        with freeze_time("2026-11-20 17:50:00"):  # a Friday
            self.write_in("Are you there?")
            self.assertFalse(self.deal.is_talk_late)
        for moment, is_late in (
            ("2026-11-22 12:00:00", False),
            ("2026-11-23 09:15:00", False),
            ("2026-11-23 09:25:00", True),
            ("2027-01-23 12:00:00", True),
        ):
            with freeze_time(moment):
                self.deal.invalidate_recordset(["is_talk_late"])
                self.assertEqual(self.deal.is_talk_late, is_late, moment)

    def test_working_seconds(self):
        start = MORNING
        first = int(clock.to_aware(start).timestamp())
        works = [(first - 600, first + 60), (first + 120, first + 7200)]
        self.assertEqual(
            get_working_seconds(works, start, start + timedelta(minutes=3)), 120
        )
        self.assertEqual(get_working_seconds([], start, start), 0)

    def test_the_promise_is_a_positive_time(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.company.auto_notify_answer_minutes = 0
            self.company.flush_recordset()

    def test_only_advisors_see_and_change_conversations(self):
        self.write_in("When?")
        for user in (self.mechanic_user, self.accountant):
            for method in ("action_talk_read", "action_talk_answered"):
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(AccessError),
                ):
                    getattr(self.deal.with_user(user), method)()
            with self.assertRaises(AccessError):
                self.env["crm.lead"].with_user(user).get_talk_count()
        self.assertEqual(self.deal.talk_unread_count, 1)

    def test_another_companys_advisor_has_nothing_to_do_with_it(self):
        self.write_in("When?")
        company = self.env["res.company"].create({"name": "Other shop"})
        stranger = self.advisor.copy(
            {"login": "stranger", "company_id": company.id, "company_ids": company.ids}
        )
        self.deal.company_id = self.company
        deal = self.deal.with_user(stranger).with_context(
            allowed_company_ids=company.ids
        )
        self.assertEqual(deal.browse().get_talk_count(), 0)
        with self.assertRaises(AccessError):
            deal.action_talk_read()

    def test_queries_do_not_grow_with_conversations(self):
        deals = self.deal + self.make_deal(name="B") + self.make_deal(name="C")
        for deal in deals:
            self.mail_in(record=deal)
        names = ["is_talk_late", "talk_excerpt", "talk_kind", "talk_unread_count"]

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            records.with_user(self.advisor).read(names)
            return self.cr.sql_log_count - start

        count(deals)  # warm
        self.assertEqual(count(deals), count(self.deal))
