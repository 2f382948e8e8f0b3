from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.intervals import MAX_BREAK, days_of, split_by_day, to_moment

MONTHS_BACK = 6
MONTHS_AHEAD = 3


class AutoBookingReport(models.Model):
    """Planned hours and capacity by day, post or mechanic, and work type.

    Capacity is that of the working calendars without absences. What a resource works
    on a day is shared among the types of work that are planned on it, in proportion:
    so the load of a type is that of the posts where it is done, and sums stay true.
    """

    _name = "auto.booking.report"
    _description = "Workshop Load"
    _auto = False
    _order = "date desc, id"
    _rec_name = "date"
    _depends = {
        "auto.booking": ["company_id", "work_type_id", "date_hold"],
        "auto.booking.slot": ["booking_id", "resource_id", "date_start", "date_stop"],
        "auto.post": ["resource_id"],
        "hr.employee": ["resource_id"],
    }

    date = fields.Date(string="Day", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    kind = fields.Selection(
        selection=[("post", "Post"), ("mechanic", "Mechanic")],
        string="Post or mechanic",
        readonly=True,
    )
    post_id = fields.Many2one(comodel_name="auto.post", readonly=True)
    employee_id = fields.Many2one(
        comodel_name="hr.employee", string="Mechanic", readonly=True
    )
    work_type_id = fields.Many2one(comodel_name="auto.work.type", readonly=True)
    booking_count = fields.Integer(string="Bookings", readonly=True)
    hours_planned = fields.Float(string="Planned, hours", readonly=True)
    hours_capacity = fields.Float(string="Capacity, hours", readonly=True)
    load = fields.Float(
        string="Load, %",
        readonly=True,
        aggregator="avg",
        help="Planned hours / capacity; empty on days off.",
    )

    @property
    def _table_query(self):
        return SQL(
            "WITH %s SELECT %s FROM %s",
            self._with(),
            self._select(),
            self._from(),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Override of the ORM: the load of a group is that of its sums."""
        if aggregate_spec != "load:avg":
            return super()._read_group_select(aggregate_spec, query)
        planned = self._field_to_sql(self._table, "hours_planned", query)
        capacity = self._field_to_sql(self._table, "hours_capacity", query)
        return SQL(
            "100.0 * SUM(%s) / NULLIF(SUM(%s), 0)",
            planned,
            capacity,
        )

    # ------------------------------------------------------------------
    # Query
    # ------------------------------------------------------------------

    def _with(self):
        """Return the tables that the query is made of, see `_get_works`."""
        works = self._get_works()
        return SQL(
            """
            works AS (
                SELECT * FROM unnest(
                    %(companies)s::int[], %(resources)s::int[], %(days)s::date[],
                    %(starts)s::timestamp[], %(stops)s::timestamp[]
                ) AS work (company_id, resource_id, date, date_start, date_stop)
            ),
            capacity AS (
                SELECT company_id, resource_id, date,
                       SUM(EXTRACT(EPOCH FROM date_stop - date_start)) / 3600 AS hours
                  FROM works
                 GROUP BY company_id, resource_id, date
            ),
            breaks AS (
                SELECT *
                  FROM (SELECT company_id, resource_id, date_stop AS date_start,
                               LEAD(date_start) OVER (
                                   PARTITION BY company_id, resource_id, date
                                   ORDER BY date_start) AS date_stop
                          FROM works) gap
                 WHERE date_stop - date_start <= %(longest)s
            ),
            booked AS (%(booked)s),
            planned AS (
                SELECT company_id, resource_id, date, work_type_id,
                       SUM(hours) AS hours, COUNT(DISTINCT booking_id) AS bookings
                  FROM booked
                 GROUP BY company_id, resource_id, date, work_type_id
            )
            """,
            companies=[work[0] for work in works],
            resources=[work[1] for work in works],
            days=[work[2] for work in works],
            starts=[work[3] for work in works],
            stops=[work[4] for work in works],
            longest=timedelta(seconds=MAX_BREAK),
            booked=self._booked(),
        )

    def _booked(self):
        """Return the hours of each booking by resource and day.

        Of what lasts over a night only working hours count: nobody works through it.
        Breaks do not count, see `tools.intervals.hours_by_day`.
        """
        return SQL(
            """
            SELECT booking.id AS booking_id, booking.company_id, slot.resource_id,
                   booking.work_type_id, day.first AS date,
                   EXTRACT(EPOCH FROM slot.date_stop - slot.date_start - COALESCE((
                       SELECT SUM(breaks.date_stop - breaks.date_start)
                         FROM breaks
                        WHERE breaks.resource_id = slot.resource_id
                          AND breaks.company_id = booking.company_id
                          AND breaks.date_start > slot.date_start
                          AND breaks.date_stop < slot.date_stop
                   ), INTERVAL '0')) / 3600 AS hours
              FROM auto_booking_slot slot
              JOIN auto_booking booking ON booking.id = slot.booking_id
        CROSS JOIN LATERAL (%(days)s) day
             WHERE day.first = day.last AND %(span)s
         UNION ALL
            SELECT booking.id, booking.company_id, slot.resource_id,
                   booking.work_type_id, works.date,
                   EXTRACT(EPOCH FROM LEAST(slot.date_stop, works.date_stop)
                                      - GREATEST(slot.date_start, works.date_start)
                          ) / 3600
              FROM auto_booking_slot slot
              JOIN auto_booking booking ON booking.id = slot.booking_id
        CROSS JOIN LATERAL (%(days)s) day
              JOIN works ON works.resource_id = slot.resource_id
               AND works.company_id = booking.company_id
               AND works.date_start < slot.date_stop
               AND works.date_stop > slot.date_start
             WHERE day.first <> day.last AND %(span)s
            """,
            days=SQL(
                """
                SELECT (slot.date_start AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date
                       AS first,
                       ((slot.date_stop - INTERVAL '1 second')
                        AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS last
                """,
                zone=self.env.company._get_tz(),
            ),
            span=self._where_span(),
        )

    def _where_span(self):
        """Return the condition on slots: of the months that are shown, no holds."""
        first, last = self._get_span()
        return SQL(
            "slot.date_start < %s AND slot.date_stop > %s"
            " AND booking.date_hold IS NULL",
            last + timedelta(days=1),
            first,
        )

    def _select(self):
        return SQL(
            """
            ROW_NUMBER() OVER (
                ORDER BY day.date, day.resource_id, day.work_type_id) AS id,
            day.date,
            day.company_id,
            CASE WHEN post.id IS NULL THEN 'mechanic' ELSE 'post' END AS kind,
            post.id AS post_id,
            employee.id AS employee_id,
            day.work_type_id,
            COALESCE(day.bookings, 0) AS booking_count,
            COALESCE(day.planned, 0) AS hours_planned,
            day.capacity AS hours_capacity,
            100.0 * COALESCE(day.planned, 0) / NULLIF(day.capacity, 0) AS load
            """
        )

    def _from(self):
        """Return the days, whose capacity is shared among what is planned on them."""
        return SQL(
            """
            (SELECT company_id, resource_id, date, work_type_id,
                    planned.bookings,
                    planned.hours AS planned,
                    capacity.hours * COALESCE(planned.hours / NULLIF(
                        SUM(planned.hours) OVER (PARTITION BY resource_id, date), 0
                    ), 1) AS capacity
               FROM capacity
               FULL JOIN planned USING (company_id, resource_id, date)
            ) AS day
            LEFT JOIN auto_post post ON post.resource_id = day.resource_id
            LEFT JOIN hr_employee employee ON employee.resource_id = day.resource_id
            """
        )

    # ------------------------------------------------------------------
    # Working time
    # ------------------------------------------------------------------

    @api.model
    def _get_span(self):
        """Return the first and the last day that are shown."""
        today = self.env.company._get_today().replace(day=1)
        first = fields.Date.subtract(today, months=MONTHS_BACK)
        last = fields.Date.add(today, months=MONTHS_AHEAD + 1)
        return first, last - timedelta(days=1)

    @api.model
    def _get_works(self):
        """Return when posts and mechanics work.

        :return: list of (company id, resource id, day, start, stop), naive UTC
        """
        rows = []
        span = list(map(fields.Datetime.to_datetime, self._get_span()))
        for company in self.env.companies:
            # sudo: everybody may see when people work, not why they are absent
            resources = self.env["resource.resource"].sudo().with_company(company)
            works = resources._search_planned()._get_works(*span)
            days = days_of(*span, company._get_zone())
            rows += [
                (company.id, resource_id, day, *map(to_moment, part))
                for resource_id, pairs in works.items()
                if resource_id
                for day, part, _whole in split_by_day(pairs, days)
            ]
        return rows
