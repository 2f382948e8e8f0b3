from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.auto_crm.tools.fact import get_now

from ..tools.points import DIGITS, compare, round_points

# rows that follow what documents say of an order; their sum is what it is worth now
OF_ORDERS = ("earned", "spent", "first_visit", "friend", "invited")


class AutoBonusEntry(models.Model):
    """A row of the ledger of bonuses; written once, never changed.

    A row without ``lot_id`` is a lot: points that came at once, usable from a moment
    until another; below 0 a debt. Rows with it take from that lot, or give back to it.
    The balance of a card is the sum of its rows.
    """

    _name = "auto.bonus.entry"
    _description = "Bonus Entry"
    _order = "date desc, id desc"
    _rec_name = "kind"

    card_id = fields.Many2one(
        comodel_name="loyalty.card", required=True, ondelete="restrict", index=True
    )
    program_id = fields.Many2one(
        related="card_id.program_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="card_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="card_id.currency_id")
    partner_id = fields.Many2one(related="card_id.partner_id", string="Customer")
    date = fields.Datetime(required=True, default=lambda self: get_now())
    kind = fields.Selection(
        selection=[
            ("earned", "Earned with an order"),
            ("spent", "Paid with bonuses"),
            ("first_visit", "First visit"),
            ("friend", "Invited a friend"),
            ("invited", "Came by invitation"),
            ("birthday", "Birthday"),
            ("opening", "Starting balance"),
            ("correction", "Correction"),
            ("expired", "Expired"),
            ("moved", "Cards put together"),
            ("repaid", "Debt paid off"),
            ("waived", "Debt waived"),
        ],
        required=True,
        index=True,
    )
    points = fields.Float(required=True, digits=DIGITS)
    amount = fields.Monetary(
        help="Money the order has brought, with taxes, less what it brought before."
    )
    lot_id = fields.Many2one(
        comodel_name="auto.bonus.entry",
        string="Taken From",
        ondelete="restrict",
        index="btree_not_null",
    )
    taken_ids = fields.One2many(comodel_name="auto.bonus.entry", inverse_name="lot_id")
    remaining = fields.Float(
        digits=DIGITS,
        compute="_compute_remaining",
        store=True,
        precompute=True,
        help="What is left of a lot.",
    )
    date_usable = fields.Datetime(string="Usable From", help="UTC")
    date_expire = fields.Datetime(string="Expires", help="UTC; empty: never")
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Work Order",
        ondelete="restrict",
        index="btree_not_null",
    )
    reason = fields.Char()
    user_id = fields.Many2one(
        comodel_name="res.users", string="By", default=lambda self: self.env.user
    )
    key = fields.Char(help="What happens once to a card, as a birthday of a year.")

    _key_unique = models.UniqueIndex(
        "(card_id, key) WHERE key IS NOT NULL",
        "The card has been given these bonuses already.",
    )
    _lots_idx = models.Index(
        "(card_id, date_expire) WHERE lot_id IS NULL AND remaining <> 0"
    )
    _expire_idx = models.Index("(date_expire) WHERE lot_id IS NULL AND remaining > 0")
    _tier_idx = models.Index("(card_id, date) WHERE amount <> 0")
    _lot_of_taken = models.Constraint(
        "CHECK (lot_id IS NULL OR (date_usable IS NULL AND date_expire IS NULL))",
        "Only a lot is usable from a moment, and expires.",
    )

    @api.depends("lot_id", "points", "taken_ids.points")
    def _compute_remaining(self):
        lots = self.filtered(lambda entry: not entry.lot_id)
        taken = dict(
            self._read_group([("lot_id", "in", lots.ids)], ["lot_id"], ["points:sum"])
        )
        for entry in self:
            is_lot = not entry.lot_id
            entry.remaining = entry.points + taken.get(entry, 0.0) if is_lot else 0.0

    def write(self, vals):
        """Override of the ORM: what is written stays.

        :raise UserError: always
        """
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        if self:
            raise UserError(
                self.env._(
                    "Entries of bonuses are not changed. Book a correction, which says "
                    "why."
                )
            )

    def _is_live(self, moment):
        """Whether the lot has not expired by then.

        :param datetime moment: naive UTC
        """
        self.ensure_one()
        return not self.date_expire or moment < self.date_expire

    def _is_usable(self, moment):
        """Whether points of the lot can be spent then.

        :param datetime moment: naive UTC
        """
        self.ensure_one()
        return (
            compare(self.remaining) > 0
            and (not self.date_usable or self.date_usable <= moment)
            and self._is_live(moment)
        )

    def _unexpire_bonus(self, points, **vals):
        """Return rows that take what has expired of lots, and what is missing.

        It is given back to the lot and taken by what takes it now: the sum is 0.

        :param float points: to be taken
        """
        expired = dict(
            self._read_group(
                [("lot_id", "in", self.ids), ("kind", "=", "expired")],
                ["lot_id"],
                ["points:sum"],
            )
        )
        vals_list = []
        rest = points
        for lot, lost in expired.items():
            part = round_points(min(rest, -lost))
            if compare(part) > 0:
                vals_list += [
                    {"kind": "expired", "points": part, "lot_id": lot.id},
                    {**vals, "points": -part, "lot_id": lot.id},
                ]
                rest = round_points(rest - part)
        return vals_list, rest
