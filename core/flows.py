"""Count the queries of what people with rights of Odoo only do every day.

Run by `./shop test-core` in Odoo's shell, with our addons and without. Nothing is kept;
the last line that it prints is the queries by flow, as JSON.
"""

import json
import sys

from lxml import etree

from odoo import Command
from odoo.tests import Form, new_test_user

env = env["base"].with_context(lang="en_US").env  # noqa: F821 - the shell's
SALES = "sales_team.group_sale_salesman"
GROUPS = {
    "sales": SALES,
    "leader": "sales_team.group_sale_manager",
    "stock": "stock.group_stock_user",
    "purchase": "purchase.group_purchase_user",
    "billing": "account.group_account_invoice",
    "hr": "hr.group_hr_user",
}
users = {
    role: new_test_user(env, login=f"flow-{role}", groups=groups)
    for role, groups in GROUPS.items()
}
team = env["crm.team"].create(
    {"name": "Furniture", "member_ids": [Command.link(users["sales"].id)]}
)
customer = env["res.partner"].create({"name": "Customer", "email": "c@example.com"})
vendor = env["res.partner"].create({"name": "Vendor"})
goods = env["product.product"].create(
    [
        {
            "name": f"Table {number}",
            "type": "consu",
            "is_storable": True,
            "list_price": 100.0,
            "invoice_policy": "order",
        }
        for number in range(5)
    ]
)
stock = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
for product in goods:
    env["stock.quant"]._update_available_quantity(product, stock.lot_stock_id, 1000)
employee = env["hr.employee"].create({"name": "Employee"})


def as_user(role, records):
    """Return records, or a model by its name, as one of the users sees them."""
    if isinstance(records, str):
        records = env[records]
    return records.with_user(users[role]).with_context(lang="en_US")


def show(records, xmlid=None, view_type="form"):
    """Load a view and read what it shows, as the web client does."""
    view = env.ref(xmlid) if xmlid else env["ir.ui.view"]
    arch = records.get_views([(view.id, view_type)])["views"][view_type]["arch"]
    fields = etree.fromstring(arch).xpath("//field[not(ancestor::field)]/@name")
    specification = {name: {} for name in fields}
    records.web_read(specification)


def create_deal():
    return as_user("sales", "crm.lead").create(
        {
            "name": "Tables",
            "type": "opportunity",
            "partner_id": customer.id,
            "team_id": team.id,
            "user_id": users["sales"].id,
        }
    )


def create_deals():
    for _number in range(10):
        create_deal()


def new_deal():
    with Form(as_user("sales", "crm.lead"), view="crm.crm_lead_view_form") as form:
        form.name = "Tables"
        form.partner_id = customer
        form.team_id = team
    return form.save()


def pipeline():
    deals = as_user("sales", "crm.lead")
    deals.get_views([(env.ref("crm.crm_case_kanban_view_leads").id, "kanban")])
    deals.web_read_group(
        [("team_id", "=", team.id)], ["stage_id"], ["expected_revenue:sum"]
    )
    found = deals.search([("team_id", "=", team.id)], limit=40)
    found.web_read({"name": {}, "partner_id": {"fields": {"display_name": {}}}})


def quote(lines=5):
    orders = as_user("sales", "sale.order")
    with Form(orders, view="sale.view_order_form") as form:
        form.partner_id = customer
        for product in goods[:lines]:
            with form.order_line.new() as line:
                line.product_id = product
    return form.save()


def quote_by_values():
    return as_user("sales", "sale.order").create(
        {
            "partner_id": customer.id,
            "order_line": [Command.create({"product_id": one.id}) for one in goods],
        }
    )


def sold():
    order = quote_by_values()
    order.action_confirm()
    return order


def deliver(order):
    picking = as_user("stock", order.sudo().picking_ids)
    picking.move_ids.picked = True
    picking.button_validate()


def invoice(order):
    order = as_user("sales", order)
    wizard = as_user("sales", "sale.advance.payment.inv").with_context(
        active_model="sale.order", active_ids=order.ids
    )
    wizard.create({"advance_payment_method": "delivered"}).create_invoices()
    return order.sudo().invoice_ids


def pay(move):
    wizard = as_user("billing", "account.payment.register").with_context(
        active_model="account.move", active_ids=move.ids
    )
    wizard.create({}).action_create_payments()


def purchase():
    return as_user("purchase", "purchase.order").create(
        {
            "partner_id": vendor.id,
            "order_line": [
                Command.create({"product_id": one.id, "product_qty": 3})
                for one in goods
            ],
        }
    )


def posted():
    move = invoice(sold())
    as_user("billing", move).action_post()
    return move


# title: what is done first and not counted, and what is counted
FLOWS = {
    "create 10 deals": (None, create_deals),
    "a deal typed into its form": (None, new_deal),
    "a deal opens": (
        create_deal,
        lambda deal: show(deal, "crm.crm_lead_view_form"),
    ),
    "the board of deals": (create_deals, lambda _none: pipeline()),
    "a deal is won": (create_deal, lambda deal: deal.action_set_won_rainbowman()),
    "a deal is lost": (create_deal, lambda deal: deal.action_set_lost()),
    "a quotation typed into its form": (None, quote),
    "a quotation created": (None, quote_by_values),
    "a quotation opens": (
        quote_by_values,
        lambda order: show(order, "sale.view_order_form"),
    ),
    "a quotation confirmed": (quote_by_values, lambda order: order.action_confirm()),
    "an order delivered": (sold, deliver),
    "an order invoiced": (sold, invoice),
    "an invoice posted": (
        lambda: invoice(sold()),
        lambda move: as_user("billing", move).action_post(),
    ),
    "an invoice paid": (posted, pay),
    "an invoice opens": (posted, lambda move: show(as_user("billing", move))),
    "an order cancelled": (sold, lambda order: order.sudo()._action_cancel()),
    "a purchase confirmed": (purchase, lambda order: order.button_confirm()),
    "a customer created": (
        None,
        lambda: as_user("sales", "res.partner").create({"name": "New"}),
    ),
    "a customer opens": (
        None,
        lambda: show(as_user("sales", customer), "base.view_partner_form"),
    ),
    "a product opens": (
        None,
        lambda: show(as_user("sales", goods[0].product_tmpl_id)),
    ),
    "an employee opens": (None, lambda: show(as_user("hr", employee))),
    "somebody comes and goes": (
        None,
        lambda: [employee._attendance_action_change() for _turn in range(2)],
    ),
}


def cost(prepare, function):
    """Return the queries of a flow, with nothing in the ORM's cache."""
    arguments = [prepare()] if prepare else []
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    function(*arguments)
    env.flush_all()
    return env.cr.sql_log_count - before


counts = {}
for _turn in range(2):  # the first fills the caches of the registry
    for title, flow in FLOWS.items():
        counts[title] = cost(*flow)
sys.stdout.write(json.dumps(counts) + "\n")
