"""Sell with Odoo alone, before ours are installed; run in Odoo's shell, and kept.

Run by `./shop test-matrix used`. `test_used.py` finds what is made here by its name.
"""

from odoo import Command

env = env["base"].with_context(tracking_disable=True).env  # noqa: F821 - the shell's
charts = env["account.chart.template"]
if not env.company.chart_template:
    charts.try_loading("generic_coa", env.company, install_demo=False)
team = env.ref("sales_team.team_sales_department")
customer = env["res.partner"].create({"name": "Old customer"})
table = env["product.product"].create(
    {"name": "Old table", "list_price": 100.0, "taxes_id": [Command.clear()]}
)
deals = env["crm.lead"].create(
    [
        {
            "name": f"Old deal {number}",
            "type": "opportunity",
            "partner_id": customer.id,
            "team_id": team.id,
            "stage_id": env.ref(f"crm.stage_lead{number}").id,
        }
        for number in (1, 3, 4)
    ]
)
orders = env["sale.order"].create(
    [
        {
            "partner_id": customer.id,
            "opportunity_id": deal.id,
            "order_line": [Command.create({"product_id": table.id})],
        }
        for deal in deals
    ]
)
orders[1:].action_confirm()
invoice = orders[2]._create_invoices()
invoice.action_post()
env.cr.commit()
