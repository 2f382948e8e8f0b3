import base64
from datetime import timedelta
from itertools import permutations

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.auto_crm.tools import clock
from odoo.addons.auto_worktime.tools.punches import (
    pair,
    parse_direction,
    parse_time,
    read_csv,
)

from .common import AutoWorktimeCommon

MOSCOW = clock.get_zone("Europe/Moscow")
START = Datetime.to_datetime("2035-01-08 05:00:00")


def _punches(*rows):
    return [(START + timedelta(minutes=minutes), way) for minutes, way in rows]


@tagged("post_install", "-at_install")
class TestPunchTools(BaseCase):
    def test_who_comes_and_goes_makes_pairs(self):
        punches = _punches((0, "in"), (240, "out"), (300, "in"), (540, "out"))
        self.assertEqual(pair(punches), ([(0, 1), (2, 3)], []))

    def test_a_second_press_within_a_minute_means_nothing(self):
        punches = _punches((0, "toggle"), (0.5, "toggle"), (240, "toggle"))
        self.assertEqual(pair(punches), ([(0, 2)], [1]))

    def test_who_is_told_to_come_again_has_not_left(self):
        punches = _punches((0, "in"), (60, "in"), (240, "out"), (250, "out"))
        self.assertEqual(pair(punches), ([(0, 2)], [1, 3]))

    def test_who_was_not_seen_for_long_has_gone_at_an_unknown_time(self):
        punches = _punches((0, "in"), (24 * 60, "in"), (30 * 60, "out"))
        self.assertEqual(pair(punches), ([(0, None), (1, 2)], []))
        self.assertEqual(pair(_punches((0, "out"))), ([], [0]))
        self.assertEqual(pair(_punches((0, "in"))), ([(0, None)], []))
        self.assertEqual(pair([]), ([], []))

    def test_directions_of_terminals(self):
        for value, direction in (
            ("IN", "in"),
            (0, "in"),
            ("Вход", "in"),
            ("1", "out"),
            ("check-out", "out"),
            (None, "toggle"),
            ("255", "toggle"),
        ):
            self.assertEqual(parse_direction(value), direction)

    def test_times_of_terminals(self):
        for value in (
            "2035-01-08T05:00:00Z",
            "2035-01-08T08:00:00+03:00",
            "2035-01-08 08:00:00",
            "08.01.2035 08:00:00",
            "08.01.2035 08:00",
            2051845200,
        ):
            self.assertEqual(parse_time(value, MOSCOW), START, value)
        for value in ("", None, "yesterday", "32.01.2035 08:00"):
            with self.assertRaises(ValueError):
                parse_time(value, MOSCOW)

    def test_files_of_terminals(self):
        rows = [{"badge": "77", "time": "08.01.2035 08:00:00", "direction": "вход"}]
        for text, encoding in (
            ("Карта;Дата;Время;Направление\n77;08.01.2035;08:00:00;вход\n", "cp1251"),
            ("badge,time,direction\n77,08.01.2035 08:00:00,вход\n", "utf-8-sig"),
        ):
            self.assertEqual(read_csv(text.encode(encoding)), rows)
        with self.assertRaises(ValueError):
            read_csv(b"name;hours\nAnn;8\n")


@tagged("post_install", "-at_install")
class TestPunches(AutoWorktimeCommon):
    """Presence is derived from raw events, in whatever order they arrive."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mechanic.barcode = "77"
        cls.device = cls.env["auto.time.device"].create({"name": "Door"})
        cls.punches = cls.env["auto.time.punch"]

    def _row(self, hours, direction, badge="77"):
        """An event so many hours after nine on Monday, by the shop's clock."""
        moment = self._at(hours) + timedelta(hours=3)
        return {"badge": badge, "time": str(moment), "direction": direction}

    def _tell(self, *rows, device=None, now=20):
        with self._freeze(now):
            counts = (device or self.device)._store(list(rows))
        self.env.flush_all()
        with self._freeze(now), self.enter_registry_test_mode():
            cron = self.env.ref("auto_worktime.ir_cron_punches")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        return counts

    def _get_presence(self, employee=None):
        attendances = self.Attendance.search(
            [("employee_id", "=", (employee or self.mechanic).id)], order="check_in"
        )
        return [
            (self._hours(row.check_in), self._hours(row.check_out))
            for row in attendances
        ]

    def test_events_become_presence_in_the_zone_of_the_shop(self):
        self._tell(self._row(0, "in"), self._row(4, "out"))
        self.assertEqual(self._get_presence(), [(0, 4)])
        self.assertEqual(self.punches.search([]).mapped("state"), ["used", "used"])

    def test_any_order_of_arrival_gives_the_same(self):
        rows = [
            self._row(0, "in"),
            self._row(4, "out"),
            self._row(5, "in"),
            self._row(9, "out"),
        ]
        orders = list(permutations(rows))
        for order in orders[1::5]:
            with self.subTest(order=[row["time"] for row in order]):
                self.Attendance.search([]).unlink()
                self.punches.search([]).unlink()
                for row in order:
                    self._tell(row)
                self.assertEqual(self._get_presence(), [(0, 4), (5, 9)])

    def test_what_is_sent_again_is_known(self):
        rows = [self._row(0, "in"), self._row(4, "out")]
        self.assertEqual(self._tell(*rows), {"stored": 2, "known": 0, "bad": 0})
        self.assertEqual(
            self._tell(*rows, rows[0], {"badge": "77"}),
            {"stored": 0, "known": 3, "bad": 1},
        )
        self.assertEqual(self._get_presence(), [(0, 4)])

    def test_a_late_event_ends_what_runs(self):
        job = self._create_job()
        self._tell(self._row(0, "in"), now=0.1)
        with self._freeze(1):
            self.mechanic._clock_start(job)
        self._tell(self._row(4, "out"), now=30)
        self.assertEqual(self._get_times(), [("work", job, 1, 4)])

    def test_a_true_event_takes_the_place_of_a_cut(self):
        self.mechanic.resource_calendar_id = self.company.resource_calendar_id
        self._tell(self._row(0, "in"), now=0.1)
        attendance = self.Attendance.search([("employee_id", "=", self.mechanic.id)])
        attendance._cut(self._at(8))
        self._tell(self._row(7, "out"), now=30)
        self.assertEqual(self._get_presence(), [(0, 7)])
        self.assertFalse(attendance.is_cut)

    def test_who_forgot_to_leave_is_cut_when_he_comes_again(self):
        self.mechanic.resource_calendar_id = self.company.resource_calendar_id
        self._tell(self._row(24, "in"), now=25)
        self._tell(self._row(0, "in"), now=25)
        self.assertEqual(self._get_presence(), [(0, 8), (24, False)])
        self.assertEqual(self.env["auto.time.correction"].search([]).state, "open")

    def test_an_unknown_badge_waits_until_it_is_known(self):
        self._tell(self._row(0, "in", "88"), self._row(4, "out", "88"))
        punches = self.punches.search([])
        self.assertEqual(punches.mapped("state"), ["unknown", "unknown"])
        self.mechanic_2.barcode = "88"
        punches.with_user(self.foreman).action_retry()
        self._tell()
        self.assertEqual(self._get_presence(self.mechanic_2), [(0, 4)])

    def test_a_badge_of_another_company_is_unknown(self):
        company = self.env["res.company"].create({"name": "Other shop"})
        device = self.env["auto.time.device"].create(
            {"name": "Other door", "company_id": company.id, "tz": "Asia/Yekaterinburg"}
        )
        self._tell(self._row(0, "in"), device=device)
        punch = self.punches.search([])
        self.assertEqual(punch.state, "unknown")
        self.assertEqual(self._hours(punch.date), -2)

    def test_who_has_checked_in_elsewhere_leaves_by_the_terminal(self):
        self._check_in(start=-0.5)
        self._tell(self._row(0, "in"), self._row(4, "out"))
        self.assertEqual(self._get_presence(), [(-0.5, 4)])

    def test_what_odoo_refuses_is_shown_to_the_foreman(self):
        self._check_in(start=2, stop=3)
        self._tell(self._row(0, "in"), self._row(4, "out"))
        punches = self.punches.with_user(self.foreman).search([])
        self.assertEqual(punches.mapped("state"), ["refused", "refused"])
        self.assertIn("already checked in", punches[0].refusal)

    def test_a_file_is_read_and_reading_it_again_changes_nothing(self):
        text = "badge;time;direction\n77;08.01.2035 09:00:00;0\n77;08.01.2035 13:00;1\n"
        wizard = self.env["auto.time.punch.import"].with_user(self.manager)
        for message in ("2 new events, 0 known", "0 new events, 2 known"):
            action = wizard.create(
                {
                    "device_id": self.device.id,
                    "file": base64.b64encode(text.encode()),
                }
            ).action_import()
            self.assertIn(message, action["params"]["message"])
        self._tell()
        self.assertEqual(self._get_presence(), [(0, 4)])
        with self.assertRaisesRegex(UserError, "names the columns"):
            wizard.create(
                {"device_id": self.device.id, "file": base64.b64encode(b"x;y\n1;2\n")}
            ).action_import()

    def test_events_cannot_be_made_or_changed_by_people(self):
        self._tell(self._row(0, "in"))
        punch = self.punches.search([])
        for user in (self.mechanic_user, self.advisor):
            with self.assertRaises(AccessError):
                punch.with_user(user).read(["badge"])
        with self.assertRaises(AccessError):
            self.punches.with_user(self.manager).create({"badge": "77"})
        with self.assertRaises(AccessError):
            punch.with_user(self.manager).unlink()
        with self.assertRaises(AccessError):
            self.device.with_user(self.foreman).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            self.device.with_user(self.manager).read(["key"])


@tagged("post_install", "-at_install")
class TestPunchesOverHttp(HttpCase):
    def test_a_terminal_sends_json_to_its_address(self):
        device = self.env["auto.time.device"].create({"name": "Door"})
        url = f"/auto_worktime/punches/{device.key}"
        row = {"badge": "5", "time": "2035-01-08T06:00:00Z", "direction": "in"}
        answer = self.url_open(url, json={"punches": [row, row, "junk"]})
        self.assertEqual(answer.json(), {"stored": 1, "known": 1, "bad": 1})
        self.assertEqual(self.url_open(url, json=[row]).json()["stored"], 0)
        for body in ({"rows": []}, "text", 5):
            self.assertEqual(self.url_open(url, json=body).status_code, 400)
        answer = self.url_open(
            url, data="{", headers={"Content-Type": "application/json"}
        )
        self.assertEqual(answer.status_code, 400)

    def test_a_terminal_sends_what_no_database_holds_or_too_much(self):
        device = self.env["auto.time.device"].create({"name": "Door"})
        url = f"/auto_worktime/punches/{device.key}"
        rows = [
            {"badge": "5\0", "time": "2035-01-08T06:00:00Z"},
            {"badge": "\0", "time": "2035-01-08T06:00:00Z"},
            {"badge": "5", "time": "\0"},
        ]
        answer = self.url_open(url, json=rows)
        self.assertEqual(answer.json(), {"stored": 1, "known": 0, "bad": 2})
        answer = self.url_open(url, json=[{"badge": "5" * 1024 * 1024}])
        self.assertEqual(answer.status_code, 400)

    @mute_logger("odoo.addons.auto_worktime.controllers.punches")
    def test_an_unknown_address_is_not_found(self):
        answer = self.url_open("/auto_worktime/punches/guess", json=[1])
        self.assertEqual(answer.status_code, 404)

    @mute_logger("odoo.addons.auto_worktime.controllers.punches")
    def test_a_terminal_that_is_put_away_is_not_heard(self):
        device = self.env["auto.time.device"].create({"name": "Old", "active": False})
        answer = self.url_open(f"/auto_worktime/punches/{device.key}", json=[1])
        self.assertEqual(answer.status_code, 404)
