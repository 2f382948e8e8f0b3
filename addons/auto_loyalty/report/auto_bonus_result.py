from odoo import fields, models
from odoo.tools import SQL

GIVEN = ("earned", "first_visit", "friend", "invited", "birthday")


class AutoBonusResult(models.Model):
    """What bonuses cost, and what the orders bring that are paid with them, or not.

    Rows of the ledger, on their days, and released work orders, on the day of release.
    Revenue is that of posted invoices: lines of bonuses are in it, below 0, so nothing
    is to be taken off it.
    """

    _name = "auto.bonus.result"
    _description = "Bonus Programme Result"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "date"
    _depends = {
        "auto.bonus.entry": [
            "card_id",
            "program_id",
            "company_id",
            "order_id",
            "kind",
            "points",
            "date",
        ],
        "loyalty.card": ["partner_id", "bonus_tier_id", "is_bonus"],
        "loyalty.program": ["currency_id"],
        "loyalty.reward": ["program_id", "discount"],
        "sale.order": [
            "is_work_order",
            "state",
            "partner_id",
            "company_id",
            "currency_rate",
            "date_released",
            "rework_of_id",
        ],
        "sale.order.line": [
            "order_id",
            "coupon_id",
            "points_cost",
            "price_total",
            "invoice_lines",
        ],
        "account.move": ["move_type", "reversed_entry_id"],
        "account.move.line": ["move_id", "parent_state", "display_type", "balance"],
        "res.company": ["currency_id"],
    }

    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    program_id = fields.Many2one(
        comodel_name="loyalty.program", string="Programme", readonly=True
    )
    tier_id = fields.Many2one(comodel_name="auto.bonus.tier", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    order_id = fields.Many2one(
        comodel_name="sale.order", string="Work Order", readonly=True
    )
    paid_with = fields.Selection(
        selection=[
            ("bonuses", "Orders paid with bonuses"),
            ("money", "Orders without bonuses"),
            ("entries", "Bonuses booked"),
        ],
        string="What",
        readonly=True,
    )
    points_given = fields.Float(
        string="Given",
        digits=(16, 2),
        readonly=True,
        help="Bonuses earned and given, less those that refunds took back.",
    )
    points_spent = fields.Float(string="Spent", digits=(16, 2), readonly=True)
    points_expired = fields.Float(string="Expired", digits=(16, 2), readonly=True)
    points_other = fields.Float(
        string="Balances and Corrections",
        digits=(16, 2),
        readonly=True,
        help="Starting balances, corrections by hand and debts waived.",
    )
    cost_given = fields.Monetary(
        string="Value Given",
        readonly=True,
        help="What the bonuses given can pay, at what one is worth today.",
    )
    cost_spent = fields.Monetary(
        string="Cost of Bonuses",
        readonly=True,
        help="What customers have paid with bonuses in place of money, with taxes. "
        "Revenue is without it already.",
    )
    order_count = fields.Integer(string="Orders Released", readonly=True)
    returning_count = fields.Integer(
        string="Repeat Visits",
        readonly=True,
        help="Second and later visits of a customer.",
    )
    returning_partner = fields.Integer(
        string="Returning Customers",
        readonly=True,
        aggregator="count_distinct",
        help="Customers on their second or a later visit.",
    )
    revenue = fields.Monetary(
        readonly=True,
        help="Posted invoices of the orders, less credit notes, without taxes. Bonuses "
        "that paid are taken off already.",
    )

    @property
    def _table_query(self):
        return SQL(
            "WITH payments AS (%s), bills AS (%s), visits AS (%s) %s UNION ALL %s",
            self._payments(),
            self._bills(),
            self._visits(),
            self._from_ledger(),
            self._from_orders(),
        )

    def _payments(self):
        """Return what orders are paid with bonuses, and what one of these is worth."""
        return SQL(
            """
            SELECT line.order_id, MIN(card.program_id) AS program_id,
                   MIN(card.bonus_tier_id) AS tier_id,
                   -SUM(line.price_total) / NULLIF(SUM(line.points_cost), 0)
                       / COALESCE(NULLIF(MIN(orders.currency_rate), 0), 1) AS value
              FROM sale_order_line line
              JOIN loyalty_card card ON card.id = line.coupon_id AND card.is_bonus
              JOIN sale_order orders ON orders.id = line.order_id
             GROUP BY line.order_id
            """
        )

    def _bills(self):
        """Return what posted invoices and credit notes have brought, by order and move.

        Lines that somebody typed into a credit note are for the orders of its invoice,
        in proportion.
        """
        return SQL(
            """
            SELECT line.order_id, bill.move_id, -SUM(bill.balance) AS revenue
              FROM sale_order_line line
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
              JOIN account_move_line bill ON bill.id = rel.invoice_line_id
              JOIN account_move move ON move.id = bill.move_id
             WHERE bill.parent_state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund')
             GROUP BY line.order_id, bill.move_id
            """
        )

    def _typed(self):
        """Return what lines typed into credit notes take back, by order."""
        return SQL(
            """
            SELECT share.order_id, SUM(typed.revenue * share.part) AS revenue
              FROM (SELECT order_id, move_id,
                           revenue / NULLIF(SUM(revenue) OVER (PARTITION BY move_id), 0)
                               AS part
                      FROM bills) share
              JOIN (SELECT move.reversed_entry_id, -SUM(bill.balance) AS revenue
                      FROM account_move move
                      JOIN account_move_line bill ON bill.move_id = move.id
                     WHERE move.move_type = 'out_refund' AND move.state = 'posted'
                       AND bill.display_type = 'product'
                       AND NOT EXISTS (SELECT FROM sale_order_line_invoice_rel rel
                                        WHERE rel.invoice_line_id = bill.id)
                     GROUP BY move.reversed_entry_id) typed
                ON typed.reversed_entry_id = share.move_id
             GROUP BY share.order_id
            """
        )

    def _visits(self):
        """Return released orders, numbered by customer."""
        return SQL(
            """
            SELECT id, company_id, partner_id, date_released,
                   ROW_NUMBER() OVER (
                       PARTITION BY company_id, partner_id ORDER BY date_released, id
                   ) AS number
              FROM sale_order
             WHERE is_work_order AND state = 'sale' AND date_released IS NOT NULL
               AND rework_of_id IS NULL
            """
        )

    def _from_ledger(self):
        """Return the rows of bonuses."""
        return SQL(
            """
            SELECT entry.id * 2 AS id, entry.date, entry.company_id,
                   program.currency_id, entry.program_id, card.bonus_tier_id AS tier_id,
                   card.partner_id, entry.order_id, 'entries' AS paid_with,
                   CASE WHEN kind.is_given THEN entry.points END AS points_given,
                   CASE WHEN kind.is_spent THEN -entry.points END AS points_spent,
                   CASE WHEN kind.is_expired THEN -entry.points END AS points_expired,
                   CASE WHEN NOT (is_given OR is_spent OR is_expired)
                        THEN entry.points END AS points_other,
                   CASE WHEN kind.is_given
                        THEN entry.points * worth.discount END AS cost_given,
                   CASE WHEN kind.is_spent
                        THEN -entry.points * COALESCE(payments.value, worth.discount)
                        END AS cost_spent,
                   NULL::integer AS order_count, NULL::integer AS returning_count,
                   NULL::integer AS returning_partner, NULL::numeric AS revenue
              FROM auto_bonus_entry entry
             CROSS JOIN LATERAL (
                   SELECT entry.kind IN %s AS is_given,
                          entry.kind = 'spent' AS is_spent,
                          entry.kind = 'expired' AS is_expired) kind
              JOIN loyalty_card card ON card.id = entry.card_id
              JOIN loyalty_program program ON program.id = entry.program_id
              LEFT JOIN payments ON payments.order_id = entry.order_id
              LEFT JOIN (SELECT program_id, MIN(discount) AS discount
                           FROM loyalty_reward GROUP BY program_id) worth
                     ON worth.program_id = entry.program_id
             WHERE entry.points <> 0
            """,
            GIVEN,
        )

    def _from_orders(self):
        """Return the rows of orders."""
        return SQL(
            """
            SELECT visit.id * 2 + 1 AS id, visit.date_released AS date,
                   visit.company_id, company.currency_id, payments.program_id,
                   payments.tier_id, visit.partner_id, visit.id AS order_id,
                   CASE WHEN payments.order_id IS NULL THEN 'money' ELSE 'bonuses' END,
                   NULL, NULL, NULL, NULL, NULL, NULL,
                   1, (visit.number > 1)::integer,
                   CASE WHEN visit.number > 1 THEN visit.partner_id END,
                   COALESCE(billed.revenue, 0) + COALESCE(typed.revenue, 0)
              FROM visits visit
              JOIN res_company company ON company.id = visit.company_id
              LEFT JOIN payments ON payments.order_id = visit.id
              LEFT JOIN (SELECT order_id, SUM(revenue) AS revenue
                           FROM bills GROUP BY order_id) billed
                     ON billed.order_id = visit.id
              LEFT JOIN (%s) typed ON typed.order_id = visit.id
            """,
            self._typed(),
        )
