"""Confirming a work order, whose deal moves by itself, against a stock sale order.

Both have the same four lines, a deal and parts on the shelf. Ours also makes a job for
each labour line and moves the deal; the time ends where a commit would write.
"""

from odoo import Command

ORDERS = 40

env = globals()["env"]
bench = globals()["bench"]


def make_products():
    """Return labour that makes a job, a plain service and a part on stock."""
    values = {"type": "service", "list_price": 1000.0, "invoice_policy": "order"}
    labour, service, part = env["product.product"].create(
        [
            {
                **values,
                "name": "Labour",
                "service_tracking": "auto_job",
                "labour_pricing": "fixed",
            },
            {**values, "name": "Service"},
            {
                "name": "Part",
                "type": "consu",
                "is_storable": True,
                "list_price": 500.0,
            },
        ]
    )
    warehouse = env["stock.warehouse"].search([], limit=1)
    env["stock.quant"]._update_available_quantity(part, warehouse.lot_stock_id, 10000)
    return labour, service, part


def make_orders(service, part, *, is_work_order):
    """Return orders with deals, ready to confirm."""
    partners = env["res.partner"].create(
        [{"name": f"Customer {number}"} for number in range(ORDERS)]
    )
    deals = env["crm.lead"].create(
        [
            {"name": partner.name, "type": "opportunity", "partner_id": partner.id}
            for partner in partners
        ]
    )
    return env["sale.order"].create(
        [
            {
                "partner_id": deal.partner_id.id,
                "opportunity_id": deal.id,
                "is_work_order": is_work_order,
                "order_line": [
                    Command.create({"product_id": product.id})
                    for product in (service, service, part, part)
                ],
            }
            for deal in deals
        ]
    )


def confirm(orders):
    """Return a function that confirms the next order, as one request does."""
    queue = iter(orders)

    def confirm_next():
        next(queue).action_confirm()
        env.flush_all()
        env.cr.precommit.run()

    return confirm_next


labour, service, part = make_products()
ours = make_orders(labour, part, is_work_order=True)
stock = make_orders(service, part, is_work_order=False)
env.flush_all()
env.cr.precommit.run()
bench.compare(
    "Confirm an order of 4 lines, its deal moves",
    ours=confirm(ours),
    stock=confirm(stock),
    goal=1.3,
    repeat=ORDERS - 1,
)
