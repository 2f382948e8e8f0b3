import json
import random
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

from lxml import etree
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged, users
from odoo.tools.safe_eval import safe_eval

from .common import AutoPlannerCommon

SPECIFICATION = {
    "crew": {},
    "date_start": {},
    "date_stop": {},
    "display_name": {},
    "mechanic_ids": {},
    "order_id": {"fields": {"display_name": {}}},
    "partner_id": {"fields": {"display_name": {}}},
    "license_plate": {},
    "note": {},
    "parts_state": {},
    "payment_status": {},
    "phone": {},
    "post_id": {"fields": {"display_name": {}}},
    "source": {},
    "state": {},
    "vehicle_model_id": {"fields": {"display_name": {}}},
    "work_type_id": {"fields": {"display_name": {}}},
}
DATE_FIELDS = ["date_start", "date_stop"]
PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    b"AABJRU5ErkJggg=="
)


class PlannerViewCommon(AutoPlannerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.advisor = new_test_user(
            cls.env,
            login="planner_advisor",
            groups="auto_crm.auto_crm_group_advisor",
            tz="Europe/Moscow",
        )
        cls.midnight = cls.monday - timedelta(hours=9)

    def _read(self, days=1, rows=("post_id",), specification=None, **options):
        return self.env["auto.booking"].planner_read(
            options.pop("domain", []),
            SPECIFICATION if specification is None else specification,
            fields.Datetime.to_string(self.midnight),
            fields.Datetime.to_string(self.midnight + timedelta(days=days)),
            list(rows),
            DATE_FIELDS,
            tz="Europe/Moscow",
            **options,
        )


@tagged("post_install", "-at_install")
class TestPlannerRead(PlannerViewCommon):
    @users("planner_advisor")
    def test_records_that_touch_the_range_are_read(self):
        inside = self._create_booking(0, 1)
        self._create_booking(24, 1)
        reaching_in = self._create_booking(-10, 2, post_id=self.lift_2.id)
        found = [record["id"] for record in self._read()["records"]]
        self.assertEqual(found, [reaching_in.id, inside.id])

    @users("planner_advisor")
    def test_all_posts_are_rows_with_and_without_a_booking(self):
        self._create_booking()
        rows = self._read()["rows"]["post_id"]
        names = [row["name"] for row in rows]
        self.assertIn("Lift 1", names)
        self.assertIn("Lift 2", names)
        self.assertEqual(names, list(dict.fromkeys(names)))

    @users("planner_advisor")
    def test_a_post_tells_its_pace_colour_and_photo(self):
        self.lift.sudo().write({"efficiency": 150, "color": 3})
        self.lift_2.sudo().image_1920 = PIXEL
        rows = {row["id"]: row for row in self._read()["rows"]["post_id"]}
        plain, photo = rows[self.lift.id], rows[self.lift_2.id]
        self.assertEqual((plain["pace"], plain["color"]), ("150", 3))
        self.assertEqual((photo["pace"], photo["color"]), ("100", 0))
        self.assertNotIn("image", plain)
        url = f"/web/image/auto.post/{self.lift_2.id}/image_128"
        self.assertEqual(photo["image"], url)

    @users("planner_advisor")
    def test_mechanics_are_rows_and_both_can_be(self):
        result = self._read(rows=["post_id", "mechanic_ids"])
        self.assertEqual(set(result["rows"]), {"post_id", "mechanic_ids"})
        ids = [row["id"] for row in result["rows"]["mechanic_ids"]]
        self.assertIn(self.mechanic_2.id, ids)

    @users("planner_advisor")
    def test_a_domain_filters_records_and_not_the_load(self):
        self._create_booking(0, 2)
        result = self._read(domain=[("state", "=", "done")])
        self.assertFalse(result["records"])
        load = result["load"]["post_id"][self.lift.id]["2035-01-08"]
        self.assertEqual(load["planned"], 2)

    @users("planner_advisor")
    def test_night_and_lunch_are_closed(self):
        closed = self._read()["closed"]["post_id"][self.lift.id]
        at_three = self.midnight + timedelta(hours=3)
        at_ten = self.midnight + timedelta(hours=10)
        self.assertTrue(any(start <= at_three < stop for start, stop in closed))
        self.assertFalse(any(start <= at_ten < stop for start, stop in closed))

    @users("planner_advisor")
    def test_an_absence_closes_its_row_only(self):
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "resource_id": self.mechanic_2.sudo().resource_id.id,
                "date_from": self.midnight,
                "date_to": self.midnight + timedelta(days=1),
            }
        )
        result = self._read(rows=["mechanic_ids"])
        closed = result["closed"]["mechanic_ids"]
        self.assertEqual(
            closed[self.mechanic_2.id],
            [(self.midnight, self.midnight + timedelta(days=1))],
        )
        self.assertGreater(len(closed[self.mechanic.id]), 1)
        load = result["load"]["mechanic_ids"]
        self.assertNotIn(self.mechanic_2.id, {key for key in load if load[key]})

    @users("planner_advisor")
    def test_load_counts_the_buffer_of_the_post(self):
        self._create_booking(0, 1, post_id=self.lift_2.id)
        load = self._read()["load"]["post_id"][self.lift_2.id]["2035-01-08"]
        self.assertEqual(load, {"planned": 1.25, "capacity": 8})

    @users("planner_advisor")
    def test_a_month_reads_no_records(self):
        self._create_booking()
        result = self._read(days=31, specification=False)
        self.assertEqual(result["records"], [])
        self.assertEqual(
            result["load"]["post_id"][self.lift.id]["2035-01-08"]["planned"], 1
        )

    @users("planner_advisor")
    def test_only_changed_records_can_be_asked_for(self):
        self._create_booking()
        other = self._create_booking(2)
        found = self._read(ids=other.ids)["records"]
        self.assertEqual([record["id"] for record in found], other.ids)

    @users("planner_advisor")
    def test_of_changed_records_only_their_rows_are_read_and_those_they_left(self):
        self.env["auto.post"].sudo().create({"name": "Lift 3"})
        booking = self._create_booking(mechanic_ids=self.mechanic.ids)
        rows = ["post_id", "mechanic_ids", "state"]
        touched = {"post_id": self.lift_2.ids, "state": ["confirmed"]}
        result = self._read(ids=booking.ids, touched=touched, rows=rows)
        posts = (self.lift | self.lift_2).ids
        expected = {
            "post_id": posts,
            "mechanic_ids": self.mechanic.ids,
            "state": ["tentative", "confirmed"],
        }
        for name, ids in expected.items():
            read = [row["id"] for row in result["rows"][name]]
            self.assertEqual(set(read), set(ids))
            self.assertLessEqual(set(result["load"][name]), set(ids))
        self.assertEqual(set(result["closed"]["post_id"]), set(posts))
        gone = self._read(ids=[], touched={"post_id": [self.lift.id, 2**31 - 1]})
        self.assertEqual([row["id"] for row in gone["rows"]["post_id"]], self.lift.ids)

    def test_what_changed_costs_the_same_on_a_small_and_on_a_large_board(self):
        def count_queries(bookings):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            result = self._read(ids=bookings.ids, rows=["post_id", "mechanic_ids"])
            self.assertEqual(len(result["records"]), len(bookings))
            self.assertLessEqual(len(result["rows"]["post_id"]), len(bookings))
            return self.env.cr.sql_log_count - before

        bookings = self._create_booking(mechanic_ids=self.mechanic.ids)
        count_queries(bookings)
        one = count_queries(bookings)
        for number in range(4):
            post = self.env["auto.post"].create({"name": f"Pit {number}"})
            mechanic = self.env["hr.employee"].create(
                {"name": f"Mechanic {number}", "is_mechanic": True}
            )
            bookings |= self._create_booking(post_id=post.id, mechanic_ids=mechanic.ids)
        count_queries(bookings)
        self.assertEqual(count_queries(bookings), one)
        self.assertEqual(count_queries(bookings[0]), one)

    @users("planner_advisor")
    def test_a_choice_can_be_rows(self):
        self._create_booking()
        rows = self._read(rows=["state"])["rows"]["state"]
        self.assertIn({"id": "tentative", "name": "Tentative", "detail": ""}, rows)

    @users("planner_advisor")
    def test_text_can_be_rows(self):
        self._create_booking(phone="+7916")
        rows = self._read(rows=["phone"])["rows"]["phone"]
        self.assertEqual(rows, [{"id": "+7916", "name": "+7916", "detail": ""}])

    def test_others_see_nothing(self):
        self._create_booking()
        user = new_test_user(self.env, login="planner_nobody")
        with self.assertRaisesRegex(Exception, "Booking|access"):
            self.env["auto.booking"].with_user(user).planner_read(
                [],
                SPECIFICATION,
                fields.Datetime.to_string(self.midnight),
                fields.Datetime.to_string(self.midnight + timedelta(days=1)),
                ["post_id"],
                DATE_FIELDS,
            )

    def test_queries_do_not_grow_with_bookings(self):
        posts = self.env["auto.post"].create([{"name": f"Post {n}"} for n in range(30)])

        def count_queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._read(rows=["post_id", "mechanic_ids"])
            return self.env.cr.sql_log_count - before

        crew = [(4, self.mechanic.id)]
        self._create_booking(0, 0.5, mechanic_ids=crew)
        for post in posts:
            self._create_booking(0, 0.5, post_id=post.id)
        count_queries()
        few = count_queries()
        for hour in range(1, 10):
            self._create_booking(hour, 0.5, mechanic_ids=crew)
            for post in posts:
                self._create_booking(hour, 0.5, post_id=post.id)
        self.assertEqual(count_queries(), few)


@tagged("post_install", "-at_install")
class TestPlannerSideList(PlannerViewCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order()
        cls.order.action_confirm()

    def _keys(self, search=""):
        cards = self.env["auto.booking"].planner_side_list(search)["records"]
        return [card["key"] for card in cards]

    def test_an_agreed_order_waits(self):
        self.assertIn(f"order-{self.order.id}", self._keys())

    def test_an_estimate_does_not_wait(self):
        draft = self._create_order()
        self.assertNotIn(f"order-{draft.id}", self._keys())

    def test_a_booked_order_does_not_wait_any_more(self):
        self._create_booking(order_id=self.order.id)
        self.assertNotIn(f"order-{self.order.id}", self._keys())

    def test_a_past_booking_does_not_plan_an_order(self):
        past = fields.Datetime.now() - timedelta(days=2)
        self._create_booking(
            order_id=self.order.id, date_start=past, date_stop=past + timedelta(hours=1)
        )
        self.assertIn(f"order-{self.order.id}", self._keys())

    def test_who_did_not_arrive_waits_until_he_is_booked_again(self):
        past = fields.Datetime.now() - timedelta(days=1)
        missed = self._create_booking(
            date_start=past, date_stop=past + timedelta(hours=1)
        )
        missed.date_no_show = fields.Datetime.now()
        self.assertIn(f"booking-{missed.id}", self._keys())
        self._create_booking()
        self.assertNotIn(f"booking-{missed.id}", self._keys())

    def _missed(self, days=1, **vals):
        """Make a booking to which nobody came so many days ago."""
        past = fields.Datetime.now() - timedelta(days=days)
        times = {"date_start": past, "date_stop": past + timedelta(hours=1)}
        missed = self._create_booking(**times | vals)
        missed.date_no_show = fields.Datetime.now()
        return missed

    def test_who_came_since_is_not_missed_any_more(self):
        missed = self._missed(5)
        past = fields.Datetime.now() - timedelta(days=2)
        came = self._create_booking(
            date_start=past, date_stop=past + timedelta(hours=1)
        )
        self.assertNotIn(f"booking-{missed.id}", self._keys())
        came.action_cancel()
        self.assertIn(f"booking-{missed.id}", self._keys())

    def test_of_several_no_shows_of_a_car_the_last_is_listed(self):
        first, last = self._missed(5), self._missed(2)
        keys = self._keys()
        self.assertIn(f"booking-{last.id}", keys)
        self.assertNotIn(f"booking-{first.id}", keys)

    def test_who_has_no_car_waits_until_he_or_his_deal_is_booked(self):
        deal = self.env["crm.lead"].create({"name": "Noise", "type": "opportunity"})
        nobody = {"vehicle_id": False, "partner_id": False}
        for name, vals in (
            ("deal", {**nobody, "lead_id": deal.id}),
            ("customer", {**nobody, "partner_id": self.customer.id}),
            ("phone", {**nobody, "phone": "+79160001122"}),
        ):
            with self.subTest(name=name):
                missed = self._missed(**vals)
                key = f"booking-{missed.id}"
                other = self._create_booking(**{**nobody, "phone": "+70000000000"})
                self.assertIn(key, self._keys())
                [data] = self.env["auto.booking"].planner_plan(
                    key,
                    {
                        "date_start": self.monday,
                        "date_stop": self.monday + timedelta(hours=1),
                        "post_id": self.lift_2.id,
                    },
                    {},
                )
                self.assertNotIn(key, self._keys())
                new = self.env["auto.booking"].browse(data["id"])
                (new | other).action_cancel()
                self.assertIn(key, self._keys())

    def test_another_car_of_the_customer_is_another_matter(self):
        missed = self._missed(vehicle_id=False)
        self._create_booking()
        self.assertIn(f"booking-{missed.id}", self._keys())

    def test_no_shows_and_orders_have_room_both(self):
        # a search by which nothing else of the database is found
        whose = {"partner_id": self.env["res.partner"].create({"name": "Room Both"}).id}
        orders = self.order.browse()
        missed = self.env["auto.booking"]
        for number in range(6):
            orders |= self._create_order(**whose)
            missed |= self._missed(vehicle_id=False, **whose)
            missed[-1].vehicle_id = self.env["auto.vehicle"].create(
                {"license_plate": f"A{number:03}BC77"}
            )
        orders.action_confirm()

        def count(limit):
            result = self.env["auto.booking"].planner_side_list("Room Both", limit)
            kinds = [card["key"].split("-")[0] for card in result["records"]]
            return kinds.count("booking"), kinds.count("order"), result["length"]

        self.assertEqual(count(80), (6, 6, 12))
        self.assertEqual(count(6), (3, 3, 12))
        missed[2:].write({"date_cancelled": fields.Datetime.now()})
        self.assertEqual(count(6), (2, 4, 8))
        missed.write({"date_cancelled": False})
        orders[2:].action_cancel()
        self.assertEqual(count(6), (4, 2, 8))

    def _create_order_of_two_jobs(self):
        line = (0, 0, {"product_id": self.labour.id})
        order = self._create_order(order_line=[line, line])
        order.action_confirm()
        return order

    def _card(self, order):
        cards = self.env["auto.booking"].planner_side_list()["records"]
        key = f"order-{order.id}"
        return next((card for card in cards if card["key"] == key), None)

    def test_work_that_takes_longer_waits_when_its_day_is_over(self):
        order = self._create_order_of_two_jobs()
        with freeze_time(self.monday):
            self._create_booking(order_id=order.id).action_arrive()
            order.job_ids[0].action_start()
        key = f"order-{order.id}"
        with freeze_time(self.monday + timedelta(hours=2)):
            self.assertNotIn(key, self._keys())
        with freeze_time(self.monday + timedelta(days=1)):
            self.assertIn(key, self._keys())

    def test_an_order_waits_for_the_jobs_that_are_not_booked(self):
        order = self._create_order_of_two_jobs()
        first, second = order.job_ids
        whole = self._card(order)
        self.assertEqual(whole["defaults"], {"order_id": order.id})
        self._create_booking(order_id=order.id, job_ids=[(4, first.id)])
        card = self._card(order)
        self.assertEqual(
            card["defaults"],
            {"order_id": order.id, "job_ids": [(6, 0, second.ids)]},
        )
        self.assertEqual(card["hours"], second.norm_hours)
        self.assertEqual(whole["hours"], first.norm_hours + second.norm_hours)
        self._create_booking(2, order_id=order.id, job_ids=[(4, second.id)])
        self.assertIsNone(self._card(order))

    def test_a_card_books_the_jobs_that_are_left(self):
        order = self._create_order_of_two_jobs()
        first, second = order.job_ids
        self._create_booking(order_id=order.id, job_ids=[(4, first.id)])
        [data] = self.env["auto.booking"].planner_plan(
            f"order-{order.id}",
            {
                "date_start": self.monday + timedelta(days=1),
                "date_stop": self.monday + timedelta(days=1, hours=2),
                "post_id": self.lift.id,
            },
            {},
        )
        booking = self.env["auto.booking"].browse(data["id"])
        self.assertEqual(booking.job_ids, second)
        self.assertIsNone(self._card(order))

    def test_an_order_in_progress_waits_for_its_next_job(self):
        order = self._create_order_of_two_jobs()
        first, second = order.job_ids
        order.action_receive()
        first.action_start()
        self.assertEqual(order.work_state, "in_progress")
        card = self._card(order)
        self.assertEqual(card["defaults"]["job_ids"], [(6, 0, second.ids)])
        second.action_start()
        self.assertIsNone(self._card(order))

    def test_a_card_tells_how_long_it_takes_on_posts_of_each_pace(self):
        self.lift.efficiency = 200
        self.order.order_line.norm_hours = 3
        card = self._card(self.order)
        self.assertEqual(card["hours"], 3)
        rows = self.env["auto.booking"]._get_planner_rows(
            "post_id", self.env["auto.booking"]
        )
        for post in rows:
            with self.subTest(post=post.name):
                told = self.env["auto.booking"]._prepare_planner_row("post_id", post)
                booking = self.env["auto.booking"].new(
                    {"order_id": self.order.id, "post_id": post.id}
                )
                hours = card["paces"][told["pace"]]
                self.assertEqual(hours, booking._get_proposed_hours())
        self.assertEqual(card["paces"]["200"], 1.5)

    def test_hours_of_a_card_are_those_of_the_raster(self):
        self.order.order_line.norm_hours = 1.1
        for raster, hours in ((5, 70 / 60), (15, 1.25), (30, 1.5)):
            with self.subTest(raster=raster):
                self.company.auto_booking_raster_minutes = str(raster)
                self.assertEqual(self._card(self.order)["hours"], hours)

    def test_a_missed_booking_is_planned_as_long_as_it_was(self):
        past = fields.Datetime.now() - timedelta(days=1)
        missed = self._missed(date_start=past, date_stop=past + timedelta(minutes=100))
        cards = self.env["auto.booking"].planner_side_list()["records"]
        [card] = [one for one in cards if one["key"] == f"booking-{missed.id}"]
        self.assertAlmostEqual(card["hours"], 100 / 60)
        self.assertNotIn("paces", card)

    def test_a_card_tells_its_parts_and_what_was_paid(self):
        parts = self.order._fields["parts_state"]
        today = fields.Date.to_date("2035-01-09")
        for state, date, tags in (
            ("none", False, []),
            ("missing", False, [("parts to order", "danger")]),
            ("ordered", False, [("parts ordered", "warning")]),
            ("ordered", today, [("parts 9 Jan", "warning")]),
            ("arrived", False, [("parts arrived", "success")]),
        ):
            with self.subTest(state=state, date=date):
                self.assertIn(state, parts.get_values(self.env))
                self.order.write({"parts_state": state, "parts_date": date})
                told = self._card(self.order)["tags"]
                self.assertEqual([(tag["text"], tag["color"]) for tag in told], tags)
        for status in ("due", "prepaid", "paid"):
            self.order.payment_status = status
            self.assertEqual(self._card(self.order)["payment"], status)

    def test_a_card_of_an_order_tells_that_nobody_came(self):
        missed = self._missed(order_id=self.order.id)
        [tag] = self._card(self.order)["tags"]
        day = missed._get_local_day(missed.date_start)
        self.assertEqual(tag["color"], "danger")
        self.assertIn(str(day.day), tag["text"])
        self.assertIn("did not arrive", tag["text"])

    def test_an_order_without_jobs_waits_for_any_booking(self):
        order = self._create_order(order_line=[])
        order.action_confirm()
        self.assertFalse(order.job_ids)
        self.assertIsNotNone(self._card(order))
        self._create_booking(order_id=order.id)
        self.assertIsNone(self._card(order))

    def test_the_list_is_searched_by_plate(self):
        plate = self.vehicle.license_plate
        self.assertIn(f"order-{self.order.id}", self._keys(plate))
        self.assertEqual(self._keys("no such car"), [])

    def test_a_card_becomes_a_booking_of_its_order(self):
        [data] = self.env["auto.booking"].planner_plan(
            f"order-{self.order.id}",
            {
                "date_start": self.monday,
                "date_stop": self.monday + timedelta(hours=2),
                "post_id": self.lift.id,
            },
            SPECIFICATION,
        )
        booking = self.env["auto.booking"].browse(data["id"])
        self.assertRecordValues(
            booking,
            [
                {
                    "order_id": self.order.id,
                    "lead_id": self.order.opportunity_id.id,
                    "post_id": self.lift.id,
                    "state": "tentative",
                    "duration": 2,
                }
            ],
        )

    def test_who_did_not_arrive_is_booked_anew_and_the_past_stays(self):
        missed = self._create_booking()
        missed.date_no_show = fields.Datetime.now()
        [data] = self.env["auto.booking"].planner_plan(
            f"booking-{missed.id}",
            {
                "date_start": self.monday + timedelta(days=1),
                "date_stop": self.monday + timedelta(days=1, hours=1),
                "post_id": self.lift_2.id,
            },
            SPECIFICATION,
        )
        self.assertEqual(missed.state, "no_show")
        new = self.env["auto.booking"].browse(data["id"])
        self.assertEqual((new.state, new.vehicle_id), ("tentative", missed.vehicle_id))

    def test_who_did_not_arrive_is_booked_where_the_card_was_dropped(self):
        crew = [(4, self.mechanic.id)]
        for vals, post, mechanics, buffer in (
            ({"post_id": self.lift_2.id}, self.lift_2, self.env["hr.employee"], 15),
            (
                {"mechanic_ids": [[4, self.mechanic_2.id]]},
                self.env["auto.post"],
                self.mechanic_2,
                0,
            ),
        ):
            with self.subTest(vals=vals):
                missed = self._missed(
                    mechanic_ids=crew, buffer_minutes=45, note="Spare key"
                )
                [data] = self.env["auto.booking"].planner_plan(
                    f"booking-{missed.id}",
                    {
                        "date_start": self.monday,
                        "date_stop": self.monday + timedelta(hours=1),
                        **vals,
                    },
                    {},
                )
                new = self.env["auto.booking"].browse(data["id"])
                self.assertRecordValues(
                    new,
                    [
                        {
                            "post_id": post.id,
                            "mechanic_ids": mechanics.ids,
                            "buffer_minutes": buffer,
                            "note": "Spare key",
                            "duration": 1,
                        }
                    ],
                )
                new.action_cancel()

    def test_a_taken_place_is_refused_with_who_has_it(self):
        self._create_booking()
        with self.assertRaisesRegex(UserError, "Lift 1 is taken by"):
            self.env["auto.booking"].planner_plan(
                f"order-{self.order.id}",
                {
                    "date_start": self.monday,
                    "date_stop": self.monday + timedelta(hours=2),
                    "post_id": self.lift.id,
                },
                SPECIFICATION,
            )

    def test_undo_cancels_and_the_order_waits_again(self):
        booking = self._create_booking(order_id=self.order.id)
        booking.planner_undo_plan()
        self.assertEqual(booking.state, "cancelled")
        self.assertIn(f"order-{self.order.id}", self._keys())

    def test_queries_of_the_list_do_not_grow_with_orders(self):
        def count_queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["auto.booking"].planner_side_list()
            return self.env.cr.sql_log_count - before

        order = self._create_order_of_two_jobs()
        self._create_booking(order_id=order.id, job_ids=[(4, order.job_ids[0].id)])
        count_queries()
        few = count_queries()
        for number in range(6):
            self._create_order().action_confirm()
            order = self._create_order_of_two_jobs()
            job = order.job_ids[0]
            self._create_booking(2 + number, order_id=order.id, job_ids=[(4, job.id)])
        self.assertEqual(count_queries(), few)


@tagged("post_install", "-at_install")
class TestPlannerAbsences(PlannerViewCommon):
    def _leave(self, **vals):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Doctor",
                "date_from": self.midnight + timedelta(hours=14),
                "date_to": self.midnight + timedelta(hours=16),
                **vals,
            }
        )

    def _absences(self, row_field, row):
        as_advisor = self.env["auto.booking"].with_user(self.advisor)
        result = as_advisor.planner_read(
            [],
            False,
            fields.Datetime.to_string(self.midnight),
            fields.Datetime.to_string(self.midnight + timedelta(days=1)),
            [row_field],
            DATE_FIELDS,
        )
        return result["absences"][row_field].get(row.id, [])

    def test_why_a_person_is_absent_is_not_told(self):
        leave = self._leave(resource_id=self.mechanic.resource_id.id)
        self.assertEqual(
            self._absences("mechanic_ids", self.mechanic),
            [(leave.date_from, leave.date_to, "Absent")],
        )
        self.assertEqual(self._absences("mechanic_ids", self.mechanic_2), [])

    def test_why_a_post_is_closed_is_told(self):
        leave = self._leave(name="Repair", resource_id=self.lift.resource_id.id)
        self.assertEqual(
            self._absences("post_id", self.lift),
            [(leave.date_from, leave.date_to, "Repair")],
        )
        self.assertEqual(self._absences("post_id", self.lift_2), [])

    def test_a_holiday_closes_all(self):
        leave = self._leave(name="Christmas", company_id=self.company.id)
        holiday = [(leave.date_from, leave.date_to, "Christmas")]
        self.assertEqual(self._absences("post_id", self.lift), holiday)
        self.assertEqual(self._absences("mechanic_ids", self.mechanic), holiday)


@tagged("post_install", "-at_install")
class TestPlannerNews(PlannerViewCommon):
    """Open planners hear of all that they show, whoever or whatever changed it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order()
        cls.order.action_confirm()
        cls.booking = cls._create_booking(order_id=cls.order.id)
        cls._settle()

    @classmethod
    def _settle(cls):
        cls.env.flush_all()
        cls.env.cr.precommit.run()

    def _news(self, change):
        """Return what planners are told when something changes, a set a message."""
        self._settle()
        last = self.env["bus.bus"].sudo()._bus_last_id()
        change()
        self._settle()
        messages = self.env["bus.bus"].sudo().search([("id", ">", last)])
        payloads = [json.loads(message.message) for message in messages]
        return [
            set(message["payload"]["ids"])
            for message in payloads
            if message["type"] == "auto_planner.changed"
        ]

    def test_a_move_is_news(self):
        move = {"date_stop": self.booking.date_stop + timedelta(hours=1)}
        news = self._news(lambda: self.booking.write(move))
        self.assertEqual(news, [{self.booking.id}])

    def test_a_state_that_follows_the_order_is_news(self):
        news = self._news(self.order.action_receive)
        self.assertEqual(self.booking.state, "arrived")
        self.assertEqual(news, [{self.booking.id}])

    def test_work_that_begins_is_news(self):
        self.order.action_receive()
        news = self._news(self.order.job_ids.action_start)
        self.assertEqual(self.booking.state, "in_work")
        self.assertEqual(news, [{self.booking.id}])

    def test_a_job_that_begins_is_news_for_the_list(self):
        line = (0, 0, {"product_id": self.labour.id})
        order = self._create_order(order_line=[line, line])
        order.action_confirm()
        order.action_receive()
        order.job_ids[0].action_start()
        before = order.work_state
        news = self._news(order.job_ids[1].action_start)
        self.assertEqual(order.work_state, before)
        self.assertEqual(news, [set()])

    def test_another_job_is_news_for_the_list(self):
        line = {"order_id": self.order.id, "product_id": self.labour.id}
        news = self._news(lambda: self.env["sale.order.line"].create(line))
        self.assertEqual(len(self.order.job_ids), 2)
        self.assertEqual(news, [{self.booking.id}])

    def test_an_agreed_order_is_news_for_the_list(self):
        order = self._create_order()
        self.assertEqual(self._news(order.action_confirm), [set()])

    def test_many_changes_of_a_transaction_are_one_message(self):
        def change():
            other = self._create_booking(3)
            other.mechanic_ids = self.mechanic
            self.order.action_receive()
            self.booking.date_stop += timedelta(hours=1)
            self.others = other

        news = self._news(change)
        self.assertEqual(news, [{self.booking.id, self.others.id}])

    def _change_with_savepoints(self, seed):
        """Change bookings and orders, savepoints between; some are rolled back.

        :return: the bookings that are news
        """
        dice = random.Random(seed)
        others = [self._create_booking(24 * day) for day in (1, 2, 3)]
        self._settle()
        news = self.booking.browse()

        def push(booking):
            booking.date_stop += timedelta(minutes=15)

        def run(depth):
            nonlocal news
            for _step in range(dice.randint(1, 4)):
                kind = dice.choice(("push", "order", "empty", "keep", "drop"))
                if kind == "push":
                    booking = dice.choice(others)
                    push(booking)
                    news |= booking
                elif kind == "order":
                    is_here = self.order.parts_state == "arrived"
                    self.order.parts_state = "ordered" if is_here else "arrived"
                    news |= self.booking
                elif kind == "empty" or not depth:
                    with self.cr.savepoint():
                        pass
                elif kind == "keep":
                    with self.cr.savepoint():
                        run(depth - 1)
                else:
                    before = news
                    with suppress(ZeroDivisionError), self.cr.savepoint():
                        run(depth - 1)
                        raise ZeroDivisionError
                    news = before

        def change():
            run(3)
            push(others[0])

        heard = self._news(change)
        return heard, news | others[0]

    def test_savepoints_anywhere_leave_one_message_of_all(self):
        for seed in range(12):
            with self.subTest(seed=seed), self.cr.savepoint() as undo:
                heard, news = self._change_with_savepoints(seed)
                undo.rollback()
                self.assertEqual(heard, [set(news.ids)])

    def test_what_is_rolled_back_is_no_news(self):
        def change():
            with suppress(ZeroDivisionError), self.cr.savepoint():
                self.booking.date_stop += timedelta(hours=1)
                self.order.action_receive()
                with self.cr.savepoint():
                    self._create_booking(3)
                raise ZeroDivisionError

        self.assertEqual(self._news(change), [])

    def test_a_booking_made_and_deleted_is_told_once(self):
        def change():
            held = self._create_booking(3, date_hold=self.booking.date_start)
            with self.cr.savepoint():
                pass
            self.held_id = held.id
            held.unlink()

        self.assertEqual(self._news(change), [{self.held_id}])

    def test_a_collision_while_news_are_sent_repeats_all(self):
        collides = patch.object(
            self.registry["res.company"], "_bus_send", side_effect=SerializationFailure
        )
        with collides, self.assertRaises(SerializationFailure), self.cr.savepoint():
            self._news(self.order.action_receive)

    def test_news_that_cannot_be_sent_do_not_stop_the_change(self):
        fails = patch.object(
            self.registry["res.company"], "_bus_send", side_effect=ZeroDivisionError
        )
        fact_mixin = "odoo.addons.auto_crm.models.auto_fact_mixin"
        with fails, self.assertLogs(fact_mixin, "ERROR") as logs:
            news = self._news(self.order.action_receive)
        self.assertEqual(news, [])
        self.assertEqual(len(logs.output), 1)
        self.assertIn("_send_changes of auto.booking", logs.output[0])
        self.assertEqual(self.booking.state, "arrived")

    def test_each_company_hears_of_its_own(self):
        other = self.env["res.company"].create({"name": "Far away"})
        post = self.lift.copy({"name": "Its lift", "company_id": other.id})
        last = self.env["bus.bus"].sudo()._bus_last_id()
        booking = self._create_booking(
            company_id=other.id, vehicle_id=False, partner_id=False, post_id=post.id
        )
        self.booking.date_stop += timedelta(hours=1)
        self._settle()
        messages = self.env["bus.bus"].sudo().search([("id", ">", last)])
        told = [
            (
                json.loads(message.channel)[1:],
                json.loads(message.message)["payload"],
            )
            for message in messages
            if "auto_planner.changed" in message.message
        ]
        expected = [
            (
                ["res.company", company.id, "auto_planner"],
                {"ids": its.ids, "company_id": company.id},
            )
            for company, its in ((other, booking), (self.company, self.booking))
        ]
        self.assertCountEqual(told, expected)

    def test_advisors_listen_to_their_companies_and_mechanics_to_none(self):
        other = self.env["res.company"].create({"name": "Far away"})
        mechanic = new_test_user(
            self.env, "bus_mechanic", groups="auto_crm.auto_crm_group_mechanic"
        )
        sockets = self.env["ir.websocket"]
        self.assertEqual(sockets.with_user(mechanic)._get_auto_planner_channels(), [])
        own = (self.company, "auto_planner")
        socket = sockets.with_user(self.advisor)
        self.assertEqual(socket._get_auto_planner_channels(), [own])
        self.advisor.company_ids |= other
        both = {own, (other, "auto_planner")}
        self.assertEqual(set(socket._get_auto_planner_channels()), both)

    def test_what_planners_do_not_show_is_no_news(self):
        change = {"client_order_ref": "7"}
        self.assertEqual(self._news(lambda: self.order.write(change)), [])

    def test_news_cost_the_same_for_one_and_for_many_orders(self):
        def count_queries(count):
            orders = self.order.browse()
            for _number in range(count):
                orders |= self._create_order()
            orders.action_confirm()
            self._settle()
            orders.parts_state = "arrived"
            self.env.flush_all()
            touched = {("sale.order", order_id, False) for order_id in orders.ids}
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["auto.booking"]._send_changes(touched)
            return self.env.cr.sql_log_count - before

        count_queries(1)
        self.assertEqual(count_queries(1), count_queries(5))


@tagged("post_install", "-at_install")
class TestPlannerOfAnyModel(PlannerViewCommon):
    """The view's calls work for models that know nothing of planners."""

    def _read_leaves(self, row_fields, **options):
        return self.env["resource.calendar.leaves"].planner_read(
            [],
            {"name": {}, "date_from": {}, "date_to": {}},
            fields.Datetime.to_string(self.midnight),
            fields.Datetime.to_string(self.midnight + timedelta(days=1)),
            row_fields,
            ["date_from", "date_to"],
            tz="Europe/Moscow",
            **options,
        )

    def test_a_resource_is_a_row_with_hours_and_load(self):
        resource = self.lift.resource_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Repair",
                "resource_id": resource.id,
                "date_from": self.midnight + timedelta(hours=9),
                "date_to": self.midnight + timedelta(hours=11),
            }
        )
        result = self._read_leaves(["resource_id"])
        self.assertEqual([item["name"] for item in result["records"]], ["Repair"])
        [row] = result["rows"]["resource_id"]
        self.assertEqual((row["id"], row["name"]), (resource.id, "Lift 1"))
        self.assertTrue(result["closed"]["resource_id"][resource.id])
        load = result["load"]["resource_id"][resource.id]["2035-01-08"]
        self.assertEqual(load["planned"], 2)

    def test_a_choice_is_rows(self):
        rows = self._read_leaves(["time_type"])["rows"]["time_type"]
        self.assertIn("leave", [row["id"] for row in rows])

    def test_nothing_waits_and_undo_deletes(self):
        leaves = self.env["resource.calendar.leaves"]
        self.assertEqual(leaves.planner_side_list(), {"length": 0, "records": []})
        values = {"date_from": self.midnight, "date_to": self.monday}
        [data] = leaves.planner_plan("any", values, {"name": {}})
        leave = leaves.browse(data["id"])
        leave.planner_undo_plan()
        self.assertFalse(leave.exists())


@tagged("post_install", "-at_install")
class TestPlannerArch(PlannerViewCommon):
    arch = """
        <planner date_start="date_start" date_stop="date_stop">
            <row fields="post_id" string="Posts"/>
            <templates><t t-name="pill"><field name="name"/></t></templates>
        </planner>"""

    def _create_view(self, change=lambda arch: None):
        arch = etree.fromstring(self.arch)
        change(arch)
        return self.env["ir.ui.view"].create(
            {
                "name": "planner",
                "model": "auto.booking",
                "type": "planner",
                "arch": etree.tostring(arch, encoding="unicode"),
            }
        )

    def _assert_refused(self, sentence, change):
        with self.assertRaisesRegex(ValidationError, sentence):
            self._create_view(change)

    def test_a_small_planner_is_valid(self):
        self._create_view()

    def test_dates_are_needed(self):
        self._assert_refused(
            "needs date_stop", lambda arch: arch.attrib.pop("date_stop")
        )
        self._assert_refused(
            "needs date_start", lambda arch: arch.set("date_start", "post_id")
        )

    def test_rows_are_needed(self):
        self._assert_refused("needs a <row", lambda arch: arch.remove(arch.find("row")))
        self._assert_refused(
            "hold records or a choice",
            lambda arch: arch.find("row").set("fields", "note"),
        )
        self._assert_refused(
            "hold records or a choice",
            lambda arch: arch.find("row").set("fields", "no_such_field"),
        )

    def test_unknown_attributes_and_children_are_refused(self):
        self._assert_refused("no attributes color", lambda arch: arch.set("color", "x"))
        self._assert_refused(
            "not group", lambda arch: arch.append(etree.Element("group"))
        )

    def test_scales_and_snap_are_checked(self):
        self._assert_refused("year is not", lambda arch: arch.set("scales", "day,year"))
        for snap in ("7", "0", "quarter"):
            with self.subTest(snap=snap):
                self._assert_refused(
                    "divides an hour",
                    lambda arch, snap=snap: arch.set("snap", snap),
                )

    def test_templates_are_needed(self):
        self._assert_refused("pill", lambda arch: arch.remove(arch.find("templates")))
        self._assert_refused(
            "card", lambda arch: arch.append(etree.Element("side_list"))
        )

    def test_methods_exist(self):
        self._assert_refused("no_method", lambda arch: arch.set("cancel", "no_method"))

    def test_what_is_worth_a_second_look_is_a_field(self):
        self._create_view(lambda arch: arch.set("warning", "warning"))
        self._assert_refused("no_field", lambda arch: arch.set("warning", "no_field"))

    def test_what_stays_where_it_is_depends_on_fields(self):
        self._assert_refused("no_field", lambda arch: arch.set("readonly", "no_field"))
        view = self._create_view(lambda arch: arch.set("readonly", "state == 'done'"))
        arch = etree.fromstring(self.env["auto.booking"].get_view(view.id)["arch"])
        self.assertTrue(arch.findall("field[@name='state']"))

    def test_a_no_show_and_a_cancelled_booking_stay_where_they_are(self):
        arch = self.env["auto.booking"].get_view(view_type="planner")["arch"]
        readonly = etree.fromstring(arch).get("readonly")
        for state, _name in self.env["auto.booking"]._fields["state"].selection:
            with self.subTest(state=state):
                is_over = state in ("no_show", "cancelled")
                # the expression is the client's, of the subset that is Python's too
                self.assertEqual(safe_eval(readonly, {"state": state}), is_over)

    def test_a_buffer_is_a_field_of_minutes(self):
        self._create_view(lambda arch: arch.set("buffer", "buffer_minutes"))
        self._assert_refused("minutes", lambda arch: arch.set("buffer", "post_id"))
        self._assert_refused("no_field", lambda arch: arch.set("buffer", "no_field"))
        self._assert_refused(
            "no_field", lambda arch: arch.set("buffer_rows", "no_field")
        )

    def test_the_client_knows_the_fields_of_the_view(self):
        view = self._create_view()
        views = self.env["auto.booking"].get_views([(view.id, "planner")])
        known = views["models"]["auto.booking"]["fields"]
        self.assertLessEqual({"date_start", "date_stop", "post_id", "name"}, set(known))

    def test_the_action_opens_the_planner_first(self):
        action = self.env.ref("auto_planner.auto_booking_action")
        self.assertEqual(action.views[0][1], "planner")
