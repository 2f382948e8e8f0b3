import json
import logging

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..tools import access_log
from .inbox_common import SECRET, InboxCommon

LOGS = (
    "odoo.addons.auto_notify.controllers.hook",
    "odoo.addons.auto_notify.models.auto_notify_incoming_webhook",
    "odoo.http",
)
EVENT = {"kind": "message", "key": "m1", "sender": "77", "name": "Vanya", "text": "Hi"}


@tagged("post_install", "-at_install")
class TestHook(InboxCommon, HttpCase, CronMixinCase):
    def setUp(self):
        super().setUp()
        self.url = f"/auto_notify/hook/{self.channel.hook_key}"

    def post(self, *events, raw=None, secret=SECRET, url=None, **headers):
        body = json.dumps(events).encode() if raw is None else raw
        headers = {"Content-Type": "application/json", "X-Secret": secret, **headers}
        return self.url_open(url or self.url, data=body, headers=headers)

    def get_rows(self):
        self.env.invalidate_all()
        return self.Incoming.search([("channel_id", "=", self.channel.id)])

    def test_event_is_stored_and_nothing_is_done_yet(self):
        with self.capture_triggers("auto_notify.ir_cron_incoming") as triggers:
            response = self.post(EVENT)
        self.assertEqual((response.status_code, response.json()), (200, {}))
        self.assertEqual(len(triggers.records), 1)
        row = self.get_rows()
        self.assertRecordValues(
            row, [{"state": "new", "kind": "message", "external_id": "m1"}]
        )
        self.assertFalse(self.Contact.search([("external_id", "=", "77")]))

    def test_replay_is_answered_and_changes_nothing(self):
        for _replay in range(3):
            self.assertEqual(self.post(EVENT).status_code, 200)
        self.assertEqual(len(self.get_rows()), 1)

    @mute_logger(*LOGS)
    def test_forged_and_unknown_are_refused_alike(self):
        wrong_key = f"/auto_notify/hook/{'x' * 43}"
        answers = [
            self.post(EVENT, secret=""),
            self.post(EVENT, secret="wrong"),
            self.post(EVENT, url=wrong_key),
            self.post(EVENT, url=wrong_key, secret=""),
            self.post(EVENT, url=f"{self.url}x"),
            self.post(EVENT, url="/auto_notify/hook/%25"),
        ]
        self.assertEqual({answer.status_code for answer in answers}, {404})
        self.assertEqual(len({answer.text for answer in answers}), 1)
        self.assertFalse(self.get_rows())

    @mute_logger(*LOGS)
    def test_channel_without_a_provider_or_archived_has_no_webhook(self):
        self.channel.active = False
        self.assertEqual(self.post(EVENT).status_code, 404)

    @mute_logger(*LOGS)
    def test_log_never_holds_the_whole_key(self):
        with self.assertLogs(LOGS[0], "WARNING") as logs:
            self.post(EVENT, secret="wrong")
        self.assertNotIn(self.channel.hook_key, str(logs.output))

    @mute_logger(*LOGS)
    def test_a_key_writes_no_line_of_the_log(self):
        with self.assertLogs(LOGS[0], "WARNING") as logs:
            self.post(EVENT, url="/auto_notify/hook/a%0Abc")
        [line] = logs.output
        self.assertNotIn("\n", line)

    @mute_logger(*LOGS)
    def test_access_log_never_holds_the_whole_key(self):
        key = self.channel.hook_key
        logger = logging.getLogger("werkzeug")  # the server writes a line a request
        line = f"POST /auto_notify/hook/{key}?a=1 HTTP/1.1"
        record = logger.makeRecord(
            logger.name, logging.INFO, "", 0, '"%s" %s %s', (line, "200", "-"), None
        )
        self.assertTrue(logger.filter(record))
        self.assertIn(f"/auto_notify/hook/{key[:6]}…?a=1", record.getMessage())
        self.assertNotIn(key, record.getMessage())

    def test_tokens_of_pages_are_masked_and_nothing_else(self):
        for path, masked in (
            ("/auto_notify/stop/abcdefghij", "/auto_notify/stop/abcdef…"),
            ("/auto_notify/b/call_me/abcdefghij", "/auto_notify/b/call_me/abcdef…"),
            ("/my/cars/1?message=added", "/my/cars/1?message=added"),
        ):
            self.assertEqual(
                access_log.mask(f'"GET {path} HTTP/1.1"'), f'"GET {masked} HTTP/1.1"'
            )

    def test_secret_of_the_account_is_not_kept_with_what_is_unreadable(self):
        self.channel.secret = "token-of-the-account"
        args = {
            "secret": SECRET,
            "token": self.channel.hook_secret,
            "events": f"[{self.channel.secret}",
        }
        answer = self.opener.get(f"{self.base_url()}{self.url}", params=args)
        self.assertEqual(answer.status_code, 200)
        row = self.get_rows()
        self.assertEqual(row.state, "failed")
        for secret in (self.channel.hook_secret, self.channel.secret):
            self.assertNotIn(secret, row.body)
            self.assertNotIn(secret, row.error)

    def test_provider_may_be_answered_at_once(self):
        self.provider.welcomes = True
        self.company.partner_id.lang = "en_US"
        answer = self.post({**EVENT, "kind": "start"})
        welcome = answer.json()
        self.assertIn(self.company.name, welcome["text"])
        self.assertTrue(welcome["title"])
        self.assertEqual(len(self.get_rows()), 1)

    def test_nobody_is_welcomed_in_test_mode(self):
        self.provider.welcomes = True
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("auto_notify.test_mode", "True")
        self.assertEqual(self.post({**EVENT, "kind": "start"}).json(), {})

    @mute_logger(*LOGS)
    def test_ten_megabytes_are_not_read(self):
        for content_type in (
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        ):
            raw = b"a=" + b"b" * 10_000_000
            for secret in (SECRET, "wrong"):
                headers = {"Content-Type": content_type}
                answer = self.post(raw=raw, secret=secret, **headers)
                self.assertEqual(answer.status_code, 413, content_type)
        self.assertFalse(self.get_rows())

    @mute_logger(*LOGS)
    def test_unreadable_body_of_an_authentic_sender_is_kept(self):
        for raw in (b"", b"{", b"\xff\x00\xfe", b'[{"kind": "dance"}]', b"[" * 20000):
            for _replay in range(2):
                self.assertEqual(self.post(raw=raw).status_code, 200, raw[:20])
        rows = self.get_rows()
        self.assertEqual(len(rows), 5)
        self.assertEqual(set(rows.mapped("state")), {"failed"})
        self.assertTrue(all(rows.mapped("error")))
        self.assertIn('[{"kind": "dance"}]', rows.mapped("body"))
        activities = self.get_activities(rows)
        self.assertEqual(len(activities), 5)
        rows.with_user(self.manager).action_ignore()
        self.assertEqual(set(rows.mapped("state")), {"ignored"})
        self.assertFalse(activities.exists())

    @mute_logger(*LOGS)
    def test_unreadable_body_of_a_stranger_is_not_kept(self):
        self.assertEqual(self.post(raw=b"{", secret="wrong").status_code, 404)
        self.assertFalse(self.get_rows())

    def test_get_verifies_the_address(self):
        answer = self.url_open(f"{self.url}?token={SECRET}&challenge=<b>42</b>")
        self.assertEqual((answer.status_code, answer.text), (200, "<b>42</b>"))
        self.assertIn("text/plain", answer.headers["Content-Type"])

    @mute_logger(*LOGS)
    def test_get_without_the_secret_is_refused(self):
        for url in (self.url, f"{self.url}?token=x&challenge=42"):
            self.assertEqual(self.url_open(url).status_code, 404)

    def test_a_provider_may_tell_everything_by_get_or_form(self):
        args = {"secret": SECRET, "events": json.dumps([EVENT])}
        answer = self.opener.get(f"{self.base_url()}{self.url}", params=args)
        self.assertEqual(answer.status_code, 200)
        args["events"] = json.dumps([{**EVENT, "key": "m2"}])
        answer = self.opener.post(f"{self.base_url()}{self.url}", data=args)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(len(self.get_rows()), 2)

    def test_many_events_in_one_body_come_in_their_order(self):
        events = [{**EVENT, "key": f"k{number}"} for number in range(20)]
        self.post(*events)
        rows = self.get_rows().sorted("id")
        self.assertEqual(rows.mapped("external_id"), [row["key"] for row in events])
