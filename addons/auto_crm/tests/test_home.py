from odoo.tests import HttpCase, new_test_user, tagged

from .common import AutoCrmCommon

HOMES = {
    "mechanic_user": "auto_crm.auto_job_action_my",
    "advisor": "auto_crm.auto_crm_lead_action",
    "manager": "auto_crm.auto_crm_lead_action",
    "bookkeeper": "auto_crm.sale_order_action_to_invoice",
}
STOCK_GROUPS = (
    "base.group_user",
    "sales_team.group_sale_manager",
    "account.group_account_user",
    "base.group_system",
)


@tagged("post_install", "-at_install")
class TestHome(AutoCrmCommon, HttpCase):
    """Each role begins at its work, unless somebody has chosen otherwise."""

    @classmethod
    def _get_users(cls):
        group = "auto_crm.auto_crm_group_accountant"
        return {**super()._get_users(), "bookkeeper": ("auto_bookkeeper", group)}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.auto_setup_hidden = True  # as in a shop at work

    def _get_home(self, user):
        """Return the id of the action at which the web client begins."""
        self.authenticate(user.login, user.login)
        session = self.make_jsonrpc_request("/web/session/get_session_info")
        return session["home_action_id"]

    def test_a_new_user_of_a_role_begins_at_its_work(self):
        for name, action in HOMES.items():
            with self.subTest(role=name):
                home = self._get_home(getattr(self, name))
                self.assertEqual(home, self.env.ref(action).id)

    def test_the_home_action_that_a_user_has_chosen_stays(self):
        chosen = self.env.ref("auto_crm.auto_vehicle_action")
        self.advisor.with_user(self.advisor).write({"action_id": chosen.id})
        self.assertEqual(self._get_home(self.advisor), chosen.id)

    def test_the_administrator_sees_where_a_user_begins(self):
        arch = self.env["res.users"].get_view(
            self.env.ref("base.view_users_form").id, "form"
        )["arch"]
        self.assertIn('name="action_id"', arch)

    def test_who_has_rights_of_odoo_only_is_not_moved(self):
        for group in STOCK_GROUPS:
            with self.subTest(group=group):
                login = group.replace(".", "_")
                user = new_test_user(self.env, login=login, groups=group)
                self.assertFalse(self._get_home(user))
                menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
                first = menus[menus["root"]["children"][0]]
                self.assertFalse(first["xmlid"].startswith("auto_"))

    def test_nobody_stands_before_a_closed_door_if_the_action_is_gone(self):
        self.env.ref("auto_crm.auto_job_action_my").unlink()
        self.assertFalse(self._get_home(self.mechanic_user))

    def test_the_home_of_a_role_is_in_his_menu(self):
        """Else the web client shows the action below another app's name."""
        for name, action in HOMES.items():
            user = getattr(self, name)
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            root = self.env.ref("auto_crm.auto_crm_menu_root").id
            apps = {
                menu["app_id"]
                for key, menu in menus.items()
                if key != "root" and menu["action_id"] == self.env.ref(action).id
            }
            self.assertEqual(apps, {root}, name)

    def test_own_work_is_on_top_for_mechanics_and_in_reach_for_advisors(self):
        top = self.env.ref("auto_crm.auto_job_menu_my").id
        deep = self.env.ref("auto_crm.auto_job_menu_mine").id
        for user, shown, hidden in (
            (self.mechanic_user, top, deep),
            (self.advisor, deep, top),
            (self.manager, deep, top),
        ):
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            self.assertIn(shown, menus, user.login)
            self.assertNotIn(hidden, menus, user.login)

    def test_the_accountant_finds_orders_and_customers(self):
        menus = self.env["ir.ui.menu"].with_user(self.bookkeeper).load_menus(False)
        names = {menu.get("xmlid") for menu in menus.values()}
        self.assertLessEqual(
            {
                "auto_crm.sale_order_menu_to_invoice",
                "auto_crm.sale_order_menu_to_settle",
                "auto_crm.res_partner_menu_customer",
            },
            names,
        )
        self.assertNotIn("auto_crm.auto_recommendation_menu", names)
        self.assertNotIn("auto_crm.auto_crm_lead_menu", names)
