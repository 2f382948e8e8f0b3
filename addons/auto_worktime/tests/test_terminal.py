import json
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .terminal_common import AutoTerminalCommon

SHOWN = {
    *("id", "name", "order", "plate", "car", "state", "state_name", "reason"),
    *("is_here", "norm", "worked", "since", "wish", "fault", "parts_state"),
    *("parts_name", "parts", "works", "post", "start"),
}


@tagged("post_install", "-at_install")
class TestTerminal(AutoTerminalCommon):
    """The link of a terminal, who signs in there, and what is shown to him."""

    def test_the_page_opens_by_its_link_only(self):
        response = self.url_open(f"/auto_worktime/terminal/{self.terminal.key}")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertIn("noindex", response.headers["X-Robots-Tag"])
        for key in ("x", self.terminal.key[:-1], self.terminal.key + "a", "%00"):
            page = self.url_open(f"/auto_worktime/terminal/{key}")
            self.assertEqual(page.status_code, 404, key)

    def test_a_new_link_shuts_the_old_one_and_its_tickets(self):
        ticket, old = self._sign_in(), self.terminal.key
        self.terminal.action_new_key()
        self._call("people", key=old, status=404)
        self.assertEqual(self._call("day", {"ticket": ticket}), {"error": "signed_out"})

    def test_an_archived_screen_and_a_board_are_no_terminals(self):
        board = self.terminal.create({"name": "TV", "lang": "en_US", "kind": "board"})
        self._call("people", key=board.key, status=404)
        self.terminal.active = False
        self._call("people", status=404)

    def test_it_shows_who_works_here_and_nothing_else_of_them(self):
        self._check_in(self.mechanic)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["hr.employee"].create(
            {"name": "Far", "is_mechanic": True, "company_id": other.id}
        )
        self.env["hr.employee"].create({"name": "Office", "is_mechanic": False})
        people = self._call("people")["people"]
        mine = [one for one in people if one["name"].startswith("Mechanic ")]
        self.assertEqual(
            mine,
            [
                {
                    "id": self.mechanic.id,
                    "name": "Mechanic One",
                    "is_present": True,
                    "what": "",
                },
                {
                    "id": self.mechanic_2.id,
                    "name": "Mechanic Two",
                    "is_present": False,
                    "what": "",
                },
            ],
        )
        names = [one["name"] for one in people]
        self.assertNotIn("Far", names)
        self.assertNotIn("Office", names)

    def test_a_badge_or_a_pin_signs_in(self):
        self.assertIn("ticket", self._call("sign_in", {"badge": "BADGE2"}))
        data = {"employee": self.mechanic.id, "pin": "4711"}
        self.assertIn("ticket", self._call("sign_in", data))

    def test_what_is_no_proof_signs_nobody_in(self):
        self.mechanic_2.write({"pin": False, "barcode": False})
        office = self.env["hr.employee"].create({"name": "Office", "pin": "1234"})
        for data in (
            {},
            {"employee": self.mechanic.id},
            {"employee": self.mechanic.id, "pin": ""},
            {"employee": self.mechanic.id, "pin": 4711},
            {"employee": self.mechanic.id, "pin": ["4711"]},
            {"employee": str(self.mechanic.id), "pin": "4711"},
            {"employee": self.mechanic_2.id, "pin": ""},
            {"employee": self.mechanic_2.id, "pin": "False"},
            {"employee": office.id, "pin": "1234"},
            {"employee": True, "pin": "4711"},
            {"employee": 2**80, "pin": "4711"},
            {"employee": -1, "pin": "4711"},
            {"badge": "%"},
            {"badge": "BADGE1\0"[:5]},
            {"badge": "пинкод"},
        ):
            self.assertEqual(self._call("sign_in", data), {"error": "wrong"}, data)
            self.env["auto.limit"].search([]).unlink()

    def test_wrong_pins_are_counted_right_ones_are_not(self):
        right = {"employee": self.mechanic.id, "pin": "4711"}
        wrong = {"employee": self.mechanic.id, "pin": "0000"}
        for _number in range(8):
            self.assertIn("ticket", self._call("sign_in", right))
        for _number in range(5):
            self.assertEqual(self._call("sign_in", wrong), {"error": "wrong"})
        self.assertEqual(self._call("sign_in", wrong), {"error": "too_many"})
        self.assertEqual(self._call("sign_in", right), {"error": "too_many"})
        other = {"employee": self.mechanic_2.id, "pin": "0815"}
        self.assertIn("ticket", self._call("sign_in", other))

    def test_wrong_badges_are_counted(self):
        for _number in range(5):
            self._call("sign_in", {"badge": "none such"})
        self.assertEqual(
            self._call("sign_in", {"badge": "BADGE1"}), {"error": "too_many"}
        )

    def test_a_forged_or_old_ticket_opens_nothing(self):
        ticket = self._sign_in()
        number, issued, signature = ticket.split(".")
        for forged in (
            "",
            "..",
            "a.b.c",
            f"{self.mechanic_2.id}.{issued}.{signature}",
            f"{number}.{int(issued) + 60}.{signature}",
            f"{number}.{issued}.{signature[:-1]}",
            None,
            7,
            {"a": 1},
        ):
            answer = self._call("day", {"ticket": forged})
            self.assertEqual(answer, {"error": "signed_out"}, forged)
        other = self.terminal.create({"name": "Other", "lang": "en_US"})
        answer = self._call("day", {"ticket": ticket}, key=other.key)
        self.assertEqual(answer, {"error": "signed_out"})
        screen = self.terminal._find_by_key(self.terminal.key, "terminal")
        with freeze_time(self.monday + timedelta(hours=17)):
            self.assertFalse(screen._find_signed_in(ticket))
        self.mechanic.active = False
        self.assertEqual(self._call("day", {"ticket": ticket}), {"error": "signed_out"})

    def test_my_jobs_come_in_planned_order(self):
        late, early, unplanned = (self._create_job() for _number in range(3))
        self._create_booking(5.0, order_id=late.order_id.id)
        self._create_booking(2.0, order_id=early.order_id.id, post_id=self.lift_2.id)
        self._create_job(self.mechanic_2)
        done = self._create_job()
        done.sudo().action_done()
        jobs = self._call("day", {"ticket": self._sign_in()})["jobs"]
        self.assertEqual([job["id"] for job in jobs], [early.id, late.id, unplanned.id])
        self.assertEqual([job["post"] for job in jobs], ["Lift 2", "Lift 1", ""])

    def test_a_job_of_nobody_is_shown_to_who_is_booked_for_it(self):
        job = self._create_job(self.env["hr.employee"])
        ticket = self._sign_in()
        self.assertFalse(self._call("day", {"ticket": ticket})["jobs"])
        self._create_booking(
            1.0,
            order_id=job.order_id.id,
            mechanic_ids=[Command.set(self.mechanic.ids)],
        )
        [shown] = self._call("day", {"ticket": ticket})["jobs"]
        self.assertEqual(shown["id"], job.id)

    def test_a_job_shows_its_car_and_parts_but_no_price_and_no_customer(self):
        job = self._create_job(wish="It knocks")
        job.order_id.order_line = [
            Command.create({"product_id": self.part.id, "product_uom_qty": 2})
        ]
        job.order_id.order_line.price_unit = 76543.21
        answer = self._call("day", {"ticket": self._sign_in()})
        [shown] = answer["jobs"]
        self.assertEqual(set(shown), SHOWN)
        self.assertEqual(shown["plate"], "А123ВС 777")
        self.assertEqual(shown["wish"], "It knocks")
        self.assertEqual(shown["norm"], 1.5)
        [part] = shown["parts"]
        self.assertEqual(
            (part["article"], part["maker"], part["quantity"]), ("PAD-1", "Brembo", 2)
        )
        # the clock's milliseconds may have any digits
        text = json.dumps({**answer, "now": 0}, ensure_ascii=False)
        for secret in ("76543", "Ivan", "Petrov", "916", "example.com", "4711"):
            self.assertNotIn(secret, text)

    def test_the_day_is_ones_own(self):
        job = self._create_job(self.mechanic + self.mechanic_2)
        for one, start in ((self.mechanic, -0.02), (self.mechanic_2, -0.01)):
            self._check_in(one, start)
            one._clock_start(job, at=self._at(start))
        answer = self._call("day", {"ticket": self._sign_in()})
        self.assertEqual([log["job"] for log in answer["day"]["logs"]], [job.id])
        self.assertEqual(len(answer["day"]["presence"]), 1)
        self.assertEqual(len(answer["jobs"][0]["since"]), 2)

    def test_only_faces_of_the_tiles_are_shown(self):
        office = self.env["hr.employee"].create({"name": "Office"})
        base = f"/auto_worktime/terminal/{self.terminal.key}/photo"
        self.assertEqual(self.url_open(f"{base}/{self.mechanic.id}").status_code, 200)
        for number in (office.id, 0, 2**40):
            self.assertEqual(self.url_open(f"{base}/{number}").status_code, 404)

    @mute_logger("odoo.http")
    def test_what_is_no_question_is_answered_by_400(self):
        url = f"/auto_worktime/terminal/{self.terminal.key}/sign_in"
        for body in ("", "[]", "7", "null", "{", "\x00", "[" * 50_000, '{"a": NaN'):
            response = self.url_open(url, data=body, method="POST")
            self.assertEqual(response.status_code, 400, body[:20])
        big = json.dumps({"badge": "x" * 70_000})
        self.assertEqual(self.url_open(url, data=big).status_code, 400)

    def test_the_link_is_the_managers(self):
        for user in (self.mechanic_user, self.advisor, self.foreman):
            terminal = self.terminal.with_user(user)
            with self.assertRaises(AccessError):
                terminal.read(["key"])
            with self.assertRaises(AccessError):
                terminal.read(["url"])
            with self.assertRaises(AccessError):
                terminal.action_new_key()
        self.assertIn(
            self.terminal.key,
            self.terminal.with_user(self.manager).read(["url"])[0]["url"],
        )
