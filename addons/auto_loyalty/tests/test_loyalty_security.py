from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import AutoLoyaltyCommon

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestLoyaltySecurity(AutoLoyaltyCommon):
    """Who may read and change programmes, cards, rules, tiers and the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tier = cls.env["auto.bonus.tier"].create(
            {"program_id": cls.program.id, "name": "Silver", "amount": 1000.0}
        )
        cls.card = cls._give(1000.0)
        cls.order = cls._create_order((cls.labour, 2))
        cls.order._set_bonus_points(600.0)
        cls.order.action_confirm()
        cls.salesman = cls._create_user("sales_team.group_sale_salesman_all_leads")
        cls.sales_manager = cls._create_user(
            "sales_team.group_sale_manager,product.group_product_manager"
        )
        cls.reader = cls._create_user("account.group_account_readonly")
        cls.portal = cls._create_user("base.group_portal")
        cls.portal.partner_id.parent_id = cls.customer
        cls.records = {
            "loyalty.program": cls.program,
            "loyalty.card": cls.card,
            "auto.bonus.rule": cls.program.bonus_rule_ids[:1],
            "auto.bonus.tier": cls.tier,
            "auto.bonus.entry": cls.card.bonus_entry_ids[:1],
        }

    @classmethod
    def _create_user(cls, group, **vals):
        login = group.split(",")[0].replace(".", "_") + str(len(vals))
        return new_test_user(cls.env, login=login, groups=group, lang="en_US", **vals)

    def _assert_access(self, user, **allowed):
        """Check read, write, create, unlink of a user: letters r, w, c, u a model."""
        for model, record in self.records.items():
            letters = allowed.get(model.replace(".", "_"), "")
            for letter, operation in OPERATIONS.items():
                with self.subTest(user=user.login, model=model, operation=operation):
                    self.assertEqual(
                        record.with_user(user).has_access(operation), letter in letters
                    )

    def _assert_wizards(self, user, *allowed):
        for model in ("auto.bonus.pay", "auto.bonus.correct", "auto.bonus.import"):
            for operation in OPERATIONS.values():
                with self.subTest(user=user.login, model=model, operation=operation):
                    self.assertEqual(
                        self.env[model].with_user(user).has_access(operation),
                        model in allowed,
                    )

    # ------------------------------------------------------------------
    # Models
    # ------------------------------------------------------------------

    def test_mechanic(self):
        self._assert_access(self.mechanic_user)
        self._assert_wizards(self.mechanic_user)

    def test_advisor(self):
        self._assert_access(
            self.advisor,
            loyalty_program="r",
            loyalty_card="rw",
            auto_bonus_rule="r",
            auto_bonus_tier="r",
            auto_bonus_entry="r",
        )
        self._assert_wizards(self.advisor, "auto.bonus.pay")

    def test_manager(self):
        self._assert_access(
            self.manager,
            loyalty_program="rwcu",
            loyalty_card="rwc",
            auto_bonus_rule="rwcu",
            auto_bonus_tier="rwcu",
            auto_bonus_entry="r",
        )
        self._assert_wizards(
            self.manager, "auto.bonus.pay", "auto.bonus.correct", "auto.bonus.import"
        )

    def test_accountants(self):
        for user in (self.accountant, self.reader):
            self._assert_access(
                user,
                loyalty_program="r",
                loyalty_card="r",
                auto_bonus_tier="r",
                auto_bonus_entry="r",
            )
            self._assert_wizards(user)

    def test_salespeople_of_odoo(self):
        self._assert_access(self.salesman, loyalty_program="r", loyalty_card="rw")
        self._assert_access(
            self.sales_manager, loyalty_program="rwcu", loyalty_card="rwc"
        )
        self._assert_wizards(self.salesman)
        self._assert_wizards(self.sales_manager)

    def test_customers(self):
        self._assert_access(self.portal)
        self._assert_wizards(self.portal)

    # ------------------------------------------------------------------
    # Methods and fields
    # ------------------------------------------------------------------

    @mute_logger("odoo.models", "odoo.addons.base.models.ir_rule")
    def test_nobody_changes_the_ledger(self):
        entry = self.card.bonus_entry_ids[:1]
        vals = {"card_id": self.card.id, "kind": "correction", "points": 9.0}
        for user in (self.advisor, self.manager, self.accountant):
            theirs = entry.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    theirs.write({"points": 9.0})
                with self.assertRaises(UserError):
                    theirs.unlink()
                with self.assertRaises(AccessError):
                    theirs.create(vals)
        for user in (self.advisor, self.manager):
            with self.assertRaises(UserError), self.cr.savepoint():
                self.card.with_user(user).write(
                    {"bonus_entry_ids": [Command.create(vals)]}
                )
        with self.assertRaises(UserError):
            entry.write({"points": 9.0})
        with self.assertRaises(UserError):
            entry.unlink()
        self._assert_ledger(self.card, 400.0)

    def test_whose_card_it_is_only_a_manager_says(self):
        changes = (
            {"partner_id": self.supplier.id},
            {"member_ids": [Command.link(self.supplier.id)]},
            {"code": "MINE"},
            {"active": False},
        )
        for user in (self.advisor, self.salesman, self.sales_manager):
            for vals in changes:
                test = self.subTest(user=user.login, vals=vals)
                with test, self.assertRaises(AccessError):
                    self.card.with_user(user).write(vals)
            self.assertTrue(self.card.with_user(user).is_bonus_locked)
        self.assertFalse(self.card.with_user(self.manager).is_bonus_locked)
        self.card.with_user(self.manager).write(
            {"member_ids": [Command.link(self.supplier.id)], "code": "2000001"}
        )
        self.assertEqual(self._get_card(self.supplier), self.card)
        with self.assertRaises(AccessError):
            self.cards.with_user(self.sales_manager).create(
                {
                    "program_id": self.program.id,
                    "partner_id": self.company.partner_id.id,
                }
            )

    def test_what_the_ledger_says_nobody_types_in(self):
        other = self._give(1.0, self.supplier)
        for user in (self.advisor, self.manager):
            card = self.card.with_user(user)
            for vals in (
                {"merged_into_id": other.id},
                {"bonus_tier_id": self.tier.id},
                {"program_id": self.program.copy({"is_bonus": False}).id},
            ):
                test = self.subTest(user=user.login, vals=vals)
                with test, self.assertRaises(UserError):
                    card.write(vals)
            card.write({"points": 99999.0})
        self._assert_ledger(self.card, 400.0)

    def test_by_what_an_order_earns_nobody_types_in(self):
        line = self.order.order_line[:1]
        for user in (self.advisor, self.manager, self.salesman):
            order = self.order.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                order.write({"bonus_terms": {str(line.id): 100.0}})

    def test_a_salesman_s_bonus_points_are_no_bonuses(self):
        order = self._create_order((self.labour, 2))
        order.with_user(self.advisor).bonus_points = 99999.0
        order.order_line.product_uom_qty = 3
        self.assertLessEqual(order.bonus_spent, 400.0)

    def test_opening_the_wizard_of_a_strange_order_is_refused(self):
        strange = self._create_other_company()
        order = self.order.with_user(strange)
        with self.assertRaises(AccessError):
            self.env["auto.bonus.pay"].with_user(strange).create(
                {"order_id": self.order.id}
            ).action_pay()
        self.assertFalse(order.has_access("read"))

    # ------------------------------------------------------------------
    # Stock users, portal
    # ------------------------------------------------------------------

    def _assert_readable(self, records):
        """Check that our fields, which are read without names, can be read."""
        for name in records.fields_get(attributes=()):
            if any(
                module == "auto_loyalty" for module in records._fields[name]._modules
            ):
                records.invalidate_recordset()
                records.read([name])

    def test_stock_users_read_all_fields_of_programmes_cards_and_orders(self):
        promo = self.env["loyalty.program"].create(
            {"name": "Promo", "program_type": "promotion"}
        )
        self.order.user_id = self.salesman
        for user in (self.salesman, self.sales_manager):
            for records in (
                self.program | promo,
                self.card,
                self.order,
                self.order.order_line,
                self.customer,
            ):
                with self.subTest(user=user.login, model=records._name):
                    self._assert_readable(records.with_user(user))
        for user in (self.accountant, self.reader):
            for records in (self.order, self.order.order_line, self.customer):
                with self.subTest(user=user.login, model=records._name):
                    self._assert_readable(records.with_user(user))

    def test_stock_users_work_with_programmes_and_orders_as_before(self):
        programs = self.env["loyalty.program"].with_user(self.sales_manager)
        program = programs.create(
            {
                "name": "Promo",
                "program_type": "loyalty",
                "applies_on": "both",
                "rule_ids": [Command.create({"reward_point_amount": 1})],
                "reward_ids": [Command.create({"discount": 5})],
            }
        )
        self.assertEqual(program.copy().reward_ids.discount, 5)
        card = (
            self.env["loyalty.card"]
            .with_user(self.sales_manager)
            .create(
                {
                    "program_id": program.id,
                    "partner_id": self.supplier.id,
                    "points": 50.0,
                }
            )
        )
        card.with_user(self.salesman).write({"points": 70.0})
        self.assertEqual(card.points, 70.0)
        self.assertEqual(
            card.action_loyalty_update_balance()["res_model"],
            "loyalty.card.update.balance",
        )
        order = (
            self.env["sale.order"]
            .with_user(self.salesman)
            .create(
                {
                    "partner_id": self.supplier.id,
                    "order_line": [Command.create({"product_id": self.part.id})],
                }
            )
        )
        order.copy()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_customer_reads_his_order_and_no_cards(self):
        order = self.order.with_user(self.portal)
        self.assertTrue(order.has_access("read"))
        self._assert_readable(order)
        partner = self.portal.partner_id.with_user(self.portal)
        with self.assertRaises(AccessError):
            partner.read(["bonus_invited_by_id"])
        with self.assertRaises(AccessError):
            partner.read(["bonus_card_code"])
        with self.assertRaises(AccessError):
            order.read(["bonus_entry_ids"])

    # ------------------------------------------------------------------
    # Companies
    # ------------------------------------------------------------------

    def _create_other_company(self):
        """Make another company with a manager of its own."""
        company = self.env["res.company"].create({"name": "Another shop"})
        return self._create_user(
            "auto_crm.auto_crm_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def test_a_manager_of_another_company_changes_and_reads_nothing(self):
        self._assert_access(self._create_other_company())

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_rules_and_tiers_go_to_no_programme_of_another_company(self):
        manager = self._create_other_company()
        env = self.env(user=manager)
        own = env["loyalty.program"].create(
            {"name": "Ours", "is_bonus": True, "company_id": manager.company_id.id}
        )
        vals = {"program_id": own.id, "percent": 5.0}
        rule = env["auto.bonus.rule"].create(vals)
        tier = env["auto.bonus.tier"].create(
            {"program_id": own.id, "name": "Gold", "amount": 1}
        )
        for record in (rule, tier):
            test = self.subTest(model=record._name)
            with test, self.assertRaises(AccessError), self.cr.savepoint():
                record.program_id = self.program.id
        with self.assertRaises(AccessError), self.cr.savepoint():
            rule.create({**vals, "program_id": self.program.id})

    def test_the_code_of_another_company_s_card_finds_nobody(self):
        self.customer.company_id = self.company
        manager = self._create_other_company()
        found = self.env["res.partner"].with_user(manager).name_search(self.card.code)
        self.assertFalse(found)
