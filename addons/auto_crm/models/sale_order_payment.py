from odoo import api, fields, models
from odoo.fields import Domain

# from nothing to pay to money that must go back: nothing is due
SETTLED = ("none", "paid", "refund")


class SaleOrder(models.Model):
    """What the customer still owes on a work order, or gets back, in words and sums."""

    _inherit = "sale.order"

    payment_status = fields.Selection(
        selection=[
            ("none", "Nothing to pay"),
            ("due", "To pay"),
            ("partial", "Partly paid"),
            ("prepaid", "Prepaid"),
            ("paid", "Paid"),
            ("overdue", "Overdue"),
            ("refund", "To refund"),
        ],
        compute="_compute_payment_status",
        store=True,
        copy=False,
        index="btree_not_null",
    )
    amount_due = fields.Monetary(
        string="To pay",
        compute="_compute_payment_status",
        store=True,
        copy=False,
        help="What the invoices, less credit notes, and the work not invoiced yet ask "
        "for, less the money received. Negative: the customer gets money back.",
    )
    amount_unused = fields.Monetary(
        string="Customer's money not used",
        compute="_compute_amount_unused",
        help="Payments on account that name the order, and what is left of payments of "
        "its invoices. They pay once they are matched with an invoice.",
    )

    @api.depends(
        "is_work_order",
        "state",
        "currency_id",
        "amount_total",
        "order_line.price_total",
        "order_line.product_uom_qty",
        "order_line.qty_delivered",
        "transaction_ids.state",
        "transaction_ids.amount",
        "transaction_ids.payment_id.state",
        "transaction_ids.payment_id.move_id.line_ids.amount_residual_currency",
        "transaction_ids.child_transaction_ids.state",
        "transaction_ids.child_transaction_ids.payment_id.state",
        "transaction_ids.child_transaction_ids.payment_id.move_id.line_ids"
        ".amount_residual_currency",
        "order_line.invoice_lines.price_total",
        "order_line.invoice_lines.quantity",
        "order_line.invoice_lines.move_id.state",
        "order_line.invoice_lines.move_id.amount_total",
        "order_line.invoice_lines.move_id.amount_residual",
        "order_line.invoice_lines.move_id.invoice_date_due",
        "order_line.invoice_lines.move_id.matched_payment_ids.state",
        "order_line.invoice_lines.move_id.matched_payment_ids.amount",
        "order_line.invoice_lines.move_id.reversal_move_ids.state",
        "order_line.invoice_lines.move_id.reversal_move_ids.amount_total",
        "order_line.invoice_lines.move_id.reversal_move_ids.amount_residual",
        "order_line.invoice_lines.move_id.reversal_move_ids.matched_payment_ids.state",
    )
    def _compute_payment_status(self):
        # sudo: the sum is the same for whoever changes an order
        for order in self.sudo():
            if order.is_work_order and order.state in ("sale", "cancel"):
                balance = order._get_balance()
                order.amount_due = balance["due"]
                order.payment_status = order._get_payment_status(balance)
            else:
                order.amount_due = 0.0
                order.payment_status = "none" if order.is_work_order else False

    @api.depends("amount_due", "partner_id")
    def _compute_amount_unused(self):
        # sudo: advisors do not read journal items, they read this sum
        orders = self.sudo().filtered(lambda order: order.is_work_order and order.id)
        unused = orders._get_unused_payments() if orders else {}
        for order in self:
            order.amount_unused = sum(unused.get(order.sudo(), []))

    def _get_payment_status(self, balance):
        """Sum the balance up in one word, which no sum is ever derived from.

        :param dict balance: see ``_get_balance``
        :return: a value of ``payment_status``
        """
        self.ensure_one()
        signs = {
            name: self.currency_id.compare_amounts(amount, 0.0)
            for name, amount in balance.items()
        }
        if signs["due"] < 0:
            return "refund"
        if signs["due"] == 0:
            return "paid" if signs["total"] > 0 else "none"
        if signs["overdue"] > 0:
            return "overdue"
        if signs["paid"] <= 0:
            return "due"
        return "prepaid" if signs["unbilled"] > 0 else "partial"

    def _is_settled(self):
        """Whether nothing is due; money may have to go back."""
        self.ensure_one()
        return self.currency_id.compare_amounts(self.amount_due, 0.0) <= 0

    def action_cancel(self):
        """Override of `sale`: tell what money is in work orders before they end.

        :return: the question's window when there is money or an open invoice
        """
        with_money = self.filtered("is_work_order")._filter_with_money()
        if not with_money or any(self.mapped("locked")):  # which core refuses
            return super().action_cancel()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel the order?"),
            "res_model": "auto.order.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_ids": self.ids},
        }

    def _filter_with_money(self):
        """Return the orders that hold money, or have an invoice that is open."""
        return self.filtered(
            lambda order: (
                # sudo: whoever cancels is told, also without rights on invoices
                order.state == "sale" and any(order.sudo()._get_money().values())
            )
        )

    def _get_money(self):
        """Return what a cancellation leaves to be settled, in the order's currency.

        :return: held: money of the customer; open: what posted documents leave open
        :rtype: dict[str, float]
        """
        self.ensure_one()
        shares = self._get_document_shares()
        sums = {
            "held": max(self._get_paid(shares), 0.0),
            "open": self._get_open(shares),
        }
        return {name: self.currency_id.round(value) for name, value in sums.items()}

    @api.model
    def _cron_refresh_overdue(self, batch_size=200):
        """Nothing changes when a due date passes: look at the orders that it did.

        Idempotent: an order that is overdue leaves the domain.
        """
        self.env["auto.cron.delay"]._run_each(
            "refresh_overdue",
            self,
            self._get_became_overdue_domain(),
            lambda order: order._recompute_payment_status(),
            batch_size,
        )

    @api.model
    def _get_became_overdue_domain(self):
        """Orders with an open instalment of yesterday or before, anywhere on earth.

        The compute decides by the day of each shop.
        """
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        late = Domain(
            [
                ("account_type", "=", "asset_receivable"),
                ("date_maturity", "<", tomorrow),
                ("amount_residual", ">", 0),
            ]
        )
        moves = self.env["account.move"]._search(
            Domain("state", "=", "posted")
            & Domain("move_type", "=", "out_invoice")
            & Domain("line_ids", "any", late)
        )
        return Domain("payment_status", "in", ("due", "partial", "prepaid")) & Domain(
            "order_line.invoice_lines.move_id", "in", moves
        )

    def _recompute_payment_status(self):
        for name in ("payment_status", "amount_due"):
            self.env.add_to_compute(self._fields[name], self)
        self.flush_recordset(["payment_status", "amount_due"])
