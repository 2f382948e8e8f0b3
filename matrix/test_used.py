"""What people had before our addons were installed is theirs.

Run by `./shop test-matrix used`, after `trade.py` and the installation.
"""

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestUsed(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deals = cls.env["crm.lead"].search([("name", "=like", "Old deal %")])
        cls.orders = cls.deals.order_ids
        cls.stages = cls.env["crm.stage"].concat(
            *(cls.env.ref(f"crm.stage_lead{number}") for number in range(1, 5))
        )
        cls.team = cls.env.ref("sales_team.team_sales_department")

    def test_no_old_order_is_a_work_order(self):
        self.assertEqual(len(self.orders), 3)
        self.assertFalse(self.orders.filtered("is_work_order"))
        self.assertFalse(self.env["auto.job"].search([]))

    def test_the_board_of_the_shop_is_empty(self):
        deals = self.env["crm.lead"].search([("stage_id.is_of_sales", "=", False)])
        self.assertFalse(deals)
        self.assertFalse(self.env["mail.activity"].search([]))

    def test_stages_and_team_are_theirs(self):
        self.assertEqual(self.stages.mapped("active"), [True] * 4)
        self.assertFalse(self.stages.team_ids)
        self.assertTrue(self.team.active)
        self.assertEqual(self.deals.stage_id, self.stages[0] + self.stages[2:])
        sites = self.env["website"].search([])
        self.assertEqual(sites.crm_default_team_id, self.team)
        columns = self.env["crm.lead"].with_context(default_team_id=self.team.id)
        self.assertEqual(
            columns._read_group_stage_ids(self.env["crm.stage"], []), self.stages
        )

    def test_the_contact_form_is_theirs(self):
        self.assertFalse(self.env.ref("auto_crm.contactus_form").active)

    def test_reasons_are_theirs(self):
        for number in (1, 2, 3):
            self.assertTrue(self.env.ref(f"crm.lost_reason_{number}").active)

    def test_they_go_on_selling(self):
        quotation = self.orders.filtered(lambda order: order.state == "draft")
        quotation.action_confirm()
        self.assertFalse(quotation.is_work_order)
        deal = quotation.opportunity_id
        deal.action_set_won()
        self.assertEqual(deal.stage_id, self.stages[3])
        lost = self.deals.filtered(lambda one: one.stage_id == self.stages[2])
        lost.action_set_lost()  # no reason is asked for
        self.assertFalse(lost.active)
