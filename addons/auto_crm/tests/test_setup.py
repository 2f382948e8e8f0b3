from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AutoCrmCommon


@tagged("post_install", "-at_install")
class TestSetup(AutoCrmCommon):
    """The first steps know from facts what is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.name = "Another Shop"
        cls.shop = cls.env["res.company"].create({"name": "My Company"})
        cls.manager.write({"company_ids": cls.shop.ids, "company_id": cls.shop.id})
        cls.setup = cls.env["auto.setup"].with_user(cls.manager)
        cls.setup = cls.setup.with_context(allowed_company_ids=cls.shop.ids)

    def _get_state(self):
        self.env.flush_all()
        return {step["name"]: step["is_done"] for step in self.setup.get_steps()}

    def _assert_done_by(self, name, act):
        """Assert that a step is open before something is done, and done after it."""
        self.assertFalse(self._get_state()[name])
        act()
        self.assertTrue(self._get_state()[name])

    def test_a_step_that_there_is_not_is_refused_in_words(self):
        with self.assertRaisesRegex(UserError, "Reload the page"):
            self.setup.open_step("nothing")

    def test_the_home_page_stands_what_an_administrator_has_deleted(self):
        self.env["ir.model.data"].search(
            [
                ("module", "in", ("base", "auto_crm")),
                ("name", "in", ("user_admin", "auto_crm_group_mechanic")),
            ]
        ).unlink()
        self.assertIn("passwords", self._get_state())

    def test_the_company_has_a_name_a_phone_and_a_country(self):
        self.assertFalse(self._get_state()["company"])
        self.shop.write({"name": "Five Posts", "phone": "+79161234567"})
        self.shop.country_id = False
        self.assertFalse(self._get_state()["company"])
        self.shop.country_id = self.env.ref("base.ru")
        self.assertTrue(self._get_state()["company"])

    def test_the_clock_of_the_hours_is_one_of_the_country(self):
        self.shop.country_id = self.env.ref("base.ru")
        calendar = self.env["resource.calendar"].create(
            {"name": "Shop", "tz": "UTC", "company_id": self.shop.id}
        )
        self.shop.resource_calendar_id = calendar
        self._assert_done_by("hours", lambda: calendar.write({"tz": "Europe/Moscow"}))

    def test_a_price_of_the_norm_hour_of_the_company(self):
        rates = self.env["auto.labour.rate"]
        rates.search([("company_id", "=", False)]).unlink()
        self._assert_done_by(
            "rate", lambda: rates.create({"price": 100, "company_id": self.shop.id})
        )

    def test_a_work_and_a_part_of_the_company(self):
        products = self.env["product.template"]
        self.env["product.template"].search([]).company_id = self.company
        self._assert_done_by(
            "work",
            lambda: products.create(
                {
                    "name": "Pads",
                    "type": "service",
                    "service_tracking": "auto_job",
                    "company_id": self.shop.id,
                }
            ),
        )
        self._assert_done_by(
            "part",
            lambda: products.create(
                {"name": "Pad", "is_storable": True, "company_id": self.shop.id}
            ),
        )

    def test_people_have_logins_and_passwords(self):
        self.manager.company_ids |= self.company
        self.manager.group_ids = [(5,)]
        self.setup = self.env["auto.setup"].with_user(self.env.ref("base.user_admin"))
        self.setup = self.setup.with_company(self.shop)
        admin = self.env.ref("base.user_admin")
        admin.company_ids |= self.shop
        admin.password = "admin"
        state = self._get_state()
        self.assertFalse(state["users"] or state["passwords"])
        admin.password = "a sentence of its own"
        self.assertTrue(self._get_state()["passwords"])
        invited = self.mechanic_user.copy({"login": "invited"})
        invited.write({"company_ids": self.shop.ids, "company_id": self.shop.id})
        state = self._get_state()
        self.assertTrue(state["users"])
        self.assertFalse(state["passwords"])
        invited.password = "another sentence"
        self.assertTrue(self._get_state()["passwords"])

    def test_a_cash_journal(self):
        self._assert_done_by(
            "cash",
            lambda: self.env["account.journal"].create(
                {
                    "name": "Counter",
                    "code": "CNT",
                    "type": "cash",
                    "company_id": self.shop.id,
                }
            ),
        )

    def test_each_step_opens_a_screen(self):
        for step in self.setup._get_steps():
            action = self.setup.open_step(step["name"])
            self.assertTrue(action["res_model"], step["name"])
            self.assertEqual(bool(action.get("res_id")), "record" in step)

    def test_steps_are_the_managers(self):
        for user in (self.advisor, self.mechanic_user, self.accountant):
            setup = self.env["auto.setup"].with_user(user)
            for act in (setup.get_steps, setup.hide_steps):
                with self.assertRaises(AccessError):
                    act()
            with self.assertRaises(AccessError):
                setup.open_step("company")

    def test_what_only_the_administrator_may_do_is_told_to_a_manager(self):
        allowed = {step["name"]: step["is_allowed"] for step in self.setup.get_steps()}
        self.assertTrue(allowed["rate"])
        self.assertFalse(allowed["company"])

    def test_managers_of_an_empty_shop_begin_at_the_steps(self):
        board = self.env.ref("auto_crm.auto_crm_lead_action")
        steps = self.env.ref("auto_crm.auto_setup_action")
        manager = self.manager.with_user(self.manager)
        manager = manager.with_context(allowed_company_ids=self.shop.ids)
        self.assertEqual(manager._get_work_action(), steps)
        self.assertNotEqual(self.advisor._get_work_action(), steps)
        self.setup.hide_steps()
        self.assertEqual(manager._get_work_action(), board)
        self.assertTrue(self.setup.get_steps(), "found again in the menu")

    def test_a_shop_at_work_begins_at_the_board(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.shop.id,
                "is_work_order": True,
            }
        )
        self.assertTrue(self.setup._is_needed())
        order.work_state = "released"
        self.env.flush_all()
        self.assertFalse(self.setup._is_needed())

    def test_more_people_and_works_cost_no_more_queries(self):
        self.setup.get_steps()  # what is remembered
        counts = []
        for number in (1, 20):
            for copy in range(number):
                self.mechanic_user.copy(
                    {
                        "login": f"copy_{number}_{copy}",
                        "company_ids": self.shop.ids,
                        "company_id": self.shop.id,
                    }
                )
                self.labour.copy({"company_id": self.shop.id})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.setup.get_steps()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
