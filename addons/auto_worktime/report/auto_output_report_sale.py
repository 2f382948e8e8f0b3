from odoo import models
from odoo.tools import SQL


class AutoOutputReport(models.Model):
    """The query of the report: what of the mechanics' work was sold."""

    _inherit = "auto.output.report"

    def _with_sales(self):
        """Hook: more tables, for sales."""
        return {
            "works": self._works(),
            "bills": self._bills(),
            "given_back": self._given_back(),
            "sold": self._sold(),
            "given": self._given(),
            "worked": self._worked(),
            "shares": self._shares(),
        }

    def _get_sale_facts(self):
        """Hook: the kinds of rows about sales."""
        return [self._from_sold(), self._from_comebacks()]

    def _works(self):
        """Return the works of released orders, each with a job of it."""
        return SQL(
            """
            SELECT line.id, line.order_id, orders.company_id, orders.brand_id,
                   orders.rework_of_id IS NOT NULL AS is_rework,
                   job.id AS job_id, job.work_type_id,
                   %s::date AS date,
                   GREATEST(line.product_uom_qty, 0)::float8 AS quantity,
                   line.norm_hours::float8 AS norm_hours, line.product_uom_id,
                   NULLIF(line.labour_rate, 0)::float8
                       / COALESCE(NULLIF(orders.currency_rate, 0), 1)::float8 AS rate
              FROM sale_order_line line
              JOIN sale_order orders ON orders.id = line.order_id
              JOIN zones ON zones.company_id = orders.company_id
         LEFT JOIN (SELECT DISTINCT ON (order_line_id) *
                      FROM auto_job
                     WHERE order_id IN (SELECT id FROM orders)
                     ORDER BY order_line_id, state = 'cancel', id) job
                   ON job.order_line_id = line.id
             WHERE line.order_id IN (SELECT id FROM orders)
               AND line.line_kind = 'labour' AND orders.is_work_order
               AND orders.state = 'sale' AND orders.date_released IS NOT NULL
            """,
            self._to_wall(SQL("orders.date_released")),
        )

    def _bills(self):
        """Return their lines of posted invoices and credit notes.

        Quantities and prices are those of the unit of the order's line; what a credit
        note takes back is negative.
        """
        return SQL(
            """
            SELECT bill.id, work.id AS line_id, bill.move_id, move.reversed_entry_id,
                   move.move_type = 'out_refund' AS is_refund,
                   GREATEST(work.date, COALESCE(move.invoice_date, move.date)) AS date,
                   CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
                       * (bill.quantity * unit.factor / own.factor)::float8 AS quantity,
                   (bill.price_unit * (1 - COALESCE(bill.discount, 0) / 100)
                       * own.factor / unit.factor)::float8 AS price,
                   currency.rounding::float8 AS rounding,
                   -bill.balance::float8 AS revenue
              FROM works work
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = work.id
              JOIN account_move_line bill ON bill.id = rel.invoice_line_id
              JOIN account_move move ON move.id = bill.move_id
              JOIN res_currency currency ON currency.id = bill.currency_id
              JOIN uom_uom unit ON unit.id = bill.product_uom_id
              JOIN uom_uom own ON own.id = work.product_uom_id
             WHERE bill.parent_state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund')
            """
        )

    def _given_back(self):
        """Return lines of credit notes that lower the price and take no work back.

        See `_is_price_credit` of `account.move.line`.
        """
        return SQL(
            """
            SELECT refund.id
              FROM bills refund
              JOIN bills invoice ON invoice.line_id = refund.line_id
               AND NOT invoice.is_refund
             WHERE refund.is_refund
             GROUP BY refund.id, refund.price, refund.quantity, refund.rounding
            HAVING (COALESCE(
                       MIN(invoice.price) FILTER (
                           WHERE invoice.move_id = refund.reversed_entry_id),
                       MIN(invoice.price)) - refund.price)
                   * ABS(refund.quantity) > refund.rounding / 2
            """
        )

    def _sold(self):
        """Return by work and day what was sold: what was ordered, on the release; what
        is billed again after a credit note; less what credit notes take back.
        """
        return SQL(
            """
            SELECT line_id, date, SUM(quantity) AS quantity, SUM(revenue) AS revenue
              FROM (SELECT id AS line_id, date, quantity, NULL::float8 AS revenue
                      FROM works
                 UNION ALL
                    SELECT bill.line_id, bill.date,
                           CASE WHEN bill.quantity > 0
                                THEN GREATEST(billed - work.quantity, 0)
                                     - GREATEST(
                                         billed - bill.quantity - work.quantity, 0)
                                WHEN bill.id IN (SELECT id FROM given_back) THEN 0
                                ELSE bill.quantity END,
                           bill.revenue
                      FROM (SELECT *, SUM(GREATEST(quantity, 0)) OVER (
                                          PARTITION BY line_id ORDER BY date, id
                                      ) AS billed
                              FROM bills) bill
                      JOIN works work ON work.id = bill.line_id) change
             GROUP BY line_id, date
            """
        )

    def _given(self):
        """Return the percents that mechanics were given in a work."""
        return SQL(
            """
            SELECT job.order_line_id AS line_id, share.employee_id,
                   SUM(share.percent)::float8 AS part
              FROM auto_job_share share
              JOIN auto_job job ON job.id = share.job_id
             WHERE job.order_id IN (SELECT id FROM orders) AND job.state <> 'cancel'
             GROUP BY job.order_line_id, share.employee_id
            """
        )

    def _worked(self):
        """Return how long each mechanic worked on a work whose shares are not given."""
        return SQL(
            """
            SELECT job.order_line_id AS line_id, parts.employee_id,
                   SUM(parts.seconds) AS part
              FROM parts
              JOIN auto_job job ON job.id = parts.job_id
             WHERE parts.kind IN ('work', 'rework')
               AND job.order_line_id NOT IN (SELECT line_id FROM given)
             GROUP BY job.order_line_id, parts.employee_id
            """
        )

    def _assigned(self):
        """Return who was to do a work that is neither shared nor clocked."""
        return SQL(
            """
            SELECT DISTINCT job.order_line_id, rel.hr_employee_id, 1.0::float8
              FROM auto_job job
              JOIN auto_job_hr_employee_rel rel ON rel.auto_job_id = job.id
             WHERE job.order_id IN (SELECT id FROM orders) AND job.state <> 'cancel'
               AND job.order_line_id NOT IN (SELECT line_id FROM given)
               AND job.order_line_id NOT IN (SELECT line_id FROM worked)
            """
        )

    def _shares(self):
        """Return the shares of mechanics in a work: as given, by their time, alike."""
        return SQL(
            """
            SELECT line_id, employee_id,
                   part / SUM(part) OVER (PARTITION BY line_id) AS share
              FROM (SELECT * FROM given UNION ALL SELECT * FROM worked
                    UNION ALL %s) parts_of_work
            """,
            self._assigned(),
        )

    def _from_sold(self):
        return SQL(
            """
            'sale', work.company_id, sold.date, shares.employee_id, work.job_id,
            work.id, work.order_id, NULL, work.work_type_id, work.brand_id,
            posts.post_id, work.is_rework, NULL, NULL, NULL, NULL,
            CASE WHEN work.is_rework THEN NULL
                 ELSE sold.quantity * work.norm_hours * COALESCE(share, 1) END,
            sold.revenue / work.rate * COALESCE(share, 1),
            sold.revenue * COALESCE(share, 1)
            FROM sold
            JOIN works work ON work.id = sold.line_id
            LEFT JOIN shares ON shares.line_id = sold.line_id
            LEFT JOIN posts ON posts.order_id = work.order_id
                  AND posts.first <= sold.date AND posts.following > sold.date
            """
        )

    def _from_comebacks(self):
        """Rework orders, when their cars were received, by who did the first work."""
        return SQL(
            """
            DISTINCT 'comeback', orders.company_id, %s::date, shares.employee_id,
            NULL::int, NULL::int, orders.id, NULL::int, orders.work_type_id,
            orders.brand_id, NULL::int, TRUE, NULL::float8, NULL::float8, NULL::float8,
            NULL::float8, NULL::float8, NULL::float8, NULL::float8
            FROM sale_order orders
            JOIN zones ON zones.company_id = orders.company_id
            LEFT JOIN sale_order_line line ON line.order_id = orders.rework_of_id
                  AND line.line_kind = 'labour'
            LEFT JOIN shares ON shares.line_id = line.id
            WHERE orders.rework_of_id IS NOT NULL AND orders.state <> 'cancel'
              AND orders.date_received IS NOT NULL
            """,
            self._to_wall(SQL("orders.date_received")),
        )
