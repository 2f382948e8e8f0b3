"""What may happen to the money of an order, step by step, for the property test."""

from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import NamedTuple
from unittest.mock import patch

from hypothesis import note
from hypothesis import strategies as st

from odoo import Command, fields
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import mute_logger

from .money_oracle import MoneyOracle

WHICH = st.integers(0, 3)  # of the orders, lines, documents or payments there are
QUANTITIES = st.sampled_from((1, 2, 3, 0.333, 1.5))
PRICES = st.sampled_from((1000, 500, 100.01, 33.33, 1500))
DISCOUNTS = st.sampled_from((0, 0, 33.33, 50))
SUMS = st.sampled_from((300, 100.01, 1000, 2500))
PARTS = st.sampled_from((1, 1, 1, 0.5, 1.25))  # of what is open
POST = st.sampled_from((True, True, False))
ADVANCES = st.sampled_from((("percentage", 100), ("percentage", 30), ("fixed", 700)))

BEGINNING = st.fixed_dictionaries(
    {
        "tax": st.sampled_from(("none", "excluded", "included")),
        "lines": st.lists(
            st.tuples(QUANTITIES, PRICES, DISCOUNTS), min_size=1, max_size=3
        ),
        "other": st.sampled_from((None, None, (2, 1000, 0), (1, 100.01, 50))),
        "has_entries": st.sampled_from((True, True, False)),
        "confirmed": st.sampled_from((True, True, True, False)),
    }
)

STEPS = {}  # name: (weight, strategies of the arguments); the simplest first


class Step(NamedTuple):
    """One thing that somebody does, as an example prints it."""

    name: str
    arguments: dict

    def __repr__(self):
        arguments = ", ".join(f"{key}={val!r}" for key, val in self.arguments.items())
        return f"{self.name}({arguments})"


def step(weight=2, needs=(), steps=None, **arguments):
    """Decorate what may happen in an example.

    :param int weight: how often, compared with others
    :param tuple needs: what there must be: names of `MoneyShop._get_…`
    :param dict steps: what the step is added to, by default ``STEPS``
    :param arguments: strategies by the name of the method's argument
    """

    known = STEPS if steps is None else steps

    def register(method):
        known[method.__name__] = (weight, arguments)
        method.needs = needs
        return method

    return register


@st.composite
def stories(draw, length, steps=None):
    """Strategy of what happens in an example: so many steps."""
    steps = STEPS if steps is None else steps
    names = [name for name, (weight, _) in steps.items() for _ in range(weight)]
    story = []
    for _number in range(length):
        name = draw(st.sampled_from(names))
        arguments = steps[name][1]
        story.append(Step(name, {key: draw(arguments[key]) for key in arguments}))
    return story


class MoneyShop:
    """A customer with one or two orders, and everything that is done about money.

    What Odoo or we refuse is as good a step as any: it must leave nothing behind.
    """

    def __init__(self, test):
        self.test = test
        self.env = test.env
        self.oracle = MoneyOracle(self.env.cr)
        self.orders = self.env["sale.order"]
        self.tax = self.env["account.tax"]

    @contextmanager
    def open(self, tax, lines, other, has_entries, confirmed):
        """Begin an example, and leave nothing of it behind."""
        with ExitStack() as stack:
            savepoint = self.env.cr.savepoint()
            stack.callback(savepoint.close, rollback=True)
            stack.enter_context(  # letters with papers take most of the time
                patch.object(
                    self.env.registry["sale.order"],
                    "_send_order_notification_mail",
                    lambda orders, template: None,
                )
            )
            if not has_entries:
                stack.enter_context(self.test._pay_without_entries())
            self.tax = self.test.taxes[tax]
            self.orders = self._create_order(lines)
            if other:
                self.orders += self._create_order([other])
                self.orders[1].action_confirm()
            if confirmed:
                self.orders[0].action_confirm()
            yield self

    def play(self, story):
        """Do what can be done of the story, and look around after each step."""
        self.look()
        for name, arguments in story:
            method = getattr(self, name)
            if name == "rest" or not all(
                getattr(self, f"_get_{need}")() for need in method.needs
            ):
                continue
            note(repr(Step(name, arguments)))
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    method(**arguments)
            except (UserError, RedirectWarning) as error:
                note(f"    refused: {error}")
            self.look()

    def look(self):
        """Compare what every place tells with what is true."""
        self.test.run_events()
        self.env.invalidate_all()
        self.test.check_places(self.orders, self.oracle)

    # ------------------------------------------------------------------
    # What there is
    # ------------------------------------------------------------------

    @staticmethod
    def _pick(records, which):
        return records[which % len(records)]

    def _get_confirmed(self):
        return self.orders.filtered(lambda order: order.state == "sale")

    def _get_lines(self):
        return self.orders.order_line.filtered(
            lambda line: not line.display_type and not line.is_downpayment
        )

    def _search_moves(self, state):
        return self.env["account.move"].search(
            [
                ("partner_id", "=", self.test.customer.id),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", state),
            ],
            order="id",
        )

    def _get_drafts(self):
        return self._search_moves("draft")

    def _get_posted(self):
        return self._search_moves("posted")

    def _get_invoices(self):
        return self._get_posted().filtered(lambda m: m.move_type == "out_invoice")

    def _get_open(self):
        return self._get_posted().filtered("amount_residual")

    def _get_settled(self):
        return self._get_posted().filtered(
            lambda move: move.amount_residual < move.amount_total
        )

    def _get_payments(self):
        return self.env["account.payment"].search(
            [
                ("partner_id", "=", self.test.customer.id),
                ("state", "in", ("in_process", "paid")),
            ],
            order="id",
        )

    def _get_loose(self):
        """Lines of payments that are not matched with anything yet."""
        return self._get_payments().move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )

    def _get_transactions(self):
        return self.orders.transaction_ids.sorted("id")

    # ------------------------------------------------------------------
    # The order: the advisor's steps
    # ------------------------------------------------------------------

    def _create_order(self, lines):
        products = (self.test.labour, self.test.wash, self.test.wash)
        return (
            self.env["sale.order"]
            .with_user(self.test.advisor)
            .create(
                {
                    "partner_id": self.test.customer.id,
                    "vehicle_id": self.test.vehicle.id,
                    "opportunity_id": self.test.deal.id,
                    "order_line": [
                        Command.create(self._prepare_line(product, *line))
                        for product, line in zip(products, lines, strict=False)
                    ],
                }
            )
        )

    def _prepare_line(self, product, quantity, price, discount):
        return {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "price_unit": price,
            "discount": discount,
            "tax_ids": [Command.set(self.tax.ids)],
        }

    @step(weight=1)
    def rest(self):
        """Do nothing: the simplest of all steps."""

    @step(weight=1, which=WHICH)
    def confirm(self, which):
        self._pick(self.orders, which).action_confirm()

    @step(weight=3, which=WHICH, quantity=QUANTITIES | st.just(0), needs=("lines",))
    def change_quantity(self, which, quantity):
        line = self._pick(self._get_lines(), which)
        vals = {"product_uom_qty": quantity}
        line.order_id.order_line = [Command.update(line.id, vals)]

    @step(which=WHICH, price=PRICES, discount=DISCOUNTS, needs=("lines",))
    def change_price(self, which, price, discount):
        line = self._pick(self._get_lines(), which)
        vals = {"price_unit": price, "discount": discount}
        line.order_id.order_line = [Command.update(line.id, vals)]

    @step(which=WHICH, quantity=QUANTITIES, price=PRICES, discount=DISCOUNTS)
    def add_work(self, which, quantity, price, discount):
        vals = self._prepare_line(self.test.wash, quantity, price, discount)
        self._pick(self.orders, which).order_line = [Command.create(vals)]

    @step(weight=1, which=WHICH)
    def cancel_order(self, which):
        self._pick(self.orders, which).action_cancel()

    @step(weight=1, which=WHICH)
    def reopen_order(self, which):
        order = self._pick(self.orders, which)
        if order.state == "cancel":
            order.action_draft()
            order.action_confirm()

    @step(which=WHICH, needs=("confirmed",))
    def release(self, which):
        order = self._pick(self._get_confirmed(), which)
        due = self.oracle.judge(order.id).due
        if not order.date_received:
            order.action_receive()
        order.job_ids.action_done()
        if order.is_to_check:
            order.action_check()
        was_released = order.date_released
        order.action_release()
        if order.date_released and not was_released:
            assert due <= 0, f"{order.name} is released while {due} is due"

    # ------------------------------------------------------------------
    # Documents: the advisor's and the accountant's steps
    # ------------------------------------------------------------------

    @step(which=WHICH, method=ADVANCES, post=POST, needs=("confirmed",))
    def ask_advance(self, which, method, post):
        draft = self.test._bill(self._pick(self._get_confirmed(), which), *method)
        if post:
            self.test._post(draft)

    @step(
        weight=6,
        which=st.sampled_from(("all", 0, 1)),
        when=st.sampled_from(("now", "now", "late", "draft")),
        needs=("confirmed",),
    )
    def bill(self, which, when):
        orders = self._get_confirmed()
        drafts = self.test._bill(
            orders if which == "all" else self._pick(orders, which)
        )
        if when == "late":
            day = fields.Date.today() - timedelta(days=10)
            drafts.invoice_payment_term_id = False
            drafts.write({"invoice_date": day, "invoice_date_due": day})
        if when != "draft":
            self.test._post(drafts)

    @step(weight=3, which=WHICH, needs=("drafts",))
    def post(self, which):
        self.test._post(self._pick(self._get_drafts(), which))

    @step(which=WHICH, price=PRICES, needs=("drafts",))
    def type_on_draft(self, which, price):
        draft = self._pick(self._get_drafts(), which)
        if not draft._is_downpayment():
            tax = [Command.set(self.tax.ids)]
            line = {"name": "Bulb", "price_unit": price, "tax_ids": tax}
            draft.invoice_line_ids = [Command.create(line)]

    @step(
        weight=1,
        which=WHICH,
        method=st.sampled_from(("button_cancel", "unlink")),
        needs=("drafts",),
    )
    def drop_draft(self, which, method):
        draft = self._pick(self._get_drafts(), which)
        getattr(draft.with_user(self.test.accountant), method)()

    @step(which=WHICH, needs=("posted",))
    def take_back(self, which):
        move = self._pick(self._get_posted(), which)
        move.with_user(self.test.accountant).button_draft()

    @step(
        weight=6,
        which=WHICH,
        how=st.sampled_from(("whole", "whole", "anew", "part", "goodwill", "by hand")),
        post=POST,
        needs=("invoices",),
    )
    def credit(self, which, how, post):
        invoice = self._pick(self._get_invoices(), which)
        if how == "anew":
            self.test._credit(invoice, "modify_moves")
            return
        credit = self.test._credit(invoice).with_user(self.test.accountant)
        self._type_on_credit(credit, how)
        if post:
            self.test._post(credit)

    def _type_on_credit(self, credit, how):
        """Change a draft credit note as the accountant does."""
        lines = credit.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        if how == "part":
            lines[0].quantity /= 2
        elif how == "goodwill":
            for line in lines:
                line.price_unit /= 10
        elif how == "by hand":
            line = {"name": "Sorry", "price_unit": 99.99, "tax_ids": []}
            credit.invoice_line_ids = [Command.clear(), Command.create(line)]

    # ------------------------------------------------------------------
    # Money: the accountant's and the customer's steps
    # ------------------------------------------------------------------

    @step(
        weight=6,
        which=WHICH,
        part=st.sampled_from((1, 1, 1, 0.5, 1.25)),
        needs=("open",),
    )
    def settle(self, which, part):
        move = self._pick(self._get_open(), which)
        self.test._settle(move, move.currency_id.round(move.amount_residual * part))

    @step(
        which=WHICH,
        how=st.sampled_from(("cancel", "draft", "draft and cancel")),
        needs=("payments",),
    )
    def undo_payment(self, which, how):
        payment = self._pick(self._get_payments(), which)
        for method in how.split(" and "):
            getattr(payment.with_user(self.test.accountant), f"action_{method}")()

    @step(which=WHICH, amount=SUMS)
    def pay_on_account(self, which, amount):
        self.test._pay_on_account(self._pick(self.orders, which), amount)

    @step(weight=3, which=WHICH, other=WHICH, needs=("open", "loose"))
    def match(self, which, other):
        move = self._pick(self._get_open(), which)
        line = self._pick(self._get_loose(), other)
        move.with_user(self.test.accountant).js_assign_outstanding_line(line.id)

    @step(which=WHICH, needs=("settled",))
    def unmatch(self, which):
        lines = self._pick(self._get_settled(), which).line_ids
        partials = lines.matched_debit_ids + lines.matched_credit_ids
        partials[:1].with_user(self.test.accountant).unlink()

    @step(
        weight=4,
        which=WHICH,
        amount=SUMS,
        answer=st.sampled_from(("done", "done", "done, not processed", "authorized")),
    )
    def pay_online(self, which, amount, answer):
        self.test._pay_online(
            self._pick(self.orders, which),
            amount,
            state=answer.split(",")[0],
            process="not" not in answer,
        )

    @step(
        which=WHICH,
        answer=st.sampled_from(("done", "done", "canceled")),
        needs=("transactions",),
    )
    def hear_of_provider(self, which, answer):
        transaction = self._pick(self._get_transactions(), which)
        if transaction.state == "authorized":
            self.test._process_online(transaction, state=answer)
        elif not transaction.payment_id:
            transaction._post_process()

    @step(which=WHICH, amount=SUMS, needs=("transactions",))
    def refund_online(self, which, amount):
        transaction = self._pick(self._get_transactions(), which)
        self.test._refund_online(transaction, min(amount, transaction.amount))
