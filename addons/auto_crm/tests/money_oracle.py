"""What an order owes, worked out anew from raw rows: the judge of the property test.

Nothing here reads a field that our addons compute, nor calls a method of theirs: rows
of Odoo's own tables and plain arithmetic, so that a mistake is not made twice.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

ZERO = Decimal(0)
CENT = Decimal("0.01")
LIVE = ("in_process", "paid")


def decimal(number):
    """Return a number of the database without the dust of binary fractions."""
    return Decimal(str(number or 0))


def clamp(number, least, most):
    return max(least, min(number, most))


def is_posted(row):
    return row["state"] == "posted"


def sign_of(document):
    return 1 if document["move_type"] == "out_invoice" else -1


@dataclass
class Money:
    """What is true of an order: work and money, and what is left between them."""

    state: str = "draft"
    total: Decimal = ZERO
    paid: Decimal = ZERO
    due: Decimal = ZERO
    has_unbilled: bool = False
    is_overdue: bool = False
    slack: Decimal = ZERO  # cents that rounding by line or by document may differ by

    def is_due(self, amount):
        """Whether the amount is what is due, as near as rounding allows."""
        rounded = self.due.quantize(CENT, rounding=ROUND_HALF_UP)
        return abs(decimal(amount) - rounded) <= self.slack

    def get_status(self, due=None):
        """Return the status that goes with the sums.

        :param due: the sum due as rounded elsewhere, the own one by default
        """
        due = self.due.quantize(CENT) if due is None else decimal(due)
        if self.state in ("draft", "sent"):
            return "none"
        if due < 0:
            return "refund"
        if due == 0:
            return "paid" if self.total > 0 and self.state == "sale" else "none"
        if self.is_overdue:
            return "overdue"
        if self.paid <= 0:
            return "due"
        return "prepaid" if self.has_unbilled else "partial"


class MoneyOracle:
    """Reads rows by SQL and tells what orders owe."""

    def __init__(self, cr):
        self.cr = cr

    def judge(self, order_id):
        """Return the money of an order.

        :rtype: Money
        """
        (order,) = self._rows(
            """SELECT id, name, state, amount_total, company_id
                 FROM sale_order WHERE id = %(order)s""",
            order=order_id,
        )
        money = Money(state=order["state"])
        if order["state"] in ("draft", "sent"):
            return money
        documents = self._read_documents(order_id)
        posted = [row for row in documents if row["state"] == "posted"]
        money.paid = self._sum_paid(order_id, posted)
        money.is_overdue = self._is_overdue(order, posted)
        money.slack = CENT if any(row["share"] != 1 for row in posted) else ZERO
        if order["state"] == "cancel":
            money.due = -money.paid if money.paid > 0 else self._sum_open(posted)
            return money
        unbilled = self._read_unbilled(order)
        billed = sum((sign_of(row) * row["work"] for row in posted), ZERO)
        money.total = billed + sum(unbilled.values(), ZERO)
        money.has_unbilled = any(amount > 0 for amount in unbilled.values())
        if posted and any(unbilled.values()):
            money.slack += CENT * len(unbilled)
        money.due = money.total - money.paid
        return money

    def _rows(self, query, **params):
        """Return the rows of a query as dicts."""
        self.cr.execute(query, params)
        return self.cr.dictfetchall()

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------

    def _read_documents(self, order_id):
        """Return invoices and credit notes of the order: its part, its work of each."""
        documents = self._rows(
            """SELECT DISTINCT move.id, move.move_type, move.state, move.amount_total,
                      move.amount_residual, move.reversed_entry_id
                 FROM account_move move
                 JOIN account_move_line line ON line.move_id = move.id
                 JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
                 JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                WHERE sale_line.order_id = %(order)s
                  AND move.move_type IN ('out_invoice', 'out_refund')""",
            order=order_id,
        )
        documents += self._rows(
            """SELECT move.id, move.move_type, move.state, move.amount_total,
                      move.amount_residual, move.reversed_entry_id
                 FROM account_move move
                WHERE move.reversed_entry_id = ANY(%(moves)s)
                  AND move.move_type = 'out_refund'
                  AND NOT EXISTS (
                      SELECT FROM account_move_line line
                        JOIN sale_order_line_invoice_rel rel
                             ON rel.invoice_line_id = line.id
                       WHERE line.move_id = move.id)""",
            moves=[row["id"] for row in documents],
        )
        for row in documents:
            row.update(self._get_part(order_id, row["id"]))
            if row["share"] is None:  # typed by hand: goes where its invoice went
                origin = self._get_part(order_id, row["reversed_entry_id"])
                is_work = bool(origin["work"] or not origin["advance"])
                row["share"] = origin["share"]
                row["work"] = is_work * origin["share"] * decimal(row["amount_total"])
        return documents

    def _get_part(self, order_id, move_id):
        """Return which part of a document is the order's.

        :return: dict(share, work, advance): the part of the whole, what of it is work
            (lines typed by hand too) and what is down payment
        """
        lines = self._rows(
            """SELECT line.price_total, sale_line.order_id,
                      COALESCE(sale_line.is_downpayment, FALSE) AS is_advance
                 FROM account_move_line line
            LEFT JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = line.id
            LEFT JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                WHERE line.move_id = %(move)s AND line.display_type = 'product'""",
            move=move_id,
        )
        (move,) = self._rows(
            "SELECT amount_total FROM account_move WHERE id = %(move)s", move=move_id
        )
        linked = [line for line in lines if line["order_id"]]
        own = [line for line in linked if line["order_id"] == order_id]
        if not linked:
            return {"share": None, "work": ZERO, "advance": ZERO}
        whole = sum(decimal(line["price_total"]) for line in linked)
        share = Decimal(1)
        if own != linked:
            mine = sum(decimal(line["price_total"]) for line in own)
            share = mine / whole if whole else Decimal(len(own)) / len(linked)
        advance = sum(
            (decimal(line["price_total"]) for line in own if line["is_advance"]), ZERO
        )
        own_total = sum((decimal(line["price_total"]) for line in own), ZERO)
        by_hand = share * (decimal(move["amount_total"]) - whole)
        return {
            "share": share,
            "work": own_total - advance + by_hand,
            "advance": advance,
        }

    def _sum_open(self, posted):
        return sum(
            (
                sign_of(row) * row["share"] * decimal(row["amount_residual"])
                for row in posted
            ),
            ZERO,
        )

    def _is_overdue(self, order, posted):
        """Whether the day of an open instalment is over where the shop is."""
        (zone,) = self._rows(
            """SELECT calendar.tz
                 FROM res_company company
            LEFT JOIN resource_calendar calendar
                      ON calendar.id = company.resource_calendar_id
                WHERE company.id = %(company)s""",
            company=order["company_id"],
        )
        today = datetime.now(ZoneInfo(zone["tz"] or "UTC")).date()
        return any(
            self._sum_late(row, today) > self._sum_entryless(row)
            for row in posted
            if row["move_type"] == "out_invoice"
        )

    def _sum_late(self, invoice, today):
        """Return what is open of the instalments that were due before a day."""
        (row,) = self._rows(
            """SELECT SUM(line.amount_residual_currency) AS amount
                 FROM account_move_line line
                 JOIN account_account account ON account.id = line.account_id
                WHERE line.move_id = %(move)s AND line.date_maturity < %(today)s
                  AND account.account_type = 'asset_receivable'""",
            move=invoice["id"],
            today=today,
        )
        return decimal(row["amount"])

    # ------------------------------------------------------------------
    # Work that is not billed yet
    # ------------------------------------------------------------------

    def _read_unbilled(self, order):
        """Return {sale line: what is still to bill, negative: to refund}."""
        lines = self._rows(
            """SELECT id, product_uom_qty, price_total
                 FROM sale_order_line
                WHERE order_id = %(order)s AND display_type IS NULL
                  AND NOT COALESCE(is_downpayment, FALSE)""",
            order=order["id"],
        )
        bills = defaultdict(list)
        for bill in self._read_bills(order["id"]):
            bills[bill["order_line_id"]].append(bill)
        unbilled = {
            line["id"]: self._get_unbilled(line, bills[line["id"]]) for line in lines
        }
        posted = [row for rows in bills.values() for row in rows if is_posted(row)]
        if lines and not posted:
            # nothing is billed: the total of the order, rounded as Odoo rounds it
            rest = decimal(order["amount_total"]) - sum(unbilled.values())
            unbilled[lines[0]["id"]] += rest
        return unbilled

    def _read_bills(self, order_id):
        return self._rows(
            """SELECT rel.order_line_id, line.quantity, line.price_total,
                      line.price_unit * (1 - COALESCE(line.discount, 0) / 100) AS price,
                      move.move_type, move.state, move.id AS move_id,
                      move.reversed_entry_id
                 FROM sale_order_line_invoice_rel rel
                 JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                 JOIN account_move_line line ON line.id = rel.invoice_line_id
                 JOIN account_move move ON move.id = line.move_id
                WHERE sale_line.order_id = %(order)s
                  AND move.state IN ('draft', 'posted')
                  AND move.move_type IN ('out_invoice', 'out_refund')""",
            order=order_id,
        )

    def _get_unbilled(self, line, bills):
        """Return what is still to bill of one line, negative: to refund."""
        billed, back, drafted = ZERO, ZERO, ZERO
        billed_sum = ZERO
        for bill in bills:
            quantity = decimal(bill["quantity"])
            if bill["state"] == "draft":
                drafted += quantity if bill["move_type"] == "out_invoice" else 0
            elif bill["move_type"] == "out_invoice":
                billed += quantity
                billed_sum += decimal(bill["price_total"])
            elif quantity < 0:  # an invoice below zero is turned into a credit note
                billed -= quantity
                billed_sum -= decimal(bill["price_total"])
            elif self._gives_back(bill, bills):
                back += quantity
        ordered = decimal(line["product_uom_qty"])
        rest = ordered - clamp(ordered, billed - back, billed)
        anew = max(drafted - max(ordered - billed, ZERO), ZERO)
        rest += min(anew, back, max(ordered - (billed - back), ZERO))
        if billed and (rest < 0 or not ordered):  # given up: at the price it had
            return rest * billed_sum / billed
        return rest * decimal(line["price_total"]) / ordered if rest else ZERO

    def _gives_back(self, credit, bills):
        """Whether a credited line takes back what was sold: not for less money."""
        prices = {
            bill["move_id"]: decimal(bill["price"])
            for bill in bills
            if bill["state"] == "posted" and bill["move_type"] == "out_invoice"
        }
        if credit["reversed_entry_id"] in prices:
            return decimal(credit["price"]) >= prices[credit["reversed_entry_id"]] - (
                CENT / 2
            )
        return decimal(credit["price"]) >= min(prices.values(), default=ZERO) - CENT / 2

    # ------------------------------------------------------------------
    # Money
    # ------------------------------------------------------------------

    def _sum_paid(self, order_id, posted):
        """Return the customer's money that the shop holds for the order."""
        paid = ZERO
        for row in posted:
            settled = decimal(row["amount_total"]) - decimal(row["amount_residual"])
            settled -= self._sum_settled_inside(row, posted)
            room = decimal(row["amount_total"]) - settled
            entryless = min(self._sum_entryless(row), room)
            paid += sign_of(row) * row["share"] * (settled + entryless)
        return paid + self._sum_online(order_id)

    def _sum_settled_inside(self, document, posted):
        """Return what a document's credit notes, or its invoice, have settled of it.

        That is no money: it stays with the lines that were credited, of any order.
        """
        own = {row["id"] for row in posted}
        own |= {document["reversed_entry_id"]}
        own |= {
            row["id"]
            for row in self._rows(
                "SELECT id FROM account_move WHERE reversed_entry_id = %(move)s",
                move=document["id"],
            )
        }
        (row,) = self._rows(
            """SELECT SUM(partial.amount) AS amount
                 FROM account_partial_reconcile partial
                 JOIN account_move_line debit ON debit.id = partial.debit_move_id
                 JOIN account_move_line credit ON credit.id = partial.credit_move_id
                WHERE %(move)s IN (debit.move_id, credit.move_id)
                  AND debit.move_id = ANY(%(own)s) AND credit.move_id = ANY(%(own)s)""",
            move=document["id"],
            own=list(own - {None} | {document["id"]}),
        )
        return decimal(row["amount"])

    def _sum_entryless(self, document):
        """Return what was paid without an entry: the document stays open in books."""
        (row,) = self._rows(
            """SELECT SUM(payment.amount) AS amount
                 FROM account_payment payment
                 JOIN account_move__account_payment rel ON rel.payment_id = payment.id
                WHERE rel.invoice_id = %(move)s AND payment.move_id IS NULL
                  AND payment.state = ANY(%(live)s)""",
            move=document["id"],
            live=list(LIVE),
        )
        return decimal(row["amount"])

    def _sum_online(self, order_id):
        """Return what was paid online and no invoice has used up, less refunds."""
        transactions = self._rows(
            """WITH RECURSIVE family AS (
                   SELECT transaction_id AS id FROM sale_order_transaction_rel
                    WHERE sale_order_id = %(order)s
                    UNION
                   SELECT child.id FROM payment_transaction child
                     JOIN family ON family.id = child.source_transaction_id)
               SELECT tx.id, tx.amount, tx.payment_id, payment.state,
                      payment.move_id
                 FROM payment_transaction tx
                 JOIN family ON family.id = tx.id
            LEFT JOIN account_payment payment ON payment.id = tx.payment_id
                WHERE tx.state = 'done'""",
            order=order_id,
        )
        return sum((self._get_online(row) for row in transactions), ZERO)

    def _get_online(self, transaction):
        """Return what of a transaction is money that no document counts."""
        if not transaction["payment_id"]:
            return decimal(transaction["amount"])
        if transaction["state"] not in LIVE:
            return ZERO
        if transaction["move_id"]:
            return self._get_residual(transaction["move_id"])
        (used,) = self._rows(
            """SELECT count(*) FROM account_move__account_payment rel
                 JOIN account_move move ON move.id = rel.invoice_id
                WHERE rel.payment_id = %(payment)s AND move.state = 'posted'""",
            payment=transaction["payment_id"],
        )
        return ZERO if used["count"] else decimal(transaction["amount"])

    def _get_residual(self, move_id):
        """Return what of a payment's entry is not matched: + for money received."""
        (row,) = self._rows(
            """SELECT -COALESCE(SUM(line.amount_residual_currency), 0) AS open
                 FROM account_move_line line
                 JOIN account_account account ON account.id = line.account_id
                 JOIN account_move move ON move.id = line.move_id
                WHERE move.id = %(move)s AND move.state = 'posted'
                  AND account.account_type = 'asset_receivable'""",
            move=move_id,
        )
        return decimal(row["open"])
