"""Use what of our addons a database has, a little; run in Odoo's shell, and kept.

Run by `./shop test-matrix` before it uninstalls them: a car that is repaired and paid
for, and one that is expected.
"""

from datetime import timedelta

from odoo import Command, fields

env = env["base"].with_context(tracking_disable=True).env  # noqa: F821 - the shell's
charts = env["account.chart.template"]
if not env.company.chart_template:
    charts.try_loading("generic_coa", env.company, install_demo=False)
number = env["auto.vehicle"].search_count([]) + 1
customer = env["res.partner"].create(
    {"name": f"Customer {number}", "phone": f"+7916123450{number}"}
)
model = env["fleet.vehicle.model"].search([], limit=1)
work = env["product.product"].create(
    {
        "name": "Brakes",
        "type": "service",
        "service_tracking": "auto_job",
        "norm_hours": 1.5,
        "labour_pricing": "fixed",
        "list_price": 500.0,
        "invoice_policy": "order",
        "taxes_id": [Command.clear()],
    }
)
orders = env["sale.order"]
for name in ("Brakes squeak", "Brakes are soft"):
    car = env["auto.vehicle"].create(
        {"partner_id": customer.id, "model_id": model.id, "year": 2019}
    )
    deal = env["crm.lead"].create(
        {
            "name": name,
            "type": "opportunity",
            "partner_id": customer.id,
            "vehicle_id": car.id,
            "wish": name,
        }
    )
    orders += env["sale.order"].create(
        {
            "partner_id": customer.id,
            "opportunity_id": deal.id,
            "order_line": [Command.create({"product_id": work.id})],
        }
    )
orders._record_consent("phone")
orders.action_confirm()
done, expected = orders
if "auto.booking" in env:
    # its own: it is run again after each addon that is installed
    post = env["auto.post"].create({"name": f"Lift {number}"})
    start = fields.Datetime.now().replace(hour=8, minute=0, second=0, microsecond=0)
    env["auto.booking"].create(
        {
            "order_id": expected.id,
            "post_id": post.id,
            "date_start": start + timedelta(days=7),
            "date_stop": start + timedelta(days=7, hours=1),
        }
    )
done.action_receive()
done.job_ids.action_start()
done.job_ids.action_done()
invoice = done._create_invoices()
invoice.action_post()
env["account.payment.register"].with_context(
    active_model="account.move", active_ids=invoice.ids
).create({}).action_create_payments()
done.action_release()
env.cr.commit()
