from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from odoo.addons.auto_crm.tools import clock

from ..tools.intervals import breaks_of, overlap, to_interval, to_moment

# whose rows say when somebody works, see `_get_month_versions`
SOURCES = (
    "auto.post",
    "hr.employee",
    "hr.version",
    "res.company",
    "resource.calendar",
    "resource.calendar.attendance",
    "resource.calendar.leaves",
    "resource.resource",
)


class ResourceResource(models.Model):
    """When posts and mechanics work, and when they are booked: read here by all.

    Free times, the planner, warnings, load, papers and messages, all count in the same
    intervals, see `tools.intervals`.
    """

    _inherit = "resource.resource"

    # ------------------------------------------------------------------
    # Working time
    # ------------------------------------------------------------------

    def _get_works(self, start, stop):
        """Override of `auto_crm`: the hours of a month are remembered."""
        # sudo: everybody may see when people work, not why they are absent
        resources = self.sudo()
        months = [
            resources._get_month_works(month, version)
            for month, version in resources._get_month_versions(start, stop)
        ]
        missing = resources.filtered(
            lambda one: any(one.id not in works for works in months)
        )
        # of another company, or no post and no mechanic
        others = {}
        if missing:
            others = super(ResourceResource, missing)._get_works(start, stop)
        span = to_interval(start, stop)
        works = {False: months}
        for resource in resources:
            works[resource.id] = [others] if resource in missing else months
        return {
            key: [pair for part in parts for pair in overlap(span, part[key])]
            for key, parts in works.items()
        }

    @api.model
    def _get_breaks(self, works):
        """Return when the whole shop rests within its day, as for lunch.

        :param dict works: see `_get_works`
        """
        zone = self.env.company._get_zone()
        return [
            pair
            for pair in breaks_of(works[False])
            if len({clock.day_of(to_moment(moment), zone) for moment in pair}) == 1
        ]

    @api.model
    @ormcache("self.env.company.id", "month", "version")
    def _get_month_works(self, month, version):
        """Return the working time of the company's posts and mechanics in a month.

        :param date month: its first day
        :param version: remembered as long as it is the same, see `_get_month_versions`
        """
        start, stop = self._get_month_span(month)
        return self._search_planned()._read_works(start, stop)

    @api.model
    def _search_planned(self):
        """Return the resources of the company's posts and mechanics."""
        company = Domain("company_id", "in", [False, self.env.company.id])
        posts = self.env["auto.post"].search(company)
        mechanics = self.env["hr.employee"].search(
            company & Domain("is_mechanic", "=", True)
        )
        return posts.resource_id | mechanics.resource_id

    @api.model
    def _get_month_versions(self, start, stop):
        """Return the months that a window touches, each with what its hours hang on.

        The version is a sum of hashes of the rows that say when the company's posts
        and mechanics work: it changes with them, whoever writes them, in every worker,
        and nothing has to be forgotten.

        :return: list of (first day of a month, version)
        """
        for name in SOURCES:
            self.env[name].flush_model()
        months = []
        month = start.date().replace(day=1)
        while month <= stop.date():
            months.append(month)
            month = (month + timedelta(days=31)).replace(day=1)
        spans = [self._get_month_span(month) for month in months]
        rows = self.env.execute_query(
            SQL(
                """
                WITH planned AS (%(planned)s), fact AS (%(facts)s)
                SELECT month.start, (SELECT SUM(fact.hash) FROM fact)
                       + COALESCE(SUM(hashtextextended(leave::text, 0)), 0)
                  FROM unnest(%(starts)s::timestamp[], %(stops)s::timestamp[])
                       AS month (start, stop)
                  LEFT JOIN resource_calendar_leaves leave
                    ON leave.date_from < month.stop AND leave.date_to > month.start
                   AND (leave.resource_id IS NULL
                        OR leave.resource_id IN (SELECT resource_id FROM planned))
                 GROUP BY month.start
                 ORDER BY month.start
                """,
                planned=self._get_planned_sql(),
                facts=self._get_facts_sql(),
                starts=[span[0] for span in spans],
                stops=[span[1] for span in spans],
            )
        )
        return [(start.date(), version) for start, version in rows]

    @api.model
    def _get_planned_sql(self):
        """Return the query of the resources of the company's posts and mechanics."""
        return SQL(
            """
            SELECT resource_id FROM auto_post
             WHERE active AND (company_id = %(company)s OR company_id IS NULL)
             UNION
            SELECT resource_id FROM hr_employee
             WHERE active AND is_mechanic
               AND (company_id = %(company)s OR company_id IS NULL)
            """,
            company=self.env.company.id,
        )

    @api.model
    def _get_facts_sql(self):
        """Hook: the query of hashes of the rows, but absences, that hours hang on."""
        return SQL(
            """
            SELECT hashtextextended(company.id || '/' || calendar::text, 0) AS hash
              FROM res_company company
              LEFT JOIN resource_calendar calendar
                ON calendar.id = company.resource_calendar_id
             WHERE company.id = %(company)s
             UNION ALL
            SELECT hashtextextended(calendar::text, 0) FROM resource_calendar calendar
             UNION ALL
            SELECT hashtextextended(attendance::text, 0)
              FROM resource_calendar_attendance attendance
             UNION ALL
            SELECT hashtextextended(resource::text, 0)
              FROM resource_resource resource
              JOIN planned ON planned.resource_id = resource.id
             UNION ALL
            SELECT hashtextextended(version::text, 0)
              FROM hr_version version
              JOIN hr_employee employee ON employee.id = version.employee_id
              JOIN planned ON planned.resource_id = employee.resource_id
            """,
            company=self.env.company.id,
        )

    @api.model
    def _get_month_span(self, month):
        """Return the start and stop of a month, UTC."""
        following = (month + timedelta(days=31)).replace(day=1)
        return [datetime.combine(day, time.min) for day in (month, following)]

    # ------------------------------------------------------------------
    # Bookings
    # ------------------------------------------------------------------

    def _get_busy(self, start, stop, exclude=None):
        """Return when resources are booked, by their id, in one query.

        With ``auto_booking_fresh`` in the context, also by what others have booked
        since the transaction began.

        :param datetime start: naive UTC, as `stop`
        :param exclude: bookings that do not count
        """
        busy = self._read_busy(start, stop, exclude)
        if self.env.context.get("auto_booking_fresh"):
            with self.env.registry.cursor() as cr:
                fresh = self.with_env(self.env(cr=cr))
                others = fresh._read_busy(start, stop, exclude)
            for resource_id, intervals in others.items():
                busy[resource_id] += intervals
        return busy

    def _read_busy(self, start, stop, exclude):
        """Return what `_get_busy` promises, as this cursor sees it.

        A hold that has expired is free: whoever books next removes it.
        """
        expired = Domain("booking_id.date_hold", "<", fields.Datetime.now())
        # sudo: when somebody is booked is no secret, for whom stays here
        groups = (
            self.env["auto.booking.slot"]
            .sudo()
            ._read_group(
                Domain("resource_id", "in", self.ids)
                & Domain("date_start", "<", stop)
                & Domain("date_stop", ">", start)
                & Domain("booking_id", "not in", exclude.ids if exclude else [])
                & ~expired,
                ["resource_id"],
                ["date_start:array_agg", "date_stop:array_agg"],
            )
        )
        busy = defaultdict(list)
        for resource, starts, stops in groups:
            busy[resource.id] = list(map(to_interval, starts, stops))
        return busy
