from odoo import api, models

# what of a line decides how much of an order can be paid with bonuses
PRICED = {
    "product_id",
    "product_uom_qty",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
}
# what makes a line pay with bonuses, and how much
REDEEMING = {
    "coupon_id",
    "reward_id",
    "points_cost",
    "price_unit",
    "product_uom_qty",
    "discount",
    "tax_ids",
}


class SaleOrderLine(models.Model):
    """Lines that earn bonuses, and are paid with them."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM: what is paid with bonuses fits the order.

        :raise UserError: for lines of bonuses that were typed in
        """
        lines = super().create(vals_list)
        lines._check_bonus_worth()
        lines._fit_bonus()
        return lines

    def write(self, vals):
        """Override of the ORM: what is paid with bonuses fits the order.

        :raise UserError: for lines of bonuses that were typed in
        """
        result = super().write(vals)
        if REDEEMING.intersection(vals):
            self._check_bonus_worth()
        if PRICED.intersection(vals):
            self._fit_bonus()
        return result

    def unlink(self):
        """Override of `sale_loyalty`: what is paid with bonuses fits the order.

        Who takes the line of bonuses away wants to pay without them.
        """
        orders = self.order_id.filtered("bonus_points")
        given_up = self.filtered("coupon_id.is_bonus").order_id
        rest = (self - self.filtered("reward_id")).order_id & orders - given_up
        result = super().unlink()
        given_up.filtered("bonus_points").bonus_points = 0.0
        rest._fit_bonus()
        return result

    def _fit_bonus(self):
        orders = self.filtered(lambda line: not line.reward_id).order_id
        orders.filtered("bonus_points")._fit_bonus()

    def _check_line_unlink(self):
        """Override of `sale`: what pays with bonuses may go until it is billed."""
        return (
            super()
            ._check_line_unlink()
            .filtered(
                lambda line: not line.coupon_id.is_bonus or line._is_bonus_billed()
            )
        )

    def _is_bonus_base(self):
        """Whether the line is a work or a part that the customer pays for."""
        self.ensure_one()
        return not (self.display_type or self.is_downpayment or self.reward_id)

    def _get_bonus_net(self):
        """Return what the line has brought: billed less credited, and to be billed.

        :return: amount with taxes in the order's currency
        """
        self.ensure_one()
        posted = self.invoice_lines.filtered(lambda line: line.parent_state == "posted")
        return self._get_unbilled_amount() + sum(
            self.order_id._convert_document(line.move_id, line.price_total)
            for line in posted
        )

    def _get_bonus_terms(self, program, tier):
        """Return by how many per cent lines earn by the terms of today, and more.

        :return: {id of a line as text: [per cent, whether bonuses can pay for it]}
        """
        multiplier = tier.multiplier if tier else 1.0
        terms = {}
        for line in self:
            percent = program._get_bonus_term(line).percent * multiplier
            if line.discount > 0 and not program.bonus_earn_discounted:
                percent = 0.0
            terms[str(line.id)] = [percent, line._is_bonus_payable(program)]
        return terms

    def _is_bonus_payable(self, program):
        """Whether bonuses can pay for the line by the programme's terms of today."""
        self.ensure_one()
        is_payable = program._get_bonus_term(self).is_payable
        return is_payable and (program.bonus_pay_discounted or not self.discount)

    def _get_bonus_spent(self):
        """Return the points that a line of bonuses takes from its card, as things are.

        All of them until a credit note gives it back.
        """
        self.ensure_one()
        billed, credited, _drafted, _value = self._get_billed_quantities()
        ordered = self.product_uom_qty
        kept = min(max(ordered, billed) - credited, ordered)
        return self.points_cost * max(kept, 0.0) / ordered if ordered else 0.0

    def _is_bonus_billed(self):
        """Whether one of the lines is on an invoice that is not cancelled."""
        return any(line.parent_state != "cancel" for line in self.invoice_lines)
