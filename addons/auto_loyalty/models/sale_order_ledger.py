from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.auto_crm.tools import groups
from odoo.addons.auto_crm.tools.fact import Follower, happening

from ..tools.points import compare, round_points
from .auto_bonus_entry import OF_ORDERS


class SaleOrder(models.Model):
    """The ledger follows the documents: what an order is worth, less what is booked.

    So edits, partial bills, refunds and cancellations come out right, in any order, and
    nothing counts twice.
    """

    _inherit = "sale.order"

    bonus_entry_ids = fields.One2many(
        comodel_name="auto.bonus.entry",
        inverse_name="order_id",
        string="Bonuses",
        groups=f"{groups.ADVISOR},{groups.BOOKS}",
    )

    @api.model
    def _get_followers(self):
        """Override of `auto_crm`: bonuses follow what is agreed, released and paid."""
        watches = {
            "state",
            "work_state",
            "payment_status",
            "amount_due",
            "amount_total",
        }
        return super()._get_followers() | {
            "bonuses": Follower(
                "_follow_bonus", sequence=22, watches=frozenset(watches)
            )
        }

    def _follow_bonus(self, changes):
        """Follow facts: book what has become of the orders' bonuses, as of then."""
        for order in self._filter_bonus():
            with happening(self.env, changes[order].date):
                order._sync_bonus()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_bonus(self):
        # sudo: whoever deletes orders
        if self.sudo().bonus_entry_ids:
            raise UserError(
                self.env._("Orders with bonuses booked on them are kept: cancel them.")
            )

    def _sync_bonus(self):
        """Book what the orders have earned and spent, less what is booked."""
        # sudo: who releases cars or posts credit notes books no bonuses by hand
        for order in self.sudo():
            booked = order._get_bonus_booked()
            order._sync_bonus_spent(booked)
            order._sync_bonus_earned(booked)

    def _filter_bonus(self):
        """Return the orders that have to do with bonuses; cheap for the others."""
        orders = self.filtered("is_work_order")
        found = orders.filtered(
            lambda order: order._get_bonus_payments() or order._is_bonus_earned()
        )
        rest = orders - found
        if rest:
            entries = self.env["auto.bonus.entry"]
            domain = [("order_id", "in", rest.ids)]
            booked = entries._read_group(domain, ["order_id"], [])
            found = found.union(*(order for (order,) in booked))
        return found

    def _get_bonus_payments(self):
        """Return the lines that pay with bonuses; all lines are read with them."""
        lines = self.order_line
        paying = lines.filtered("coupon_id.is_bonus")
        return paying.with_prefetch(lines._prefetch_ids)

    def _get_bonus_booked(self):
        """Return what is booked of the order, by kind and card.

        :return: {kind: {card: (points, money)}}
        """
        self.ensure_one()
        booked = defaultdict(dict)
        for card, kind, points, amount in self.env["auto.bonus.entry"]._read_group(
            [("order_id", "=", self.id), ("kind", "in", OF_ORDERS)],
            ["card_id", "kind"],
            ["points:sum", "amount:sum"],
        ):
            live = card._get_live()
            before = booked[kind].get(live, (0.0, 0.0))
            booked[kind][live] = (before[0] + points, before[1] + amount)
        return booked

    # ------------------------------------------------------------------
    # Spent
    # ------------------------------------------------------------------

    def _get_bonus_spent(self):
        """Return the points that the order takes from cards, as things are.

        :return: {card: points}
        """
        self.ensure_one()
        spent = defaultdict(float)
        if self.state != "sale":
            return spent
        payments = self._get_bonus_payments()
        kept = self._get_bonus_kept() if payments else 1.0
        for line in payments:
            spent[line.coupon_id._get_live()] += line._get_bonus_spent() * kept
        return spent

    def _sync_bonus_spent(self, booked, is_strict=False):
        """Book what the order has spent, less what is booked.

        :param booked: see `_get_bonus_booked`
        :param is_strict: refuse what the card cannot pay, in place of a debt
        :raise UserError: when the card has too few
        """
        self.ensure_one()
        spent = self._get_bonus_spent()
        for card in {*spent, *booked["spent"]}:
            taken = -booked["spent"].get(card, (0.0, 0.0))[0]
            missing = round_points(round_points(spent.get(card, 0.0)) - taken)
            vals = {"kind": "spent", "order_id": self.id}
            if compare(missing) < 0:
                rows = self._search_bonus_entries("spent")
                card._give_back_bonus(-missing, rows, **vals)
            elif compare(missing) > 0 and is_strict:
                card._spend_bonus(missing, **vals)
            elif compare(missing) > 0:
                card._take_bonus(missing, **vals)

    def _search_bonus_entries(self, kind):
        return self.env["auto.bonus.entry"].search(
            [("order_id", "=", self.id), ("kind", "=", kind)]
        )

    # ------------------------------------------------------------------
    # Earned
    # ------------------------------------------------------------------

    def _sync_bonus_earned(self, booked):
        """Book what the order has earned, less what is booked.

        :param booked: see `_get_bonus_booked`
        """
        self.ensure_one()
        card = self._get_bonus_earning_card(booked)
        if not card:
            return
        points, amount = self._get_bonus_earned(card)
        is_new = not self.bonus_terms
        self._fix_bonus_terms(card)
        self._book_bonus(card, "earned", points, booked, amount)
        is_due = not card.currency_id.is_zero(amount)
        self._sync_bonus_gifts(card, booked, is_due=is_due, is_new=is_new)
        if booked["earned"].get(card, (0.0, 0.0))[1] != amount:
            card._update_bonus_tier()

    def _get_bonus_earning_card(self, booked):
        """Return the card that the order's bonuses go to, empty if to none."""
        if booked["earned"]:
            return next(iter(booked["earned"]))
        cards = self.env["loyalty.card"]
        if not self._is_bonus_earned():
            return cards
        return cards._find_bonus_card(self._get_bonus_program(), self.partner_id)

    def _fix_bonus_terms(self, card):
        """Keep the terms by which the order has earned: later ones don't touch it."""
        if self._is_bonus_earned():
            terms = self._get_bonus_terms(card.program_id, card.bonus_tier_id)
            if terms != self.bonus_terms:
                self.bonus_terms = terms

    def _book_bonus(self, card, kind, points, booked, amount=0.0):
        """Book the difference of what an order is worth and what is booked.

        :param str kind: a value of ``auto.bonus.entry.kind``
        """
        before, money = booked[kind].get(card, (0.0, 0.0))
        missing = round_points(points - before)
        vals = {"kind": kind, "order_id": self.id}
        brought = card.currency_id.round(amount - money)
        if compare(missing) > 0:
            card._add_bonus(missing, kind, order_id=self.id)
            self._unwaive_bonus(card, missing)
        elif compare(missing) < 0:
            first = self._search_bonus_entries(kind).filtered(
                lambda row: not row.lot_id
            )
            card._take_bonus(-missing, first, **vals)
        if not card.currency_id.is_zero(brought):
            card._append_bonus([{**vals, "points": 0.0, "amount": brought}])

    def _unwaive_bonus(self, card, points):
        """Take what was waived when the order was refunded: it is paid after all.

        :param float points: that it has earned now
        """
        waived = sum(self._search_bonus_entries("waived").mapped("points"))
        if compare(waived) > 0:
            card._take_bonus(min(waived, points), kind="waived", order_id=self.id)

    def _sync_bonus_gifts(self, card, booked, *, is_due, is_new):
        """Book what is given for a first visit and for an invited friend.

        It is taken back when the order brings no money after all.

        :param is_due: whether the order has brought money
        :param is_new: whether it had not been released and paid before: what is given
            for visits later on is not given for this one
        """
        if is_new and is_due and self._is_bonus_first(card):
            gifts = self._get_bonus_gifts(card)
        else:
            points = card.program_id._get_bonus_gift_points()
            gifts = {
                kind: (receiver, (max(given, 0.0) or points[kind]) if is_due else 0.0)
                for kind in points
                for receiver, (given, _money) in booked[kind].items()
            }
        for kind, (receiver, due) in gifts.items():
            if receiver:
                self._book_bonus(receiver, kind, due, booked)

    def _get_bonus_gifts(self, card):
        """Return what a first order is worth beside what it earns.

        :return: {kind: (card, points)}
        """
        points = card.program_id._get_bonus_gift_points()
        gifts = {"first_visit": (card, points["first_visit"])}
        inviter = self.partner_id.bonus_invited_by_id
        if inviter and inviter != self.partner_id:
            theirs = self.env["loyalty.card"]._find_bonus_card(card.program_id, inviter)
            gifts["invited"] = (card, points["invited"])
            gifts["friend"] = (theirs, points["friend"])
        return gifts

    def _is_bonus_first(self, card):
        """Whether the order is the first one of the card's holders that is released."""
        self.ensure_one()
        partners = card.partner_id | card.member_ids | self.partner_id
        return not self.search_count(
            [
                ("is_work_order", "=", True),
                ("partner_id", "in", partners.ids),
                ("date_released", "!=", False),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
