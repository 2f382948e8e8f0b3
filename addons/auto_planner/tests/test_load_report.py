from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .online_common import AutoOnlineCommon


@tagged("post_install", "-at_install")
class TestLoadReport(AutoOnlineCommon):
    """A shop of eight hours a day, two lifts and two mechanics."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2035-01-08 05:30:00"))
        cls.paint = cls.env["auto.work.type"].create({"name": "Paint"})

    def _read(self, groupby=(), **domain):
        self.env.flush_all()
        return self.env["auto.booking.report"]._read_group(
            [
                ("date", "=", domain.pop("date", "2035-01-08")),
                *((name, "=", value) for name, value in domain.items()),
            ],
            groupby,
            ["hours_planned:sum", "hours_capacity:sum", "load:avg"],
        )

    def test_capacity_is_the_working_time_of_all(self):
        self.assertEqual(self._read(kind="post")[0][:2], (0, 16))
        self.assertEqual(self._read(kind="mechanic")[0][:2], (0, 16))

    def test_a_day_off_has_no_capacity_and_no_load(self):
        self.assertFalse(any(self._read(date="2035-01-07")[0]))
        self._create_booking(-24, 2)
        planned, capacity, load = self._read(date="2035-01-07")[0]
        self.assertEqual((planned, capacity or 0, load or 0), (2, 0, 0))

    def test_absences_are_no_capacity(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Ill",
                "resource_id": self.mechanic.resource_id.id,
                "calendar_id": self.calendar.id,
                "date_from": self.monday,
                "date_to": self.monday + timedelta(hours=4),
            }
        )
        self.assertEqual(self._read(employee_id=self.mechanic.id)[0][1], 4)

    def test_load_is_planned_to_capacity(self):
        self._create_booking(0, 4, mechanic_ids=self.mechanic.ids)
        self._create_booking(0, 1, post_id=self.lift_2.id)  # and 15 minutes buffer
        by_post = {row[0]: row[1:] for row in self._read(["post_id"], kind="post")}
        self.assertEqual(by_post[self.lift], (4, 8, 50))
        self.assertEqual(by_post[self.lift_2], (1.25, 8, 15.625))
        self.assertEqual(self._read(kind="mechanic")[0], (4, 16, 25))

    def test_a_break_in_a_booking_is_no_planned_hour(self):
        self._create_booking(-1, 9)
        self.assertEqual(self._read(post_id=self.lift.id)[0], (8, 8, 100))

    def test_a_mechanic_since_a_moment_ago_has_capacity(self):
        self._read()
        self.mechanic_2.is_mechanic = False
        self.assertEqual(self._read(kind="mechanic")[0][1], 8)
        self.mechanic_2.is_mechanic = True
        self.assertEqual(self._read(kind="mechanic")[0][1], 16)

    def test_capacity_is_shared_among_the_types_that_are_planned(self):
        self._create_booking(0, 3, work_type_id=self.work_type.id)
        self._create_booking(3, 1, work_type_id=self.paint.id)
        rows = self._read(["work_type_id"], post_id=self.lift.id)
        by_type = {row[0]: row[1:] for row in rows}
        self.assertEqual(by_type[self.work_type], (3, 6, 50))
        self.assertEqual(by_type[self.paint], (1, 2, 50))
        self.assertEqual(self._read(post_id=self.lift.id)[0], (4, 8, 50))

    def test_of_a_night_only_working_hours_count(self):
        self._create_booking(7, 19)  # 16:00 to 11:00
        self.assertEqual(self._read(post_id=self.lift.id)[0][0], 2)
        self.assertEqual(self._read(post_id=self.lift.id, date="2035-01-09")[0][0], 2)

    def test_cancelled_ones_and_holds_are_not_planned(self):
        self._create_booking().action_cancel()
        self._create_booking(2, date_hold="2035-01-08 09:00:00")
        self.assertEqual(self._read(post_id=self.lift.id)[0][0], 0)

    def test_days_are_those_of_the_shop(self):
        self._create_booking(-8.5, 1)  # 0:30 in Moscow
        self.assertEqual(self._read(post_id=self.lift.id)[0][0], 1)

    def test_it_shows_the_companies_of_the_user_only(self):
        other = self.env["res.company"].create({"name": "Other shop"})
        self.env["auto.post"].create({"name": "Other lift", "company_id": other.id})
        report = self.env["auto.booking.report"].with_user(self.advisor)
        names = report.search([("kind", "=", "post")]).post_id.mapped("name")
        self.assertEqual(set(names), {"Lift 1", "Lift 2"})

    def test_it_costs_the_same_for_many_bookings(self):
        counts = []
        for number in (1, 10):
            for turn in range(number):
                self._create_booking(24 * number + turn * 0.25, 0.25)
            self._read(kind="post")
            self.env.flush_all()
            before = self.cr.sql_log_count
            self._read(kind="post")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
