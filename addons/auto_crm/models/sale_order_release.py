from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

from ..tools.fact import get_now


class SaleOrder(models.Model):
    """The car is handed over: paid as agreed, or by a manager's word."""

    _inherit = "sale.order"

    def action_release(self):
        """Hand the car over. Unpaid, or for less: managers only, and it is logged.

        Parts on the bill that stay here are asked about first.

        :return: True, or the question's window
        :raise UserError: when the car is not ready
        :raise AccessError: when money is due, or less is asked than was agreed, and the
            user is no manager
        """
        self._check_work_orders()
        self._check_on_site()
        self._check_ready()
        if self._get_lines_not_issued():
            return self._ask_about_parts()
        unpaid = self.filtered(lambda order: order._is_unpaid())
        unpaid._check_release_unpaid()
        waived = {order: order._get_amount_waived() for order in self}
        waived = {order: amount for order, amount in waived.items() if amount}
        self._check_release_waived(waived)
        self._action_release()
        for order in unpaid:
            order._log_released_unpaid()
        for order, amount in waived.items():
            order._log_released_waived(amount)
        return True

    def _action_release(self):
        self._issue_parts()
        self._write_facts({"date_released": get_now(), "hold_reason_id": False})

    def action_unrelease(self):
        """The car came back or was released by mistake. Managers only."""
        self._check_manager()
        return self._write_facts({"date_released": False})

    # === PAYMENT CONTROL === #

    def _keep_agreed(self):
        """Note what is offered until now: it is what will be agreed."""
        self.filtered("is_work_order").order_line._keep_agreed()

    def _forget_agreed(self):
        """Let what is offered again have its present prices.

        What is confirmed or cancelled keeps the prices it has: nothing is reckoned.
        """
        offers = self.filtered(lambda order: order.is_work_order and order._is_offer())
        lines = offers.order_line
        self.env.add_to_compute(lines._fields["price_agreed"], lines)

    def _is_unpaid(self):
        """Hook: whether releasing the car means giving credit."""
        self.ensure_one()
        return not self._is_settled()

    def _get_amount_waived(self):
        """Hook: how much less the documents ask than was agreed for what was done.

        Credit notes of a manager or an accountant are no part of it, unless what they
        took back was billed anew: then they have given nothing away.

        :return: amount with taxes, in the order's currency; 0 when nothing is missing
        :rtype: float
        """
        self.ensure_one()
        # sudo: what was agreed is read by the control only
        order = self.sudo()
        shares = order._get_document_shares()
        amounts = {
            move: order._get_document_work(move, share)
            for move, share in shares.items()
        }
        refunds = {
            move: -amount
            for move, amount in amounts.items()
            if move.move_type == "out_refund"
        }
        agreed = order.amount_total + sum(
            line._get_amount_waived() for line in order.order_line
        )
        asked = sum(amounts.values()) + order._get_unbilled()
        billed_anew = max(asked + sum(refunds.values()) - agreed, 0.0)
        granted = sum(refunds[move] for move in refunds if move.is_credit_granted)
        waived = agreed - asked - max(granted - billed_anew, 0.0)
        waived += order._get_amount_written_off(shares)
        # each document rounds its own taxes
        cents = order.currency_id.rounding * (len(order.order_line) + len(shares))
        return order.currency_id.round(waived) if waived > cents else 0.0

    def _get_amount_written_off(self, shares):
        """What closed the order's invoices and is neither money nor a granted credit.

        :param dict shares: see ``_get_document_shares``
        :return: amount in the order's currency
        """
        self.ensure_one()
        total = 0.0
        for move, share in shares.items():
            receivables = move.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            for partial in receivables.matched_credit_ids:
                part = partial.credit_move_id.move_id._get_part_written_off()
                amount = partial.debit_amount_currency * part * share
                total += self._convert_document(move, amount)
        return total

    @api.model
    def _may_credit_work(self):
        """Whether the user may give away what a customer has agreed to pay.

        Managers, and who keeps the books without running the workshop. Not what runs on
        its own: nobody is behind it.
        """
        user = self.env.user
        is_bookkeeper = user.has_group("account.group_account_invoice")
        is_advisor = user.has_group("auto_crm.auto_crm_group_advisor")
        is_manager = user.has_group("auto_crm.auto_crm_group_manager")
        is_allowed = is_manager or (is_bookkeeper and not is_advisor)
        return is_allowed and not user._is_superuser()

    def _check_ready(self):
        not_ready = self.filtered(lambda order: order.work_state != "ready")[:1]
        if not_ready:
            raise UserError(
                self.env._(
                    "%(order)s is not ready: finish its jobs first.",
                    order=not_ready.name,
                )
            )

    def _check_prices_open(self):
        """Refuse to change what is on the bill of a car that has left.

        :raise UserError: until a manager takes the release back
        """
        released = self.filtered("date_released")[:1]
        if released:
            raise UserError(
                self.env._(
                    "%(order)s is released: its lines and prices are closed. Ask a "
                    "manager to take the release back first.",
                    order=released.name,
                )
            )

    def _check_release_unpaid(self):
        """Refuse credit to everybody but managers."""
        if self and not self._may_release_unpaid():
            order = self[0]
            raise AccessError(
                self.env._(
                    "%(order)s is not paid, %(amount)s is due: take the payment, or "
                    "ask a manager to release the car.",
                    order=order.name,
                    amount=format_amount(self.env, order.amount_due, order.currency_id),
                )
            )

    def _check_release_waived(self, waived):
        """Refuse a release for less than was agreed to everybody but managers.

        :param dict waived: sums by order
        """
        if waived and not self._may_release_unpaid():
            order, amount = next(iter(waived.items()))
            raise AccessError(
                self.env._(
                    "%(amount)s less is asked for %(order)s than was agreed for what "
                    "was done: put prices, quantities and credit notes right, or ask a "
                    "manager to release the car.",
                    order=order.name,
                    amount=format_amount(self.env, amount, order.currency_id),
                )
            )

    @api.model
    def _may_release_unpaid(self):
        is_manager = self.env.user.has_group("auto_crm.auto_crm_group_manager")
        return self.env.su or is_manager

    def _log_released_unpaid(self):
        self.ensure_one()
        self.message_post(
            body=self.env._(
                "Released unpaid by %(user)s, %(amount)s is due.",
                user=self.env.user.name,
                amount=format_amount(self.env, self.amount_due, self.currency_id),
            )
        )

    def _log_released_waived(self, amount):
        self.ensure_one()
        self.message_post(
            body=self.env._(
                "Released by %(user)s for %(amount)s less than was agreed for what was "
                "done.",
                user=self.env.user.name,
                amount=format_amount(self.env, amount, self.currency_id),
            )
        )

    # === PARTS === #

    def action_issue_parts(self):
        """Hand out the parts on stock before the car goes, so that they can be billed.

        :raise UserError: when none is reserved
        """
        self._check_work_orders()
        self._check_on_site()
        idle = self.filtered(lambda order: not order._get_issuable_pickings())[:1]
        if idle:
            raise UserError(
                self.env._(
                    "No part of %(order)s is on stock and waits to be issued.",
                    order=idle.name,
                )
            )
        return self._issue_parts()

    def _ask_about_parts(self):
        """Ask what becomes of parts that are billed and do not leave with the car."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Parts not issued"),
            "res_model": "auto.order.issue",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_ids": self.ids},
        }

    def _get_lines_not_issued(self):
        """Parts of the orders that would stay here when the cars are handed over."""
        return self.order_line.filtered(lambda line: line._get_missing_qty() > 0)

    def _get_issuable_pickings(self):
        """Deliveries with reserved parts: they leave with the car."""
        return self.picking_ids.filtered(
            lambda picking: (
                picking.picking_type_code == "outgoing" and picking.state == "assigned"
            )
        )

    def _issue_parts(self):
        """Deliver the reserved parts, the rest stays open.

        :return: True
        """
        # sudo: the stock's rights do not decide who hands over a car
        pickings = self.sudo()._get_issuable_pickings()
        for move in pickings.move_ids:
            move.picked = True
        if pickings:
            pickings.with_context(
                skip_backorder=True, skip_sms=True, cancel_backorder=False
            ).button_validate()
        return True
