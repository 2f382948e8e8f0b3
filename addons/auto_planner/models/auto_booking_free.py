from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.auto_crm.tools import clock

from ..tools.intervals import HOUR, bridge, merge, to_interval, to_moment, to_seconds
from ..tools.slots import Candidate, find_slots, starts_of, work_between

SECOND = timedelta(seconds=1)
REACH = timedelta(days=1)  # looked at beyond the last start, for what ends later


class AutoBooking(models.Model):
    """When a post and a mechanic are free together: the database's side of it.

    Reads everything once, whatever the number of bookings, and leaves the counting to
    `tools.slots`.
    """

    _inherit = "auto.booking"

    @api.model
    def _find_free_slots(
        self,
        duration_hours=None,
        *,
        norm_hours=None,
        work_types=None,
        vehicle=None,
        start=None,
        stop=None,
        company=None,
        posts=None,
        mechanics=None,
        online=False,
        limit=None,
        exclude=None,
    ):
        """Return the times that can be booked, earliest first.

        :param float duration_hours: how long, on every post
        :param float norm_hours: instead of it: so long as each post takes for it
        :param work_types: what is done; post and mechanic must be fit for all of them
        :param vehicle: the car, which must fit the post
        :param start: naive UTC, of the first start; by default now
        :param stop: naive UTC, of the last start; by default the company's horizon
        :param posts: to choose from, fit or not; False for none; so are `mechanics`
        :param bool online: as customers may book: notice, horizon, posts open to them
        :param int limit: how many are enough
        :param exclude: bookings whose slots count as free, as one that is moved
        :return: list of dict(start, stop, post, mechanic), naive UTC
        """
        # sudo: when a resource is free is no secret, who is on it stays here
        bookings = self.sudo().with_company(company or self.env.company)
        start, stop = bookings._get_offer_span(start, stop, online)
        if start > stop:
            return []
        if posts is None:
            posts = bookings._get_fit_posts(work_types, vehicle, online)
        if mechanics is None:
            mechanics = bookings._get_fit_mechanics(work_types)
        if not (posts or mechanics) or any(
            records is not False and not records for records in (posts, mechanics)
        ):
            return []
        return bookings._offer(
            bookings._group_by_hours(posts, duration_hours, norm_hours),
            mechanics,
            (start, stop),
            limit,
            exclude,
        )

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    @api.model
    def _get_offer_span(self, start, stop, online):
        """Return the first and the last moment that may be offered, naive UTC."""
        company = self.env.company
        now = fields.Datetime.now()
        earliest = now
        if online:
            earliest += timedelta(hours=company.auto_booking_notice_hours)
        start = max(start or earliest, earliest)
        horizon = self._get_horizon(now)
        return start, min(stop or horizon, horizon) if online else stop or horizon

    @api.model
    def _get_horizon(self, now):
        """Return the end of the last day that is offered, in the shop's zone."""
        company = self.env.company
        zone = company._get_zone()
        days = timedelta(days=company.auto_booking_horizon_days + 1)
        return clock.midnight(clock.day_of(now, zone) + days, zone) - SECOND

    # ------------------------------------------------------------------
    # Who and where
    # ------------------------------------------------------------------

    @api.model
    def _get_fit_posts(self, work_types, vehicle, online):
        """Return the posts that are fit for the work and the car."""
        domain = self._get_fit_domain("work_type_ids", work_types)
        for name, value in self._get_vehicle_size(vehicle).items():
            domain &= Domain(name, "=", 0) | Domain(name, ">=", value)
        if online:
            domain &= Domain("is_online", "=", True)
        return self.env["auto.post"].search_fetch(
            domain, ["resource_id", "buffer_minutes"]
        )

    @api.model
    def _get_vehicle_size(self, vehicle):
        """Hook: what is known of the car's size, by the post's field that limits it."""
        if not vehicle:
            return {}
        sizes = {f"max_{name}": size for name, size in vehicle._get_size().items()}
        return {name: size for name, size in sizes.items() if size}

    @api.model
    def _get_fit_mechanics(self, work_types):
        """Return the mechanics who do the work; False in a shop that plans none."""
        is_mechanic = Domain("is_mechanic", "=", True)
        domain = self._get_fit_domain("auto_work_type_ids", work_types) & is_mechanic
        mechanics = self.env["hr.employee"].search_fetch(domain, ["resource_id"])
        if mechanics:
            return mechanics
        domain = self._get_fit_domain(None, None) & is_mechanic
        return mechanics if mechanics.search_count(domain, limit=1) else False

    @api.model
    def _get_fit_domain(self, field_name, work_types):
        """Return the domain of resources of the company that are fit for the work."""
        domain = Domain("company_id", "in", [False, self.env.company.id])
        for work_type in work_types or ():
            domain &= Domain(field_name, "=", False) | Domain(
                field_name, "in", work_type.ids
            )
        return domain

    @api.model
    def _group_by_hours(self, posts, duration_hours, norm_hours):
        """Return the posts by seconds that the work takes on them."""
        if not norm_hours or posts is False:
            hours = duration_hours or self._get_hours(norm_hours or 0)
            return {round(hours * HOUR): posts}
        return posts.grouped(
            lambda post: round(self._get_hours(norm_hours, post) * HOUR)
        )

    # ------------------------------------------------------------------
    # Offers
    # ------------------------------------------------------------------

    @api.model
    def _offer(self, posts_by_seconds, mechanics, span, limit, exclude):
        """Return the slots of posts that take different time, the best of each start.

        :param dict posts_by_seconds: see `_group_by_hours`
        :param span: first and last start, naive UTC
        """
        posts = self.env["auto.post"].union(*filter(None, posts_by_seconds.values()))
        reach = timedelta(seconds=max(posts_by_seconds)) + REACH
        window = (span[0] - REACH, span[1] + reach)
        candidates, open_times, breaks = self._get_candidates(
            posts, mechanics, window, exclude
        )
        starts = self._get_starts(span, open_times)
        best = {}
        for seconds, group in posts_by_seconds.items():
            for slot in find_slots(
                seconds,
                starts,
                posts=(group and [candidates[post] for post in group]) or None,
                mechanics=(mechanics and [candidates[who] for who in mechanics])
                or None,
                breaks=breaks,
                limit=limit,
            ):
                if slot.start not in best or slot.gap < best[slot.start].gap:
                    best[slot.start] = slot
        return [
            self._prepare_offer(best[moment])
            for moment in sorted(best)[: limit or None]
        ]

    @api.model
    def _get_candidates(self, posts, mechanics, window, exclude):
        """Return what the engine has to know of posts and mechanics.

        :return: dict of candidates by record, when anybody works, the shop's breaks
        """
        resources = posts.resource_id
        if mechanics:
            resources |= mechanics.resource_id
        works = resources._get_works(*window)
        breaks = resources._get_breaks(works)
        busy = resources._get_busy(*window, exclude)
        buffers = {post: post.buffer_minutes * 60 for post in posts}
        candidates = {
            record: Candidate(
                record.id,
                bridge(works[record.resource_id.id], breaks),
                busy[record.resource_id.id],
                buffers.get(record, 0),
            )
            for record in (*posts, *(mechanics or ()))
        }
        open_times = merge(
            pair for one in resources for pair in bridge(works[one.id], breaks)
        )
        return candidates, open_times, breaks

    @api.model
    def _get_starts(self, span, open_times):
        """Return the round times of the span at which anybody works."""
        step = max(self.env.company.auto_booking_step_minutes, 5) * 60
        first, last = to_interval(*span)
        zone = self.env.company._get_zone()
        return [
            moment
            for opens, closes in open_times
            for moment in starts_of(
                max(first, opens), min(last, closes - 1), step, zone
            )
        ]

    @api.model
    def _prepare_offer(self, slot):
        """Return a slot of the engine as records and naive UTC."""
        return {
            "start": to_moment(slot.start),
            "stop": to_moment(slot.stop),
            "post": self.env["auto.post"].browse(slot.post or ()),
            "mechanic": self.env["hr.employee"].browse(slot.mechanic or ()),
        }

    @api.model
    def _get_free_now(self, records, now, length):
        """Return which posts or mechanics are free now, absences included.

        :param now: naive UTC
        :param timedelta length: how long at least
        :return: dict {record: (whether it works then, until when it is free)}
        """
        horizon = now + timedelta(days=31)
        resources = records.resource_id
        absent = dict(
            self.env["resource.calendar.leaves"]._read_group(
                Domain("resource_id", "in", resources.ids)
                & Domain("date_to", ">", now)
                & Domain("time_type", "=", "leave"),
                ["resource_id"],
                ["date_from:min"],
            )
        )
        busy = resources._get_busy(now, horizon)
        works = resources._get_works(now - REACH, now + REACH)
        breaks = resources._get_breaks(works)
        moment = to_seconds(now)
        free = {}
        for record in records:
            resource = record.resource_id
            buffer = record.buffer_minutes if record._name == "auto.post" else 0
            booked = min(busy[resource.id], default=to_interval(horizon, horizon))
            until = min(
                to_moment(booked[0]) - timedelta(minutes=buffer),
                absent.get(resource, horizon),
            )
            if until - now >= length:
                open_times = bridge(works[resource.id], breaks)
                is_working = any(a <= moment < b for a, b in open_times)
                free[record] = (is_working, until)
        return free

    def _get_work_hours(self):
        """Return hours of work in the booking, without the shop's breaks in it."""
        self.ensure_one()
        nobody = self.env["resource.resource"]
        window = (self.date_start - REACH, self.date_stop + REACH)
        breaks = nobody._get_breaks(nobody._get_works(*window))
        span = to_interval(self.date_start, self.date_stop)
        return work_between(*span, breaks) / HOUR
