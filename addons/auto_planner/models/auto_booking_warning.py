from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.auto_crm.tools import clock

from ..tools.intervals import (
    breaks_of,
    closed_of,
    days_of,
    hours_by_day,
    inside,
    overlap,
    to_interval,
    to_moment,
)

OVERLOAD = 1.0


class AutoBooking(models.Model):
    """What is worth a second look, and does not block: hours, load, fitness, parts."""

    _inherit = "auto.booking"

    warning = fields.Text(
        string="Warnings",
        compute="_compute_warning",
        groups="auto_crm.auto_crm_group_advisor",
    )

    @api.depends(
        "post_id",
        "mechanic_ids",
        "date_start",
        "date_stop",
        "buffer_minutes",
        "vehicle_id",
        "partner_id",
        "order_id",
        "work_type_id",
        "state",
    )
    def _compute_warning(self):
        """Every warning is a sentence of its own, one a line."""
        texts = defaultdict(list)
        planned = self.filtered(lambda booking: booking._is_worth_warning())
        for check in planned._get_warning_checks():
            for booking, text in check():
                texts[booking].append(text)
        for booking in self:
            booking.warning = "\n".join(texts[booking]) or False

    def _is_worth_warning(self):
        """Hook: whether anybody can still act on a warning."""
        self.ensure_one()
        is_open = self.state not in ("done", "no_show", "cancelled")
        return bool(self.date_start and self.date_stop and is_open)

    def _get_warning_checks(self):
        """Hook: methods that yield pairs of booking and warning, all in one batch."""
        return [
            self._warn_nobody,
            self._warn_hours,
            self._warn_fitness,
            self._warn_size,
            self._warn_parts,
            self._warn_no_shows,
            self._warn_open_orders,
        ]

    def _get_resources(self):
        return self.post_id.resource_id | self.mechanic_ids.resource_id

    def _warn_nobody(self):
        """Neither a post nor a mechanic: nothing is held for the car."""
        for booking in self:
            if not (booking.post_id or booking.mechanic_ids):
                text = self.env._("No post and no mechanic: the time is not held.")
                yield booking, text

    def _warn_hours(self):
        """Outside working hours, and overload of the day."""
        if not self:
            return
        # sudo, also below: everybody may see when people work, not why they are absent
        resources = self.sudo()._get_resources()
        works = resources._get_works(*self._get_warning_span())
        loads = self._get_loads(resources, works)
        for booking in self:
            for resource in booking.sudo()._get_resources():
                if closed := booking._get_closed(works[resource.id]):
                    yield (
                        booking,
                        self.env._(
                            "%(name)s does not work at %(times)s.",
                            name=resource.name,
                            times=", ".join(
                                booking._format_span(*part) for part in closed
                            ),
                        ),
                    )
                yield from booking._warn_load(resource, loads[resource.id])

    def _get_closed(self, works):
        """Return the parts of the booking in which nobody works, breaks left aside.

        Of what lasts over a night, some hours of work are enough: nobody works through.

        :param works: intervals
        :return: list of (start, stop), naive UTC
        """
        dates = (self.date_start, self.date_stop)
        span = to_interval(*dates)
        if len({self._get_local_day(moment) for moment in dates}) > 1:
            return [] if overlap(span, works) else [dates]
        breaks = inside(span, breaks_of(works))
        closed = closed_of(overlap(span, works), *span)
        return [tuple(map(to_moment, part)) for part in closed if part not in breaks]

    def _get_warning_span(self):
        """Return the days of the bookings, naive UTC."""
        start = min(self.mapped("date_start")) - timedelta(days=1)
        stop = max(self.mapped("date_stop")) + timedelta(days=1)
        return start, stop

    def _warn_load(self, resource, load):
        """Tell if more is planned on the day than the resource works.

        :param load: planned and available hours by day
        """
        planned, capacity = load
        day = self._get_local_day(self.date_start)
        hours = capacity.get(day)
        if hours and planned.get(day, 0) > hours * OVERLOAD:
            yield (
                self,
                self.env._(
                    "%(name)s has %(percent)s%% of the day planned.",
                    name=resource.name,
                    percent=round(planned[day] / hours * 100),
                ),
            )

    def _get_loads(self, resources, works):
        """Return planned and available hours by day, by id of a resource.

        A booking that is not saved yet counts as if it were.
        """
        start, stop = self._get_warning_span()
        unsaved = self.filtered(lambda one: not one.id)
        busy = resources._get_busy(start, stop, unsaved._origin)
        for booking in unsaved:
            # sudo: as in `_warn_hours`
            for resource in booking.sudo()._get_resources():
                span = to_interval(booking.date_start, booking.date_stop)
                busy[resource.id].append(span)
        days = days_of(start, stop, self.company_id[:1]._get_zone())
        return {
            resource.id: (
                hours_by_day(busy[resource.id], days, works[resource.id]),
                hours_by_day(works[resource.id], days),
            )
            for resource in resources
        }

    def _get_local_day(self, moment):
        """Return the shop's date of a moment, naive UTC."""
        return clock.day_of(moment, self.company_id[:1]._get_zone())

    def _warn_fitness(self):
        """A post or mechanic that is not meant for this work, or works here no more."""
        for booking in self:
            # sudo: a mechanic does not see the order; what is to be done is no secret
            works, post = booking.sudo()._get_work_types(), booking.post_id
            unfit = works - post.work_type_ids
            if unfit and post.work_type_ids:
                yield (
                    booking,
                    self.env._(
                        "%(post)s is not meant for %(work)s.",
                        post=post.name,
                        work=", ".join(unfit.mapped("name")),
                    ),
                )
            # sudo: as in `_warn_hours`
            for mechanic in booking.sudo().mechanic_ids:
                skills = mechanic._origin.auto_work_type_ids
                if not mechanic.active:
                    text = self.env._("%s does not work here any more.", mechanic.name)
                    yield booking, text
                elif skills and works - skills:
                    yield (
                        booking,
                        self.env._(
                            "%(mechanic)s does not do %(work)s.",
                            mechanic=mechanic.name,
                            work=", ".join((works - skills).mapped("name")),
                        ),
                    )

    def _warn_size(self):
        """A car that is too high or too heavy for the post."""
        for booking in self.filtered("vehicle_id"):
            post, size = booking.post_id, booking.vehicle_id._get_size()
            if 0 < post.max_height < size["height"]:
                yield (
                    booking,
                    self.env._(
                        "%(post)s takes cars of up to %(limit)s m, this one is "
                        "%(size)s m high.",
                        post=post.name,
                        limit=post.max_height,
                        size=size["height"],
                    ),
                )
            if 0 < post.max_weight < size["weight"]:
                yield (
                    booking,
                    self.env._(
                        "%(post)s takes cars of up to %(limit)s t, this one weighs "
                        "%(size)s t.",
                        post=post.name,
                        limit=post.max_weight,
                        size=size["weight"],
                    ),
                )

    def _warn_parts(self):
        """Parts that will not be here by then."""
        for booking in self:
            due = booking.order_id.parts_date
            if booking.parts_state == "missing":
                yield booking, self.env._("Parts are not ordered yet.")
            elif booking.parts_state != "ordered":
                continue
            elif not due:
                yield booking, self.env._("Nobody knows when the parts come.")
            elif due > booking._get_local_day(booking.date_start):
                yield (
                    booking,
                    self.env._(
                        "Parts are due on %(date)s only.",
                        date=format_date(self.env, due),
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
            if count := counts.get(booking.partner_id._origin):
                yield (
                    booking,
                    self.env._(
                        "The customer did not come %(count)s time(s) before.",
                        count=count,
                    ),
                )

    def _warn_open_orders(self):
        """Other open orders of the car."""
        # sudo: only their names are told
        orders = (
            self.env["sale.order"]
            .sudo()
            .search_fetch(
                [
                    ("vehicle_id", "in", self.vehicle_id.ids),
                    ("is_work_order", "=", True),
                    ("state", "!=", "cancel"),
                    ("work_state", "!=", "released"),
                ],
                ["name", "vehicle_id"],
            )
        )
        by_vehicle = orders.grouped("vehicle_id")
        for booking in self.filtered("vehicle_id"):
            others = by_vehicle.get(booking.vehicle_id._origin, orders.browse())
            others -= booking.order_id._origin
            others = others.filtered(
                lambda order, booking=booking: order.company_id == booking.company_id
            )
            if others:
                yield (
                    booking,
                    self.env._(
                        "The car has other open orders: %(orders)s.",
                        orders=", ".join(others.mapped("name")),
                    ),
                )
