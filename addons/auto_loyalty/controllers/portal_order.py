from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.auto_crm.controllers.portal_order import AutoOrderPortal
from odoo.addons.auto_crm.tools.turn import take_turn

PAGE = {"type": "http", "auth": "public", "website": True, "sitemap": False}


class AutoBonusOrderPortal(AutoOrderPortal):
    """A customer pays an order with bonuses, by a code where it is asked for.

    Access is core's: the order's rules or its token. Who has only the token spends
    nothing without a code, and is not told how many bonuses there are.
    """

    @route("/my/orders/<int:order_id>/bonus", methods=["GET", "POST"], **PAGE)
    def portal_order_bonus(self, order_id, access_token=None, points="", **_kw):
        """Show how many bonuses can pay for the order; pay with so many; 0: none."""
        order_sudo = self._find_order(order_id, access_token)
        visitor = order_sudo and order_sudo._get_bonus_visitor(request.env.user)
        if not visitor:
            return request.redirect("/my")
        refusal = ""
        if request.httprequest.method == "POST":
            self._take_bonus_turn(order_sudo)
            try:
                return self._pay_with_bonus(order_sudo, visitor, points)
            except UserError as error:
                refusal = str(error)
        return self._render_bonus(order_sudo, "ask", refusal=refusal, points=points)

    def _take_bonus_turn(self, order):
        """Let of two requests at once the second see what the first has done."""
        codes = request.env["auto.bonus.code"]
        phone, address = self._get_bonus_limits(order)
        turns = codes._get_turns(order.company_id, phone, address)
        take_turn(request.env.cr, [*turns, f"bonus/{order.id}"])

    def _get_bonus_limits(self, order):
        """Return by which phone and network address codes are counted."""
        # a customer without a phone gets his codes in a messenger
        phone = order.partner_id._get_notify_phone() or f"partner {order.partner_id.id}"
        return phone, request.httprequest.remote_addr

    def _pay_with_bonus(self, order, visitor, points):
        """Pay with bonuses, or send the code that this takes.

        :raise UserError: when it cannot be, in words for the customer
        """
        number = self._read_points(points, visitor)
        if order._is_bonus_code_needed(number, visitor):
            self._send_bonus_code(order, visitor, number)
            return request.redirect(order.get_portal_url("/bonus/code"))
        with request.env.cr.savepoint():
            order._set_bonus_points_online(number)
        return self._redirect_bonus(order)

    def _read_points(self, text, visitor):
        """Return the number of bonuses typed, None for as many as the order takes.

        :raise UserError: for what is no number
        """
        typed = (text or "").strip().replace(",", ".").replace("\N{NO-BREAK SPACE}", "")
        if not typed and visitor == "stranger":
            return None
        try:
            number = float(typed)
        except ValueError:
            number = -1.0
        if not 0 <= number < 10**9:
            raise UserError(request.env._("Enter a number of bonuses, such as 300."))
        return number

    def _send_bonus_code(self, order, visitor, points):
        """Send a code to the customer of the order.

        What could not be paid anyway costs no message; a stranger is not told how much.

        :raise UserError:
        """
        if visitor == "owner" or not order.bonus_limit:
            order._check_bonus_points(order._get_bonus_card(), points or 1.0)
        codes = request.env["auto.bonus.code"]
        if not codes._get_kinds(order):
            raise UserError(
                request.env._(
                    "We cannot send you a code: ask us at the desk, or call us, to pay "
                    "with bonuses."
                )
            )
        phone, address = self._get_bonus_limits(order)
        with request.env.cr.savepoint():
            codes._send(order, phone, address, points=points or 0.0)

    @route("/my/orders/<int:order_id>/bonus/code", methods=["GET", "POST"], **PAGE)
    def portal_order_bonus_code(self, order_id, access_token=None, code="", **_kw):
        """Take the code that was sent to the customer, and pay."""
        order_sudo = self._find_order(order_id, access_token)
        if not order_sudo or not order_sudo._get_bonus_visitor(request.env.user):
            return request.redirect("/my")
        if request.httprequest.method == "GET":
            return self._render_bonus(order_sudo, "code")
        self._take_bonus_turn(order_sudo)
        try:
            sent = request.env["auto.bonus.code"]._check(order_sudo, code)
        except UserError as error:  # the guess stays counted
            return self._render_bonus(order_sudo, "code", refusal=str(error))
        try:
            with request.env.cr.savepoint():
                order_sudo._set_bonus_points_online(sent.points or None)
        except UserError as error:
            return self._render_bonus(order_sudo, "ask", refusal=str(error))
        return self._redirect_bonus(order_sudo)

    def _redirect_bonus(self, order):
        return request.redirect(order.get_portal_url(query_string="&message=bonus_ok"))

    def _render_bonus(self, order, step, refusal="", points=""):
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "order_bonus",
                "sale_order": order,
                "bonus": order._prepare_portal_bonus(request.env.user),
                "step": step,
                "refusal": refusal,
                "points": points,
            }
        )
        return request.render("auto_loyalty.portal_order_bonus", values)
