"""Bonuses against stock `sale_loyalty`, and the nightly expiry of many cards.

Both orders have a deal and works, belong to an advisor, are paid with points of a card
and earn 5 %. Ours also makes jobs, moves the deal, keeps lots, and earns when the car
is paid and released; stock earns at confirmation, and is billed and paid only.
LOYALTY_CARDS sets how many cards expire.
"""

import os
import sys
import time
from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

env = globals()["env"]
bench = globals()["bench"]

CARDS = int(os.environ.get("LOYALTY_CARDS", "100000"))
BATCH = 1000


def make_products():
    """Return labour that makes jobs, and plain services of the same price."""
    values = {"type": "service", "list_price": 1000.0, "invoice_policy": "order"}
    labour = {**values, "service_tracking": "auto_job", "labour_pricing": "fixed"}
    return [
        env["product.product"].create(
            [{**vals, "name": f"{name} {number}"} for number in range(4)]
        )
        for name, vals in (("Labour", labour), ("Service", values))
    ]


def make_programs():
    """Return our programme and Odoo's, each for a price list of its own."""
    lists = env["product.pricelist"].create(
        [{"name": name, "currency_id": env.company.currency_id.id} for name in "AB"]
    )
    programs = env["loyalty.program"]
    ours = programs.create(
        {
            "name": "Bonuses",
            "is_bonus": True,
            "company_id": env.company.id,
            "pricelist_ids": lists[0].ids,
            "bonus_rule_ids": [
                Command.create({"line_kind": "labour", "percent": 5.0}),
            ],
        }
    )
    stock = programs.create(
        {
            "name": "Points",
            "program_type": "loyalty",
            "applies_on": "both",
            "trigger": "auto",
            "pricelist_ids": lists[1].ids,
            "rule_ids": [
                Command.create(
                    {"reward_point_mode": "money", "reward_point_amount": 0.05}
                )
            ],
            "reward_ids": [
                Command.create(
                    {
                        "reward_type": "discount",
                        "discount_mode": "per_point",
                        "discount": 1.0,
                        "discount_applicability": "order",
                    }
                )
            ],
        }
    )
    return ours, stock


def make_orders(program, products, count, *, is_work_order):
    """Return orders of customers who pay with 100 points, ready to confirm."""
    partners = env["res.partner"].create(
        [{"name": f"Customer {number}"} for number in range(count)]
    )
    deals = env["crm.lead"].create(
        [
            {
                "name": partner.name,
                "type": "opportunity",
                "partner_id": partner.id,
                "user_id": advisor.id,
            }
            for partner in partners
        ]
    )
    orders = env["sale.order"].create(
        [
            {
                "partner_id": deal.partner_id.id,
                "opportunity_id": deal.id,
                "user_id": advisor.id,
                "pricelist_id": program.pricelist_ids.id,
                "is_work_order": is_work_order,
                "order_line": [
                    Command.create({"product_id": product.id}) for product in products
                ],
            }
            for deal in deals
        ]
    )
    for order in orders:
        pay_with_points(order, program)
    env.flush_all()
    env.cr.precommit.run()
    return orders.with_user(advisor)


def pay_with_points(order, program):
    """Give the customer a card with 100 points, and let the order take them."""
    if program.is_bonus:
        card = env["loyalty.card"]._find_bonus_card(program, order.partner_id)
        card._add_bonus(100.0, "opening", date_usable=fields.Datetime.now())
        order._set_bonus_points(100.0)
        return
    card = env["loyalty.card"].create(
        {"program_id": program.id, "partner_id": order.partner_id.id, "points": 100.0}
    )
    order._update_programs_and_rewards()
    order._apply_program_reward(program.reward_ids, card)


def each(orders, action):
    """Return a function that does it to the next order, as one request does."""
    queue = iter(orders)

    def do_next():
        action(next(queue))
        env.flush_all()
        env.cr.precommit.run()

    return do_next


def bill_and_pay(order):
    """Bill the order and pay the bill, as the desk does."""
    invoice = order.sudo()._create_invoices()
    invoice.action_post()
    env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    ).create({})._create_payments()


def hand_over(order):
    """Bill, take the money, hand the car over."""
    bill_and_pay(order)
    order.action_release()


def compare(lines, count):
    """Compare orders of so many lines: confirmed; then billed, paid and released."""
    ours = make_orders(our_program, labour[:lines], count, is_work_order=True)
    stock = make_orders(stock_program, services[:lines], count, is_work_order=False)
    bench.compare(
        f"Confirm, paid with bonuses, lines: {lines}",
        ours=each(ours, lambda order: order.action_confirm()),
        stock=each(stock, lambda order: order.action_confirm()),
        goal=1.2,
        repeat=count - 1,
    )
    assert set(ours.order_line.coupon_id.mapped("points")) == {0.0}
    ours.action_receive()
    ours.job_ids.sudo().action_done()
    env.flush_all()
    env.cr.precommit.run()
    bench.compare(
        f"Bill, pay and hand over, lines: {lines}",
        ours=each(ours, hand_over),
        stock=each(stock, bill_and_pay),
        goal=1.2,
        repeat=count - 1,
    )
    earned = 0.05 * (1000.0 * lines - 100.0)
    assert set(ours.sudo().order_line.coupon_id.mapped("points")) == {earned // 1}


def multiply(record, count, **values):
    """Copy a row in the database; return the ids of the copies.

    :param values: SQL of columns that differ, by their names
    """
    env.flush_all()
    names = [
        name
        for name, field in record._fields.items()
        if field.store and field.column_type and name != "id"
    ]
    columns = SQL(", ").join(map(SQL.identifier, names))
    copied = SQL(", ").join(values.get(name, SQL.identifier(name)) for name in names)
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s, generate_series(1, %s) AS number"
            " WHERE id = %s RETURNING id",
            SQL.identifier(record._table),
            columns,
            copied,
            SQL.identifier(record._table),
            count,
            record.id,
        )
    )
    ids = [row[0] for row in env.cr.fetchall()]
    # else rows that refer to the copies are checked by reading the whole table
    env.cr.execute(SQL("ANALYZE %s", SQL.identifier(record._table)))
    return ids


def make_expired(count):
    """Return as many cards, each with a lot that has expired and one that has not."""
    card = env["loyalty.card"]._find_bonus_card(
        our_program, env["res.partner"].create({"name": "Holder"})
    )
    now = fields.Datetime.now()
    lots = [
        card._add_bonus(points, "opening", date_usable=now - timedelta(days=9), **vals)
        for points, vals in (
            (10.0, {"date_expire": now - timedelta(days=1)}),
            (5.0, {"date_expire": now + timedelta(days=1)}),
        )
    ]
    partners = multiply(card.partner_id, count)
    cards = multiply(
        card,
        count,
        partner_id=SQL("%s + number", partners[0] - 1),
        code=SQL("'bench' || number"),
    )
    for lot in lots:
        multiply(lot, count, card_id=SQL("%s + number", cards[0] - 1))
    env.cr.execute("ANALYZE")
    env.invalidate_all()
    return env["loyalty.card"].browse(cards)


def expire(count):
    """Let the lots of as many cards expire, and tell what a batch costs."""
    cards = make_expired(count)
    queries = []
    model = env.registry["loyalty.card"]
    take = model._expire_bonus

    def take_counted(batch):
        before = env.cr.sql_log_count
        take(batch)
        env.flush_all()
        if len(batch) == BATCH:
            queries.append(env.cr.sql_log_count - before)

    slices = iter(cards[start : start + BATCH] for start in range(0, count, BATCH))
    bench.measure(
        f"Expiry of a batch of {BATCH} cards",
        lambda: next(slices)._expire_bonus(),
        limit=2.0,
        repeat=7,
    )
    model._expire_bonus = take_counted
    start = time.perf_counter()
    env["loyalty.card"]._cron_expire_bonus(batch_size=BATCH)
    seconds = time.perf_counter() - start
    model._expire_bonus = take
    sys.stdout.write(
        f"Expiry of the rest of {count:,} cards: {seconds:.0f} s, "
        f"queries of a batch: {queries[0]}, then {sorted(set(queries[1:]))}\n"
    )
    assert len(set(queries[1:])) == 1, queries  # the first one fills caches
    env.cr.execute(
        "SELECT COUNT(*) FROM loyalty_card WHERE id = ANY(%s) AND points <> 5",
        [cards.ids],
    )
    assert env.cr.fetchone()[0] == 0


advisor = env["res.users"].create(
    {
        "name": "Advisor",
        "login": "bench_advisor",
        "tz": "UTC",
        "group_ids": [Command.link(env.ref("auto_crm.auto_crm_group_advisor").id)],
    }
)
if not env.company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", env.company)
labour, services = make_products()
(labour + services).taxes_id = False
our_program, stock_program = make_programs()
compare(1, 20)
compare(4, 20)
expire(CARDS)
