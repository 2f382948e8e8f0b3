from collections import defaultdict
from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import clean_context, mute_logger

from odoo.addons.auto_crm.tools.times import format_datetime, format_time

from ..tools.intervals import bridge, merge, to_interval, to_moment
from ..tools.slots import Candidate
from .auto_booking_free import REACH

LOOK_AHEAD = timedelta(days=31)  # as far as the next free time is looked for


class AutoBooking(models.Model):
    """Bookings hold their slots: rows kept in step, and a sentence when taken."""

    _inherit = "auto.booking"

    def _sync_slots(self):
        """Occupy what the bookings need now, and let go of the rest.

        :raise UserError: when somebody else has it, with who, and the next free time
        """
        # sudo: slots follow bookings, nobody writes them
        bookings = self.sudo().with_context(clean_context(self.env.context))
        wanted = {
            (booking.id, resource.id): (start, stop)
            for booking in bookings
            for resource, start, stop in booking._get_slots()
        }
        slots = bookings.slot_ids
        kept = slots.browse()
        for slot in slots:
            dates = wanted.get((slot.booking_id.id, slot.resource_id.id))
            if dates == (slot.date_start, slot.date_stop):
                kept |= slot
                del wanted[slot.booking_id.id, slot.resource_id.id]
        stale = slots - kept
        if wanted:  # locks first: who has deleted a row must not wait for anybody
            resources = stale.resource_id.browse({key[1] for key in wanted})
            expired = bookings._search_expired_holds(resources) - bookings
            resources |= stale.resource_id | expired.slot_ids.resource_id
            stale._lock_resources(resources)
            expired.try_lock_for_update().unlink()
        stale.unlink()
        if wanted:
            bookings._occupy(wanted)

    @api.model
    def _search_expired_holds(self, resources=None):
        """Return what was held for customers who did not finish the form.

        :param resources: only what is in the way there
        """
        domain = Domain("date_hold", "<", fields.Datetime.now())
        if resources is not None:
            domain &= Domain("slot_ids.resource_id", "in", resources.ids)
        # sudo: of any company, whoever is next
        return self.sudo().search(domain, limit=100)

    def _get_slots(self):
        """Hook: what the booking occupies.

        :return: list of (resource.resource, start, stop), naive UTC
        """
        self.ensure_one()
        if not self.is_busy:
            return []
        buffer = timedelta(minutes=self.buffer_minutes)
        slots = [
            (mechanic.resource_id, self.date_start, self.date_stop)
            for mechanic in self.mechanic_ids
        ]
        if self.post_id:
            post = self.post_id.resource_id
            slots.append((post, self.date_start, self.date_stop + buffer))
        released = self.order_id.date_released
        if not released:
            return slots
        # a car that has been handed over is not worked on
        return [
            (resource, start, min(stop, released))
            for resource, start, stop in slots
            if start < released
        ]

    def _occupy(self, wanted):
        """Insert the rows; the database refuses those that overlap.

        :param dict wanted: (start, stop) by ids of booking and resource
        """
        slots = self.env["auto.booking.slot"]
        self.env.flush_all()
        try:
            # no flush: it would tell of facts that may still change
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                slots.create(
                    [
                        {
                            "booking_id": booking_id,
                            "resource_id": resource_id,
                            "date_start": start,
                            "date_stop": stop,
                        }
                        for (booking_id, resource_id), (start, stop) in wanted.items()
                    ]
                )
                self.env.flush_all()
        except ExclusionViolation as error:
            self.env.invalidate_all(flush=False)
            bookings = self.with_company(self.company_id[:1])
            raise UserError(bookings._get_taken_message(wanted)) from error

    def _get_taken_message(self, wanted):
        """Return who holds the slot until when, and when the next free one is."""
        found = self._find_taken(wanted, self.env)
        if not found:  # taken since our transaction began: look with fresh eyes
            with self.env.registry.cursor() as cr:
                fresh = self.with_env(self.env(cr=cr))  # what is new is not there
                found = self._find_taken(wanted, fresh.env)
                moment = found and fresh._get_next_free(wanted, found)
        else:
            moment = self._get_next_free(wanted, found)
        if not found:
            return self.env._("This time has just been taken: choose another.")
        if moment:
            return self.env._(
                "%(name)s is taken by %(holder)s until %(until)s. Free from %(next)s.",
                next=self._format_time(moment),
                **found,
            )
        return self.env._("%(name)s is taken by %(holder)s until %(until)s.", **found)

    def _find_taken(self, wanted, env):
        """Return texts about the first slot of others that is in the way."""
        slots = env["auto.booking.slot"].sudo()  # sudo: as in _sync_slots
        own = env["auto.booking"].browse(self.ids)
        for (booking_id, resource_id), (start, stop) in wanted.items():
            resource = env["resource.resource"].sudo().browse(resource_id)
            taken = slots._search_taken(resource, start, stop, exclude=own)
            if taken:
                return {
                    "name": resource.name,
                    "holder": taken.booking_id._get_holder_text(),
                    "until": self._format_time(taken.date_stop),
                    "booking_id": booking_id,
                }
        return self._find_taken_by_each_other(wanted)

    def _find_taken_by_each_other(self, wanted):
        """Return texts when the bookings at hand collide among themselves."""
        seen = defaultdict(list)
        for (booking_id, resource_id), (start, stop) in wanted.items():
            for other_id, begin, end in seen[resource_id]:
                if begin < stop and start < end:
                    # sudo: staff is told who is in the way, whoever may see it
                    resource = self.env["resource.resource"].sudo().browse(resource_id)
                    other = self.sudo().browse(other_id)
                    return {
                        "name": resource.name,
                        "holder": other._get_holder_text(),
                        "until": self._format_time(end),
                        "booking_id": booking_id,
                    }
            seen[resource_id].append((booking_id, start, stop))
        return None

    def _get_holder_text(self):
        """Return who holds a slot, for staff: the car, else the booking."""
        self.ensure_one()
        return self.vehicle_id.display_name or self.name

    def _get_next_free(self, wanted, found):
        """Return when all that a refused booking wants is free the next time, or None.

        :param dict wanted: see `_occupy`
        :param dict found: see `_find_taken`
        """
        slots = {
            resource_id: dates
            for (booking_id, resource_id), dates in wanted.items()
            if booking_id == found["booking_id"]
        }
        start = min(begin for begin, _end in slots.values())
        # the end of a post's slot has a buffer, that of a mechanic's has none
        stop = min(end for _begin, end in slots.values())
        buffer = max(end for _begin, end in slots.values()) - stop
        # sudo: when a resource is free is no secret
        resources = self.env["resource.resource"].sudo().browse(slots)
        return self.sudo()._find_next_free(resources, start, stop, buffer)

    def _find_next_free(self, resources, start, stop, buffer=timedelta()):
        """Return when all the resources are free together for so long, after a time.

        Within working hours if the work fits into them, else whenever nobody is there.

        :param start: naive UTC, as `stop`
        :return: naive UTC; None if that is more than a month ahead
        """
        window = (start - REACH, start + LOOK_AHEAD)
        first, last = to_interval(start, window[1])
        duration = int((stop - start).total_seconds())
        busy = merge(
            pair
            for pairs in resources._get_busy(*window, self).values()
            for pair in pairs
        )
        works = resources._get_works(*window)
        breaks = resources._get_breaks(works)
        working = [bridge(works[one.id], breaks) for one in resources]
        raster = self.env.company._get_booking_raster() * 60
        starts = range(-(-first // raster) * raster, last, raster)
        always = [[(first, last + 2 * duration)]]
        for times, rests in ((working, breaks), (always, ())):
            everybody = [
                Candidate(None, intervals, busy, int(buffer.total_seconds()))
                for intervals in times
            ]
            for moment in starts:
                rest = any(begin <= moment < end for begin, end in rests)
                if not rest and all(
                    one.gap(moment, moment + duration) is not None for one in everybody
                ):
                    return to_moment(moment)
        return None

    def _format_time(self, moment):
        """Return a time in the zone of the company's calendar, as staff reads it."""
        zone = self.company_id[:1]._get_tz()
        return format_datetime(self.env, moment, zone)

    def _format_span(self, start, stop):
        """Return from when to when, as `_format_time`; of one day without the day."""
        zone = self.company_id[:1]._get_tz()
        if self._get_local_day(start) != self._get_local_day(stop):
            return f"{self._format_time(start)} – {self._format_time(stop)}"
        return " – ".join(
            format_time(self.env, moment, zone) for moment in (start, stop)
        )
