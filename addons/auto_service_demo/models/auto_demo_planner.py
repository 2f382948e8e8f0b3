"""The demo shop's posts, shifts and bookings.

The story's orders are put on posts and mechanics as an advisor would: what was done is
in the past, what is under repair runs now, what is expected comes.
"""

from datetime import time, timedelta
from math import ceil

from odoo import Command, api, fields, models

from odoo.addons.auto_crm.tools import clock

from . import demo_story as story

ZONE = clock.get_zone("Europe/Moscow")
HALF_HOUR = timedelta(minutes=30)


class AutoDemoShop(models.AbstractModel):
    _inherit = "auto.demo.shop"

    # -- hours -------------------------------------------------------------------------

    @api.model
    def _set_up_hours(self):
        """The shop works from nine to eight every day, mechanics in two shifts."""
        company = self.env.ref("base.main_company")
        company.resource_calendar_id.write(
            {
                "name": story.HOURS,
                "tz": ZONE.key,
                "attendance_ids": self._prepare_attendances([(9, 20)]),
            }
        )
        for name, hours in story.SHIFTS.items():
            calendar = self.env["resource.calendar"].create(
                {
                    "name": name,
                    "tz": ZONE.key,
                    "company_id": company.id,
                    "attendance_ids": self._prepare_attendances(hours),
                }
            )
            for mechanic in story.SHIFT_MECHANICS[name]:
                self._ref(mechanic).resource_calendar_id = calendar

    def _prepare_attendances(self, hours):
        """Values of working hours, the same on every day of the week."""
        return [
            Command.clear(),
            *(
                Command.create(
                    {
                        "name": f"{start} - {stop}",
                        "dayofweek": str(day),
                        "hour_from": start,
                        "hour_to": stop,
                        "day_period": "morning" if stop <= 13 else "afternoon",
                    }
                )
                for day in range(7)
                for start, stop in hours
            ),
        ]

    def _set_up_absences(self):
        """A mechanic is away in two days, a lift is checked in three."""
        today = fields.Date.context_today(self)
        for name, days, hours, resource in (
            ("Отгул", 2, (0, 24), self._ref("employee_mechanic4").resource_id),
            ("Проверка подъёмника", 3, (13, 20), self._ref("post_lift3").resource_id),
        ):
            start, stop = (
                self._at(today + timedelta(days=days), hour) for hour in hours
            )
            self.env["resource.calendar.leaves"].create(
                {
                    "name": name,
                    "resource_id": resource.id,
                    "calendar_id": resource.calendar_id.id,
                    "date_from": start,
                    "date_to": stop,
                }
            )

    # -- bookings ----------------------------------------------------------------------

    def _book_history(self, orders, plans):
        """Closed orders stood on posts; the last ones yesterday and this morning."""
        for order, plan in zip(orders, plans, strict=True):
            self._book(order, plan["date"].date(), source=plan["booked_by"])
        orders.booking_ids.flush_recordset()

    def _book_in_repair(self, orders):
        """The cars under repair are on their posts: since this morning, or before."""
        now = self._get_local_now()
        is_day = time(10, 30) <= now.time()
        day = now.date() if is_day else now.date() - timedelta(days=1)
        for number, order in enumerate(orders):
            hour = 9 + number % 2 if is_day else 16 + number % 2
            booking = self._book(order, day, hour, hours=4 if is_day else None)
            if booking and not is_day:  # goes on in the morning
                booking._move_to(
                    booking.date_start, self._at(now.date(), 11 + number % 3)
                )

    def _book_ready(self, orders):
        """The cars that are ready were worked on this morning, or yesterday."""
        now = self._get_local_now()
        is_late = now.time() >= time(14)
        day = now.date() if is_late else now.date() - timedelta(days=1)
        for order in orders:
            self._book(order, day, 9 if is_late else 14)

    def _book_awaiting(self, orders):
        """The cars that are expected: the first today, the rest in the next days."""
        now = self._get_local_now()
        for number, order in enumerate(orders):
            days = 0 if number < story.AWAITED_TODAY else 1 + number % 4
            if now.hour >= 17:
                days += 1
            # over the whole day, as far as it is not over yet
            first = 9 if days else max(now.hour + 2, 10)
            hour = first + 2 * number % max(18 - first, 1)
            booking = self._book(order, now.date() + timedelta(days=days), hour)
            if number % 4:
                booking.action_confirm()

    def _book_no_show(self, order):
        """Booked for yesterday, and nobody came: the deal is in agreement again."""
        today = self._get_local_now().date()
        for days in (1, 2, 4):
            booking = self._book(order, today - timedelta(days=days), 10, reverse=True)
            if booking:
                break
        self._settle()
        booking._write_facts({"date_no_show": fields.Datetime.now()})
        self._settle()

    def _book_online(self):
        """Two customers have booked on the site, for the next days."""
        company = self.env.ref("base.main_company")
        bookings = self.env["auto.booking"]
        start = fields.Datetime.now() + timedelta(days=1)
        for number, (package_name, contact) in enumerate(story.ONLINE_BOOKINGS):
            package = self._ref(package_name)
            slots = bookings._find_online_slots(
                package, company, start=start + number * timedelta(days=1), limit=4
            )
            if slots:
                held = bookings._hold_online(
                    slots[-1]["start"],
                    package,
                    company,
                    vehicle_line=contact["vehicle_line"],
                )
                names = ("contact_name", "phone")
                held._book_online(
                    {name: contact[name] for name in names}, is_trusted=True
                )
        self._settle()

    def _book(self, order, day, hour=9, hours=None, source="staff", *, reverse=False):
        """Book an order on the first post and mechanic that are free on the day.

        :param int hour: not before, in the shop's zone
        :param float hours: how long; by default as long as the work takes
        :param bool reverse: try the posts from the last one
        :return: the booking; the end of the day may have come first: then none
        """
        bookings = self.env["auto.booking"].with_context(
            mail_notrack=True, tracking_disable=True
        )
        planned = sum(order.job_ids.mapped("norm_hours")) or 1
        length = timedelta(hours=hours or ceil(bookings._get_hours(planned) * 2) / 2)
        posts = bookings._get_fit_posts(order.work_type_id, None, online=False)
        mechanics = self._get_mechanics(order)
        start, closes = self._at(day, hour), self._at(day, 20)
        while start + length <= closes:
            busy = self._get_busy_resources(start, start + length)
            post, mechanic = (
                next((one for one in those if one.resource_id not in busy), None)
                for those in (posts[::-1] if reverse else posts, mechanics)
            )
            if post and mechanic:
                booking = bookings.create(
                    {
                        "order_id": order.id,
                        "post_id": post.id,
                        "mechanic_ids": [Command.set(mechanic.ids)],
                        "date_start": start,
                        "date_stop": start + length,
                        "source": source,
                    }
                )
                if order.date_received:  # it was for this one that the car came
                    booking._write_facts({"date_arrived": order.date_received})
                return booking
            start += HALF_HOUR
        return bookings

    def _get_mechanics(self, order):
        """The order's own mechanics first, then everybody."""
        mechanics = order.job_ids.mechanic_ids
        for name in story.MECHANICS:
            mechanics |= self._ref(name)
        return mechanics

    def _get_busy_resources(self, start, stop):
        """Posts and mechanics that are booked, or off, at some time between."""
        resources = self.env["resource.resource"].search(
            [("company_id", "=", self.env.company.id)]
        )
        works = resources._get_works(start, stop)
        length = (stop - start).total_seconds()
        # a break of an hour is no reason to go home
        off = resources.filtered(
            lambda one: (
                sum(closes - opens for opens, closes in works[one.id]) < length - 3600
            )
        )
        taken = self.env["auto.booking.slot"].search(
            [("date_start", "<", stop), ("date_stop", ">", start)]
        )
        return off | taken.resource_id

    # -- tools -------------------------------------------------------------------------

    def _get_local_now(self):
        return clock.to_local(fields.Datetime.now(), ZONE)

    def _at(self, day, hour):
        """An hour of a day on the shop's clock, as the database has it."""
        return clock.at_hour(day, hour, ZONE)
