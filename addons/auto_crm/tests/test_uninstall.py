from odoo.tests import tagged

from ..hooks import leave_contact_form, uninstall_hook
from .common import AutoCrmCommon


@tagged("post_install", "-at_install")
class TestUninstall(AutoCrmCommon):
    """What the addon put aside comes back, and what is used stays usable."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls.env.ref("auto_crm.crm_team_repair")
        cls.default_team = cls.env.ref("sales_team.team_sales_department")
        data = cls.env["ir.model.data"].search(
            [("module", "=", "auto_crm"), ("model", "=", "crm.stage")]
        )
        cls.stages = cls.env["crm.stage"].browse(data.mapped("res_id"))

    def _uninstall(self):
        """Do what Odoo does first: the hook, while the addon is still loaded."""
        uninstall_hook(self.env)
        self.env.flush_all()

    def _create_deal(self, **vals):
        return self.env["crm.lead"].create(
            {"name": "Brakes", "type": "opportunity", "team_id": self.team.id, **vals}
        )

    def _get_odoos_stages(self):
        return self.env["crm.stage"].concat(
            *(self.env.ref(f"crm.stage_lead{number}") for number in range(1, 5))
        )

    def test_the_contact_form_of_who_sells_already_stays_his(self):
        form = self.env.ref("auto_crm.contactus_form")
        self.assertTrue(form.active)
        self._create_deal()
        leave_contact_form(self.env)
        self.assertFalse(form.active)

    def test_an_unused_pipeline_gives_odoos_stages_back(self):
        stages = self._get_odoos_stages()
        self.assertEqual(stages.mapped("active"), [False] * 4)
        self._uninstall()
        self.assertEqual(stages.mapped("active"), [True] * 4)
        self.assertEqual(stages.mapped("is_won"), [False, False, False, True])
        self.assertTrue(self.env.ref("auto_crm.crm_stage_paid"))  # goes with the addon

    def test_stages_of_deals_stay_with_all_their_pipeline(self):
        deal = self._create_deal(stage_id=self.stages[2].id)
        self._uninstall()
        self.assertFalse(
            self.env.ref("auto_crm.crm_stage_paid", raise_if_not_found=False)
        )
        self.assertEqual(self.stages.exists(), self.stages)
        self.assertEqual(deal.stage_id, self.stages[2])
        self.assertEqual(self._get_odoos_stages().mapped("active"), [True] * 4)

    def test_a_database_whose_stages_were_deleted_gets_them_anew(self):
        self._get_odoos_stages().unlink()
        self._uninstall()
        stages = self._get_odoos_stages()
        self.assertEqual(stages.mapped("is_won"), [False, False, False, True])

    def test_stages_that_a_shop_made_are_enough(self):
        self._get_odoos_stages().unlink()
        self.env["crm.stage"].create({"name": "Our own"})
        self._uninstall()
        self.assertFalse(self.env.ref("crm.stage_lead1", raise_if_not_found=False))

    def test_the_team_of_odoo_comes_back_with_its_members(self):
        self.team.member_ids |= self.advisor
        members = self.team.member_ids
        website = self.env["website"].search([], limit=1)
        website.crm_default_team_id = self.team
        self.assertFalse(self.default_team.active)
        self._uninstall()
        self.assertTrue(self.default_team.active)
        self.assertEqual(self.default_team.member_ids, members)
        self.assertEqual(website.crm_default_team_id, self.default_team)

    def test_a_team_with_deals_stays_beside_odoos(self):
        deal = self._create_deal()
        self._uninstall()
        self.assertTrue(self.default_team.active)
        self.assertEqual(deal.team_id, self.team)
        self.assertFalse(
            self.env.ref("auto_crm.crm_team_repair", raise_if_not_found=False)
        )

    def test_without_the_teams_there_is_nothing_to_give_back(self):
        self.env["website"].search([]).crm_default_team_id = False
        self.default_team.unlink()
        self.team.unlink()
        self._uninstall()

    def test_reasons_of_odoo_come_back(self):
        reason = self.env.ref("crm.lost_reason_2")
        self.assertFalse(reason.active)
        self._uninstall()
        self.assertTrue(reason.active)

    def test_nothing_is_bought_by_the_rule_of_the_addon_any_more(self):
        self._uninstall()
        self.assertFalse(self.env.ref("auto_crm.stock_route_parts").active)

    def test_delivered_works_are_typed_by_hand_afterwards(self):
        field = self.env["sale.order.line"]._fields["qty_delivered_method"]
        self.assertEqual(field.ondelete["auto_job"], "set manual")
