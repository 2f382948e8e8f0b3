from odoo import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestInUse(AutoOrderCommon):
    """Installed into an Odoo that people work with, the addon leaves them theirs.

    `./shop test-matrix used` does it; here is what the installation calls, again.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages = cls.env["crm.stage"].concat(
            *(cls.env.ref(f"crm.stage_lead{number}") for number in range(1, 5))
        )
        cls.own = cls.env["crm.stage"]._get_own_stages()
        cls.sales = cls.env.ref("sales_team.team_sales_department")
        cls.repair = cls.env.ref("auto_crm.crm_team_repair")
        cls.reasons = cls.env["crm.lost.reason"]._get_retired_reasons()
        # as before the installation
        for records in (cls.stages, cls.sales, cls.reasons):
            records.active = True
        cls.site = cls.env["website"].search([], limit=1)
        cls.site.crm_default_team_id = cls.sales
        cls.seller = new_test_user(
            cls.env, login="seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        cls.sales.member_ids = [Command.link(cls.seller.id)]
        cls.old_deal = cls.env["crm.lead"].create(
            {
                "name": "Tables",
                "type": "opportunity",
                "team_id": cls.sales.id,
                "stage_id": cls.stages[1].id,
            }
        )
        cls.old_order = cls.env["sale.order"].create(
            {"partner_id": cls.customer.id, "opportunity_id": cls.old_deal.id}
        )
        cls._install()

    @classmethod
    def _install(cls):
        cls.env["crm.stage"]._retire_default_stages()
        cls.env["crm.team"]._retire_default_team()
        cls.env["crm.lost.reason"]._retire_default_reasons()

    def _get_columns(self, **context):
        stages = self.env["crm.stage"]
        leads = self.env["crm.lead"].with_user(self.manager).with_context(**context)
        return leads._read_group_stage_ids(stages, [])

    def _get_board(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_crm.auto_crm_lead_action"
        )
        context = {"auto_service_board": 1, "show_user_team_stages": 1}
        self.assertLessEqual(context.items(), safe_eval(action["context"]).items())
        return safe_eval(action["domain"]), context

    def test_nothing_of_theirs_is_put_aside(self):
        self.assertEqual(self.stages.mapped("active"), [True] * 4)
        self.assertFalse(self.stages.team_ids)
        self.assertEqual(self.stages.mapped("sequence"), [1, 2, 3, 70])
        self.assertTrue(self.sales.active)
        self.assertIn(self.seller, self.sales.member_ids)
        self.assertTrue(all(self.reasons.mapped("active")))
        self.assertEqual(self.site.crm_default_team_id, self.sales)

    def test_an_old_order_is_no_work_order_whatever_is_reckoned_anew(self):
        self.env.add_to_compute(self.old_order._fields["is_work_order"], self.old_order)
        self.assertFalse(self.old_order.is_work_order)
        self.old_order.action_confirm()
        self.assertFalse(self.old_order.is_work_order)

    def test_their_board_has_their_columns_only(self):
        columns = self._get_columns(default_team_id=self.sales.id)
        self.assertEqual(columns, self.stages)

    def test_the_board_of_the_shop_has_its_own_deals_and_columns_only(self):
        domain, context = self._get_board()
        leads = self.env["crm.lead"].search(domain)
        self.assertIn(self.deal, leads)
        self.assertNotIn(self.old_deal, leads)
        self.assertEqual(self._get_columns(**context), self.own)

    def test_who_has_no_team_gets_theirs_as_before(self):
        user = new_test_user(
            self.env, login="nobody", groups="sales_team.group_sale_salesman_all_leads"
        )
        deal = (
            self.env["crm.lead"]
            .with_user(user)
            .create({"name": "Chairs", "type": "opportunity"})
        )
        self.assertEqual(deal.team_id, self.sales)
        self.assertEqual(deal.stage_id, self.stages[0])
        deal.action_set_won()
        self.assertEqual(deal.stage_id, self.stages[3])

    def test_a_request_for_a_car_comes_to_the_shop(self):
        deal = self.env["crm.lead"].create(
            {"name": "Brakes", "type": "opportunity", "wish": "Brakes squeak"}
        )
        self.assertEqual(deal.team_id, self.repair)
        self.assertEqual(deal.stage_id.auto_event, "request")
        deal._move_by_event("ready", "test")
        self.assertEqual(deal.stage_id.auto_event, "ready")
        deal.action_set_won()
        self.assertEqual(deal.stage_id.auto_event, "paid")

    def test_stages_are_offered_by_their_kind(self):
        arch = self.env["crm.lead"].get_view(
            self.env.ref("crm.crm_lead_view_form").id, "form"
        )["arch"]
        self.assertIn("[False] if is_service_deal else [False, True]", arch)
        with Form(self.deal) as form:
            form.stage_id = self.own[3]

    def test_an_archived_stage_is_found_and_comes_back(self):
        view = self.env.ref("crm.crm_lead_stage_search")
        arch = self.env["crm.stage"].get_view(view.id, "search")["arch"]
        self.assertIn('name="archived"', arch)
        self.own[2].action_archive()
        self.assertNotIn(self.own[2].id, self.own._get_steps())
        self.own[2].action_unarchive()
        self.assertIn(self.own[2].id, self.own._get_steps())

    def test_an_uninstallation_leaves_all_that_was_theirs(self):
        self.env["crm.stage"]._restore_default_stages()
        self.env["crm.team"]._restore_default_team()
        self.env["crm.lost.reason"]._restore_default_reasons()
        self.test_nothing_of_theirs_is_put_aside()
        self.assertEqual(self.old_deal.stage_id, self.stages[1])

    def test_an_uninstallation_can_take_the_shops_team_away_if_nobody_used_it(self):
        for model in ("crm.lead", "sale.order"):
            documents = self.env[model].with_context(active_test=False)
            used = documents.search([("team_id", "=", self.repair.id)])
            used.team_id = self.sales
        self.assertFalse(self.repair._is_used())
        self.env["crm.stage"]._restore_default_stages()
        self.env["crm.team"]._restore_default_team()
        self.repair.unlink()
        self.env.flush_all()
        self.assertFalse(self.repair.exists())
