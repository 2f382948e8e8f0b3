from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .order_common import AutoOrderCommon

GROUPS = (
    "base.group_partner_manager",
    "sales_team.group_sale_salesman",
    "sales_team.group_sale_manager",
    "stock.group_stock_user",
    "account.group_account_invoice",
    "purchase.group_purchase_user",
    "hr.group_hr_user",
    "fleet.fleet_group_user",
)


@tagged("post_install", "-at_install")
class TestStockUsers(AutoOrderCommon):
    """Who has rights of Odoo only uses Odoo's screens as before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            group: new_test_user(
                cls.env, login=group.replace(".", "_"), groups=group, lang="en_US"
            )
            for group in GROUPS
        }
        cls.order = cls._create_agreed((cls.labour, 1), (cls.part, 2))
        cls.order.opportunity_id = cls.deal
        cls._invoice(cls.order)

    def _extended_views(self):
        """Return Odoo's views that ours extend."""
        ids = self.env["ir.model.data"].search(
            [("model", "=", "ir.ui.view"), ("module", "=like", "auto\\_%")]
        )
        views = self.env["ir.ui.view"].browse(ids.mapped("res_id")).exists()
        extended = views.filtered(
            lambda view: view.mode == "extension" and view.model
        ).inherit_id
        return extended.filtered(
            lambda view: view.type in ("form", "list") and view not in views
        )

    def _read(self, records, view):
        """Read what the view shows of our fields, as the web client does."""
        arch = etree.fromstring(records.get_view(view.id, view.type)["arch"])
        names = arch.xpath("//field[not(ancestor::field)]/@name")
        ours = [
            name
            for name in names
            if any(
                module.startswith("auto_") for module in records._fields[name]._modules
            )
        ]
        return records.web_read({name: {} for name in ours})

    def _open(self, records, view):
        """Open some records in a view, and a new one in a form."""
        self.env.invalidate_all()
        if not records.has_access("read"):
            return
        self._read(records.search([], limit=2), view)
        if view.type == "form" and records.has_access("create"):
            Form(records, view=view)

    def test_views_of_odoo_that_we_extend_are_read_with_its_rights(self):
        views = self._extended_views()
        self.assertIn("crm.lead", views.mapped("model"))
        refused = []
        for view in views:
            for group, user in self.users.items():
                try:
                    self._open(self.env[view.model].with_user(user), view)
                except AccessError as error:
                    refused.append((view.xml_id, group, str(error)))
        self.assertEqual(refused, [])

    def _refused_fields(self, record):
        """Return our fields of a record that are read with all, and cannot be."""
        for name in record.fields_get(attributes=()):
            modules = record._fields[name]._modules
            if any(module.startswith("auto_") for module in modules):
                try:
                    record.invalidate_recordset()
                    record.read([name])
                except AccessError:
                    yield f"{record._name}.{name}"

    def test_records_of_odoo_are_read_with_all_their_fields(self):
        """As an export does, or `read` without names."""
        self.order.user_id = self.users["sales_team.group_sale_salesman"]
        models = {"sale.order", "sale.order.line", "resource.resource"}
        models.update(self._extended_views().mapped("model"))
        refused = set()
        for model in models:
            for user in self.users.values():
                records = self.env[model].with_user(user)
                if records.has_access("read"):
                    for record in records.search([], order="id desc", limit=1):
                        refused.update(self._refused_fields(record))
        self.assertFalse(refused)

    def test_lists_that_only_the_car_service_reads_are_refused_by_name(self):
        salesperson = self.users["sales_team.group_sale_salesman"]
        work_order = self._create_agreed((self.labour, 1), user_id=salesperson.id)
        order = work_order.with_user(salesperson)
        self.env.invalidate_all()
        [values] = order.read()
        self.assertNotIn("job_ids", values)
        self.assertEqual(values["job_count"], 1)
        with self.assertRaises(AccessError):
            order.read(["job_ids"])
        self.assertIn("job_ids", work_order.with_user(self.advisor).fields_get())

    def test_another_pricelist_changes_no_price_of_a_stock_order_unasked(self):
        currency = self.env["res.currency"].create(
            {
                "name": "XTS",
                "symbol": "X",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 2.0})],
            }
        )
        table = self.env["product.product"].create({"name": "Table", "list_price": 50})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": table.id})],
            }
        )
        order.currency_id = currency
        self.assertEqual(order.order_line.price_unit, 50.0)

    def test_a_salesperson_reads_the_deal_of_a_work_order(self):
        salesperson = self.users["sales_team.group_sale_salesman"]
        self.deal.user_id = salesperson
        deal = self.deal.with_user(salesperson)
        self.env.invalidate_all()
        [values] = self._read(deal, self.env.ref("crm.crm_lead_view_form"))
        self.assertEqual(values["vehicle_id"], self.vehicle.id)

    def test_a_salesperson_names_the_customer_of_a_deal(self):
        """Of a customer with a car, which is proposed to who may see cars only."""
        vehicles = self.customer.vehicle_ids
        self.assertEqual(len(vehicles), 1)
        for user, car in (
            (self.users["sales_team.group_sale_salesman"], vehicles.browse()),
            (self.advisor, vehicles),
        ):
            self.env.invalidate_all()
            form = Form(self.env["crm.lead"].with_user(user))
            form.name = "Tables"
            form.partner_id = self.customer
            self.assertEqual(form.save().sudo().vehicle_id, car)

    def test_a_salesperson_sells_a_table(self):
        salesperson = self.users["sales_team.group_sale_salesman"]
        table = self.env["product.product"].create(
            {"name": "Table", "list_price": 50.0, "taxes_id": [Command.clear()]}
        )
        deals = self.env["crm.lead"].with_user(salesperson)
        deal = deals.create({"name": "Tables", "partner_id": self.customer.id})
        self.env.invalidate_all()
        action = deal.action_sale_quotations_new()
        form = Form(
            self.env["sale.order"]
            .with_user(salesperson)
            .with_context(**action["context"])
        )
        with form.order_line.new() as line:
            line.product_id = table
        order = form.save()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.opportunity_id, deal)

    def test_a_sales_manager_merges_deals_with_requests(self):
        manager = self.users["sales_team.group_sale_manager"]
        deals = self.env["crm.lead"].create(
            [{"name": "Tables", "type": "opportunity"} for _number in range(2)]
        )
        source = self.env["auto.request.source"].create({"name": "Site"})
        requests = self.env["auto.request"].create(
            [{"source_id": source.id, "lead_id": deal.id} for deal in deals]
        )
        self.env.invalidate_all()
        merged = deals.with_user(manager).merge_opportunity()
        self.assertEqual(requests.lead_id.ids, merged.ids)
