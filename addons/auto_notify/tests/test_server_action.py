from odoo import fields
from odoo.tests import Form, freeze_time, tagged

from .common import AutoNotifyCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-10-13 09:00:00")
class TestServerAction(AutoNotifyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = cls.env["ir.model"]._get("sale.order")
        cls.rule = cls._create_rule("automation")
        cls.action = cls.env["ir.actions.server"].create(
            {
                "name": "Tell the customer",
                "model_id": cls.model.id,
                "state": "auto_notify",
                "auto_notify_rule_id": cls.rule.id,
            }
        )

    def _run(self, orders, action=None):
        (action or self.action).with_context(
            active_model=orders._name, active_ids=orders.ids, active_id=orders[:1].id
        ).run()

    def test_the_action_sends_by_its_rule(self):
        self._create_rule("automation")
        orders = self.order + self._create_order()
        self._run(orders)
        messages = self._get_messages(orders)
        self.assertEqual(len(messages), 2)
        self.assertEqual(messages.rule_id, self.rule)
        self.assertEqual(set(messages.mapped("res_id")), set(orders.ids))

    def test_it_tells_again_when_it_runs_again(self):
        self._run(self.order)
        self._run(self.order)  # the same moment
        self.assertEqual(len(self._get_messages(self.order)), 1)
        with freeze_time("2026-10-13 09:05:00"):
            self._run(self.order)
        self.assertEqual(len(self._get_messages(self.order)), 2)

    def test_an_archived_rule_and_one_of_another_company_send_nothing(self):
        self.rule.active = False
        self._run(self.order)
        other = self.env["res.company"].create({"name": "Other"})
        self.rule.write({"active": True, "company_id": other.id})
        self._run(self.order)
        self.assertFalse(self._get_messages(self.order))

    def test_it_warns_of_what_would_send_nothing(self):
        action = self.action
        self.assertFalse(action.warning)
        self.rule.active = False
        # that only silences it: a warning would refuse what triggers the action
        self.assertFalse(action.warning)
        self.assertFalse(action.auto_notify_rule_active)
        action.auto_notify_rule_id = False
        self.assertIn("Choose the message rule", action.warning)
        action.auto_notify_rule_id = self._create_rule(
            "automation", template_id=self.lead_template.id
        )
        self.assertIn("another kind of document", action.warning)

    def test_it_is_for_documents_of_messages(self):
        models = self.action.available_model_ids.mapped("model")
        self.assertIn("sale.order", models)
        self.assertIn("crm.lead", models)
        self.assertNotIn("res.partner", models)

    def test_it_names_itself_after_its_rule(self):
        with Form(self.env["ir.actions.server"]) as form:
            form.model_id = self.model
            form.state = "auto_notify"
            form.auto_notify_rule_id = self.rule
        self.assertEqual(form.record.name, f"Message: {self.rule.display_name}")

    def test_automation_rules_send_by_it(self):
        self.env["base.automation"].create(
            {
                "name": "Wish changed",
                "model_id": self.model.id,
                "trigger": "on_create_or_write",
                "trigger_field_ids": [
                    fields.Command.link(
                        self.env["ir.model.fields"]._get("sale.order", "wish").id
                    )
                ],
                "action_server_ids": [fields.Command.link(self.action.id)],
            }
        )
        self.order.with_user(self.advisor).wish = "Noise in front"
        self.assertEqual(self._get_messages(self.order).rule_id, self.rule)

    def test_the_installed_example_tells_that_the_work_waits(self):
        automation = self.env.ref("auto_notify.base_automation_on_hold")
        self.assertFalse(automation.active)
        self.assertFalse(automation.action_server_ids.warning)
        rule = self.env.ref("auto_notify.auto_notify_rule_on_hold")
        rule.active = True
        automation.active = True
        self.order.action_confirm()
        self.order.action_receive()
        self.run_events()
        self.assertFalse(self._get_messages(self.order, rule_id=rule.id))
        self.order.action_hold(self.reason)
        self.run_events()
        message = self._get_messages(self.order, rule_id=rule.id)
        self.assertEqual(len(message), 1)
        said = rule.template_id._render_message(self.order, message.partner_id)
        self.assertIn("has to wait", said["body"])
