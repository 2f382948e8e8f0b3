from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.intervals import Intervals

OVERLOAD = 1.0


class AutoBooking(models.Model):
    """What is worth a second look, and does not block: hours, load, fitness, parts."""

    _inherit = "auto.booking"

    warning = fields.Text(string="Warnings", compute="_compute_warning")

    @api.depends(
        "post_id", "mechanic_ids", "date_start", "date_stop", "vehicle_id", "partner_id"
    )
    def _compute_warning(self):
        """Every warning is a sentence of its own, one a line."""
        texts = defaultdict(list)
        planned = self.filtered(
            lambda booking: booking.date_start and booking.date_stop
        )
        for check in planned._get_warning_checks():
            for booking, text in check():
                texts[booking].append(text)
        for booking in self:
            booking.warning = "\n".join(texts[booking]) or False

    def _get_warning_checks(self):
        """Hook: methods that yield pairs of booking and warning, all in one batch."""
        return [
            self._warn_hours,
            self._warn_fitness,
            self._warn_parts,
            self._warn_no_shows,
            self._warn_open_orders,
        ]

    def _get_resources(self):
        return self.post_id.resource_id | self.mechanic_ids.resource_id

    def _warn_hours(self):
        """Outside working hours, and overload of the day."""
        if not self:
            return
        zone = pytz.utc
        start = min(self.mapped("date_start")) - timedelta(days=1)
        stop = max(self.mapped("date_stop")) + timedelta(days=1)
        works, _calendars = self._get_resources()._get_valid_work_intervals(
            zone.localize(start), zone.localize(stop)
        )
        loads = self._get_loads()
        for booking in self:
            span = Intervals(
                [
                    (
                        zone.localize(booking.date_start),
                        zone.localize(booking.date_stop),
                        booking,
                    )
                ]
            )
            for resource in booking._get_resources():
                if span - works[resource.id]:
                    yield (
                        booking,
                        self.env._(
                            "%(name)s does not work for the whole time.",
                            name=resource.name,
                        ),
                    )
                yield from booking._warn_load(resource, works[resource.id], loads)

    def _warn_load(self, resource, works, loads):
        """Tell if more is planned on the day than the resource works."""
        day = self._get_local_day(self.date_start)
        capacity = sum(
            (stop - start).total_seconds()
            for start, stop, _record in works
            if self._get_local_day(start) == day
        )
        planned = loads.get((resource.id, day), 0)
        if capacity and planned > capacity * OVERLOAD:
            yield (
                self,
                self.env._(
                    "%(name)s has %(percent)s%% of the day planned.",
                    name=resource.name,
                    percent=round(planned / capacity * 100),
                ),
            )

    def _get_loads(self):
        """Return planned seconds by resource and local day, of all that is booked."""
        slots = self.env["auto.booking.slot"].search_fetch(
            [
                ("resource_id", "in", self._get_resources().ids),
                ("date_start", "<", max(self.mapped("date_stop")) + timedelta(days=1)),
                ("date_stop", ">", min(self.mapped("date_start")) - timedelta(days=1)),
            ],
            ["resource_id", "date_start", "date_stop"],
        )
        loads = defaultdict(float)
        for slot in slots:
            key = slot.resource_id.id, self._get_local_day(slot.date_start)
            loads[key] += (slot.date_stop - slot.date_start).total_seconds()
        return loads

    def _get_local_day(self, moment):
        """Return the shop's date of a moment, naive UTC or aware."""
        zone = pytz.timezone(self.env.company.resource_calendar_id.tz or "UTC")
        if not moment.tzinfo:
            moment = pytz.utc.localize(moment)
        return moment.astimezone(zone).date()

    def _warn_fitness(self):
        """A post or mechanic that is not meant for this work."""
        for booking in self.filtered("work_type_id"):
            work, post = booking.work_type_id, booking.post_id
            if post.work_type_ids and work not in post.work_type_ids:
                yield (
                    booking,
                    self.env._(
                        "%(post)s is not meant for %(work)s.",
                        post=post.name,
                        work=work.name,
                    ),
                )
            for mechanic in booking.mechanic_ids:
                skills = mechanic.auto_work_type_ids
                if skills and work not in skills:
                    yield (
                        booking,
                        self.env._(
                            "%(mechanic)s does not do %(work)s.",
                            mechanic=mechanic.name,
                            work=work.name,
                        ),
                    )

    def _warn_parts(self):
        """Parts that will not be here by then."""
        for booking in self.filtered(
            lambda booking: booking.parts_state in ("missing", "ordered")
        ):
            due = booking.order_id.parts_date
            if booking.parts_state == "missing":
                yield booking, self.env._("Parts are not ordered yet.")
            elif due and due > booking.date_start:
                yield (
                    booking,
                    self.env._(
                        "Parts are due on %(date)s only.",
                        date=format_date(self.env, self._get_local_day(due)),
                    ),
                )

    def _warn_no_shows(self):
        """Customers who did not come before."""
        counts = dict(
            self._read_group(
                [("partner_id", "in", self.partner_id.ids), ("state", "=", "no_show")],
                ["partner_id"],
                ["__count"],
            )
        )
        for booking in self:
            if count := counts.get(booking.partner_id):
                yield (
                    booking,
                    self.env._(
                        "The customer did not come %(count)s time(s) before.",
                        count=count,
                    ),
                )

    def _warn_open_orders(self):
        """Other open orders of the car."""
        orders = self.env["sale.order"].search_fetch(
            [
                ("vehicle_id", "in", self.vehicle_id.ids),
                ("is_work_order", "=", True),
                ("state", "!=", "cancel"),
                ("work_state", "!=", "released"),
            ],
            ["name", "vehicle_id"],
        )
        by_vehicle = orders.grouped("vehicle_id")
        for booking in self.filtered("vehicle_id"):
            others = by_vehicle.get(booking.vehicle_id, orders.browse())
            others -= booking.order_id
            if others:
                yield (
                    booking,
                    self.env._(
                        "The car has other open orders: %(orders)s.",
                        orders=", ".join(others.mapped("name")),
                    ),
                )
