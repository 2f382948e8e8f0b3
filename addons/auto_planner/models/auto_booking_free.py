from collections import defaultdict
from datetime import datetime, time, timedelta
from itertools import pairwise

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache
from odoo.tools.intervals import Intervals

from odoo.addons.auto_crm.tools import clock

from ..tools.planner import MAX_BREAK
from ..tools.slots import Candidate, find_slots, merge, starts_of, work_between

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 naive UTC, as the database has it
HOUR = 3600
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
        candidates, works, breaks = self._get_candidates(
            posts, mechanics, window, exclude
        )
        starts = self._get_starts(span, works)
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

        :return: dict of candidates by record, all working time, the shop's breaks
        """
        resources = posts.resource_id
        if mechanics:
            resources |= mechanics.resource_id
        works, breaks = self._get_works(resources, *window)
        busy = self._get_busy(resources, *window, exclude)
        buffers = {post: post.buffer_minutes * 60 for post in posts}
        candidates = {
            record: Candidate(
                record.id,
                works[record.resource_id.id],
                busy.get(record.resource_id.id, ()),
                buffers.get(record, 0),
            )
            for record in (*posts, *(mechanics or ()))
        }
        return candidates, works.values(), breaks

    @api.model
    def _get_starts(self, span, works):
        """Return the round times of the span at which anybody works."""
        step = max(self.env.company.auto_booking_step_minutes, 5) * 60
        first, last = map(_to_seconds, span)
        open_times = merge(interval for intervals in works for interval in intervals)
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
            "start": _to_naive(slot.start),
            "stop": _to_naive(slot.stop),
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
        of_them = Domain("resource_id", "in", resources.ids)
        expired = Domain("booking_id.date_hold", "<", fields.Datetime.now())
        booked = self.env["auto.booking.slot"]._read_group(
            of_them & Domain("date_stop", ">", now) & ~expired,
            ["resource_id"],
            ["date_start:min"],
        )
        absent = self.env["resource.calendar.leaves"]._read_group(
            of_them & Domain("date_to", ">", now) & Domain("time_type", "=", "leave"),
            ["resource_id"],
            ["date_from:min"],
        )
        booked, absent = dict(booked), dict(absent)
        works, _breaks = self._get_works(resources, now - REACH, now + REACH)
        moment = _to_seconds(now)
        free = {}
        for record in records:
            resource = record.resource_id
            buffer = record.buffer_minutes if record._name == "auto.post" else 0
            until = min(
                booked.get(resource, horizon) - timedelta(minutes=buffer),
                absent.get(resource, horizon),
            )
            if until - now >= length:
                is_working = any(a <= moment < b for a, b in works[resource.id])
                free[record] = (is_working, until)
        return free

    # ------------------------------------------------------------------
    # Intervals, in seconds
    # ------------------------------------------------------------------

    @api.model
    def _get_works(self, resources, start, stop):
        """Return working time without absences by id of a resource, and the breaks.

        The shop's breaks are bridged: work rests then, and goes on.
        """
        months = self._get_months(start, stop)
        remembered = [self._get_month_works(month) for month in months]
        missing = resources.filtered(
            lambda record: any(record.id not in works for works in remembered)
        )
        if missing:  # of another company, or a mechanic since a moment ago
            remembered.append(self._read_works(missing, start, stop))
        breaks = self._get_breaks(
            merge(pair for works in remembered for pair in works.get(False, ()))
        )
        works = {
            resource.id: _bridge(
                merge(
                    pair for part in remembered for pair in part.get(resource.id, ())
                ),
                breaks,
            )
            for resource in resources
        }
        return works, breaks

    @api.model
    def _get_months(self, start, stop):
        """Return the first days of the months that the window touches."""
        month = start.date().replace(day=1)
        months = []
        while month <= stop.date():
            months.append(month)
            month = (month + timedelta(days=31)).replace(day=1)
        return months

    @api.model
    @ormcache("self.env.company.id", "month")
    def _get_month_works(self, month):
        """Return the working time of the company's posts and mechanics in a month.

        Remembered until somebody's hours change: see `auto.booking.hours`. The company
        itself is under False.
        """
        company = Domain("company_id", "in", [False, self.env.company.id])
        posts = self.env["auto.post"].search(company)
        mechanics = self.env["hr.employee"].search(
            company & Domain("is_mechanic", "=", True)
        )
        start = datetime.combine(month, time.min)
        stop = datetime.combine((month + timedelta(days=31)).replace(day=1), time.min)
        return self._read_works(posts.resource_id | mechanics.resource_id, start, stop)

    @api.model
    def _read_works(self, resources, start, stop):
        """Return working time without absences by id of a resource, as pairs."""
        calendar = self.env.company.resource_calendar_id
        works, calendar_works = resources._get_valid_work_intervals(
            clock.to_aware(start), clock.to_aware(stop), calendars=calendar
        )
        absences = self._get_flexible_absences(resources, start, stop)
        result = {
            resource.id: _to_pairs(works[resource.id] - absences[resource.id])
            for resource in resources
        }
        result[False] = _to_pairs(calendar_works.get(calendar.id, ()))
        return result

    @api.model
    def _get_flexible_absences(self, resources, start, stop):
        """Return absences of those without a calendar, which Odoo leaves in."""
        absences = defaultdict(Intervals)
        flexible = resources.filtered(lambda resource: resource._is_fully_flexible())
        leaves = flexible and self.env["resource.calendar.leaves"].search(
            Domain("resource_id", "in", flexible.ids)
            & Domain("time_type", "=", "leave")
            & Domain("date_from", "<", stop)
            & Domain("date_to", ">", start)
        )
        for leave in leaves:
            span = (
                clock.to_aware(leave.date_from),
                clock.to_aware(leave.date_to),
                leave,
            )
            absences[leave.resource_id.id] |= Intervals([(*span, leave)])
        return absences

    @api.model
    def _get_breaks(self, works):
        """Return when the whole shop rests within its day, as for lunch."""
        zone = self.env.company._get_zone()
        longest = MAX_BREAK.total_seconds()
        return [
            (closes, opens)
            for (_start, closes), (opens, _stop) in pairwise(works)
            if opens - closes <= longest and _day(closes, zone) == _day(opens, zone)
        ]

    def _get_work_hours(self):
        """Return hours of work in the booking, without the shop's breaks in it."""
        self.ensure_one()
        nobody = self.env["resource.resource"]
        window = (self.date_start - REACH, self.date_stop + REACH)
        _works, breaks = self._get_works(nobody, *window)
        start, stop = _to_seconds(self.date_start), _to_seconds(self.date_stop)
        return work_between(start, stop, breaks) / HOUR

    @api.model
    def _get_busy(self, resources, start, stop, exclude):
        """Return occupied intervals by id of a resource, in one query.

        With ``auto_booking_fresh`` in the context, also what others have booked since
        the transaction began.
        """
        busy = self._read_busy(resources, start, stop, exclude)
        if self.env.context.get("auto_booking_fresh"):
            with self.env.registry.cursor() as cr:
                fresh = self.with_env(self.env(cr=cr))
                others = fresh._read_busy(resources, start, stop, exclude)
            for resource_id, intervals in others.items():
                busy.setdefault(resource_id, []).extend(intervals)
        return busy

    @api.model
    def _read_busy(self, resources, start, stop, exclude):
        """Return what `_get_busy` promises, as this cursor sees it.

        A hold that has expired is free: whoever books next removes it.
        """
        held = Domain("booking_id.date_hold", "<", fields.Datetime.now())
        rows = self.env["auto.booking.slot"]._read_group(
            Domain("resource_id", "in", resources.ids)
            & Domain("date_start", "<", stop)
            & Domain("date_stop", ">", start)
            & Domain("booking_id", "not in", exclude.ids if exclude else [])
            & ~held,
            ["resource_id"],
            ["date_start:array_agg", "date_stop:array_agg"],
        )
        return {
            resource.id: [
                (_to_seconds(begin), _to_seconds(end))
                for begin, end in zip(begins, ends, strict=True)
            ]
            for resource, begins, ends in rows
        }


def _to_seconds(moment):
    return round((moment - EPOCH).total_seconds())


def _to_naive(seconds):
    return EPOCH + timedelta(seconds=seconds)


def _to_pairs(intervals):
    """Return intervals in seconds; a day's end of 23:59:59.999999 is midnight."""
    return [(round(a.timestamp()), round(b.timestamp())) for a, b, _record in intervals]


def _day(moment, zone):
    return datetime.fromtimestamp(moment, zone).date()


def _bridge(works, breaks):
    """Return working time with those breaks in it that it meets on both sides."""
    opens = {start for start, _stop in works}
    closes = {stop for _start, stop in works}
    return merge(works + [b for b in breaks if b[0] in closes and b[1] in opens])
