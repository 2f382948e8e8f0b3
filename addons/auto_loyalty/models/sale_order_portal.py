from odoo import models
from odoo.exceptions import UserError

from ..tools.points import compare


class SaleOrder(models.Model):
    """Bonuses on the customer's page of an order: what it earns, paying with them."""

    _inherit = "sale.order"

    def _get_bonus_visitor(self, user):
        """Return who looks at the order's page, as far as bonuses are concerned.

        :param user: of the request; the order on the page is the superuser's
        :return: "owner", the logged in customer whose card the order uses; "stranger",
            nobody is logged in; "" for staff and other customers, who see nothing
        """
        self.ensure_one()
        program = self._get_bonus_program()
        if not program or user._is_internal():
            return ""
        if user._is_public():
            return "stranger"
        card = self._get_bonus_card()
        if card:
            own = card._search_bonus_cards_of(user.partner_id)
            return "owner" if card in own else ""
        holder = program._get_bonus_holder(user.partner_id)
        is_his = holder and holder == program._get_bonus_holder(self.partner_id)
        return "owner" if is_his else ""

    def _prepare_portal_bonus(self, user):
        """Return what the order's page says of bonuses, None if nothing.

        Nobody who is not logged in is told how many there are.

        :param user: see `_get_bonus_visitor`
        :return: dict(visitor, forecast, spent, usable, limit, hindrance, can_pay,
            can_undo, format: function of points)
        """
        self.ensure_one()
        visitor = self._get_bonus_visitor(user)
        if not visitor or self.state not in ("draft", "sent", "sale"):
            return None
        card = self._get_bonus_card()
        is_owner = visitor == "owner"
        return {
            "visitor": visitor,
            "forecast": "" if self._is_bonus_earned() else self._format_forecast(),
            "spent": self.bonus_spent,
            "usable": self.bonus_usable if is_owner else 0.0,
            "limit": self.bonus_limit if is_owner else 0.0,
            "hindrance": self._get_bonus_hindrance(card) if card and is_owner else "",
            "format": card._format_bonus,
            "can_pay": compare(self.bonus_limit) > 0,
            "can_undo": bool(self.bonus_points) and not self._is_bonus_fixed(),
        }

    def _format_forecast(self):
        """Return how many bonuses the order will bring, "" for none."""
        points = self._get_bonus_forecast()
        if compare(points) <= 0:
            return ""
        return self.env["loyalty.card"]._format_bonus(points)

    def _is_bonus_fixed(self):
        """Tell whether what is paid with bonuses stands on an invoice already."""
        self.ensure_one()
        return self._get_bonus_payments()._is_bonus_billed() or self._is_bonus_billed()

    def _is_bonus_code_needed(self, points, visitor):
        """Tell whether somebody has to type a code to pay with so many bonuses.

        Not for fewer than the order is paid with already.

        :param float points: 0 takes them off, None: as many as the order takes
        :param str visitor: see `_get_bonus_visitor`
        """
        self.ensure_one()
        if points is not None and compare(points, self.bonus_spent) <= 0:
            return False
        above = self._get_bonus_program().bonus_code_above
        return visitor != "owner" or points is None or compare(points, above) > 0

    def _set_bonus_points_online(self, points):
        """Pay with so many bonuses, or as many as the order takes.

        :param points: None for all
        :raise UserError: see `_set_bonus_points`
        """
        self.ensure_one()
        # what was asked for before does not lower what can be asked for now
        order = self.with_company(self.company_id)
        if points is None:
            points = order.bonus_limit
            if compare(points) <= 0:
                card = order._get_bonus_card()
                why = card and order._get_bonus_hindrance(card)
                raise UserError(
                    why or self.env._("There are no bonuses to pay this order with.")
                )
        order._set_bonus_points(points)
