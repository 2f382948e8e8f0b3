from datetime import date, timedelta

from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged

from ..tools import domain_days
from .test_output_report import AutoOutputCommon

FIRST, LAST = date(2035, 1, 8), date(2035, 1, 10)


class TestDomainDays(TransactionCase):
    """Which days a domain lets through."""

    def _find(self, domain):
        model = self.env["auto.output.report"]
        return domain_days.find_days(Domain(domain).optimize_full(model))

    def test_bounds_of_all_conditions_count(self):
        domain = [("date", ">=", "2035-01-08"), ("date", "<", "2035-01-11")]
        first, last = self._find([*domain, ("employee_id", "=", 1)])
        self.assertEqual((first, last), (FIRST, date(2035, 1, 11)))
        self.assertEqual(self._find([("date", "=", FIRST)]), (FIRST, FIRST))
        self.assertEqual(self._find([("date", ">", FIRST)])[0], FIRST)
        self.assertEqual(
            self._find([("id", "in", [domain_days.get_id(LAST)])]), (LAST, LAST)
        )

    def test_either_condition_may_let_through(self):
        either = ["|", ("date", "=", FIRST), ("date", "=", LAST)]
        self.assertEqual(self._find(either), (FIRST, LAST))
        for other in [("kind", "=", "sale"), ("date", "=", False)]:
            domain = ["|", ("date", "=", FIRST), other]
            self.assertEqual(self._find(domain), domain_days.EVER, other)

    def test_what_is_not_understood_lets_all_days_through(self):
        for domain in (
            [],
            [("date", "!=", FIRST)],
            ["!", ("date.month_number", "=", 1)],
            [("id", "!=", 1)],
            Domain.custom(to_sql=lambda *_args: None),
        ):
            self.assertEqual(self._find(domain), domain_days.EVER, domain)

    def test_an_id_tells_its_day(self):
        for day in (*domain_days.EVER, date(2019, 12, 31), date(2020, 1, 1), FIRST):
            self.assertTrue(domain_days.get_id(day))
            self.assertEqual(domain_days.get_day(domain_days.get_id(day)), day)
        self.assertLess(domain_days.get_id(date(2100, 1, 1)), 2**53)
        self.assertEqual(domain_days.get_day(2**62), domain_days.EVER[1])


@tagged("post_install", "-at_install")
class TestOutputDays(AutoOutputCommon):
    """Who asks for some days gets the rows that are there for all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.both = cls.mechanic + cls.mechanic_2
        job = cls._create_job(cls.both)
        for day in range(4):
            for mechanic in cls.both:
                cls._check_in(mechanic, start=24 * day, stop=24 * day + 9)
        cls._log(0, 2, job)
        cls._log(24, 25, job, cls.mechanic_2)
        order = cls._release(job, 50)
        cls._refund(order.invoice_ids, 75)
        cls.env.flush_all()
        cls.rows = cls._read(cls.report.search([("employee_id", "in", cls.both.ids)]))

    @classmethod
    def _read(cls, rows):
        cls.env.invalidate_all()
        return {row.pop("id"): row for row in rows.read(load=None)}

    def _search(self, *domain):
        return self.report.search([("employee_id", "in", self.both.ids), *domain])

    def test_some_days_have_the_rows_of_all_days(self):
        monday = date(2035, 1, 8)
        for first in range(-1, 6):
            for last in range(first, 6):
                days = monday + timedelta(first), monday + timedelta(last)
                found = self._search(("date", ">=", days[0]), ("date", "<=", days[1]))
                expected = {
                    id_: row
                    for id_, row in self.rows.items()
                    if days[0] <= row["date"] <= days[1]
                }
                self.assertEqual(self._read(found), expected, days)

    def test_a_row_that_is_opened_is_the_same(self):
        self.assertGreater(len(self.rows), 10)
        for id_, row in self.rows.items():
            self.assertEqual(self._read(self.report.browse(id_)), {id_: row})

    def test_days_are_of_the_search_and_not_of_who_searches(self):
        day = [("date", "=", date(2035, 1, 9))]
        one = self._search(("date", "=", date(2035, 1, 8)))[0]
        found = one.search([("employee_id", "in", self.both.ids), *day])
        self.assertEqual(found, self._search(*day))
        self.assertTrue(found)
