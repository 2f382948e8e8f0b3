from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.errors import ClockError
from .terminal_common import DEVICE, AutoTerminalCommon


@tagged("post_install", "-at_install")
class TestTerminalSend(AutoTerminalCommon):
    """What was pressed is done once, in order, at its real time, or is refused."""

    def setUp(self):
        super().setUp()
        self.job = self._create_job(received=-9)
        self._check_in(start=-8)
        self.ticket = self._sign_in()

    def _item(self, sequence, action, ago=0, **vals):
        return super()._item(
            sequence, action, ago, **{"ticket": self.ticket, "job": self.job.id, **vals}
        )

    def _backdate_ticket(self, hours):
        """Let the mechanic have signed in so long ago."""
        screen = self.terminal._find_by_key(self.terminal.key, "terminal")
        issued = int(self._at(-hours).timestamp())
        payload = f"{self.mechanic.id}.{issued}"
        self.ticket = f"{payload}.{screen._sign(payload)}"

    def _assert_about(self, moment, hours):
        away = abs(moment - self._at(hours))
        self.assertLess(away, timedelta(minutes=2))

    def _events(self):
        return self.env["auto.time.event"].search(
            [("employee_id", "=", self.mechanic.id)], order="sequence"
        )

    def test_a_morning_without_connection_is_true_afterwards(self):
        self._backdate_ticket(6)
        other = self._create_job(received=-9)
        results = self._send(
            self._item(1, "start", 5),
            self._item(2, "pause", 4, reason=self.parts.id),
            self._item(3, "start", 3, job=other.id),
            self._item(4, "done", 1, job=other.id),
        )
        self.assertEqual({one["state"] for one in results}, {"done"}, results)
        times = self._get_times()
        self.assertEqual(
            [one[:2] for one in times],
            [
                ("work", self.job),
                ("idle", self.job),
                ("work", other),
            ],
        )
        for (_kind, _job, start, stop), (begin, end) in zip(
            times, ((-5, -4), (-4, -3), (-3, -1)), strict=True
        ):
            self.assertAlmostEqual(start, begin, delta=0.05)
            self.assertAlmostEqual(stop, end, delta=0.05)
        self.assertEqual(self.job.state, "on_hold")
        self.assertEqual(self.job.order_id.work_state, "on_hold")
        self.assertEqual(other.order_id.work_state, "ready")
        self._assert_about(other.date_done, -1)
        self._assert_about(self.job.date_started, -5)

    def test_a_wrong_clock_of_the_device_is_put_right(self):
        self._backdate_ticket(6)
        for number, skew in enumerate((-24 * 365 * 50, 31, -3), 1):
            job = self._create_job(received=-9)
            self._send(self._item(number, "done", 2, job=job.id), skew=skew)
            self._assert_about(job.date_done, -2)

    def test_what_is_sent_again_is_not_done_again(self):
        items = [self._item(1, "start"), self._item(2, "note", text="Rust")]
        first = self._send(*items)
        self.assertEqual(self._send(*items), first)
        self.assertEqual(len(self._get_times()), 1)
        self.assertEqual(len(self._events()), 2)
        notes = self.job.order_id.message_ids.filtered(lambda one: "Rust" in one.body)
        self.assertEqual(len(notes), 1)

    def test_a_number_is_of_one_device_and_one_terminal(self):
        self._send(self._item(1, "start"))
        [result] = self._send(self._item(1, "done"), device="f" * 32)
        self.assertEqual(result["state"], "done")
        self.assertEqual(self.job.state, "done")
        self.assertEqual(len(set(self._events().mapped("device"))), 2)

    def test_what_is_refused_is_told_and_shown_to_the_foreman(self):
        job = self._create_job()
        job.order_id.sudo().write({"date_received": False})
        others = self._create_job(self.mechanic_2)
        results = self._send(
            self._item(1, "start", job=others.id),
            self._item(2, "start", job=2**31 - 1),
            self._item(3, "start", job=None),
            self._item(4, "pause", reason=2**31 - 1),
            self._item(5, "done", job=others.id),
            self._item(6, "note", text=" "),
            self._item(7, "photo", photo="AAAA"),
        )
        self.assertEqual({one["state"] for one in results}, {"refused"})
        self.assertTrue(all(one["refusal"] for one in results))
        refused = self.env["auto.time.event"].with_user(self.foreman)
        refused = refused.search([("state", "=", "refused")])
        self.assertEqual(len(refused & self._events()), 7)
        self.assertEqual(others.state, "todo")

    def test_who_is_not_checked_in_checks_in_first(self):
        self.env["hr.attendance"].search(
            [("employee_id", "=", self.mechanic.id)]
        ).unlink()
        results = self._send(
            self._item(1, "start"), self._item(2, "in"), self._item(3, "start")
        )
        self.assertEqual([one["state"] for one in results], ["refused", "done", "done"])

    def test_a_ticket_covers_its_shift_only(self):
        results = self._send(self._item(1, "start", 7), self._item(2, "start", 24 * 50))
        self.assertEqual({one["state"] for one in results}, {"refused"})
        self.assertFalse(self._get_times())
        forged = self._item(3, "start", ticket="1.1.x")
        [result] = self._send(forged)
        self.assertEqual(result["state"], "unknown")
        self.assertEqual(len(self._events()), 2)

    def test_a_break_idle_time_and_leaving(self):
        self._backdate_ticket(1)
        results = self._send(
            self._item(1, "start", 0.03),
            self._item(2, "break", 0.025),
            self._item(3, "resume", 0.02),
            self._item(4, "pause", 0.015, reason=self.helping.id),
            self._item(5, "stop", 0.01),
            self._item(6, "out", 0.005),
        )
        self.ticket = self._sign_in()
        self.assertEqual({one["state"] for one in results}, {"done"}, results)
        self.assertEqual(
            [one[0] for one in self._get_times()], ["work", "break", "work", "idle"]
        )
        self.assertFalse(self._call("day", {"ticket": self.ticket})["is_present"])

    def test_a_note_and_a_photo_go_to_the_order_in_his_name(self):
        results = self._send(
            self._item(1, "note", text="Bolt <b>broken</b>"),
            self._item(2, "photo", photo=self._photo()),
            self._item(3, "photo", photo=self._photo("PNG")),
        )
        self.assertEqual({one["state"] for one in results}, {"done"}, results)
        photo_2, photo, note = self.job.order_id.message_ids[:3]
        self.assertIn("Bolt &lt;b&gt;broken", note.body)
        self.assertEqual(note.author_id, self.mechanic_user.partner_id)
        self.assertTrue(note.subtype_id.internal)
        self.assertEqual(photo.attachment_ids.mimetype, "image/jpeg")
        self.assertEqual(photo_2.attachment_ids.mimetype, "image/png")
        self.assertEqual(photo.attachment_ids.res_model, "sale.order")
        self.assertFalse(photo.attachment_ids.public)

    def test_what_is_no_photo_is_refused(self):
        svg = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4="
        results = self._send(
            self._item(1, "photo", photo=svg),
            self._item(2, "photo", photo="PGh0bWw+"),
            self._item(3, "photo", photo="not base64!"),
            self._item(4, "photo", photo=["x"]),
            self._item(5, "photo", photo=self._photo()[:60]),
        )
        self.assertEqual({one["state"] for one in results}, {"refused"}, results)

    def test_a_finding_is_offered_by_the_advisor(self):
        order = self.job.order_id
        order.user_id = self.advisor
        self._send(
            self._item(1, "finding", text="Ball joint\nleft", is_urgent=True),
        )
        work = self.env["auto.recommendation"].search([("order_id", "=", order.id)])
        self.assertRecordValues(
            work,
            [
                {
                    "name": "Ball joint",
                    "severity": "danger",
                    "vehicle_id": self.vehicle.id,
                }
            ],
        )
        [activity] = order.activity_ids.filtered(
            lambda one: one.user_id == self.advisor and "found" in (one.summary or "")
        )
        self.assertIn("Ball joint", activity.note)
        self.assertFalse(work.is_extra)

    def test_what_needs_doing_now_is_extra_work_to_agree(self):
        order = self.job.order_id
        order.user_id = self.advisor
        self._send(
            self._item(1, "finding", text="Hose burst", is_extra=True),
            self._item(2, "finding", text="Wiper", is_extra="yes"),
        )
        self.assertEqual(order.found_extra_ids.mapped("name"), ["Hose burst"])
        self.assertIn(
            "Extra work to agree: Hose burst",
            order.activity_ids.filtered(lambda one: one.user_id == self.advisor).mapped(
                "summary"
            ),
        )
        self.assertEqual(len(order.order_line), 1, "the advisor puts it on the order")

    def test_rules_tell_of_findings(self):
        """Whatever the screen: the terminal's and *My Jobs* are one."""
        rules = self.env["auto.notify.rule"]
        events = dict(rules._fields["event"].selection)
        facts = self.env["sale.order"]._get_facts()
        order = self.job.order_id
        told = []

        def record(order, code, date=None, actor=None):
            told.append(code)

        finding = self.env["auto.job.finding"].with_user(self.mechanic_user)
        with patch.object(type(order), "_record_fact", record):
            self._send(self._item(1, "finding", text="Wiper"))
            self._send(self._item(2, "finding", text="Hose", is_extra=True))
            for urgency in ("later", "now"):
                finding.create(
                    {"job_id": self.job.id, "name": "Leak", "urgency": urgency}
                ).action_record()
        found = [code for code in told if code.endswith("_found")]
        self.assertEqual(found, ["work_found", "work_found", "extra_found"] * 2)
        self.assertLessEqual(set(found), events.keys() & facts.keys())

    def test_a_part_without_clerk_is_asked_of_the_advisor(self):
        self.company.auto_parts_user_id = False
        order = self.job.order_id
        order.user_id = False
        self._send(self._item(1, "part", text="Clamp"))
        [activity] = order.activity_ids
        self.assertEqual(activity.user_id, order._get_advisor())

    def test_the_parts_clerk_is_asked_for_a_part(self):
        self.company.auto_parts_user_id = self.manager
        self._send(self._item(1, "part", text="Hose clamp 20 mm"))
        [activity] = self.job.order_id.activity_ids.filtered(
            lambda one: one.user_id == self.manager
        )
        self.assertIn("needs a part", activity.summary)
        self.assertIn("Hose clamp", activity.note)

    @mute_logger("odoo.http")
    def test_what_no_terminal_sends_is_ignored_or_answered_by_400(self):
        for bad in (
            {},
            {"device": DEVICE},
            {"device": "x" * 32, "sent": 1, "items": []},
            {"device": DEVICE.upper(), "sent": 1, "items": []},
            {"device": [DEVICE], "sent": 1, "items": []},
            {"device": DEVICE, "sent": "1", "items": []},
            {"device": DEVICE, "sent": True, "items": []},
            {"device": DEVICE, "sent": 1, "items": {}},
            {"device": DEVICE, "sent": 1, "items": [{}] * 51},
        ):
            self._call("send", bad, status=400)
        good = self._item(9, "start")
        for change in (
            {"sequence": 0},
            {"sequence": -1},
            {"sequence": 2**31},
            {"sequence": "9"},
            {"sequence": True},
            {"pressed": None},
            {"pressed": "now"},
            {"pressed": 1e300},
            {"action": "unlink"},
            {"action": "__class__"},
            {"action": ["start"]},
            {"action": None},
        ):
            self._call(
                "send",
                {"device": DEVICE, "sent": 1, "items": [{**good, **change}, 7, None]},
            )
        self.assertFalse(self._events())
        results = self._send(
            self._item(1, "note", text="a\0b\ud800"), self._item(2, "note", text=7)
        )
        self.assertEqual([one["state"] for one in results], ["done", "refused"])

    def test_what_lost_a_race_is_sent_again(self):
        events = type(self.env["auto.time.event"])
        press = events._press
        error = ClockError("Look again.", "race")

        def lose(events, device, sequence, *args, **kwargs):
            if sequence == 2:
                raise error
            return press(events, device, sequence, *args, **kwargs)

        items = [self._item(1, "start"), self._item(2, "done"), self._item(3, "stop")]
        with patch.object(events, "_press", lose):
            results = self._send(*items)
        self.assertEqual([one["sequence"] for one in results], [1])
        results = self._send(*items)
        self.assertEqual([one["state"] for one in results], ["done"] * 3)

    @mute_logger("odoo.addons.auto_worktime.models.auto_time_event")
    def test_a_press_that_fails_keeps_no_later_one_back(self):
        jobs = type(self.env["auto.job"])
        items = [self._item(1, "start"), self._item(2, "stop")]
        with patch.object(jobs, "_note_start", side_effect=ZeroDivisionError):
            results = self._send(*items)
        self.assertEqual([one["state"] for one in results], ["refused", "done"])
        self.assertEqual(self._get_times(), [])
        self.assertIn("tell the foreman", self._events()[0].refusal)

    def test_the_future_is_now(self):
        self._send(self._item(1, "start", ago=-5))
        self._assert_about(
            self.logs.search([("job_id", "=", self.job.id)]).date_start, 0
        )

    def test_a_terminal_is_of_one_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        far = self.terminal.create(
            {"name": "Far", "lang": "en_US", "company_id": other.id}
        )
        data = {"employee": self.mechanic.id, "pin": "4711"}
        self.assertEqual(self._call("sign_in", data, key=far.key), {"error": "wrong"})
