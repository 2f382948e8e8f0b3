from datetime import date

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import domain_days


class AutoOutputReport(models.Model):
    """The query of the report: what mechanics did."""

    _inherit = "auto.output.report"

    @property
    def _table_query(self):
        return SQL(
            "%s SELECT %s FROM (%s) fact",
            self._name_tables(self._with()),
            self._select(),
            SQL(" UNION ALL ").join(
                SQL("SELECT %s", query) for query in self._get_facts()
            ),
        )

    def _name_tables(self, tables):
        """Return the beginning of a query on tables."""
        return SQL(
            "WITH %s",
            SQL(", ").join(
                SQL("%s AS (%s)", SQL.identifier(name), query)
                for name, query in tables.items()
            ),
        )

    def _search(self, domain, *args, **kwargs):
        """Override of the ORM: reckon only the days that the domain asks for."""
        domain = Domain(domain).optimize_full(self)
        days = domain_days.find_days(domain)
        rows = self.browse(domain_days.get_id(day) for day in days)
        return super(AutoOutputReport, rows)._search(domain, *args, **kwargs)

    def _get_span(self):
        """Return from when to when (UTC) is, what the days of these rows are made of.

        An id tells its day: so a search, and who opens a row, reckon but some days.
        All time, without rows. Rows of days around may be incomplete; they are never
        asked for.
        """
        return domain_days.get_span(self.ids)

    def _is_within(self, moment):
        """Return the condition that a moment or day is in the days of these rows."""
        return SQL("%s BETWEEN %s AND %s", moment, *self._get_span())

    def _with(self):
        """Hook: the tables that the query is made of, by name."""
        return {
            "zones": self._zones(),
            "mechanics": self._mechanics(),
            "orders": self._orders(),
            "logs": self._logs(),
            "presence": self._split(self._presence(), "date_start", "date_stop"),
            "parts": self._parts(),
            "days": self._days(),
            "posts": self._posts(),
            **self._with_sales(),
        }

    def _get_facts(self):
        """Hook: the kinds of rows, each a query without its SELECT."""
        return [
            self._from_days("presence", SQL("NULL"), SQL("present"), SQL("paid")),
            self._from_days(
                "none", SQL("NULLIF(present - logged, 0)"), SQL("NULL"), SQL("NULL")
            ),
            self._from_parts(),
            self._from_finished(),
            *self._get_sale_facts(),
        ]

    def _select(self):
        """Return the columns of the report, from those of the facts."""
        return SQL(
            """
            ((date - %(epoch)s)::bigint << %(bits)s) + ('x' || MD5(CONCAT_WS('|',
                kind, company_id, employee_id, job_id, order_line_id, order_id,
                reason_id)))::bit(%(bits)s)::bigint AS id,
            date, company_id, kind, employee_id, reason_id, job_id, order_id,
            order_line_id, work_type_id, brand_id, post_id, hours, present AS
            hours_present,
            CASE WHEN kind IN ('work', 'rework') THEN hours END AS hours_jobs,
            CASE WHEN kind = 'rework' THEN hours END AS hours_rework,
            CASE WHEN kind = 'idle' THEN hours END AS hours_idle,
            CASE WHEN kind = 'break' THEN hours END AS hours_break,
            CASE WHEN kind = 'none' THEN hours END AS hours_none,
            paid AS hours_paid,
            finished AS hours_finished,
            CASE WHEN kind IN ('work', 'rework') THEN hours
                 WHEN kind = 'finish' THEN -finished END AS hours_wip,
            sold AS hours_sold,
            recovered AS hours_recovered,
            revenue,
            CASE WHEN kind = 'sale' AND NOT is_rework THEN order_id END AS order_key,
            CASE WHEN kind = 'comeback' THEN order_id END AS comeback_key,
            CASE WHEN kind = 'sale' AND NOT is_rework THEN 1 END AS order_count,
            CASE WHEN kind = 'comeback' THEN 1 END AS comeback_count,
            NULL::float8 AS utilisation, NULL::float8 AS efficiency,
            NULL::float8 AS productivity, NULL::float8 AS paid_productivity,
            NULL::float8 AS recovery, NULL::float8 AS effective_rate,
            NULL::float8 AS comeback_rate
            """,
            epoch=domain_days.EPOCH,
            bits=domain_days.BITS,
        )

    # ------------------------------------------------------------------
    # The mechanic's clock
    # ------------------------------------------------------------------

    def _zones(self):
        """Return the clock on the wall of each shop."""
        # sudo: which rows one may read, says the record rule
        companies = self.env["res.company"].sudo().search([("id", ">", 0)])
        return SQL(
            "SELECT * FROM unnest(%s::int[], %s::text[]) AS zone (company_id, zone)",
            companies.ids,
            [company._get_tz() for company in companies],
        )

    def _mechanics(self):
        """Return whose hours count, also after he has left or changed his work."""
        return SQL(
            """
            SELECT id, company_id FROM hr_employee
             WHERE is_mechanic
                OR EXISTS (SELECT FROM auto_time_log WHERE employee_id = hr_employee.id)
            """
        )

    def _presence(self):
        """Return check-ins to check-outs, with those that overlap made one."""
        return SQL(
            """
            SELECT employee_id, company_id, MIN(date_start) AS date_start,
                   MAX(date_stop) AS date_stop
              FROM (SELECT *,
                           COUNT(*) FILTER (WHERE date_start > until OR until IS NULL)
                               OVER (PARTITION BY employee_id
                                     ORDER BY date_start, date_stop, id) AS island
                      FROM (SELECT *, MAX(date_stop) OVER (
                                          PARTITION BY employee_id
                                          ORDER BY date_start, date_stop, id
                                          ROWS BETWEEN UNBOUNDED PRECEDING
                                                   AND 1 PRECEDING) AS until
                              FROM (%s) raw) follows) islands
             GROUP BY employee_id, company_id, island
            """,
            self._raw_presence(),
        )

    def _raw_presence(self):
        """Return presences as entered; who is present now, is up to now.

        Those of the days and, for each mechanic, those around his logs.
        """
        first, last = self._get_span()
        return SQL(
            """
            SELECT attendance.id, employee_id, company_id, check_in AS date_start,
                   COALESCE(check_out, %(now)s) AS date_stop
              FROM hr_attendance attendance
              JOIN mechanics ON mechanics.id = employee_id
         LEFT JOIN (SELECT employee_id, MIN(date_start) AS first,
                           MAX(date_stop) AS last
                      FROM logs GROUP BY employee_id) clocked USING (employee_id)
             WHERE in_mode IS DISTINCT FROM 'technical'
               AND check_in < COALESCE(check_out, %(now)s)
               AND check_in < GREATEST(clocked.last, %(last)s)
               AND COALESCE(check_out, %(now)s) > LEAST(clocked.first, %(first)s)
            """,
            now=fields.Datetime.now(),
            first=first,
            last=last,
        )

    def _split(self, query, start, stop):
        """Return rows of a query in pieces of a day each, with `date`."""
        return SQL(
            """
            SELECT piece.*, day.date,
                   GREATEST(piece.%(start)s, day.opens) AS opens,
                   LEAST(piece.%(stop)s, day.closes) AS closes
              FROM (%(query)s) piece
              JOIN zones USING (company_id)
        CROSS JOIN LATERAL (
                   SELECT midnight::date AS date,
                          midnight AT TIME ZONE zone AT TIME ZONE 'UTC' AS opens,
                          (midnight + INTERVAL '1 day') AT TIME ZONE zone
                              AT TIME ZONE 'UTC' AS closes
                     FROM generate_series(
                          DATE_TRUNC('day', %(first)s),
                          %(last)s - INTERVAL '1 second',
                          INTERVAL '1 day') midnight) day
            """,
            query=query,
            start=SQL.identifier(start),
            stop=SQL.identifier(stop),
            first=self._to_wall(SQL.identifier("piece", start)),
            last=self._to_wall(SQL.identifier("piece", stop)),
        )

    def _to_wall(self, moment):
        """Return what the clock of the shop shows at a moment."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE zone)", moment)

    def _orders(self):
        """Return the orders whose works are sold, or come back, on the days."""
        if self._get_span()[0] == date.min:
            return SQL("SELECT id FROM sale_order WHERE is_work_order")
        return SQL(
            """
            SELECT id FROM sale_order WHERE %s
             UNION
            SELECT line.order_id
              FROM account_move move
              JOIN account_move_line bill ON bill.move_id = move.id
              JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = bill.id
              JOIN sale_order_line line ON line.id = rel.order_line_id
             WHERE move.state = 'posted'
               AND (%s OR move.invoice_date IS NULL AND %s)
             UNION
            SELECT rework_of_id FROM sale_order
             WHERE rework_of_id IS NOT NULL AND %s
            """,
            self._is_within(SQL("date_released")),
            self._is_within(SQL("move.invoice_date")),
            self._is_within(SQL("move.date")),
            self._is_within(SQL("date_received")),
        )

    def _logs(self):
        """Return what was clocked on the days or ever on the orders; what runs, is up
        to now.
        """
        return SQL(
            """
            SELECT log.employee_id, employee.company_id, log.company_id AS of_company,
                   log.kind, log.job_id, log.order_id, log.reason_id, log.date_start,
                   COALESCE(log.date_stop, %(now)s) AS date_stop
              FROM (SELECT * FROM auto_time_log WHERE %(within)s
                 UNION ALL
                    SELECT * FROM auto_time_log
                     WHERE order_id = ANY(ARRAY(SELECT id FROM orders))
                       AND NOT %(within)s) log
              JOIN hr_employee employee ON employee.id = log.employee_id
            """,
            now=fields.Datetime.now(),
            within=SQL(
                "TSRANGE(date_start, date_stop) && TSRANGE(%s, %s)", *self._get_span()
            ),
        )

    def _parts(self):
        """Return seconds of what was clocked while present, by day."""
        return SQL(
            """
            SELECT log.employee_id, log.company_id, log.of_company, log.date, log.kind,
                   log.job_id, log.reason_id,
                   SUM(EXTRACT(EPOCH FROM LEAST(log.closes, presence.closes)
                       - GREATEST(log.opens, presence.opens))::float8) AS seconds
              FROM (%s) log
              JOIN presence ON presence.employee_id = log.employee_id
               AND presence.date = log.date
               AND presence.opens < log.closes AND presence.closes > log.opens
             GROUP BY log.employee_id, log.company_id, log.of_company, log.date,
                      log.kind, log.job_id, log.reason_id
            """,
            self._split(SQL("SELECT * FROM logs"), "date_start", "date_stop"),
        )

    def _days(self):
        """Return seconds by mechanic and day: present, clocked, paid."""
        return SQL(
            """
            SELECT employee_id, company_id, date, present,
                   COALESCE(logged, 0) AS logged,
                   present - COALESCE(unpaid, 0) AS paid
              FROM (SELECT employee_id, company_id, date,
                           SUM(EXTRACT(EPOCH FROM closes - opens)::float8) AS present
                      FROM presence GROUP BY employee_id, company_id, date) present
         LEFT JOIN (SELECT employee_id, date, SUM(seconds) AS logged,
                           SUM(seconds) FILTER (
                               WHERE kind = 'break' OR NOT reason.is_paid) AS unpaid
                      FROM parts
                 LEFT JOIN auto_hold_reason reason ON reason.id = parts.reason_id
                     GROUP BY employee_id, date) logged USING (employee_id, date)
            """
        )

    def _posts(self):
        """Return at which post the car of an order was, from a day on."""
        return SQL(
            """
            SELECT order_id, post_id,
                   CASE WHEN ROW_NUMBER() OVER booked = 1 THEN '-infinity'::date
                        ELSE date END AS first,
                   COALESCE(LEAD(date) OVER booked, 'infinity'::date) AS following
              FROM (SELECT DISTINCT ON (order_id, date) *
                      FROM (SELECT booking.id, order_id, post_id, date_start,
                                   %s::date AS date
                              FROM auto_booking booking
                              JOIN zones USING (company_id)
                             WHERE post_id IS NOT NULL
                               AND order_id IN (SELECT id FROM orders
                                          UNION SELECT order_id FROM logs)
                               AND date_cancelled IS NULL AND date_no_show IS NULL
                           ) dated
                     ORDER BY order_id, date, date_start DESC, id DESC) bookings
            WINDOW booked AS (PARTITION BY order_id ORDER BY date)
            """,
            self._to_wall(SQL("booking.date_start")),
        )

    def _from_days(self, kind, seconds, present, paid):
        return SQL(
            """
            %(kind)s AS kind, company_id, date, employee_id,
            NULL::int AS job_id, NULL::int AS order_line_id, NULL::int AS order_id,
            NULL::int AS reason_id, NULL::int AS work_type_id, NULL::int AS brand_id,
            NULL::int AS post_id, FALSE AS is_rework,
            %(seconds)s::float8 / 3600 AS hours,
            %(present)s::float8 / 3600 AS present, %(paid)s::float8 / 3600 AS paid,
            NULL::float8 AS finished, NULL::float8 AS sold, NULL::float8 AS recovered,
            NULL::float8 AS revenue
            FROM days WHERE %(where)s
            """,
            kind=kind,
            seconds=seconds,
            present=present,
            paid=paid,
            where=SQL("present > logged") if kind == "none" else SQL("TRUE"),
        )

    def _from_parts(self):
        return SQL(
            """
            parts.kind::text, of_company, parts.date, employee_id, job_id,
            job.order_line_id, job.order_id, reason_id, job.work_type_id,
            orders.brand_id, posts.post_id, FALSE, seconds / 3600, NULL, NULL, NULL,
            NULL, NULL, NULL
            FROM parts %s
            """,
            self._join_orders(),
        )

    def _from_finished(self):
        """What was clocked on a job, when its car has left or it was given up."""
        return SQL(
            """
            'finish', of_company, done.date, employee_id, job_id, job.order_line_id,
            job.order_id, NULL, job.work_type_id, orders.brand_id, posts.post_id,
            FALSE, NULL, NULL, NULL, SUM(seconds) / 3600, NULL, NULL, NULL
            FROM (
                SELECT parts.employee_id, parts.of_company, parts.job_id,
                       parts.seconds,
                       GREATEST(parts.date, %s::date) AS date
                  FROM parts
                  JOIN auto_job job ON job.id = parts.job_id
                  JOIN sale_order orders ON orders.id = job.order_id
                  JOIN zones ON zones.company_id = orders.company_id
                 WHERE parts.kind IN ('work', 'rework')
                   AND (orders.date_released IS NOT NULL OR job.state = 'cancel'
                        OR orders.state = 'cancel')
            ) done %s
            GROUP BY of_company, done.date, employee_id, job_id, job.order_line_id,
                  job.order_id, job.work_type_id, orders.brand_id, posts.post_id
            """,
            self._to_wall(SQL("orders.date_released")),
            self._join_orders(SQL("done")),
        )

    def _join_orders(self, source=None):
        """Return the joins from jobs to their orders and posts."""
        source = source or SQL("parts")
        return SQL(
            """
            LEFT JOIN auto_job job ON job.id = %(source)s.job_id
            LEFT JOIN sale_order orders ON orders.id = job.order_id
            LEFT JOIN posts ON posts.order_id = job.order_id
                  AND posts.first <= %(source)s.date
                  AND posts.following > %(source)s.date
            """,
            source=source,
        )
