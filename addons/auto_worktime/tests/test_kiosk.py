from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestKiosk(HttpCase):
    """Odoo's public kiosk answers what its page asks, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Kiosk shop"})
        cls.department = cls.env["hr.department"].create(
            {"name": "Lifts", "company_id": cls.company.id}
        )
        cls.ann, cls.bob = cls.env["hr.employee"].create(
            [
                {
                    "name": "Ann",
                    "pin": "4711",
                    "company_id": cls.company.id,
                    "department_id": cls.department.id,
                },
                {"name": "Bob", "pin": "1234", "company_id": cls.company.id},
            ]
        )

    def _ask(self, domain, limit=10, offset=0):
        response = self.make_jsonrpc_request(
            "/hr_attendance/employees_infos",
            {
                "token": self.company.attendance_kiosk_key,
                "limit": limit,
                "offset": offset,
                "domain": domain,
            },
        )
        return [record["display_name"] for record in response["records"]]

    def test_the_page_finds_who_it_looks_for(self):
        self.assertEqual(self._ask([]), ["Ann", "Bob"])
        self.assertEqual(self._ask([["name", "ilike", "an"]]), ["Ann"])
        self.assertEqual(
            self._ask(
                [
                    "&",
                    ["department_id", "=", self.department.id],
                    ["name", "ilike", "n"],
                ]
            ),
            ["Ann"],
        )
        self.assertEqual(self._ask([], limit=1, offset=1), ["Bob"])

    def test_no_question_tells_a_pin(self):
        for domain in (
            [["pin", "=like", "4%"]],
            ["!", ["pin", "=like", "4%"]],
            ["|", ["name", "ilike", "b"], ["pin", "=", "4711"]],
            [["name", "=like", "A%"]],
            [["department_id.member_ids.pin", "=like", "4%"]],
            [["department_id", "any", [["member_ids.pin", "=", "4711"]]]],
            [["department_id", "=", "Lifts"]],
            [["name", "ilike", ["a"]]],
            [["barcode", "!=", False]],
            "nonsense",
        ):
            with self.subTest(domain), mute_logger("odoo.http"):
                with self.assertRaises(Exception) as caught:
                    self._ask(domain)
                self.assertNotIsInstance(caught.exception, AssertionError)

    def test_nobody_reads_employees_without_end(self):
        self.assertEqual(self._ask([], limit=0), ["Ann", "Bob"])
        self.assertEqual(self._ask([], limit=10**9), ["Ann", "Bob"])
