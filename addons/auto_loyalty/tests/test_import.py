import base64
import io
from datetime import date

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import file_open

from odoo.addons.auto_crm.tools import clock

from ..tools.openings import parse_points, read_rows
from .common import AutoLoyaltyCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-28 09:00:00")
class TestImport(AutoLoyaltyCommon):
    """Starting balances from a file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.ru")
        cls.company.resource_calendar_id.tz = "Europe/Moscow"

    def _import(self, content, user=None, **vals):
        if isinstance(content, str):
            content = content.encode()
        wizard = (
            self.env["auto.bonus.import"]
            .with_user(user or self.manager)
            .create(
                {
                    "program_id": self.program.id,
                    "file": base64.b64encode(content),
                    **vals,
                }
            )
        )
        wizard.action_import()
        return wizard.report

    def _end_of(self, day):
        zone = self.company._get_zone()
        return clock.midnight(date.fromordinal(day.toordinal() + 1), zone)

    def _find(self, name):
        return self.env["res.partner"].search([("name", "=", name)])

    def test_rows_become_starting_balances(self):
        report = self._import(
            "phone;name;card;points;expires\n"
            "8 (916) 123-45-67;;2000001;1240;\n"
            "89037654321;Anna;2000002;350,5;31.12.2026\n"
        )
        self.assertIn("2 rows: 2 imported, 0 known already, 0 wrong.", report)
        card = self._get_card()
        self._assert_ledger(card, 1240.0)
        self.assertEqual(card.code, "2000001")
        self.assertEqual(card.bonus_usable, 1240.0)
        anna = self._find("Anna")
        self.assertEqual(anna.phone, "+7 903 765-43-21")
        self._assert_ledger(self._get_card(anna), 350.5)
        entry = self._get_card(anna).bonus_entry_ids
        self.assertEqual(entry.kind, "opening")
        self.assertEqual(entry.date_expire, self._end_of(date(2026, 12, 31)))
        self.assertEqual(
            entry.date_expire, fields.Datetime.to_datetime("2026-12-31 21:00:00")
        )

    def test_the_same_file_twice_doubles_nothing(self):
        content = "phone,points\n+79161234567,100\n"
        self._import(content)
        report = self._import(content)
        self.assertIn("0 imported, 1 known already", report)
        self._import("phone,points\n+79161234567,900\n")
        self._assert_ledger(self._get_card(), 100.0)

    def test_each_wrong_row_is_told_with_its_number_and_why(self):
        self.customer.copy({"name": "Twin"})
        self.env["res.partner"].create(
            {"name": "Firm", "is_company": True, "phone": "+79160000009"}
        )
        self._give(1.0, self.supplier).code = "TAKEN"
        report = self._import(
            "phone,name,card,points,expires\n"
            "12,Anna,,100,\n"
            "\n"
            "+79030000001,,,100,\n"
            "+79030000002,Boris,,much,\n"
            '+79030000003,Vera,,"1,240",\n'
            "+79030000004,Gleb,,-5,\n"
            "+79030000005,Dina,,100,soon\n"
            "+79030000006,Egor,,100,2020-01-01\n"
            "+79161234567,Somebody,,100,\n"
            "+79160000009,Firm,,100,\n"
            "+79030000007,Zoya,TAKEN,100,\n"
            "+79030000008,Ilya,,100,\n"
            "8 903 000 00 08,Ilya,,100,\n",
            is_whole=False,
        )
        self.assertIn("12 rows: 1 imported, 0 known already, 11 wrong.", report)
        for number, why in (
            (2, "no phone number"),
            (4, "give a name"),
            (5, "much is no number"),
            (6, "1,240 is no number"),
            (7, "not below 0"),
            (8, "soon is no date"),
            (9, "expired on 2020-01-01"),
            (10, "Several customers"),
            (11, "is for persons"),
            (12, "has the card TAKEN"),
            (14, "is in row 13"),
        ):
            self.assertRegex(report, f"Row {number}: [^<]*{why}")
        self._assert_ledger(self._get_card(self._find("Ilya")), 100.0)

    def test_nothing_is_imported_while_a_row_is_wrong(self):
        report = self._import(
            "phone,name,points\n+79030000001,Anna,100\n+79030000002,Boris,much\n"
        )
        self.assertIn("Nothing is imported", report)
        self.assertFalse(self._find("Anna"))

    def test_one_of_several_customers_is_told_by_the_name(self):
        twin = self.customer.copy({"name": "Twin"})
        self._import("phone,name,points\n+79161234567,twin,100\n")
        self._assert_ledger(self._get_card(twin), 100.0)

    def test_columns_may_be_russian_and_the_file_windows_own(self):
        content = "Телефон;Клиент;Карта;Бонусы;Сгорают\n89030000001;Анна;7;100;\n"
        self._import(content.encode("cp1251"))
        self._assert_ledger(self._get_card(self._find("Анна")), 100.0)

    def test_xlsx_with_numbers_and_dates(self):
        book = openpyxl.Workbook()
        book.active.append(["phone", "name", "card", "points", "expires"])
        book.active.append([89030000001, "Anna", 42, 350.5, date(2027, 1, 31)])
        stream = io.BytesIO()
        book.save(stream)
        self._import(stream.getvalue())
        card = self._get_card(self._find("Anna"))
        self._assert_ledger(card, 350.5)
        self.assertEqual(card.code, "42")
        self.assertEqual(
            card.bonus_entry_ids.date_expire,
            fields.Datetime.to_datetime("2027-01-31 21:00:00"),
        )

    def test_the_samples_can_be_imported_as_they_are(self):
        for name in ("bonuses.csv", "bonuses.xlsx"):
            with file_open(f"auto_loyalty/static/import/{name}", "rb") as stream:
                report = self._import(stream.read())
            self.assertIn("0 wrong", report)
        self._assert_ledger(self._get_card(), 1240.0)
        self._assert_ledger(self._get_card(self._find("Анна Смирнова")), 350.5)

    def test_a_customer_without_bonuses_gets_a_card(self):
        self._import("phone,card,points\n+79161234567,2000001,0\n")
        self.assertEqual(self._get_card().code, "2000001")
        self._assert_ledger(self._get_card(), 0.0)

    def test_files_that_are_no_lists_are_refused(self):
        for content in (b"", b"name,points\nAnna,1\n", b"PK\x03\x04broken"):
            with self.assertRaisesRegex(UserError, "first line names"):
                self._import(content or b"\n")

    def test_only_managers_import(self):
        with self.assertRaises(AccessError):
            self._import("phone,points\n+79161234567,1\n", user=self.advisor)

    def test_numbers_as_people_write_them(self):
        for text, number in (
            ("1240", 1240.0),
            ("1 240,50", 1240.5),
            ("1\u00a0240.5", 1240.5),
            ("-5", -5.0),
        ):
            self.assertEqual(parse_points(text), number)
        for text in ("", "1,240", "1e5", "12 %", "1.2.3"):
            with self.assertRaises(ValueError):
                parse_points(text)

    def test_rows_keep_their_numbers_in_the_file(self):
        rows = read_rows(b"phone,points\n\n1,2\n\n3,4\n")
        self.assertEqual([number for number, _row in rows], [3, 5])
