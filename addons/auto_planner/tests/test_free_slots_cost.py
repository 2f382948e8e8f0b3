from odoo.tests import freeze_time, tagged

from .online_common import HOUR, AutoOnlineCommon

COLD = 20  # queries of the first search after working hours have changed


@tagged("post_install", "-at_install")
class TestFreeSlotsCost(AutoOnlineCommon):
    """What a search costs when nothing is remembered, as after any change of hours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2035-01-07 12:00"))  # Sunday

    def _count_cold_queries(self):
        """Return how many queries a search of two weeks makes with no cache at all."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        before = self.cr.sql_log_count
        slots = self.env["auto.booking"]._find_free_slots(
            1.0,
            start=self.monday,
            stop=self.monday + 14 * 24 * HOUR,
            work_types=self.work_type.browse(self.work_type.id),
        )
        self.assertTrue(slots)
        return self.cr.sql_log_count - before

    def _add(self, count):
        """Add so many posts and mechanics, with absences and bookings."""
        posts = self.env["auto.post"].create(
            [
                {
                    "name": f"Post {n}",
                    "resource_calendar_id": self.calendar.id,
                    "work_type_ids": self.work_type.ids,
                }
                for n in range(count)
            ]
        )
        mechanics = self.env["hr.employee"].create(
            [
                {
                    "name": f"Mechanic {n}",
                    "is_mechanic": True,
                    "resource_calendar_id": self.calendar.id,
                    "auto_work_type_ids": self.work_type.ids,
                    "tz": "Europe/Moscow",
                }
                for n in range(count)
            ]
        )
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "resource_id": resource.id,
                    "date_from": self.monday + 4 * 24 * HOUR,
                    "date_to": self.monday + 5 * 24 * HOUR,
                }
                for resource in posts.resource_id | mechanics.resource_id
            ]
        )
        for number, (post, mechanic) in enumerate(zip(posts, mechanics, strict=True)):
            for hour in range(3):
                self._create_booking(
                    24 * (number % 4) + hour,
                    post_id=post.id,
                    mechanic_ids=mechanic.ids,
                )

    def test_a_cold_search_costs_the_same_for_two_mechanics_and_for_twenty(self):
        self._add(2)
        few = self._count_cold_queries()
        self._add(18)
        self.assertEqual(self._count_cold_queries(), few)
        self.assertLessEqual(few, COLD)

    def test_the_next_search_costs_six(self):
        self._add(2)
        self._count_cold_queries()
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            self.env["auto.booking"]._find_free_slots(
                1.0, start=self.monday, stop=self.monday + 14 * 24 * HOUR
            )
