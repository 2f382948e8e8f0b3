import math
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.auto_crm.tools import groups

from ..tools.points import compare, round_points


class SaleOrder(models.Model):
    """A work order paid with bonuses: how many it may be, and the line that does it.

    The line is a reward of `sale_loyalty`; the points asked for are kept, and fitted to
    the order when its lines change.
    """

    _inherit = "sale.order"

    bonus_points = fields.Float(
        string="Pay With Bonuses",
        digits=(16, 2),
        copy=False,
        help="Bonuses that the customer wants to pay with, as far as the order takes "
        "them.",
    )
    bonus_card_id = fields.Many2one(
        comodel_name="loyalty.card",
        compute="_compute_bonus_offer",
        compute_sudo=True,
        groups=groups.ADVISOR,
    )
    bonus_usable = fields.Float(
        string="Bonuses of the Customer",
        compute="_compute_bonus_offer",
        compute_sudo=True,
        digits=(16, 2),
    )
    bonus_limit = fields.Float(
        string="Can Be Paid With Bonuses",
        compute="_compute_bonus_offer",
        compute_sudo=True,
        digits=(16, 2),
    )
    bonus_spent = fields.Float(
        string="Paid With Bonuses",
        compute="_compute_bonus_offer",
        compute_sudo=True,
        digits=(16, 2),
    )

    @api.depends(
        "state",
        "partner_id",
        "invoice_status",
        "amount_due",
        "order_line.price_total",
        "order_line.coupon_id",
        "order_line.points_cost",
    )
    def _compute_bonus_offer(self):
        for order in self:
            card = order._get_bonus_card()
            spent = order._get_bonus_cost()
            order.bonus_card_id = card
            order.bonus_spent = spent
            order.bonus_usable = order._get_bonus_available(card)
            order.bonus_limit = order._get_bonus_most(card)

    # ------------------------------------------------------------------
    # How many
    # ------------------------------------------------------------------

    def _get_bonus_card(self):
        """Return the card that the order is paid with, or can be."""
        self.ensure_one()
        if used := self._get_bonus_payments().coupon_id[:1]:
            return used._get_live()
        return self._search_own_bonus_card()

    def _search_own_bonus_card(self):
        """Return the card that the order's customer earns and spends with."""
        self.ensure_one()
        program = self._get_bonus_program()
        return self.env["loyalty.card"]._search_bonus_card(program, self.partner_id)

    def _is_bonus_card_own(self, card):
        """Whether it is the card that the order's customer earns and spends with."""
        return card._get_live() == self._search_own_bonus_card()

    def _get_bonus_cost(self):
        """Return the points that the order's lines take."""
        self.ensure_one()
        return sum(self._get_bonus_payments().mapped("points_cost"))

    def _get_bonus_available(self, card):
        """Return the points that the customer can spend on this order.

        Those that the order has spent already, he has for it.
        """
        self.ensure_one()
        usable = card.bonus_usable
        if self.state == "sale":
            # sudo: the sum is the same for whoever reads the order
            spent = self.sudo()._search_bonus_entries("spent").mapped("points")
            usable += max(-sum(spent), 0.0)
        return usable

    def _get_bonus_payable_lines(self):
        """Return the lines that can be paid with bonuses by the programme's rules."""
        self.ensure_one()
        program = self._get_bonus_program()
        return self._get_bonus_lines().filtered(
            lambda line: line.price_total > 0 and line._is_bonus_payable(program)
        )

    def _get_bonus_limit(self, card):
        """Return how many points the order takes, whatever the customer has.

        A part of the lines that can be paid so, by the programme; none once they are
        billed, with too small a balance, or beside promotions if it says so.
        """
        self.ensure_one()
        program = card.program_id
        if not card or self._get_bonus_hindrance(card):
            return 0.0
        lines = self._get_bonus_payable_lines()
        amount = sum(lines.mapped("price_total")) * program.bonus_limit_percent / 100
        if lines.invoice_lines:
            unbilled = sum(line._get_unbilled_amount() for line in lines)
            amount = min(amount, unbilled)
        points = self._convert_bonus(amount, program) / (program.bonus_value or 1.0)
        return max(math.floor(round_points(points)), 0.0)

    def _get_bonus_most(self, card):
        """Return how many points the customer can pay the order with: whole ones."""
        self.ensure_one()
        available = math.floor(round_points(self._get_bonus_available(card)))
        return max(min(available, self._get_bonus_limit(card)), 0.0)

    def _get_bonus_hindrance(self, card):
        """Hook: why nothing can be paid with bonuses, "" if it can."""
        self.ensure_one()
        program = card.program_id
        promotions = self.order_line.filtered(
            lambda line: (
                line.reward_id
                and not line.coupon_id.is_bonus
                and not line.reward_id.program_id.is_payment_program
            )
        )
        available = self._get_bonus_available(card)
        if self.state == "cancel":
            return self.env._("The order is cancelled.")
        if self._get_bonus_payments()._is_bonus_billed() or self._is_bonus_billed():
            return self.env._("The invoice is made already.")
        if not program.filtered_domain(self._get_program_domain()):
            return self.env._("The bonus programme is not for this order.")
        if promotions and not program.bonus_with_promo:
            return self.env._("The order has a promotion: bonuses do not go with it.")
        if (
            self.state == "sale"
            and not self._get_bonus_payments()
            and self._is_settled()
        ):
            return self.env._("Nothing is left to pay.")
        if compare(available, program.bonus_min_balance) < 0:
            return self.env._(
                "Bonuses pay from a balance of %(points)s on.",
                points=card._format_bonus(program.bonus_min_balance),
            )
        return ""

    def _is_bonus_billed(self):
        """Whether all of the order is billed, so that nothing can be taken off."""
        self.ensure_one()
        return self.invoice_status in ("invoiced", "upselling")

    # ------------------------------------------------------------------
    # The line
    # ------------------------------------------------------------------

    def _set_bonus_points(self, points):
        """Pay with so many bonuses; 0: with none.

        :raise UserError: when it is more than the order takes or the customer has
        """
        self.ensure_one()
        card = self._get_bonus_card()
        self._check_bonus_points(card, points)
        # sudo: rewards are for salespeople; who may change the order was checked
        order = self.sudo()
        order.bonus_points = points
        order._fit_bonus()
        if order.state == "sale":
            order._sync_bonus_spent(order._get_bonus_booked(), is_strict=True)

    def _check_bonus_points(self, card, points):
        """Refuse what cannot be paid with bonuses.

        :raise UserError: saying how many can
        """
        if compare(points) <= 0:
            if compare(points) < 0:
                raise UserError(self.env._("Enter a number of bonuses above 0."))
            return
        if not card:
            raise UserError(self.env._("The customer has no bonuses yet."))
        if why := self._get_bonus_hindrance(card):
            raise UserError(why)
        if compare(points, math.floor(points)):
            raise UserError(
                self.env._("Bonuses are spent whole: enter a whole number.")
            )
        most = self._get_bonus_most(card)
        if compare(points, most) > 0:
            raise UserError(
                self.env._(
                    "Up to %(points)s bonuses can pay for this order.",
                    points=card._format_bonus(most),
                )
            )

    def _fit_bonus(self):
        """Let the lines that pay with bonuses be what the orders take."""
        for order in self.sudo():  # sudo: rewards are for salespeople
            lines = order._get_bonus_payments()
            card = order._get_bonus_card()
            if not card or lines._is_bonus_billed():
                continue
            lines._reset_loyalty()
            reward = card.program_id.reward_ids[:1]
            vals_list = []
            if compare(order._get_real_points_for_coupon(card)) > 0:
                vals_list = order._get_reward_line_values(reward, card)
                order.applied_coupon_ids += card - order.applied_coupon_ids
            order._write_vals_from_reward_vals(vals_list, lines)

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        """Override of `sale_loyalty`: of bonuses, as many as were asked for."""
        if not coupon.is_bonus:
            return super()._get_real_points_for_coupon(coupon, post_confirm)
        if not self.is_work_order or not self.bonus_points:
            return 0.0
        live = coupon._get_live()
        return min(self._get_bonus_most(live), self.bonus_points)

    def _discountable_order(self, reward):
        """Override of `sale_loyalty`: bonuses pay for the lines that the rules name."""
        if not reward.program_id.is_bonus:
            return super()._discountable_order(reward)
        taxes = self.env["account.tax"]
        base_lines = [
            line._prepare_base_line_for_taxes_computation()
            for line in self._get_bonus_payable_lines()
        ]
        taxes._add_tax_details_in_base_lines(base_lines, self.company_id)
        total = 0.0
        per_tax = defaultdict(float)
        for base_line in base_lines:
            details = base_line["tax_details"]
            own = base_line["tax_ids"].filtered(lambda tax: tax.amount_type != "fixed")
            included = sum(
                data["raw_tax_amount_currency"]
                for data in details["taxes_data"]
                if data["tax"] in own and data["tax"].price_include
            )
            added = sum(
                data["raw_tax_amount_currency"]
                for data in details["taxes_data"]
                if data["tax"] in own
            )
            total += details["raw_total_excluded_currency"] + added
            per_tax[own] += details["raw_total_excluded_currency"] + included
        return total, per_tax

    def write(self, vals):
        """Override of the ORM: bonuses of another customer do not stay on the order."""
        result = super().write(vals)
        if "partner_id" in vals:
            for order in self.filtered("bonus_points"):
                if order._search_own_bonus_card() != order._get_bonus_card():
                    order._set_bonus_points(0.0)
        return result

    # ------------------------------------------------------------------
    # Odoo's ways
    # ------------------------------------------------------------------

    def action_confirm(self):
        """Override of `sale_loyalty`: the bonuses that pay are taken from the card.

        :raise UserError: when the card has too few by now, saying how many
        """
        paying = self.filtered(lambda order: order._get_bonus_payments())
        for order in paying:
            order._check_bonus_points(order._get_bonus_card(), order._get_bonus_cost())
        result = super().action_confirm()
        for order in paying.sudo():  # sudo: nobody books bonuses by hand
            order._sync_bonus_spent(order._get_bonus_booked(), is_strict=True)
        return result

    def _get_claimable_rewards(self, forced_coupons=None):
        """Override of `sale_loyalty`: bonuses have a button of their own."""
        rewards = super()._get_claimable_rewards(forced_coupons)
        for card in [card for card in rewards if card.is_bonus]:
            del rewards[card]
        return rewards

    def _get_reward_values_discount(self, reward, coupon, **kwargs):
        """Override of `sale_loyalty`: as many points as were asked for."""
        vals_list = super()._get_reward_values_discount(reward, coupon, **kwargs)
        if coupon.is_bonus and vals_list:
            vals_list[0]["points_cost"] = self._get_real_points_for_coupon(coupon)
        return vals_list

    def _update_loyalty_history(self, coupon_id, points):
        """Override of `sale_loyalty`: bonuses have a ledger of their own."""
        if coupon_id.is_bonus:
            return None
        return super()._update_loyalty_history(coupon_id, points)
