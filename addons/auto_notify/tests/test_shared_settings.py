from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import AutoNotifyCommon


@tagged("post_install", "-at_install")
class TestSharedSettings(AutoNotifyCommon):
    """What sends and prices for all companies is changed by who works for all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create({"name": "Second Shop"})
        cls.local = new_test_user(
            cls.env,
            login="local_manager",
            groups="auto_crm.auto_crm_group_manager",
            company_id=cls.second.id,
            company_ids=[Command.set(cls.second.ids)],
        )
        everybody = cls.env["res.company"].search([])
        cls.head = new_test_user(
            cls.env,
            login="head_manager",
            groups="auto_crm.auto_crm_group_manager",
            company_ids=[Command.set(everybody.ids)],
        )
        template = cls.env["auto.notify.template"].create(
            {
                "name": "The car is ready",
                "model_id": cls.env["ir.model"]._get_id("sale.order"),
                "body": "Come and get it.",
            }
        )
        rule = cls.env["auto.notify.rule"].create(
            {
                "event": "ready",
                "template_id": template.id,
                "channel_ids": [Command.create({"kind": "sms"})],
            }
        )
        package = cls.env["auto.package"].create(
            {
                "name": "Oil change",
                "line_ids": [Command.create({"product_id": cls.labour.id})],
            }
        )
        cls.shared = [
            (rule, {"active": False}),
            (rule.channel_ids, {"wait_minutes": 1}),
            (template, {"body": "Bring money."}),
            (
                cls.env["auto.notify.button"].create({"name": "Yes", "code": "ok"}),
                {"name": "No"},
            ),
            (package, {"name": "Free oil change"}),
            (package.line_ids, {"quantity": 0.5}),
            (cls.work_type, {"name": "Bodywork"}),
            (cls.env["auto.hold.reason"].create({"name": "Part"}), {"name": "Lunch"}),
        ]

    def test_who_works_for_one_company_changes_nothing_that_is_for_all(self):
        for record, vals in self.shared:
            with self.subTest(model=record._name):
                local = record.with_user(self.local)
                self.assertTrue(local.has_access("read"))
                with self.assertRaises(AccessError):
                    local.write(vals)
                with self.assertRaises(AccessError):
                    local.unlink()
                self.assertTrue(record.exists())

    def test_who_works_for_all_companies_changes_it(self):
        for record, vals in self.shared:
            with self.subTest(model=record._name):
                head = record.with_user(self.head)
                head.write(vals)
                name = next(iter(vals))
                self.assertEqual(record[name], vals[name])

    def test_who_works_for_one_company_has_his_own(self):
        for record, vals in self.shared:
            if "company_id" not in record._fields:
                continue
            with self.subTest(model=record._name):
                default = {"code": "own"} if record._name.endswith("button") else {}
                values = record.copy_data(default)[0]
                values.pop("company_id")
                own = record.with_user(self.local).create(values)
                self.assertEqual(own.company_id, self.second)
                own.write(vals)
                self.assertFalse(own.with_user(self.manager).has_access("read"))
                for company in (self.company, self.env["res.company"]):
                    with self.assertRaises(AccessError), self.cr.savepoint():
                        own.company_id = company

    def test_a_rule_for_all_takes_no_text_of_one_company(self):
        rule, template = self.shared[0][0], self.shared[2][0]
        own = template.copy({"company_id": self.second.id})
        with self.assertRaises(UserError), self.cr.savepoint():
            rule.template_id = own

    def test_who_is_given_the_last_company_changes_all(self):
        rule = self.shared[0][0]
        self.assertFalse(rule.with_user(self.manager).has_access("write"))
        self.manager.company_ids = self.env["res.company"].search([])
        self.assertTrue(self.manager._has_every_company())
        rule.with_user(self.manager).active = False
        self.assertFalse(rule.active)
