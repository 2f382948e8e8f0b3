from odoo import fields, models
from odoo.tools import SQL


class AutoBonusLiability(models.Model):
    """What customers may still pay with: lots that are not empty, as of now.

    The points sum up to the balances of all cards: debts of customers count below 0.
    """

    _name = "auto.bonus.liability"
    _description = "Bonuses Outstanding"
    _auto = False
    _order = "date_expire, id"
    _rec_name = "card_id"
    _depends = {
        "auto.bonus.entry": [
            "card_id",
            "program_id",
            "company_id",
            "lot_id",
            "remaining",
            "date",
            "date_usable",
            "date_expire",
        ],
        "loyalty.card": ["partner_id", "bonus_tier_id"],
        "loyalty.program": ["currency_id"],
        "loyalty.reward": ["program_id", "discount"],
    }

    card_id = fields.Many2one(comodel_name="loyalty.card", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    program_id = fields.Many2one(
        comodel_name="loyalty.program", string="Programme", readonly=True
    )
    tier_id = fields.Many2one(comodel_name="auto.bonus.tier", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    state = fields.Selection(
        selection=[
            ("usable", "Usable"),
            ("pending", "Not usable yet"),
            ("expired", "Expired, not taken yet"),
            ("debt", "Owed by customers"),
        ],
        readonly=True,
    )
    term = fields.Selection(
        selection=[("dated", "Expire"), ("never", "Never expire")],
        string="Expiry",
        readonly=True,
    )
    date = fields.Datetime(string="Given", readonly=True)
    date_expire = fields.Datetime(string="Expires", readonly=True)
    points = fields.Float(string="Bonuses", digits=(16, 2), readonly=True)
    amount = fields.Monetary(
        string="Value",
        readonly=True,
        help="What the bonuses pay, at what one is worth today.",
    )
    card_count = fields.Integer(
        string="Cards", readonly=True, aggregator="count_distinct"
    )

    @property
    def _table_query(self):
        return SQL(
            "SELECT %s FROM %s WHERE %s", self._select(), self._from(), self._where()
        )

    def _select(self):
        """Hook: the columns of the report."""
        return SQL(
            """
            lot.id, lot.card_id, lot.card_id AS card_count, lot.program_id,
            lot.company_id, lot.date, lot.date_expire, card.partner_id,
            card.bonus_tier_id AS tier_id, program.currency_id,
            CASE WHEN lot.remaining < 0 THEN 'debt'
                 WHEN lot.date_expire <= %(now)s THEN 'expired'
                 WHEN lot.date_usable > %(now)s THEN 'pending'
                 ELSE 'usable' END AS state,
            CASE WHEN lot.date_expire IS NULL THEN 'never' ELSE 'dated' END AS term,
            lot.remaining AS points, lot.remaining * value.discount AS amount
            """,
            now=fields.Datetime.now(),
        )

    def _from(self):
        """Hook: the tables of the report."""
        return SQL(
            """
            auto_bonus_entry lot
            JOIN loyalty_card card ON card.id = lot.card_id
            JOIN loyalty_program program ON program.id = lot.program_id
            LEFT JOIN (SELECT program_id, MIN(discount) AS discount
                         FROM loyalty_reward GROUP BY program_id) value
                   ON value.program_id = lot.program_id
            """
        )

    def _where(self):
        """Hook: the rows of the report."""
        return SQL("lot.lot_id IS NULL AND lot.remaining <> 0")
