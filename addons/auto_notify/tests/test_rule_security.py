from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged, users

from .common import AutoNotifyCommon


@tagged("post_install", "-at_install")
class TestRuleSecurity(AutoNotifyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._create_rule()
        cls.other_company = cls.env["res.company"].create({"name": "Other Shop"})
        cls.other_manager = new_test_user(
            cls.env,
            login="auto_other_manager",
            groups="auto_crm.auto_crm_group_manager",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
            lang="en_US",
        )
        cls.portal_user = new_test_user(
            cls.env, login="auto_portal", groups="base.group_portal", lang="en_US"
        )

    def _get_records(self):
        """One record of each model of rules, seen by the user of the test."""
        records = (
            self.rule,
            self.rule.channel_ids,
            self.order_template,
            self.env.ref("auto_notify.auto_notify_button_call_me"),
        )
        return [record.with_env(self.env) for record in records]

    @users("auto_manager")
    def test_a_manager_changes_rules(self):
        self.manager.company_ids = self.env["res.company"].sudo().search([])
        for record in self._get_records():
            for operation in ("read", "write", "create", "unlink"):
                self.assertTrue(record.has_access(operation), record)
        rule = self.rule.with_env(self.env)
        rule.write({"delay": 2, "channel_ids": [Command.create({"kind": "sms"})]})
        rule.template_id.body = "{{ name }}, it is ready"
        self.env["auto.notify.rule"].create(
            {
                "event": "ready",
                "template_id": self.order_template.id,
                "channel_ids": [Command.create({"kind": "sms"})],
            }
        )
        rule.unlink()

    @users("auto_advisor")
    def test_an_advisor_reads_rules_and_tries_them(self):
        for record in self._get_records():
            self.assertTrue(record.has_access("read"), record)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(record.has_access(operation), record)
        rule = self.rule.with_env(self.env)
        self.assertTrue(rule.sentence)
        preview = self._preview(rule)
        self.assertIn("Hello, Ivan Petrov!", preview.texts)

    @users("auto_advisor")
    def test_a_text_is_tried_without_a_rule(self):
        preview = self._preview(self.order_template.with_env(self.env))
        self.assertIn("Hello, Ivan Petrov!", preview.texts)
        self.assertFalse(preview.recipients)

    @users("auto_mechanic", "auto_portal")
    def test_others_see_nothing(self):
        for record in self._get_records():
            for operation in ("read", "write", "create", "unlink"):
                self.assertFalse(record.has_access(operation), record)
        with self.assertRaises(AccessError):
            self.rule.with_env(self.env).action_preview()
        with self.assertRaises(AccessError):
            self.env["auto.notify.preview"].create(
                {"template_id": self.order_template.id}
            )

    @users("auto_other_manager")
    def test_rules_of_a_company_are_its_own(self):
        rule = self.rule.with_env(self.env)
        self.assertTrue(rule.has_access("read"))  # of no company: of all
        self.rule.company_id = self.company
        self.rule.flush_recordset()
        rule.invalidate_recordset()
        for record in (rule, self.rule.channel_ids.with_env(self.env)):
            for operation in ("read", "write", "unlink"):
                self.assertFalse(record.has_access(operation), record)
        self.assertNotIn(rule, self.env["auto.notify.rule"].search([]))

    @users("auto_other_manager")
    def test_documents_of_another_company_are_not_previewed(self):
        self.order.company_id = self.company
        preview = self._preview(self.rule.with_env(self.env))
        self.assertFalse(preview.document_ref)
        preview.document_ref = f"sale.order,{self.order.id}"
        for function in (preview._get_texts, preview.action_send_to_me):
            with self.assertRaises(AccessError):
                function()

    @users("auto_other_manager")
    def test_a_team_of_another_company_is_refused(self):
        team = (
            self.env["crm.team"]
            .sudo()
            .create({"name": "There", "company_id": self.company.id})
        )
        rule = self.rule.with_env(self.env)
        rule.sudo().company_id = self.other_company
        with self.assertRaises(UserError):
            rule.sudo().team_id = team

    # ------------------------------------------------------------------
    # Preview
    # ------------------------------------------------------------------

    def _preview(self, rule, document=None):
        action = rule.action_preview()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        if document:
            preview.document_ref = f"{document._name},{document.id}"
        return preview

    @users("auto_advisor")
    def test_a_preview_shows_each_language_and_the_length_as_sms(self):
        self.env["res.lang"].sudo()._activate_lang("ru_RU")
        self.order_template.with_context(lang="ru_RU").body = "Привет, {{ name }}!"
        self.customer.name = "<b>Ivan</b>"
        preview = self._preview(self.rule.with_env(self.env), self.order)
        self.assertEqual(preview.recipients, "<b>Ivan</b>")
        self.assertIn("Hello, &lt;b&gt;Ivan&lt;/b&gt;!", preview.texts)
        self.assertIn("Привет, &lt;b&gt;Ivan&lt;/b&gt;!", preview.texts)
        self.assertIn("GSM-7", preview.texts)
        self.assertIn("UCS-2", preview.texts)
        self.assertFalse(preview.note)

    @users("auto_advisor")
    def test_a_preview_says_why_nothing_would_be_sent(self):
        self.rule.template_id.body = "Bonuses: {{ bonuses }}"
        preview = self._preview(self.rule.with_env(self.env), self.order)
        self.assertIn("bonuses }} is empty", preview.texts)
        self.rule.domain = "[('amount_total', '<', 0)]"
        self.customer.active = False
        preview = self._preview(self.rule.with_env(self.env), self.order)
        self.assertIn("leaves this document out", preview.note)
        self.rule.domain = "[]"
        preview = self._preview(self.rule.with_env(self.env), self.order)
        self.assertIn("nobody to tell", preview.note)

    @users("auto_advisor")
    def test_a_text_is_previewed_without_a_rule(self):
        template = self.lead_template.with_env(self.env)
        action = template.action_preview()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(preview.document_ref._name, "crm.lead")
        self.assertIn("Hello", preview.texts)
        preview.document_ref = f"sale.order,{self.order.id}"
        self.assertIn("Choose a document", preview.texts)
        with self.assertRaisesRegex(UserError, "Choose the document"):
            preview.action_send_to_me()

    @users("auto_advisor")
    def test_it_is_sent_to_who_looks_at_it_and_to_nobody_else(self):
        preview = self._preview(self.rule.with_env(self.env), self.order)
        known = self._get_messages()
        action = preview.action_send_to_me()
        self.assertIn("auto_advisor", action["params"]["message"])
        message = self._get_messages() - known
        self.assertRecordValues(
            message,
            [
                {
                    "partner_id": self.env.user.partner_id.id,
                    "body": f"Hello, {self.env.user.partner_id.name}!",
                    "kinds": [["log", 15], ["email", 0]],
                    "res_id": 0,
                    "order_id": False,
                }
            ],
        )
        preview.action_send_to_me()
        self.assertEqual(len(self._get_messages() - known), 2)
