from odoo import api, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    """A line of bonuses is money in another form: neither work, part nor price."""

    _inherit = "sale.order.line"

    @api.depends("reward_id")
    def _compute_line_kind(self):
        """Override of `auto_crm`: no work, whatever product Odoo's discounts have."""
        redeemed = self.filtered(lambda line: line._is_redeemed())
        redeemed.line_kind = "other"
        return super(SaleOrderLine, self - redeemed)._compute_line_kind()

    def _check_bonus_worth(self):
        """Refuse lines of bonuses that nobody may have typed in.

        :raise UserError: when the lines take off more than their points are worth, or
            points of a card that is not the customer's
        """
        # sudo: whoever may change the order need not read cards
        for order in self.sudo().filtered("coupon_id.is_bonus").order_id:
            for card, lines in order._get_bonus_payments().grouped("coupon_id").items():
                points = sum(lines.mapped("points_cost"))
                # our own ways choose the card themselves
                is_own = self.env.su or order._is_bonus_card_own(card)
                if (points and not is_own) or not lines._is_bonus_worth(points):
                    raise UserError(
                        self.env._(
                            "Lines of bonuses are not typed in: press Pay with bonuses "
                            "on the order."
                        )
                    )

    def _is_bonus_worth(self, points):
        """Whether lines of one card take off no more than points are worth.

        :param float points: that they cost
        """
        program = self.coupon_id.program_id
        off = -self.order_id._convert_bonus(sum(self.mapped("price_total")), program)
        # each line rounds its own taxes
        cents = program.currency_id.rounding * (len(self) + 1)
        is_reward = all(line.reward_id in program.reward_ids for line in self)
        return is_reward and off <= points * program.bonus_value + cents

    def _is_redeemed(self):
        """Whether the line is a discount of Odoo's loyalty programmes."""
        self.ensure_one()
        # sudo: whoever reads the line, accountants have no rights on rewards
        return self.sudo().reward_id.reward_type in ("discount", "shipping")

    def _is_bonus_payment(self):
        """Whether the line pays with bonuses."""
        self.ensure_one()
        # sudo: whoever reads the line, accountants have no rights on cards
        return self.sudo().coupon_id.is_bonus

    def _is_redeemed_payment(self):
        """Whether the line is money in another form: bonuses, a gift card or so."""
        self.ensure_one()
        # sudo: whoever reads the line, accountants have no rights on programmes
        program = self.sudo().reward_id.program_id
        return self._is_bonus_payment() or program.is_payment_program

    def _is_under_control(self):
        """Override of `auto_crm`: paying with bonuses lowers no price."""
        return super()._is_under_control() and not self._is_redeemed_payment()
