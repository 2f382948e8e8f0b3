from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from . import test_order_form as order_form
from .order_common import AutoOrderCommon

CRM_FIELDS = ("probability", "date_deadline", "priority", "expected_revenue", "tag_ids")


@tagged("post_install", "-at_install")
class TestDealForm(AutoOrderCommon):
    """A deal begins with who calls and his phone, and has nothing of a sale."""

    _get_primary = order_form.TestOrderForm._get_primary
    _is_hidden = order_form.TestOrderForm._is_hidden

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.view = cls.env.ref("auto_crm.auto_crm_lead_view_form")

    def _get_shown(self, deal):
        """Return the names of the fields that an advisor sees, in their order."""
        deal = deal.with_user(self.advisor)
        arch = etree.fromstring(deal.get_view(self.view.id, "form")["arch"])
        names = []
        for field in arch.xpath("//sheet//field[not(ancestor::field)]"):
            nodes = [field, *field.iterancestors()]
            if not any(self._is_hidden(deal, node) for node in nodes):
                names.append(field.get("name"))
        return names

    def test_who_calls_and_his_phone_come_first(self):
        stranger = self.env["crm.lead"].create(
            {
                "name": "Knocks",
                "type": "opportunity",
                "contact_name": "Anna",
                "phone": "+79161112244",
                "vehicle_line": "brakes",
                "team_id": self.deal.team_id.id,
            }
        )
        for deal, name in ((stranger, "contact_name"), (self.deal, "partner_id")):
            shown = self._get_shown(deal)
            with self.subTest(name):
                places = [
                    shown.index(one) for one in (name, "phone", "email_from", "wish")
                ]
                self.assertEqual(places, sorted(places))
                before = set(shown[: places[0]])
                self.assertFalse(before & {"vehicle_id", "source_id", "user_id"})

    def test_no_field_of_a_sale_is_shown_empty(self):
        shown = self._get_shown(self.deal)
        for name in (*CRM_FIELDS, "campaign_id", "date_booking", "street", "website"):
            self.assertNotIn(name, shown)
        self.assertNotIn("work_order_id", shown)
        order = self._create_order(opportunity_id=self.deal.id)
        self.run_events()
        self.assertEqual(self.deal.work_order_id, order)
        self.assertIn("work_order_id", self._get_shown(self.deal))

    def test_one_button_leads_on(self):
        order = False
        for name in ("action_sale_quotations_new", "action_open_work_order"):
            for user in (self.advisor, self.manager):
                with self.subTest(name, user=user.login):
                    self.assertEqual(self._get_primary(self.deal, user), [name])
            if not order:
                order = self._create_order(opportunity_id=self.deal.id)
                self.run_events()
        action = self.deal.with_user(self.advisor).action_open_work_order()
        self.assertEqual(action["res_id"], order.id)

    def test_lost_and_delivered_deals_lead_nowhere(self):
        self.deal.action_set_lost(
            lost_reason_id=self.env.ref("auto_crm.crm_lost_reason_no_answer").id
        )
        self.assertEqual(self._get_primary(self.deal, self.advisor), [])

    def test_an_advisor_writes_down_a_call(self):
        deals = self.env["crm.lead"].with_user(self.advisor)
        form = Form(deals.with_context(default_type="opportunity"), view=self.view)
        form.name = "Knocks"
        form.contact_name = "Anna"
        form.phone = "+79161112255"
        deal = form.save()
        self.assertEqual(deal.contact_name or deal.partner_id.name, "Anna")

    def test_declined_work_of_the_car_is_seen_in_the_talk(self):
        work = self.env["auto.recommendation"].create(
            {"name": "Rear pads", "vehicle_id": self.vehicle.id}
        )
        deal = self.deal.with_user(self.advisor)
        self.assertEqual(deal.vehicle_recommendation_ids, work)
        self.assertIn("vehicle_recommendation_ids", self._get_shown(self.deal))

    def test_deals_of_cars_open_here_and_other_leads_in_odoos_form(self):
        stock = self.env["crm.lead"].create(
            {
                "name": "Tables",
                "type": "opportunity",
                "team_id": self.env["crm.team"].create({"name": "Tables"}).id,
            }
        )
        self.assertEqual(self.deal.get_formview_id(), self.view.id)
        self.assertFalse(stock.get_formview_id())
        action = self.env.ref("auto_crm.auto_crm_lead_action")
        self.assertIn((self.view.id, "form"), action.views)

    def test_a_salesperson_of_odoo_reads_no_cars_and_is_not_hindered(self):
        user = new_test_user(
            self.env, login="seller_only", groups="sales_team.group_sale_salesman"
        )
        self.deal.user_id = user
        deal = self.deal.with_user(user)
        self.assertNotIn("vehicle_recommendation_ids", deal.read()[0])
        with self.assertRaises(AccessError):
            deal.read(["vehicle_recommendation_ids"])
        deal.get_view(self.view.id, "form")
