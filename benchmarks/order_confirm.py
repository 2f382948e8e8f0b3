"""Work orders confirmed and cancelled, against stock sale orders of the same lines.

Both have a deal, and parts on the shelf, and belong to an advisor. Ours also makes a
job for each labour line and moves the deal; the time ends where a commit would write.
"""

from odoo import Command

PRODUCTS = 25

env = globals()["env"]
bench = globals()["bench"]


def make_products():
    """Return labour that makes jobs, plain services and parts on stock."""
    values = {"type": "service", "list_price": 1000.0, "invoice_policy": "order"}
    labour = {**values, "service_tracking": "auto_job", "labour_pricing": "fixed"}
    part = {"type": "consu", "is_storable": True, "list_price": 500.0}
    products = [
        env["product.product"].create(
            [{**vals, "name": f"{name} {number}"} for number in range(PRODUCTS)]
        )
        for name, vals in (("Labour", labour), ("Service", values), ("Part", part))
    ]
    location = env["stock.warehouse"].search([], limit=1).lot_stock_id
    for product in products[-1]:
        env["stock.quant"]._update_available_quantity(product, location, 10000)
    return products


def make_orders(services, lines, count, *, is_work_order):
    """Return orders with deals, ready to confirm."""
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
    pairs = zip(services, parts, strict=True)
    products = [product for pair in pairs for product in pair][:lines]
    orders = env["sale.order"].with_user(advisor)
    return orders.create(
        [
            {
                "partner_id": deal.partner_id.id,
                "opportunity_id": deal.id,
                "user_id": advisor.id,
                "is_work_order": is_work_order,
                "order_line": [
                    Command.create({"product_id": product.id}) for product in products
                ],
            }
            for deal in deals
        ]
    )


def each(orders, action):
    """Return a function that does it to the next order, as one request does."""
    queue = iter(orders)

    def do_next():
        getattr(next(queue).with_prefetch(), action)()
        env.flush_all()
        env.cr.precommit.run()

    return do_next


def compare(lines, count, *, confirm, cancel):
    """Compare orders of so many lines, confirmed and then cancelled."""
    ours = make_orders(labour, lines, count, is_work_order=True)
    stock = make_orders(services, lines, count, is_work_order=False)
    env.flush_all()
    env.cr.precommit.run()
    for action, title, goal in (
        ("action_confirm", "Confirm", confirm),
        ("action_cancel", "Cancel", cancel),
    ):
        bench.compare(
            f"{title} an order, lines: {lines}",
            ours=each(ours, action),
            stock=each(stock, action),
            goal=goal,
            repeat=count - 1,
        )


advisor = env["res.users"].create(
    {
        "name": "Advisor",
        "login": "bench_advisor",
        "tz": "UTC",
        "group_ids": [Command.link(env.ref("auto_crm.auto_crm_group_advisor").id)],
    }
)
labour, services, parts = make_products()
compare(1, 40, confirm=1.15, cancel=1.3)
compare(4, 40, confirm=1.15, cancel=1.3)
compare(50, 10, confirm=1.3, cancel=1.3)
