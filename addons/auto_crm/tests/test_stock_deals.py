from lxml import etree

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from .order_common import AutoOrderCommon

SALES = "sales_team.group_sale_salesman"
INVOICING = "account.group_account_invoice"


@tagged("post_install", "-at_install")
class TestStockDeals(AutoOrderCommon):
    """What a team that is no car service sells are orders of Odoo's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env["crm.team"].create({"name": "Furniture"})
        cls.service_team = cls.env.ref("auto_crm.crm_team_repair")
        cls.seller = new_test_user(cls.env, login="seller", groups=SALES, lang="en_US")
        cls.biller = new_test_user(
            cls.env, login="biller", groups=INVOICING, lang="en_US"
        )
        cls.table = cls.env["product.product"].create(
            {"name": "Table", "list_price": 50.0, "invoice_policy": "order"}
        )
        cls.table.taxes_id = [Command.clear()]
        cls.stock_deal = cls._create_stock_deal()
        cls.order_form = cls.env.ref("sale.view_order_form")
        cls.work_order_form = cls.env.ref("auto_crm.sale_order_view_form_work_order")

    @classmethod
    def _create_stock_deal(cls, **vals):
        return (
            cls.env["crm.lead"]
            .with_user(cls.seller)
            .create(
                {
                    "name": "Tables",
                    "type": "opportunity",
                    "partner_id": cls.customer.id,
                    "team_id": cls.team.id,
                    "user_id": cls.seller.id,
                    **vals,
                }
            )
        )

    def _quote(self, deal, product=None):
        """Make a quotation from the button of a deal, as its user."""
        action = deal.action_sale_quotations_new()
        orders = deal.env["sale.order"].with_context(**action["context"])
        view_by_mode = {mode: view_id for view_id, mode in action["views"]}
        form = Form(orders, view=view_by_mode["form"] or self.order_form)
        with form.order_line.new() as line:
            line.product_id = product or self.table
        return form.save()

    def _create_of(self, deal, **vals):
        return self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": deal.id, **vals}
        )

    def test_a_salesperson_sells_from_the_quotation_to_the_payment(self):
        order = self._quote(self.stock_deal)
        self.assertFalse(order.is_work_order)
        self.assertEqual(order.opportunity_id, self.stock_deal)
        self.assertEqual(order.get_formview_id(), False)
        order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].with_user(self.seller)
        wizard.with_context(active_model="sale.order", active_ids=order.ids).create(
            {"advance_payment_method": "delivered"}
        ).create_invoices()
        invoice = order.sudo().invoice_ids.with_user(self.biller)
        self.assertEqual(invoice.amount_total, 50.0)
        invoice.action_post()
        self._pay(invoice)
        self.assertEqual(order.invoice_status, "invoiced")
        order = order.sudo()
        self.assertFalse(order.job_ids)
        self.assertFalse(order.payment_status)
        self.assertFalse(order.consent_state)
        self.assertFalse(order.work_state)
        self.assertFalse(self.stock_deal.sudo().work_order_id)

    def test_labour_of_such_an_order_makes_no_jobs(self):
        order = self._quote(self.stock_deal, product=self.labour)
        order.action_confirm()
        self.assertFalse(order.sudo().job_ids)

    def test_such_a_deal_does_not_move_by_facts(self):
        stage = self.stock_deal.stage_id
        order = self._quote(self.stock_deal)
        self.run_events()
        order.action_confirm()
        self.run_events()
        self.assertEqual(self.stock_deal.stage_id, stage)

    def test_such_a_deal_is_lost_without_a_reason(self):
        self.stock_deal.action_set_lost()
        self.assertEqual(self.stock_deal.won_status, "lost")

    def test_such_a_deal_gets_no_calls_on_its_board(self):
        """Whoever moves it, also into a stage of the car service."""
        stage = self.env["crm.stage"].search([("auto_event", "=", "request")], limit=1)
        for deal, count in ((self.stock_deal.sudo(), 0), (self.deal, 1)):
            deal.stage_id = self.env["crm.stage"].create({"name": "Elsewhere"})
            deal.activity_ids.unlink()
            deal.stage_id = stage
            self.assertEqual(len(deal.activity_ids), count)

    def test_no_fact_moves_such_a_deal(self):
        deals = self.stock_deal.sudo() | self.deal
        self.assertEqual(deals._move_by_event("ready", "Why"), self.deal)

    def test_such_a_deal_is_typed_in_as_in_odoo(self):
        """Neither the customer of a phone nor the car of a customer is proposed."""
        for team, customer, car in (
            (self.team, self.customer.browse(), self.vehicle.browse()),
            (self.service_team, self.customer, self.vehicle),
        ):
            form = Form(self.env["crm.lead"].with_user(self.advisor))
            form.name = "Tables"
            form.team_id = team
            form.phone = self.customer.phone
            self.assertEqual(form.partner_id, customer)
            form.partner_id = self.customer
            self.assertEqual(form.vehicle_id, car)

    def test_a_request_goes_to_the_car_service_first(self):
        self.team.sequence = self.service_team.sequence - 1
        deal = self.env["crm.lead"]._receive_request({"phone": "+79160000001"})
        self.assertEqual(deal.team_id, self.service_team)

    def test_parts_of_such_an_order_are_not_looked_for(self):
        """Until it becomes a work order: then they are bought for it."""
        order = self._create_of(
            self.stock_deal,
            order_line=[Command.create({"product_id": self.part.id, "discount": 10.0})],
        )
        self.assertFalse(order.order_line.part_source)
        order.vehicle_id = self.vehicle
        self.assertEqual(order.order_line.discount, 10.0)
        order.action_confirm()
        self.assertEqual(order.order_line.part_state, "missing")
        self.assertTrue(order._get_purchase_orders())

    def test_an_order_that_starts_anew_is_asked_for_no_facts(self):
        order = self._create_of(self.stock_deal)
        order.action_cancel()
        order.action_draft()
        self.assertEqual(order.state, "draft")

    def test_its_orders_open_on_the_screens_of_odoo(self):
        action = self.stock_deal.action_new_quotation()
        self.assertNotIn("default_is_work_order", action["context"])
        self.assertNotIn((self.work_order_form.id, "form"), action["views"])
        order = self._quote(self.stock_deal)
        self.assertEqual(
            self.stock_deal.action_view_sale_quotation()["views"],
            [(self.order_form.id, "form")],
        )
        order.action_confirm()
        self.assertEqual(
            self.stock_deal.action_view_sale_order()["views"],
            [(self.order_form.id, "form")],
        )

    def test_without_a_customer_odoo_asks_for_one(self):
        deal = self._create_stock_deal(partner_id=False, contact_name="Anna")
        action = deal.action_sale_quotations_new()
        self.assertEqual(action["res_model"], "crm.quotation.partner")

    def test_each_deal_has_the_button_of_its_kind(self):
        for deal, is_service in ((self.stock_deal.sudo(), False), (self.deal, True)):
            self.assertEqual(deal.is_service_deal, is_service)
        arch = self.env["crm.lead"].get_view(
            self.env.ref("crm.crm_lead_view_form").id, "form"
        )["arch"]
        tree = etree.fromstring(arch)
        [sum_of_deal] = tree.xpath("//div[contains(@class, 'oe_title')]/h2")
        self.assertEqual(sum_of_deal.get("invisible"), "is_service_deal")
        self.assertIn('string="New estimate"', arch)
        self.assertIn('string="New Quotation"', arch)

    def test_a_car_or_a_deal_of_the_service_makes_a_work_order(self):
        service_deal = self._create_stock_deal(team_id=self.service_team.id)
        deal_of_car = self._create_stock_deal(vehicle_id=self.vehicle.id)
        for order in (
            self._create_of(service_deal),
            self._create_of(deal_of_car),
            self._create_of(self.stock_deal, vehicle_id=self.vehicle.id),
        ):
            self.assertTrue(order.is_work_order)

    def test_an_offer_given_a_deal_of_the_service_becomes_a_work_order(self):
        order = self._create_of(self.stock_deal)
        self.assertFalse(order.is_work_order)
        order.opportunity_id = self.deal
        self.assertTrue(order.is_work_order)

    def test_a_work_order_stays_one_when_its_deal_goes_to_another_team(self):
        deal = self._create_stock_deal(team_id=self.service_team.id)
        offer, agreed = self._create_of(deal), self._create_of(deal)
        agreed.action_confirm()
        deal.team_id = self.team
        orders = offer + agreed
        self.assertEqual(orders.mapped("is_work_order"), [True, True])
        agreed.opportunity_id = self.stock_deal
        self.assertTrue(agreed.is_work_order)
        self.assertEqual(
            deal.sudo().action_view_sale_quotation()["views"],
            [(self.work_order_form.id, "form")],
        )

    def test_what_was_sold_stays_odoos_order_when_its_deal_comes_to_the_service(self):
        order = self._create_of(self.stock_deal)
        order.action_confirm()
        self.stock_deal.team_id = self.service_team
        self.assertFalse(order.is_work_order)
        order.opportunity_id = self.deal
        self.assertFalse(order.is_work_order)
        self.assertEqual(
            self.deal.action_view_sale_order()["views"],
            [(self.order_form.id, "form")],
        )

    def test_a_hundred_orders_ask_no_more_than_two(self):
        def count(number):
            deals = self.stock_deal.browse(
                [self._create_stock_deal().id for _index in range(number)]
            )
            orders = self.env["sale.order"].concat(
                *[self._create_of(deal) for deal in deals]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            orders._compute_is_work_order()
            queries = self.cr.sql_log_count - before
            self.env.flush_all()
            return queries

        count(2)
        self.assertEqual(count(30), count(2))
