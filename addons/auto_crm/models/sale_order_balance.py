from collections import defaultdict

from odoo import models


class SaleOrder(models.Model):
    """What a work order asks for and what was paid: its documents less its money.

    Documents are posted invoices less credit notes, and what is not billed yet. An
    invoice of an advance asks for money, not for work: it is no document, its payment
    is money. Every sum is signed, with taxes, in the order's currency.
    """

    _inherit = "sale.order"

    def _get_balance(self):
        """Return the sums that make up what is due.

        A cancelled order asks for nothing: it shows the money held for it, else what
        its invoices still leave open.

        :return: total, paid, unbilled, overdue, and due, which is total less paid
        :rtype: dict[str, float]
        """
        self.ensure_one()
        shares = self._get_document_shares()
        unbilled = self._get_unbilled() if self.state != "cancel" else 0.0
        total = unbilled + sum(
            self._get_document_work(move, share) for move, share in shares.items()
        )
        paid = self._get_paid(shares)
        overdue = sum(
            self._get_document_overdue(move, share) for move, share in shares.items()
        )
        if self.state == "cancel":
            is_held = self.currency_id.compare_amounts(paid, 0.0) > 0
            total = 0.0 if is_held else paid + self._get_open(shares)
        sums = {
            "total": total,
            "paid": paid,
            "unbilled": unbilled,
            "overdue": overdue,
            "due": total - paid,
        }
        return {name: self.currency_id.round(value) for name, value in sums.items()}

    def _get_paid(self, shares):
        """Return the money of the customer that documents and the order have taken."""
        documents = self.env["account.move"].union(*shares)
        return self._get_advance() + sum(
            self._get_document_paid(move, share, documents)
            for move, share in shares.items()
        )

    # ------------------------------------------------------------------
    # Invoices and credit notes
    # ------------------------------------------------------------------

    def _get_document_shares(self):
        """Return the order's posted invoices and credit notes with its part of each.

        A credit note belongs to the order of what it reverses, whatever its lines say.

        :return: {account.move: part of it that is this order's, 0 to 1}
        """
        self.ensure_one()
        linked = self.order_line.invoice_lines.move_id
        moves = linked
        while more := moves._get_reversals_by_hand() - moves:
            moves |= more
        return {
            move: self._get_document_share(move, linked)
            for move in moves
            if move.state == "posted" and move.is_sale_document()
        }

    def _get_document_share(self, move, linked):
        """Return the order's part of a document that may bill several orders.

        Lines typed in by hand are shared as the orders' lines are.

        :param linked: documents with lines of this order
        """
        while move not in linked:
            move = move.reversed_entry_id
        lines = move.invoice_line_ids.filtered("sale_line_ids")
        own = lines & self.order_line.invoice_lines
        if own == lines:
            return 1.0
        whole = sum(lines.mapped("price_total"))
        if move.currency_id.is_zero(whole):
            return len(own) / len(lines)
        return sum(own.mapped("price_total")) / whole

    def _get_document_work(self, move, share):
        """Return what a document asks for work and parts, without advances.

        What a credit note typed in by hand gives back is work, unless what it reverses
        bills advances only.
        """
        amount = move.amount_total * share
        origin = move
        while not origin.invoice_line_ids.sale_line_ids:  # typed in by hand
            origin = origin.reversed_entry_id
        own = origin.invoice_line_ids & self.order_line.invoice_lines
        advances = own.filtered(
            lambda line: any(
                (line.sale_line_ids & self.order_line).mapped("is_downpayment")
            )
        )
        if origin == move:
            amount -= sum(advances.mapped("price_total"))
        elif own == advances:
            amount = 0.0
        return self._convert_document(move, amount)

    def _get_document_paid(self, move, share, documents):
        """Return the money a document has taken; a credit note's is negative.

        What is not open any more was paid, but for what an invoice and its credit note
        settle between each other: that is money of neither.

        :param documents: all documents of the order
        """
        own = documents | move.reversal_move_ids | move.reversed_entry_id
        settled = move._get_settled_by(own)
        unposted = min(move._get_unposted_money(), move.amount_residual + settled)
        paid = move.amount_total - move.amount_residual - settled + unposted
        return self._convert_document(move, paid * share)

    def _get_document_overdue(self, move, share):
        """Return what is open of the instalments whose day has passed in the shop."""
        if move.move_type == "out_refund":
            return 0.0
        today = self.company_id._get_today()
        late = move.line_ids.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.date_maturity
                and line.date_maturity < today
            )
        )
        amount = (
            sum(late.mapped("amount_residual_currency")) - move._get_unposted_payment()
        )
        return self._convert_document(move, max(amount, 0.0) * share)

    def _get_open(self, shares):
        """Return what the documents leave open, signed."""
        return sum(
            self._convert_document(move, abs(move._get_open_amount()) * share)
            for move, share in shares.items()
        )

    def _convert_document(self, move, amount):
        """Return an amount of a document signed, in the order's currency."""
        signed = -amount if move.move_type == "out_refund" else amount
        return move.currency_id._convert(
            signed,
            self.currency_id,
            self.company_id,
            move.invoice_date or move.date,
            round=False,
        )

    # ------------------------------------------------------------------
    # What is not billed yet
    # ------------------------------------------------------------------

    def _get_unbilled(self):
        """Return the price of what is still to be billed; negative: too much was."""
        lines = self.order_line.filtered(
            lambda line: not line.display_type and not line.is_downpayment
        )
        unbilled = sum(line._get_unbilled_amount() for line in lines)
        if "posted" not in lines.invoice_lines.mapped("parent_state"):
            # taxes of the whole order are rounded otherwise than line by line
            unbilled += self.amount_total - sum(lines.mapped("price_total"))
        return unbilled

    # ------------------------------------------------------------------
    # Money that no invoice has used up
    # ------------------------------------------------------------------

    def _get_advance(self):
        """Return what was paid online and is not yet counted by an invoice."""
        self.ensure_one()
        return sum(
            transaction.currency_id._convert(
                transaction._get_unused_amount() / len(transaction.sale_order_ids),
                self.currency_id,
                self.company_id,
                transaction.last_state_change or transaction.create_date,
                round=False,
            )
            for transaction in self.transaction_ids
        )

    def _get_unused_payments(self):
        """Return the customer's money that names the order and pays nothing yet.

        Payments on account whose text names the order, and what is left of payments of
        its invoices. Payments online are an advance of the order: they are due's.

        :return: {order: list of amounts in the order's currency}
        """
        amounts = defaultdict(list)
        for line in self._search_unused_lines():
            paid = line.matched_debit_ids.debit_move_id.move_id
            for order in self:
                is_own = order.partner_id.commercial_partner_id == line.partner_id
                is_named = is_own and order._is_named_in(line.name, line.ref)
                if is_named or paid & order.order_line.invoice_lines.move_id:
                    amount = line.currency_id._convert(
                        -line.amount_residual_currency,
                        order.currency_id,
                        order.company_id,
                        line.date,
                    )
                    amounts[order].append(amount)
        return amounts

    def _search_unused_lines(self):
        """Return the open credits of the orders' customers that are no credit notes."""
        customers = (
            self.partner_id.commercial_partner_id
            | self.order_line.invoice_lines.move_id.commercial_partner_id
        )
        online = self.transaction_ids.payment_id.move_id
        return self.env["account.move.line"].search(
            [
                ("partner_id", "in", customers.ids),
                ("company_id", "in", self.company_id.ids),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("move_type", "=", "entry"),
                ("reconciled", "=", False),
                ("amount_residual", "<", 0),
                ("move_id", "not in", online.ids),
            ]
        )

    def _is_named_in(self, *texts):
        """Whether one of the texts names the order: S00244, not S002440."""
        self.ensure_one()
        words = "".join(
            sign if sign.isalnum() else " " for sign in " ".join(filter(None, texts))
        )
        name = "".join(sign if sign.isalnum() else " " for sign in self.name)
        return f" {name.casefold()} " in f" {words.casefold()} "
