from odoo import api, fields, models


class SaleOrder(models.Model):
    """What the customer still owes on a work order: invoices, prepayments, refunds."""

    _inherit = "sale.order"

    payment_status = fields.Selection(
        selection=[
            ("none", "Nothing to pay"),
            ("due", "To pay"),
            ("partial", "Partly paid"),
            ("prepaid", "Prepaid"),
            ("paid", "Paid"),
            ("overdue", "Overdue"),
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
        help="What is not invoiced yet, plus what invoices leave open, less what was "
        "paid in advance. Negative: the customer gets money back.",
    )

    @api.depends(
        "is_work_order",
        "state",
        "amount_total",
        "currency_id",
        "transaction_ids.state",
        "transaction_ids.amount",
        "transaction_ids.payment_id.is_reconciled",
        "order_line.invoice_lines.price_total",
        "order_line.invoice_lines.move_id.state",
        "order_line.invoice_lines.move_id.amount_total",
        "order_line.invoice_lines.move_id.amount_residual",
        "order_line.invoice_lines.move_id.payment_state",
        "order_line.invoice_lines.move_id.invoice_date_due",
    )
    def _compute_payment_status(self):
        for order in self:
            if order.is_work_order and order.state == "sale":
                balance = order._get_balance()
                order.amount_due = order.currency_id.round(balance["due"])
                order.payment_status = order._get_payment_status(balance)
            else:
                order.amount_due = 0.0
                order.payment_status = "none" if order.is_work_order else False

    def _get_balance(self):
        """Sums of the order's posted invoices, refunds and advances, in its currency.

        :return: billed, refunded, drafted (re-invoiced, not posted), advance, due,
            overdue
        :rtype: dict[str, float]
        """
        self.ensure_one()
        sums = dict.fromkeys(("billed", "refunded", "drafted", "open", "overdue"), 0.0)
        today = fields.Date.context_today(self)
        for move in self.order_line.invoice_lines.move_id:
            total, residual = self._get_invoice_share(move)
            if move.state == "draft" and move.move_type == "out_invoice":
                sums["drafted"] += total
            if move.state != "posted":
                continue
            is_refund = move.move_type == "out_refund"
            sums["refunded" if is_refund else "billed"] += total
            sums["open"] += -residual if is_refund else residual
            if not is_refund and (move.invoice_date_due or today) < today:
                sums["overdue"] += residual
        sums["advance"] = self._get_advance()
        # what was refunded is owed again only when it is about to be invoiced anew
        sums["unbilled"] = max(self.amount_total - sums["billed"], 0.0)
        again = min(sums["drafted"], sums["refunded"])
        sums["due"] = sums["unbilled"] + again + sums["open"] - sums["advance"]
        return sums

    def _get_invoice_share(self, move):
        """This order's part of an invoice that may bill several orders.

        :return: total and what is left to pay of it, positive, in the order's currency
        :rtype: tuple(float, float)
        """
        self.ensure_one()
        lines = move.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        own = lines & self.order_line.invoice_lines
        whole = sum(lines.mapped("price_total"))
        share = 1.0
        if own != lines and whole:
            share = sum(own.mapped("price_total")) / whole
        residual = move.amount_residual
        if move.payment_state in ("paid", "in_payment", "reversed"):
            residual = 0.0
        return tuple(
            move.currency_id._convert(
                amount * share,
                self.currency_id,
                self.company_id,
                move.invoice_date or fields.Date.context_today(self),
            )
            for amount in (move.amount_total, residual)
        )

    def _get_advance(self):
        """Online payments that no posted invoice has used up."""
        self.ensure_one()
        done = self.transaction_ids.filtered(
            lambda tx: tx.state in ("authorized", "done")
        )
        return sum(tx._get_unused_amount() for tx in done)

    def _get_payment_status(self, balance):
        """Sum the balance up in one word.

        :param dict balance: see ``_get_balance``
        :return: a value of ``payment_status``
        """
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        total = max(self.amount_total, balance["billed"]) - balance["refunded"]
        due = balance["due"]
        paid = total - due
        if compare(total, 0.0) <= 0 and compare(due, 0.0) <= 0:
            return "none"
        if compare(due, 0.0) <= 0:
            return "paid"
        if compare(balance["overdue"], 0.0) > 0:
            return "overdue"
        if compare(paid, 0.0) <= 0:
            return "due"
        is_unbilled = compare(balance["unbilled"], 0.0) > 0
        return "prepaid" if is_unbilled else "partial"

    @api.model
    def _cron_refresh_overdue(self):
        """Nothing changes when a due date passes: look at the orders that it did."""
        today = fields.Date.context_today(self)
        orders = self.search(
            [
                ("payment_status", "in", ("due", "partial", "prepaid")),
                ("order_line.invoice_lines.move_id.state", "=", "posted"),
                ("order_line.invoice_lines.move_id.invoice_date_due", "<", today),
            ]
        )
        self.env.add_to_compute(self._fields["payment_status"], orders)
        self.env.add_to_compute(self._fields["amount_due"], orders)
        orders.flush_recordset(["payment_status", "amount_due"])
