"""Work in a database that has other modules of Odoo beside our addons.

Run by `./shop test-matrix`, in each of its databases.
"""

from lxml import etree

from odoo import Command
from odoo.tests import Form, TransactionCase, new_test_user, tagged

SALES = "sales_team.group_sale_salesman"
WAREHOUSE = "stock.group_stock_user"
INVOICING = "account.group_account_invoice"
ACCOUNTANT = "account.group_account_user"
ADVISOR = "auto_crm.auto_crm_group_advisor"


class BesideCommon(TransactionCase):
    """A company with a chart of accounts, and people with rights of Odoo only."""

    GROUPS = (SALES, WAREHOUSE, INVOICING)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(lang="en_US", tracking_disable=True).env
        cls._make_chart()
        cls.users = {
            groups: new_test_user(
                cls.env, login=groups.replace(".", "_"), groups=groups, lang="en_US"
            )
            for groups in cls.GROUPS
        }
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.goods = cls._make_product("Table", type="consu", is_storable=True)
        cls.service = cls._make_product("Assembly", type="service")
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.goods, warehouse.lot_stock_id, 10
        )

    @classmethod
    def _make_chart(cls):
        """Give the company its accounts, if it has none."""
        if not cls.env.company.chart_template:
            charts = cls.env["account.chart.template"]
            charts.try_loading("generic_coa", cls.env.company, install_demo=False)

    @classmethod
    def _make_product(cls, name, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "list_price": 100.0,
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
                **vals,
            }
        )

    def _as(self, groups, record):
        """Return a record as one user sees it."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(self.users[groups])

    def _read_form(self, record, view=None):
        """Read all that a form shows, as the web client does."""
        arch = etree.fromstring(record.get_view(view and view.id, "form")["arch"])
        fields = arch.xpath("//field[not(ancestor::field)]/@name")
        [values] = record.web_read({name: {} for name in fields})
        return values


@tagged("post_install", "-at_install")
class TestStockUsers(BesideCommon):
    """Who has rights of Odoo only sells as before."""

    def _quote(self, *products):
        """Type a quotation into Odoo's own form, as a salesperson."""
        orders = self.env["sale.order"].with_user(self.users[SALES])
        view = self.env.ref("sale.view_order_form")
        form = Form(orders, view=view)
        form.partner_id = self.customer
        for product in products:
            with form.order_line.new() as line:
                line.product_id = product
                line.product_uom_qty = 2
        return form.save()

    def _deliver(self, order):
        picking = self._as(WAREHOUSE, order.sudo().picking_ids)
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def _invoice(self, order):
        order = self._as(SALES, order)
        wizard = self.env["sale.advance.payment.inv"].with_user(self.users[SALES])
        wizard.with_context(active_model="sale.order", active_ids=order.ids).create(
            {"advance_payment_method": "delivered"}
        ).create_invoices()
        return self._as(INVOICING, order.sudo().invoice_ids)

    def _pay(self, invoice):
        invoice.action_post()
        wizard = self.env["account.payment.register"].with_user(self.users[INVOICING])
        wizard.with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        ).action_create_payments()

    def _sell(self, *products):
        order = self._quote(*products)
        order.action_quotation_sent()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        if order.sudo().picking_ids:
            self._deliver(order)
        self._read_form(self._as(SALES, order))
        invoice = self._invoice(order)
        self.assertEqual(invoice.amount_total, 200.0 * len(products))
        self._pay(invoice)
        self._read_form(invoice)
        self.assertEqual(invoice.amount_residual, 0.0)
        order = self._as(SALES, order)
        self.assertEqual(order.invoice_status, "invoiced")
        return order

    def test_goods_are_sold(self):
        order = self._sell(self.goods, self.service)
        self.assertEqual(order.order_line.mapped("qty_delivered")[:1], [2.0])

    def test_a_service_is_sold(self):
        self._sell(self.service)

    def test_an_opportunity_becomes_a_quotation(self):
        team = self.env["crm.team"].create({"name": "Furniture"})
        deals = self.env["crm.lead"].with_user(self.users[SALES])
        deal = deals.create(
            {"name": "Tables", "partner_id": self.customer.id, "team_id": team.id}
        )
        action = deal.action_sale_quotations_new()
        orders = self.env["sale.order"].with_user(self.users[SALES])
        order = Form(orders.with_context(**action["context"])).save()
        self.assertEqual(order.opportunity_id, deal)
        if "is_work_order" in order._fields:  # ours may have gone
            self.assertFalse(order.is_work_order)
        self._read_form(self._as(SALES, deal))


@tagged("post_install", "-at_install")
class TestAccountant(BesideCommon):
    """Odoo's accountants read our orders, whatever else is installed."""

    GROUPS = (ADVISOR, ACCOUNTANT)

    def test_a_work_order_is_opened(self):
        labour = self._make_product(
            "Brakes", type="service", service_tracking="auto_job", norm_hours=1.5
        )
        brand = self.env["fleet.vehicle.model.brand"].create({"name": "Brand"})
        model = self.env["fleet.vehicle.model"].create(
            {"name": "Model", "brand_id": brand.id}
        )
        car = self.env["auto.vehicle"].create(
            {"partner_id": self.customer.id, "model_id": model.id}
        )
        orders = self.env["sale.order"].with_user(self.users[ADVISOR])
        order = orders.create(
            {
                "partner_id": self.customer.id,
                "vehicle_id": car.id,
                "is_work_order": True,
                "order_line": [
                    Command.create({"product_id": product.id})
                    for product in (labour, self.goods)
                ],
            }
        )
        order.action_confirm()
        view = self.env.ref("auto_crm.sale_order_view_form_work_order")
        values = self._read_form(self._as(ACCOUNTANT, order), view)
        self.assertEqual(values["vehicle_id"], car.id)
