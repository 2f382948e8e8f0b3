from odoo import fields, models
from odoo.tools import format_amount

ACTIVITY = "auto_crm.mail_activity_type_due_again"
WATCHES = frozenset({"payment_status", "work_state"})


class SaleOrder(models.Model):
    """Money that was there when the car left is gone: the advisor is told."""

    _inherit = "sale.order"

    def _follow_money(self, changes):
        """Follow facts: look at the money of cars that have left."""
        for order in self.filtered("date_released"):
            change = changes[order]
            if change.before and change.names & WATCHES == {"payment_status"}:
                order._tell_due_again(change.before.payment_status)

    def _tell_due_again(self, status_before):
        """Give the advisor something to do when a released order is due again.

        It is taken away when the money is back.

        :param str status_before: what ``payment_status`` was
        """
        self.ensure_one()
        if self._is_settled():
            self.activity_unlink([ACTIVITY])
            return
        waiting = self.activity_search([ACTIVITY])
        if status_before not in ("none", "paid", "refund") or waiting:
            return
        user = self._get_advisor()
        order = self.with_context(
            lang=user.lang or self.env.lang, mail_activity_quick_update=True
        )
        order.activity_schedule(
            ACTIVITY,
            date_deadline=fields.Date.context_today(order),
            note=order.env._(
                "The car of %(order)s has left, and %(amount)s is due again: a payment "
                "was cancelled, or a document changed. Call the customer.",
                order=order.name,
                amount=format_amount(order.env, order.amount_due, order.currency_id),
            ),
            user_id=user.id,
        )

    def _get_advisor(self):
        """Return who looks after the order's customer."""
        self.ensure_one()
        user = self.user_id
        if user.active and user._is_internal():
            return user
        return self.env["crm.lead"]._get_fallback_user(self.company_id)
