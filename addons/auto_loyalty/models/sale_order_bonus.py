from odoo import fields, models
from odoo.tools import float_round


class SaleOrder(models.Model):
    """What a work order is worth in bonuses: a function of its documents.

    A percentage of the money paid for its lines, with taxes, less bonuses, discounts of
    promotions and credit notes. The terms are those of the day on which it was released
    and paid first.
    """

    _inherit = "sale.order"

    bonus_terms = fields.Json(
        copy=False,
        export_string_translation=False,
        help="By what the order has earned: what a bonus was worth and how it was "
        "rounded; by ids of lines the percentage, and whether bonuses could pay for "
        "them.",
    )

    def _get_bonus_program(self):
        """Return the bonus programme that the order earns and spends in."""
        self.ensure_one()
        programs = self.env["loyalty.program"]
        if not self.is_work_order:
            return programs
        return programs._get_bonus_program(self.company_id)

    def _is_bonus_earned(self):
        """Whether the order is released and paid, so that it has earned bonuses."""
        self.ensure_one()
        facts = self._get_declared_facts()
        return self.is_work_order and self.state == "sale" and facts["paid"].holds(self)

    def _get_bonus_earned(self, card):
        """Return the points an order has earned as things are, and its money.

        :param card: that the points go to
        :return: points, and money in the programme's currency
        :rtype: tuple[float, float]
        """
        self.ensure_one()
        if not self._is_bonus_earned():
            return 0.0, 0.0
        program = card.program_id
        terms = self._get_bonus_terms(program, card.bonus_tier_id)
        money = self._get_bonus_money(terms)
        points = self._get_bonus_of(money, terms, program)
        return points, self._convert_bonus(max(sum(money.values()), 0.0), program)

    def _get_bonus_of(self, money, terms, program):
        """Return the points that money is worth.

        :param dict money: by line, in the order's currency
        :param dict terms: see `_get_bonus_terms`
        """
        earned = sum(
            amount * terms["lines"][str(line.id)][0] / 100
            for line, amount in money.items()
        )
        amount = self._convert_bonus(max(earned, 0.0), program)
        return float_round(
            amount / terms["worth"],
            precision_digits=terms["digits"],
            rounding_method="DOWN",
        )

    def _get_bonus_terms(self, program, tier):
        """Return the terms of today, but for what is fixed of earlier ones.

        :return: dict(worth: money that a bonus is, digits: that are given, lines: {id
            as text: [per cent, whether bonuses can pay for it]})
        """
        self.ensure_one()
        terms = self.bonus_terms or {**program._get_bonus_measure(), "lines": {}}
        known = terms["lines"]
        fresh = self._get_bonus_lines().filtered(lambda line: str(line.id) not in known)
        return {**terms, "lines": known | fresh._get_bonus_terms(program, tier)}

    def _get_bonus_lines(self):
        """Return the lines that a customer pays for: works and parts."""
        self.ensure_one()
        return self.order_line.filtered(lambda line: line._is_bonus_base())

    def _get_bonus_money(self, terms):
        """Return the money that the order's lines have brought, with taxes.

        What is paid with bonuses is taken off the lines that can be paid so; discounts
        of promotions, and what credit notes typed in by hand give back, off all lines
        in proportion.

        :param dict terms: see `_get_bonus_terms`
        :return: {line: amount in the order's currency}
        """
        self.ensure_one()
        money = {line: line._get_bonus_net() for line in self._get_bonus_lines()}
        rewards = self.order_line.filtered(
            lambda line: (
                line.reward_id and not line.reward_id.program_id.is_payment_program
            )
        )
        bonuses = rewards.filtered("coupon_id.is_bonus")
        payable = [line for line in money if terms["lines"][str(line.id)][1]]
        self._discount_bonus_money(money, payable or list(money), bonuses)
        self._discount_bonus_money(money, list(money), rewards - bonuses)
        kept = self._get_bonus_kept()
        return {line: amount * kept for line, amount in money.items()}

    def _discount_bonus_money(self, money, lines, discounts):
        """Take discounts off the money of lines, in proportion.

        :param dict money: by line, is changed
        :param discounts: lines of the order with what is off
        """
        off = sum(discount._get_bonus_net() for discount in discounts)
        whole = sum(money[line] for line in lines)
        if not self.currency_id.is_zero(off) and not self.currency_id.is_zero(whole):
            for line in lines:
                money[line] *= max(1 + off / whole, 0.0)

    def _get_bonus_kept(self):
        """Return which part of the bill stays after credit notes typed in by hand.

        Their lines name no line of the order, so they are for all of it.
        """
        self.ensure_one()
        linked = self.order_line.invoice_lines.move_id
        given_back = -sum(
            self._get_document_work(move, share)
            for move, share in self._get_document_shares().items()
            if move not in linked
        )
        if self.currency_id.is_zero(given_back):
            return 1.0
        total = self._get_balance()["total"]
        whole = total + given_back
        if self.currency_id.compare_amounts(whole, 0.0) <= 0:
            return 0.0
        return min(max(total / whole, 0.0), 1.0)

    def _convert_bonus(self, amount, program):
        """Return an amount of the order in the programme's currency."""
        self.ensure_one()
        day = self.date_order or fields.Datetime.now()
        return self.currency_id._convert(
            amount, program.currency_id, self.company_id, day.date(), round=False
        )

    def _get_bonus_forecast(self):
        """Return the points that the order will earn if it is paid as it is now."""
        self.ensure_one()
        program = self._get_bonus_program()
        if not program or not program._get_bonus_holder(self.partner_id):
            return 0.0
        card = self.env["loyalty.card"]._search_bonus_card(program, self.partner_id)
        terms = self._get_bonus_terms(program, card.bonus_tier_id)
        return self._get_bonus_of(self._get_bonus_money(terms), terms, program)
