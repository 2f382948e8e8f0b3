from odoo import api, models
from odoo.tools import SQL

from ..tools import domain_days

MEASURES = (
    "hours_present",
    "hours_jobs",
    "hours_idle",
    "hours_none",
    "hours_sold",
    "hours_finished",
    "utilisation",
    "efficiency",
    "productivity",
    "recovery",
    "paid_productivity",
    "revenue",
    "effective_rate",
    "order_count",
    "comeback_count",
    "comeback_rate",
)


class AutoOutputReport(models.Model):
    """What the pages and mails of a period say."""

    _inherit = "auto.output.report"

    @api.model
    def _get_totals(self, company, first, last):
        """Return the figures of a company's days by name; unknown ones are False.

        `wip_start` and `wip_stop` are the hours in cars that had not left before and
        after these days: on jobs = on finished jobs + what they grew by.
        """
        amounts = self._read_group(
            self._get_period_domain(company, first, last),
            aggregates=[f"{name}:{self._fields[name].aggregator}" for name in MEASURES],
        )[0]
        totals = dict(zip(MEASURES, amounts, strict=True))
        wip = self._get_wip(company, first)
        growth = (totals["hours_jobs"] or 0.0) - (totals["hours_finished"] or 0.0)
        return {**totals, "wip_start": wip, "wip_stop": wip + growth}

    @api.model
    def _get_wip(self, company, day):
        """Return the hours in cars that had not left when a day of the shop began.

        The sum of `hours_wip` of all days before: of orders that are finished by then
        it is 0, so only the others are reckoned.
        """
        self.check_access("read")
        company.check_access("read")  # no rule of the report's looks at the sum
        self.env.flush_all()
        rows = self.browse(domain_days.get_id(day))
        query = SQL(
            """
            %s SELECT SUM(parts.seconds) / 3600
              FROM parts
              JOIN auto_job job ON job.id = parts.job_id
              JOIN sale_order ON sale_order.id = job.order_id
             WHERE sale_order.id IN (SELECT id FROM orders)
               AND parts.of_company = %s AND parts.date < %s
               AND parts.kind IN ('work', 'rework')
               AND (job.state <> 'cancel' OR sale_order.date_released IS NOT NULL)
            """,
            self._name_tables({**rows._with(), "orders": rows._unfinished(day)}),
            company.id,
            day,
        )
        return self.env.execute_query(query)[0][0] or 0.0

    def _unfinished(self, day):
        """Return the orders on which was worked, but not finished when a day began."""
        return SQL(
            """
            SELECT orders.id
              FROM sale_order orders
              JOIN zones ON zones.company_id = orders.company_id
             WHERE CASE WHEN orders.date_released IS NULL THEN orders.state <> 'cancel'
                        ELSE %s::date >= %s END
               AND EXISTS (SELECT FROM auto_time_log log
                            WHERE log.order_id = orders.id AND log.date_start < %s)
            """,
            self._to_wall(SQL("orders.date_released")),
            day,
            self._get_span()[1],
        )

    @api.model
    def _get_losses(self, company, first, last):
        """Return what time was lost to in a company's days, the largest first.

        :return: list of (auto.hold.reason, hours, money); without a reason what nobody
            gave; money, at the effective rate of these days, is False if unknown
        """
        domain = self._get_period_domain(company, first, last)
        rate = self._read_group(domain, [], ["effective_rate:avg"])[0][0]
        losses = [
            (reason, hours, hours * rate if rate else False)
            for reason, hours in self._read_group(
                [*domain, ("kind", "in", ("idle", "none"))],
                ["reason_id"],
                ["hours:sum"],
            )
        ]
        return sorted(losses, key=lambda loss: -loss[1])

    @api.model
    def _get_period_domain(self, company, first, last):
        """Hook: the rows of a company's days."""
        return [
            ("company_id", "=", company.id),
            ("date", ">=", first),
            ("date", "<=", last),
        ]
