from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.points import DIGITS, compare, round_points

NEVER = timedelta(days=365_000)  # later than any lot expires
YEAR = timedelta(days=365)  # of what a tier counts


class LoyaltyCard(models.Model):
    """The ledger of a card: lots are added, points taken and given back.

    All of it under a lock of the card: of two transactions that spend the same points
    the second is repeated by Odoo, and finds them gone.
    """

    _inherit = "loyalty.card"

    def _lock_bonus(self):
        """Wait until nobody else books on the cards, or let Odoo repeat the request."""
        self.env.cr.execute(
            "SELECT id FROM loyalty_card WHERE id = ANY(%s) ORDER BY id"
            " FOR NO KEY UPDATE",
            [self.ids],
        )

    def _search_bonus_lots(self):
        """Return the lots that are not empty, those that expire first before others.

        Debts are among them: lots below 0.
        """
        # sudo: nobody but the ledger itself writes it, and balances are for all
        lots = (
            self.env["auto.bonus.entry"]
            .sudo()
            .search_fetch(
                [
                    ("card_id", "in", self.ids),
                    ("lot_id", "=", False),
                    ("remaining", "!=", 0.0),
                ],
                [
                    "card_id",
                    "lot_id",
                    "points",
                    "remaining",
                    "date_usable",
                    "date_expire",
                ],
                order="id",
            )
        )
        never = fields.Datetime.now() + NEVER
        return lots.sorted(lambda lot: lot.date_expire or never)

    def _append_bonus(self, vals_list):
        """Write rows of the ledger of a card, and its balance.

        :param list vals_list: values of ``auto.bonus.entry`` without the card
        :return: the rows
        """
        self.ensure_one()
        # sudo: rows follow documents and actions that check rights themselves
        entries = (
            self.env["auto.bonus.entry"]
            .sudo()
            .create([{"card_id": self.id, **vals} for vals in vals_list])
        )
        self._store_bonus_balance()
        return entries

    def _add_bonus(self, points, kind, **vals):
        """Add a lot; what the card owes is paid off by it first.

        :param float points: above 0
        :param str kind: a value of ``auto.bonus.entry.kind``
        :param vals: more values, such as ``date_usable`` and ``date_expire`` in place
            of those that the programme gives
        :return: the lot
        """
        self.ensure_one()
        self._lock_bonus()
        times = self.program_id._get_bonus_times()
        lot = self._append_bonus([{**times, **vals, "points": points, "kind": kind}])
        self._repay_bonus()
        return lot

    def _give_bonus(self, vals_by_card):
        """Add a lot to each of the cards, as `_add_bonus` does: few queries for many.

        :param dict vals_by_card: values of ``auto.bonus.entry`` with all its times
        """
        self._lock_bonus()
        # sudo: rows follow actions that check rights themselves
        self.env["auto.bonus.entry"].sudo().create(
            [{"card_id": card.id, **vals} for card, vals in vals_by_card.items()]
        )
        self._store_bonus_balance()
        debts = self._search_bonus_lots().filtered(lambda lot: lot.remaining < 0)
        for card in debts.card_id:
            card._repay_bonus()

    def _expire_bonus(self):
        """Take what is left of lots whose time is over, a row a lot, oldest first."""
        self._lock_bonus()
        now = fields.Datetime.now()
        expired = self._search_bonus_lots().filtered(
            lambda lot: lot.remaining > 0 and lot.date_expire and lot.date_expire <= now
        )
        # sudo: rows follow what time does, whoever lets it
        self.env["auto.bonus.entry"].sudo().create(
            [
                {
                    "card_id": lot.card_id.id,
                    "kind": "expired",
                    "points": -lot.remaining,
                    "lot_id": lot.id,
                }
                for lot in expired
            ]
        )
        self._store_bonus_balance()

    def _repay_bonus(self):
        """Pay debts off with what the lots hold, pending ones too, oldest first."""
        lots = self._search_bonus_lots()
        debts = lots.filtered(lambda lot: lot.remaining < 0)
        now = fields.Datetime.now()
        vals_list = []
        rest = {lot: lot.remaining for lot in lots - debts if lot._is_live(now)}
        for debt in debts:
            owed = -debt.remaining
            for lot, left in rest.items():
                part = round_points(min(owed, left))
                if compare(part) > 0:
                    rest[lot] -= part
                    owed -= part
                    vals_list += [
                        {"kind": "repaid", "points": -part, "lot_id": lot.id},
                        {"kind": "repaid", "points": part, "lot_id": debt.id},
                    ]
        if vals_list:
            self._append_bonus(vals_list)

    def _spend_bonus(self, points, **vals):
        """Spend usable points, those that expire first.

        :param float points: above 0
        :raise UserError: when the card has fewer
        """
        self.ensure_one()
        self._lock_bonus()
        if compare(points, self.bonus_usable) > 0:
            raise UserError(
                self.env._(
                    "%(customer)s has %(usable)s bonuses to spend now, the order takes "
                    "%(points)s. Pay with fewer bonuses.",
                    customer=self.partner_id.name,
                    usable=self._format_bonus(self.bonus_usable),
                    points=self._format_bonus(points),
                )
            )
        now = fields.Datetime.now()
        lots = self._search_bonus_lots().filtered(lambda lot: lot._is_usable(now))
        self._append_bonus(self._allocate_bonus(points, lots, **vals)[0])

    def _take_bonus(self, points, first=None, **vals):
        """Take points back, whatever they wait for; the rest is a debt, or waived.

        What of them has expired is gone already: it is not taken again.

        :param float points: above 0
        :param first: lots to take from before others
        """
        self.ensure_one()
        self._lock_bonus()
        lots = self._search_bonus_lots().filtered(lambda lot: lot.remaining > 0)
        first = first or lots.browse()
        vals_list, rest = first._unexpire_bonus(points, **vals)
        lots = (lots & first) + (lots - first)
        taken, rest = self._allocate_bonus(rest, lots, **vals)
        vals_list += taken
        if compare(rest) > 0:
            vals_list.append({**vals, "points": -rest})
        debt = self._append_bonus(vals_list)[-1:]
        if compare(rest) > 0 and not self.program_id.bonus_is_debt:
            waiver = {"kind": "waived", "points": rest, "lot_id": debt.id}
            self._append_bonus([{**vals, **waiver}])

    def _allocate_bonus(self, points, lots, **vals):
        """Return rows that take points from lots in turn, and what is missing."""
        vals_list = []
        rest = points
        for lot in lots:
            part = round_points(min(rest, lot.remaining))
            if compare(part) > 0:
                vals_list.append({**vals, "points": -part, "lot_id": lot.id})
                rest = round_points(rest - part)
        return vals_list, rest

    def _give_back_bonus(self, points, taken, **vals):
        """Give spent points back to the lots that they came from, the latest first.

        What came from a lot that has expired comes back as a lot of its own, usable as
        long as a new one.

        :param float points: above 0
        :param taken: rows of the ledger that took them, and gave back some already
        """
        self.ensure_one()
        self._lock_bonus()
        now = fields.Datetime.now()
        vals_list = []
        rest = points
        by_lot = taken.filtered("lot_id").grouped("lot_id")
        for lot, rows in sorted(by_lot.items(), key=lambda item: -item[0].id):
            part = round_points(min(rest, -sum(rows.mapped("points"))))
            if compare(part) > 0 and lot.card_id == self and lot._is_live(now):
                vals_list.append({**vals, "points": part, "lot_id": lot.id})
                rest = round_points(rest - part)
        if compare(rest) > 0:
            expire = self.program_id._get_bonus_times()["date_expire"]
            vals_list.append(
                {**vals, "points": rest, "date_usable": now, "date_expire": expire}
            )
        self._append_bonus(vals_list)
        self._repay_bonus()

    def _format_bonus(self, points):
        """Return a number of points as people write it."""
        return f"{points:.{DIGITS[1]}f}".removesuffix("." + "0" * DIGITS[1])

    # ------------------------------------------------------------------
    # Tiers
    # ------------------------------------------------------------------

    def _get_bonus_spend(self):
        """Return what the holders have paid for orders within the last 365 days.

        :return: {card: amount in the programme's currency}
        """
        since = fields.Datetime.now() - YEAR
        # sudo: the tier is the same for whoever asks
        return dict(
            self.env["auto.bonus.entry"]
            .sudo()
            ._read_group(
                [("card_id", "in", self.ids), ("date", ">", since)],
                ["card_id"],
                ["amount:sum"],
            )
        )

    def _update_bonus_tier(self):
        """Let the tiers of the cards follow what was paid.

        :return: the cards that have reached a higher tier
        """
        spent = self._get_bonus_spend()
        risen = self.browse()
        for card in self.sudo():  # sudo: nobody writes tiers by hand
            tiers = card.program_id.bonus_tier_ids.sorted("amount")
            reached = tiers.filtered(
                lambda tier, card=card: (
                    tier.currency_id.compare_amounts(spent.get(card, 0.0), tier.amount)
                    >= 0
                )
            )[-1:]
            if reached != card.bonus_tier_id:
                if reached.amount > card.bonus_tier_id.amount:
                    risen += card
                card.bonus_tier_id = reached
        return risen

    # ------------------------------------------------------------------
    # Two cards become one
    # ------------------------------------------------------------------

    def _move_bonus(self, card):
        """Book what is on this card over to another one, which takes its place.

        Lots keep their times, and the money of the last year its days, for the tier.

        :param card: of the same programme
        """
        self.ensure_one()
        (self | card)._lock_bonus()
        self.merged_into_id = card
        moves = [
            (
                {"points": lot.remaining},
                {"lot_id": lot.id},
                {"date_usable": lot.date_usable, "date_expire": lot.date_expire},
            )
            for lot in self._search_bonus_lots()
        ]
        moves += [
            ({"points": 0.0, "amount": amount, "date": date}, {}, {})
            for date, amount in self._get_bonus_money_days()
        ]
        away = [self._prepare_moved_vals(vals, own, -1) for vals, own, _to in moves]
        here = [self._prepare_moved_vals(vals, to, 1) for vals, _own, to in moves]
        if moves:
            self._append_bonus(away)
            card._append_bonus(here)
            card._repay_bonus()
        card.member_ids |= self.member_ids - card.partner_id
        card._update_bonus_tier()
        self._follow_moved_card(card)

    def _prepare_moved_vals(self, vals, more, sign):
        """Return values of a row that takes from a card or gives to the other."""
        signed = {
            name: value if name == "date" else sign * value
            for name, value in vals.items()
        }
        return {"kind": "moved", **signed, **more}

    def _get_bonus_money_days(self):
        """Return what orders have brought within the last year, with the moments."""
        since = fields.Datetime.now() - YEAR
        # sudo: nobody but the ledger itself writes it
        entries = self.env["auto.bonus.entry"].sudo()
        return [
            (entry.date, entry.amount)
            for entry in entries.search(
                [("card_id", "=", self.id), ("date", ">", since), ("amount", "!=", 0.0)]
            )
        ]

    def _follow_moved_card(self, card):
        """Let estimates that are paid with this card be paid with the other one."""
        # sudo: also of orders that who merges customers does not see
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .search(
                [
                    ("coupon_id", "=", self.id),
                    ("order_id.state", "in", ("draft", "sent")),
                ]
            )
        )
        lines.coupon_id = card
        lines.order_id._fit_bonus()
