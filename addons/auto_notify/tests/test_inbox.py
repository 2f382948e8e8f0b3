import json
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.modules.migration import load_script
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path, mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..tools.files import clean_name
from ..tools.provider import PartlyRead
from ..tools.words import read_word
from .inbox_common import InboxCommon, make_event

MIGRATION = "auto_notify/migrations/19.0.1.0.1/post-incoming_date.py"
LOG = "odoo.addons.auto_notify.models.auto_notify_incoming"
PHOTO = {"kind": "image", "ref": "p1", "name": "photo.jpg", "mimetype": "image/jpeg"}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


@tagged("post_install", "-at_install")
class TestInbox(InboxCommon):
    def test_message_lands_on_the_open_deal_of_the_customer(self):
        contact, lead = self.link(), self.make_deal()
        row = self.write_in("When is it <b>ready</b>?\nI wait")
        self.assertRecordValues(
            row,
            [{"state": "done", "lead_id": lead.id, "contact_id": contact.id}],
        )
        message = self.get_comments(lead)
        self.assertEqual(message.author_id, self.customer)
        self.assertIn("&lt;b&gt;ready&lt;/b&gt;", message.body)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertEqual(lead.notify_contact_id, contact)
        self.assertTrue(contact.date_incoming)
        self.assertEqual(self.told, [("message", lead)])

    def test_message_carries_the_time_the_customer_sent_it(self):
        self.link()
        lead = self.make_deal()
        row = self.write_in("Yesterday's", date="2026-01-10T11:35:00")
        sent = fields.Datetime.to_datetime("2026-01-10 11:35:00")
        self.assertEqual(row.date, sent)
        self.assertEqual(self.get_comments(lead).date, sent)
        row = self.write_in("From the future", date="2199-01-01T00:00:00")
        self.assertLessEqual(row.date, fields.Datetime.now())
        row = self.write_in("Without a time")
        self.assertGreater(row.date, sent)

    def test_an_answer_to_a_button_of_another_program_keeps_its_words(self):
        self.link()
        lead = self.make_deal()
        event = {"kind": "button", "key": "b1", "sender": "77", "name": "Vanya"}
        self.receive({**event, "payload": "flow-7", "text": "Oil, on Monday"})
        self.assertIn("Oil, on Monday", self.get_comments(lead).body)

    def test_responsible_is_told_at_once_with_the_deal_to_open(self):
        self.link()
        lead = self.make_deal()
        self.write_in("x" * 500)
        [(user_id, payload)] = self.toasts
        self.assertEqual(user_id, self.advisor.id)
        self.assertEqual(payload["lead_id"], lead.id)
        self.assertEqual(payload["title"], "Vanya (Telegram)")
        self.assertLess(len(payload["text"]), 170)

    def test_unknown_sender_becomes_a_deal_with_the_messengers_name(self):
        lead = self.write_in("Knocks in front").lead_id
        self.assertRecordValues(
            lead,
            [
                {
                    "contact_name": "Vanya",
                    "partner_id": False,
                    "wish": "Knocks in front",
                    "user_id": self.advisor.id,
                    "stage_id": self.env.ref("auto_crm.crm_stage_request").id,
                }
            ],
        )
        activity = self.get_activities(lead)
        self.assertEqual(
            activity.activity_type_id, self.env.ref("mail.mail_activity_data_call")
        )
        self.assertEqual(activity.summary, "Answer Vanya (Telegram)")
        message = self.get_comments(lead)
        self.assertFalse(message.author_id)
        self.assertEqual(message.email_from, "Vanya (Telegram)")
        note = lead.message_ids.filtered(lambda m: "Message from" in (m.body or ""))
        self.assertIn("Vanya (Telegram)", note.body)
        self.assertNotIn("Knocks", note.body)
        self.assertNotIn("No phone", note.body)

    def test_messages_of_a_conversation_are_one_thing_to_do(self):
        first = self.write_in("Knocks in front")
        second = self.write_in("And when?")
        self.assertEqual(second.lead_id, first.lead_id)
        self.assertEqual(len(self.get_activities(first.lead_id)), 1)
        self.assertEqual(len(self.get_comments(first.lead_id)), 2)
        self.assertEqual(len(self.toasts), 2)

    def test_a_message_in_a_later_stage_reminds_once_until_staff_answers(self):
        self.link()
        lead = self.make_deal()
        self.get_activities(lead).unlink()
        self.write_in("One")
        self.write_in("Two")
        answer = self.env.ref("auto_notify.mail_activity_type_answer")
        activity = self.get_activities(lead)
        self.assertEqual(activity.activity_type_id, answer)
        self.assertEqual(activity.user_id, self.advisor)
        lead.with_user(self.advisor).message_post(body="an internal note")
        self.assertTrue(activity.exists())
        lead.with_user(self.advisor).message_post(
            body="Tomorrow",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertFalse(activity.exists())

    def test_lost_and_won_deals_are_not_reopened(self):
        self.link()
        lead = self.make_deal()
        lead.action_set_lost(lost_reason_id=self.env.ref("crm.lost_reason_1").id)
        new = self.write_in("I changed my mind").lead_id
        self.assertNotEqual(new, lead)
        self.assertEqual(new.partner_id, self.customer)
        new.action_set_won()
        self.assertNotIn(self.write_in("Again").lead_id, lead + new)

    def test_of_several_deals_it_is_the_one_talked_about_last(self):
        self.link()
        old, new = self.make_deal(name="Old"), self.make_deal(name="New")
        self.make_message(old, date_sent=fields.Datetime.now() + timedelta(minutes=1))
        self.assertEqual(self.write_in("Which one?").lead_id, old)
        self.make_message(new, date_sent=fields.Datetime.now() + timedelta(minutes=2))
        self.assertEqual(self.write_in("And now?").lead_id, new)

    def test_messages_go_along_with_merged_deals(self):
        self.link()
        lead = self.make_deal()
        row = self.write_in("Hello")
        message = self.make_message(lead)
        other = self.make_deal(name="Other", probability=99)
        merged = (lead + other).merge_opportunity()
        self.assertEqual(row.lead_id, merged)
        self.assertEqual(message.lead_id, merged)
        self.assertEqual(merged.notify_contact_id, row.contact_id)

    def test_who_names_the_customer_of_a_deal_names_its_chat(self):
        row = self.write_in("Hello")
        row.lead_id.with_user(self.advisor).partner_id = self.customer
        self.assertEqual(row.contact_id.partner_id, self.customer)
        self.assertEqual(
            self.get_comments(self.write_in().lead_id)[-1].author_id, self.customer
        )

    def test_nobody_outside_gets_what_a_customer_writes(self):
        self.link()
        lead = self.make_deal()
        stranger = self.env["res.partner"].create(
            {"name": "Follower", "email": "follower@example.com"}
        )
        lead.message_subscribe((stranger + self.advisor.partner_id).ids)
        self.write_in("My secret")
        message = self.get_comments(lead)
        self.assertNotIn(stranger, message.notification_ids.res_partner_id)
        self.assertIn(self.advisor.partner_id, message.notification_ids.res_partner_id)

    def test_two_companies_stay_apart(self):
        self.link()
        lead = self.make_deal()
        company = self.env["res.company"].create(
            {"name": "Second", "country_id": self.env.ref("base.ru").id}
        )
        channel = self.channel.copy({"company_id": company.id, "name": "Second bot"})
        event = {"kind": "message", "key": "k", "sender": "77", "text": "Hi"}
        other = self.receive(event, channel=channel).lead_id
        self.assertNotEqual(other, lead)
        self.assertEqual(other.company_id, company)
        self.assertFalse(other.partner_id)

    def test_contact_of_an_archived_customer_still_reaches_staff(self):
        self.link()
        self.customer.active = False
        lead = self.write_in("Anybody?").lead_id
        self.assertEqual(lead.partner_id, self.customer)


@tagged("post_install", "-at_install")
class TestInboxFiles(InboxCommon):
    def setUp(self):
        super().setUp()
        self.link()
        self.lead = self.make_deal()

    def test_photo_voice_and_document_are_attached(self):
        self.provider.files = {
            "p1": PIXEL,
            "v1": b"OggS" + b"0" * 64,
            "d1": b"%PDF-1.4",
        }
        self.write_in(
            "Look",
            media=[
                PHOTO,
                {"kind": "audio", "ref": "v1", "mimetype": "audio/ogg"},
                {"kind": "file", "ref": "d1", "name": "../../etc/act.pdf"},
            ],
        )
        files = self.get_comments(self.lead).attachment_ids.sorted("id")
        self.assertEqual(files.mapped("name"), ["photo.jpg", "audio.ogg", "act.pdf"])
        self.assertEqual(files[0].raw, PIXEL)
        self.assertEqual(
            (files[0].res_model, files[0].res_id), ("crm.lead", self.lead.id)
        )
        self.assertTrue(files[1].voice_ids)
        self.assertFalse(files[0].voice_ids)

    def test_a_page_with_scripts_is_only_text(self):
        self.provider.files = {"d1": b"<html><script>alert(1)</script></html>"}
        for name in ("a.html", "a.svg", "a.jpg"):
            media = [
                {"kind": "file", "ref": "d1", "name": name, "mimetype": "text/html"}
            ]
            self.write_in("", media=media)
        files = self.get_comments(self.lead).attachment_ids
        self.assertEqual(len(files), 3)
        for file in files:
            self.assertNotIn("html", file.mimetype)
            self.assertNotIn("svg", file.mimetype)

    def test_a_file_that_cannot_be_had_is_tried_again_then_told(self):
        row = self.write_in("Look", media=[PHOTO])
        self.assertEqual((row.state, row.retry_count), ("new", 1))
        self.assertGreater(row.date_next, fields.Datetime.now())
        self.assertFalse(self.get_comments(self.lead))
        row._process_safely()
        row._process_safely()
        self.assertEqual(row.state, "done")
        message = self.get_comments(self.lead)
        self.assertIn("photo.jpg", message.body)
        self.assertIn("does not answer", message.body)
        self.assertIn("Look", message.body)

    def test_a_file_too_large_is_not_even_fetched(self):
        self.env["ir.config_parameter"].set_param("auto_notify.file_megabytes", "1")
        row = self.write_in("Look", media=[{**PHOTO, "size": 2 * 1024 * 1024}])
        self.assertEqual(row.state, "done")
        self.assertIn("too large", self.get_comments(self.lead).body)

    def test_only_so_many_files_are_taken(self):
        self.provider.files = {"p1": PIXEL}
        self.write_in("", media=[PHOTO] * 12)
        message = self.get_comments(self.lead)
        self.assertEqual(len(message.attachment_ids), 10)
        self.assertIn("Only 10 files", message.body)

    def test_a_photo_alone_is_a_request(self):
        self.provider.files = {"p1": PIXEL}
        lead = self.write_in("", sender="99", media=[PHOTO]).lead_id
        self.assertEqual(lead.contact_name, "Vanya")
        self.assertTrue(self.get_comments(lead).attachment_ids)


@tagged("post_install", "-at_install")
class TestInboxProcessing(InboxCommon, CronMixinCase):
    def test_replay_changes_nothing(self):
        first = self.write_in("Hello", key="same")
        self.assertFalse(self.write_in("Hello", key="same"))
        self.assertEqual(len(self.get_comments(first.lead_id)), 1)

    def test_the_same_twice_in_one_body_is_once(self):
        event = {"kind": "message", "key": "k", "sender": "77", "text": "Hi"}
        self.assertEqual(len(self.receive(event, event)), 1)

    def test_an_event_without_a_key_is_known_by_what_it_says(self):
        event = {"kind": "message", "sender": "77", "text": "Hi"}
        self.assertEqual(len(self.receive(event)), 1)
        self.assertFalse(self.receive(event))
        self.assertEqual(len(self.receive({**event, "text": "Hi!"})), 1)

    def test_what_can_be_read_is_not_lost_with_what_cannot(self):
        event = make_event(key="good", sender="77", text="Hello")
        error = PartlyRead("text is of a wrong type", [event])
        with (
            patch.object(self.provider, "read_events", side_effect=error),
            mute_logger(LOG),
        ):
            rows = self.receive({"odd": True})
        self.assertEqual(rows.mapped("kind"), ["message", "unreadable"])
        self.assertEqual(rows.mapped("state"), ["done", "failed"])
        self.assertIn("odd", rows[1].body)
        self.assertIn("wrong type", rows[1].error)

    def test_the_same_event_at_the_same_time_is_one_row(self):
        row = self.write_in("Hello", key="same")
        vals = {
            "channel_id": self.channel.id,
            "external_id": "same",
            "kind": "message",
            "data": row.data,
        }
        self.assertFalse(self.Incoming._store_once(vals))
        self.assertTrue(self.Incoming._store_once({**vals, "external_id": "other"}))

    def test_what_json_may_hold_and_the_database_may_not(self):
        row = self.write_in("a\x00b\ud800c", name="V\x00", key="k\x00" + "y" * 5000)
        self.assertEqual(row.state, "done")
        self.assertEqual(len(row.external_id), 64)
        self.assertIn("ab?c", self.get_comments(row.lead_id).body)

    def test_one_bad_event_does_not_stop_the_others(self):
        body = [
            {"kind": "message", "key": str(number), "sender": str(number), "text": "Hi"}
            for number in range(3)
        ]
        post = self.env.registry["crm.lead"]._post_notify_incoming

        def fail_once(lead, contact, *args):
            if contact.external_id == "1":
                raise ValueError("bad")
            return post(lead, contact, *args)

        with (
            patch.object(
                self.env.registry["crm.lead"], "_post_notify_incoming", fail_once
            ),
            mute_logger(LOG),
        ):
            rows = self.receive(*body)
        self.assertEqual(rows.mapped("state"), ["done", "new", "done"])
        self.assertIn("bad", rows[1].error)
        self.assertFalse(rows[1].lead_id)

    def test_a_fault_that_stays_is_parked_and_shown_to_a_manager(self):
        with (
            patch.object(
                self.env.registry["crm.lead"],
                "_post_notify_incoming",
                side_effect=ValueError("bad"),
            ),
            mute_logger(LOG),
        ):
            row = self.write_in("keep me")
            waits = []
            for _try in range(5):
                waits.append(row.date_next - fields.Datetime.now())
                row._process_safely()
        self.assertEqual((row.state, row.retry_count), ("failed", 6))
        self.assertEqual(waits, sorted(waits))
        activity = self.get_activities(row)
        self.assertTrue(activity.user_id.has_group("auto_crm.auto_crm_group_manager"))
        with self.capture_triggers("auto_notify.ir_cron_incoming") as triggers:
            row.with_user(self.manager).action_retry()
        # a manager's click calls no provider: the scheduled action does
        self.assertEqual((row.state, row.retry_count), ("new", 0))
        self.assertEqual(len(triggers.records), 1)
        self.assertFalse(self.get_activities(row))
        row._process_safely()
        self.assertEqual(row.state, "done")
        self.assertIn("keep me", self.get_comments(row.lead_id).body)

    def test_a_collision_is_repeated_and_not_counted(self):
        with (
            patch.object(
                self.env.registry["crm.lead"],
                "_post_notify_incoming",
                side_effect=SerializationFailure,
            ),
            self.capture_triggers("auto_notify.ir_cron_incoming") as triggers,
        ):
            row = self.write_in("Hello")
        self.assertEqual((row.state, row.retry_count), ("new", 0))
        self.assertIn(row.date_next, triggers.records.mapped("call_at"))
        row._process_safely()
        self.assertEqual(row.state, "done")

    def _store(self, *keys):
        """Store messages as the webhook does."""
        events = [
            {"kind": "message", "key": key, "sender": "77", "text": key} for key in keys
        ]
        body = json.dumps(events).encode()
        self.Incoming._receive(self.channel, self.channel._get_provider(), body, {})
        return self.Incoming.search([("external_id", "in", keys)], order="id")

    def _run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("auto_notify.ir_cron_incoming").method_direct_trigger()
        self.env.invalidate_all()

    def test_cron_takes_what_is_due(self):
        row, late = self._store("c", "later")
        late.date_next = fields.Datetime.now() + timedelta(hours=1)
        self._run_cron()
        self.assertEqual((row.state, late.state), ("done", "new"))

    def test_events_of_before_have_their_time_when_the_addon_is_updated(self):
        row = self._store("told")
        row.data = {**row.data, "date": "2026-01-10T11:35:00"}
        silent = self._store("silent")
        self.env.flush_all()
        script = load_script(file_path(MIGRATION), "incoming_date")
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(fields.Datetime.to_string(row.date), "2026-01-10 11:35:00")
        self.assertEqual(silent.date, silent.create_date)

    def test_messages_stand_in_the_order_they_were_sent(self):
        self.link()
        lead = self.make_deal()
        events = [
            {
                "kind": "message",
                "key": f"late{hour}",
                "sender": "77",
                "name": "Vanya",
                "text": f"At {hour}",
                "date": f"2026-01-10T{hour}:00:00",
            }
            for hour in ("13", "11", "12", "10")
        ]
        for event in events:  # as webhooks come, each by itself
            body = json.dumps([event]).encode()
            self.Incoming._receive(self.channel, self.channel._get_provider(), body, {})
        self._run_cron()
        self.assertEqual(
            [str(message.body) for message in self.get_comments(lead)],
            [f"<p>At {hour}</p>" for hour in ("10", "11", "12", "13")],
        )

    def test_a_bad_event_does_not_stop_the_others(self):
        """Even one whose fault cannot be kept: it is put off, the others go on."""
        rows = self._store("one", "two", "three")
        bad = rows[1]
        model = self.registry["auto.notify.incoming"]
        process = model._process

        def fail(row, *_args):
            if row.id == bad.id:
                raise ValueError("bad")
            process(row)

        with (
            patch.object(model, "_process", fail),
            patch.object(model, "_retry_later", fail),
            mute_logger(LOG, "odoo.addons.auto_crm.models.auto_cron_delay"),
        ):
            self._run_cron()
        self.assertEqual(rows.mapped("state"), ["done", "new", "done"])
        delay = self.env["auto.cron.delay"].search([("job", "=", "incoming")])
        self.assertEqual((delay.res_id, delay.tries), (bad.id, 1))
        self._run_cron()  # not yet
        self.assertEqual(bad.state, "new")
        delay.date_next = fields.Datetime.now()
        self._run_cron()
        self.assertEqual(bad.state, "done")

    def test_two_workers_process_each_event_once(self):
        """One holds an event, and has just done another: both are left to it."""
        rows = self._store("free", "held", "done", "last")
        held, done = rows[1], rows[2]
        model = self.registry["auto.notify.incoming"]
        lock, process, processed = model.try_lock_for_update, model._process, []

        def lock_others(row, **options):
            if row.id == done.id:
                row.write({"state": "done"})  # as the other worker has committed it
            return lock(row - row.browse(held.id), **options)

        def note(row):
            processed.append(row.id)
            process(row)

        with (
            patch.object(model, "try_lock_for_update", lock_others),
            patch.object(model, "_process", note),
        ):
            self._run_cron()
        self.assertEqual(processed, [rows[0].id, rows[3].id])
        self.assertEqual(held.state, "new")
        self.assertFalse(self.env["auto.cron.delay"].search([("job", "=", "incoming")]))

    def test_old_events_are_removed_failed_ones_kept(self):
        rows = self.write_in("One") + self.write_in("Two")
        rows[1]._park("bad")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE auto_notify_incoming SET create_date = create_date - interval "
            "'100 days'"
        )
        self.env.invalidate_all()
        self.Incoming._gc_incoming()
        self.assertEqual(rows.exists(), rows[1])

    def test_languages_of_staff_and_customer(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.company.partner_id.lang = "ru_RU"
        self.link()
        self.customer.lang = "en_US"
        row = self.write_in("stop")
        answer = self.Message.search([("key", "=", f"answer:{row.id}")])
        self.assertEqual(answer.lang, "en_US")
        self.assertIn("will not write", answer.body)


@tagged("post_install", "-at_install")
class TestReceipts(InboxCommon):
    def setUp(self):
        super().setUp()
        self.applied = []

        def note(attempt, state, **values):
            self.applied.append((attempt, state, values))

        cls = self.env.registry["auto.notify.attempt"]
        self.startPatcher(patch.object(cls, "_apply_receipt", note))
        self.attempt = self.env["auto.notify.attempt"].create(
            {
                "message_id": self.make_message().id,
                "channel_id": self.channel.id,
                "kind": "telegram",
                "key": "a" * 32,
                "provider_ref": "ref-1",
            }
        )

    def _receipt(self, key, **values):
        return self.receive(
            {"kind": "receipt", "key": key, "state": "delivered", **values}
        )

    def test_receipt_finds_its_attempt_by_our_key_or_the_providers(self):
        self._receipt("1", ref="ref-1")
        self._receipt("2", own_key="a" * 32, ref="unknown", error="why", code="5")
        self.assertEqual([row[0] for row in self.applied], [self.attempt] * 2)
        self.assertEqual(self.applied[1][2]["code"], "5")

    def test_receipt_of_another_account_is_not_taken(self):
        self.attempt.channel_id = self.channel.copy({"name": "Second"})
        self._receipt("1", ref="ref-1", own_key="a" * 32)
        self.assertFalse(self.applied)

    def test_receipt_before_our_own_record_waits_for_it(self):
        row = self._receipt("1", ref="ref-2")
        self.assertEqual((row.state, row.retry_count), ("new", 1))
        self.attempt.provider_ref = "ref-2"
        row._process_safely()
        self.assertEqual(row.state, "done")
        self.assertEqual(len(self.applied), 1)

    def test_receipt_of_nothing_is_put_aside_without_a_fuss(self):
        row = self._receipt("1", ref="elsewhere")
        for _try in range(5):
            row._process_safely()
        self.assertEqual(row.state, "ignored")
        self.assertFalse(self.get_activities(row))


@tagged("post_install", "-at_install")
class TestWords(TransactionCase):
    def test_only_the_very_word_counts(self):
        for text in ("STOP", " Стоп! ", "/stop", "«Отписаться».", "Stop  ALL"):
            self.assertEqual(read_word(text), "stop", text)
        for text in ("start", "Старт", "ПОДПИСАТЬСЯ"):
            self.assertEqual(read_word(text), "start", text)
        for text in (
            "",
            None,
            "stop by at five",
            "стоп-сигнал не горит",
            "не стоп",
            "🚗",
        ):
            self.assertEqual(read_word(text), "", text)

    def test_names_of_files_are_names_only(self):
        for given, expected in (
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\act.pdf", "act.pdf"),
            ("a\x00b\n.pdf", "ab.pdf"),
            ("\u202egpj.exe", "gpj.exe"),
            ("<b>.txt", "_b_.txt"),
            ("..", "file"),
            ("Акт №5.pdf", "Акт №5.pdf"),
        ):
            self.assertEqual(clean_name(given), expected)
        self.assertEqual(clean_name("", "image", "image/jpeg"), "image.jpg")
        self.assertEqual(clean_name("", "audio", "audio/ogg; codecs=opus"), "audio.ogg")
        self.assertEqual(len(clean_name("a" * 500 + ".pdf")), 100)
