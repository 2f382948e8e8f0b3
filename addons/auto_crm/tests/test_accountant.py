from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .order_common import AutoOrderCommon

GROUPS = ("account.group_account_invoice", "account.group_account_user")


@tagged("post_install", "-at_install")
class TestAccountant(AutoOrderCommon):
    """The accountant: Odoo's invoicing groups, nothing of ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountants = [
            new_test_user(cls.env, login=f"accountant_{number}", groups=group)
            for number, group in enumerate(GROUPS)
        ]

    def _invoice(self, order, user, method, **vals):
        """Press Create Invoice as a user, and Create Draft."""
        actions = self.env["ir.actions.actions"].with_user(user)
        action = actions._for_xml_id("sale.action_view_sale_advance_payment_inv")
        wizards = self.env[action["res_model"]].with_user(user)
        wizards = wizards.with_context(active_model="sale.order", active_ids=order.ids)
        with Form(wizards) as form:
            form.advance_payment_method = method
            for name, value in vals.items():
                form[name] = value
        form.record.create_invoices()
        return order.invoice_ids.sorted("id")[-1:]

    def test_the_accountant_opens_orders(self):
        order = self._create_agreed((self.labour, 1), (self.part, 1))
        order.opportunity_id = self.deal
        for user in self.accountants:
            with self.subTest(user=user.login):
                form = Form(order.with_user(user))
                self.assertEqual(form.name, order.name)

    def test_the_accountant_reads_all_that_the_work_order_shows(self):
        order = self._create_received((self.labour, 1), (self.part, 1))
        order.opportunity_id = self.deal
        invoice = self._invoice(order, self.advisor, "delivered")
        invoice.action_post()
        for user in self.accountants:
            self.env.invalidate_all()
            own = order.with_user(user)
            with self.subTest(user=user.login):
                view = own.get_view(own.get_formview_id(), "form")
                arch = etree.fromstring(view["arch"])
                [values] = own.web_read(self._get_specification(arch))
                self.assertEqual(values["payment_status"], "due")
                form = Form(own, view=own.get_formview_id())
                self.assertEqual(form.name, order.name)

    def test_every_filter_of_the_work_orders_works_for_him(self):
        view = self.env.ref("auto_crm.sale_order_view_search_work_order")
        for user in (*self.accountants, self.mechanic_user, self.advisor):
            orders = self.env["sale.order"].with_user(user)
            if not orders.has_access("read"):
                continue
            arch = etree.fromstring(orders.get_view(view.id, "search")["arch"])
            filters = arch.xpath("//filter[@domain]")
            self.assertTrue(filters)
            for node in filters:
                with self.subTest(user=user.login, filter=node.get("name")):
                    domain = safe_eval(node.get("domain"), {"uid": user.id})
                    self.assertIsInstance(orders.search_count(domain), int)

    def _get_specification(self, node):
        """Return what the web client asks for a form, the lists in it included."""
        specification = {}
        for field in node.iterdescendants("field"):
            parent = next(field.iterancestors("field"), None)
            if parent is (node if node.tag == "field" else None):
                inner = self._get_specification(field)
                specification[field.get("name")] = {"fields": inner} if inner else {}
        return specification

    def test_the_accountant_makes_the_invoice_of_an_order(self):
        for user in self.accountants:
            with self.subTest(user=user.login):
                order = self._create_agreed((self.labour, 4), (self.part, 1))
                invoice = self._invoice(order, user, "delivered")
                self.assertEqual(invoice.amount_total, 9000.0)
                invoice.with_user(user).action_post()
                self.assertEqual(invoice.state, "posted")

    def test_the_accountant_makes_a_down_payment(self):
        for user in self.accountants:
            for method, vals in (
                ("percentage", {"amount": 50}),
                ("fixed", {"fixed_amount": 4500}),
            ):
                with self.subTest(user=user.login, method=method):
                    order = self._create_agreed((self.labour, 4), (self.part, 1))
                    invoice = self._invoice(order, user, method, **vals)
                    self.assertEqual(invoice.amount_total, 4500.0)

    def test_the_accountant_is_not_shown_what_ends_in_a_refusal(self):
        order = self._create_agreed((self.labour, 1))
        order.opportunity_id = self.deal
        for user, is_shown in (
            (self.accountants[0], False),
            (self.accountants[1], False),
            (self.advisor, True),
        ):
            view_id = order.get_formview_id()
            arch = self.env["sale.order"].with_user(user)
            arch = arch.get_view(view_id, "form")["arch"]
            with self.subTest(user=user.login):
                self.assertEqual('name="action_view_deal"' in arch, is_shown)

    def test_the_accountant_reads_what_orders_are_computed_from(self):
        names = self.env["ir.model.access"]._get_order_models()
        for user in self.accountants:
            allowed = self.env["ir.model.access"].with_user(user)
            self.assertTrue(names <= allowed._get_allowed_models("read"))
            for mode in ("write", "create", "unlink"):
                self.assertFalse(names & allowed._get_allowed_models(mode))
        for user in (self.mechanic_user, self.env.ref("base.public_user")):
            allowed = self.env["ir.model.access"].with_user(user)
            self.assertFalse(names & allowed._get_allowed_models("read"))

    def test_the_accountant_changes_no_prices_of_loyalty(self):
        for name in self.env["ir.model.access"]._get_order_models():
            if name in self.env:
                for user in self.accountants:
                    with self.assertRaises(AccessError):
                        self.env[name].with_user(user).create({})
