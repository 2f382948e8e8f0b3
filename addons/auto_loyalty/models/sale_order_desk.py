from odoo import api, fields, models
from odoo.tools import formatLang

from ..tools.points import compare


class SaleOrder(models.Model):
    """What the desk sees of bonuses in a work order: text, sums and a button."""

    _inherit = "sale.order"

    is_bonus_offered = fields.Boolean(
        compute="_compute_bonus_desk",
        compute_sudo=True,
        help="There is a bonus programme, and the customer may have a card of it.",
    )
    bonus_offer = fields.Char(
        string="Bonuses and Limit", compute="_compute_bonus_desk", compute_sudo=True
    )
    bonus_forecast = fields.Char(
        string="Earns Bonuses", compute="_compute_bonus_desk", compute_sudo=True
    )
    amount_bonus = fields.Monetary(
        string="Bonuses Off", compute="_compute_amounts_by_kind", store=True
    )
    amount_reward = fields.Monetary(
        string="Promotions and gift cards",
        compute="_compute_amounts_by_kind",
        store=True,
    )

    def _compute_bonus_desk(self):
        for order in self:
            program = order._get_bonus_program()
            holder = program and program._get_bonus_holder(order.partner_id)
            order.is_bonus_offered = bool(holder or order._get_bonus_payments())
            order.bonus_offer = order.is_bonus_offered and order._get_bonus_offer_text()
            forecast = order.is_bonus_offered and order._get_bonus_forecast()
            order.bonus_forecast = forecast and order._format_bonus(forecast)

    @api.depends("order_line.coupon_id", "order_line.reward_id")
    def _compute_amounts_by_kind(self):
        """Override of `auto_crm`: what is redeemed has sums of its own."""
        result = super()._compute_amounts_by_kind()
        for order in self:
            bonus = reward = 0.0
            for line, amount in order._get_line_sums().items():
                if line._is_bonus_payment():
                    bonus += amount
                elif line._is_redeemed():
                    reward += amount
            order.amount_bonus = bonus
            order.amount_reward = reward
            order.amount_other -= bonus + reward
        return result

    @api.model
    def _get_fact_fields(self):
        """Override of `auto_crm`: nobody types in by what an order has earned."""
        return super()._get_fact_fields() | {"bonus_terms"}

    def action_open_bonus_pay(self):
        """Ask how many bonuses the customer wants to pay with."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pay with bonuses"),
            "res_model": "auto.bonus.pay",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _get_bonus_offer_text(self):
        """Return how many bonuses the customer has, and how many the order takes."""
        self.ensure_one()
        usable = self._format_bonus(self.bonus_usable)
        if compare(self.bonus_limit) <= 0:
            return usable
        return self.env._(
            "%(usable)s, pay up to %(limit)s",
            usable=usable,
            limit=self._format_bonus(self.bonus_limit),
        )

    @api.model
    def _format_bonus(self, points):
        """Return a number of bonuses as the reader's language writes it."""
        is_whole = not compare(points, round(points))
        return formatLang(self.env, points, digits=0 if is_whole else 2)

    # ------------------------------------------------------------------
    # Consent: what is agreed to is the work, however it is paid
    # ------------------------------------------------------------------

    def _get_consent_lines(self):
        """Override of `auto_crm`: bonuses and gift cards pay, they are no work."""
        lines = super()._get_consent_lines()
        return lines.filtered(lambda line: not line._is_redeemed_payment())

    def _get_consent_amount(self):
        """Override of `auto_crm`: the sum before bonuses and gift cards."""
        paid = self.order_line.filtered(lambda line: line._is_redeemed_payment())
        return super()._get_consent_amount() - sum(paid.mapped("price_total"))

    def _get_portal_headings(self, lines):
        """Override of `auto_crm`: what is redeemed is told apart from works."""
        headings = super()._get_portal_headings(lines)
        redeemed = lines.filtered(lambda line: line._is_redeemed())
        if headings and redeemed:
            rest = lines - redeemed
            headings = super()._get_portal_headings(rest)
            headings[redeemed[0].id] = self.env._("Bonuses and promotions")
        return headings

    def _get_portal_lines(self):
        """Override of `auto_crm`: what is redeemed stands last."""
        lines = super()._get_portal_lines()
        redeemed = lines.filtered(lambda line: line._is_redeemed())
        return lines - redeemed + redeemed
