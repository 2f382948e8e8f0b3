from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderSecurity(AutoOrderCommon):
    """Who may read and change orders, jobs, clocks, consents, rates and reasons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_received((cls.labour, 1), (cls.part, 1))
        cls.order.order_line.filtered(
            lambda line: line.line_kind == "labour"
        ).mechanic_ids = cls.mechanic
        cls.order._record_consent("phone")
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.portal_user = new_test_user(
            cls.env, login="auto_customer", groups="base.group_portal"
        )
        cls.portal_user.partner_id.parent_id = cls.customer
        cls.stranger = new_test_user(
            cls.env, login="auto_stranger", groups="base.group_portal"
        )
        cls.internal = new_test_user(
            cls.env, login="auto_internal", groups="base.group_user"
        )
        cls.records = {
            "sale.order": cls.order,
            "auto.job": cls.order.job_ids,
            "auto.order.part": cls.env["auto.order.part"].search(
                [("order_id", "=", cls.order.id)]
            ),
            "auto.order.clock": cls.order.clock_ids,
            "auto.order.consent": cls.order.consent_ids,
            "auto.labour.rate": cls.env["auto.labour.rate"].search([], limit=1),
            "auto.work.type": cls.work_type,
            "auto.hold.reason": cls.reason,
        }

    def _assert_access(self, user, **allowed):
        """Check read, write, create, unlink of a user: letters r, w, c, u a model."""
        operations = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
        for model, record in self.records.items():
            self.assertTrue(record, model)
            letters = allowed.get(model.replace(".", "_"), "")
            for letter, operation in operations.items():
                with self.subTest(user=user.login, model=model, operation=operation):
                    self.assertEqual(
                        record.with_user(user).has_access(operation),
                        letter in letters,
                    )

    def test_mechanic(self):
        self._assert_access(
            self.mechanic_user,
            auto_job="rw",
            auto_order_part="r",
            auto_work_type="r",
            auto_hold_reason="r",
        )

    def test_advisor(self):
        self._assert_access(
            self.advisor,
            sale_order="rwc",
            auto_job="rwc",
            auto_order_part="r",
            auto_order_clock="r",
            auto_order_consent="r",
            auto_labour_rate="r",
            auto_work_type="r",
            auto_hold_reason="r",
        )

    def test_manager(self):
        self._assert_access(
            self.manager,
            sale_order="rwcu",
            auto_job="rwcu",
            auto_order_part="r",
            auto_order_clock="r",
            auto_order_consent="r",
            auto_labour_rate="rwcu",
            auto_work_type="rwcu",
            auto_hold_reason="rwcu",
        )

    def test_accountant_reads_orders(self):
        self._assert_access(
            self.accountant,
            sale_order="rw",  # Odoo's own right, for invoicing addresses
            auto_job="r",
            auto_order_clock="r",
            auto_order_consent="r",
            auto_work_type="r",
            auto_hold_reason="r",
        )

    def test_other_staff_see_nothing(self):
        self._assert_access(self.internal)

    def test_customer_reads_his_own_order_and_its_jobs(self):
        self._assert_access(
            self.portal_user,
            sale_order="r",
            auto_job="r",
            auto_work_type="r",
        )

    def test_another_customer_reads_nothing_of_it(self):
        self._assert_access(self.stranger, auto_work_type="r")

    def test_customer_cannot_work_on_his_car(self):
        job = self.order.job_ids.with_user(self.portal_user)
        for action in ("action_start", "action_done", "action_cancel", "_set_done"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(job, action)()
        with self.assertRaises(AccessError):
            job.action_hold(self.reason.id)
        self.assertEqual(self.order.job_ids.state, "todo")

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Second shop"})
        outsider = new_test_user(
            self.env,
            login="auto_outsider",
            groups="auto_crm.auto_crm_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        # what all companies share is changed by those who work for all
        self._assert_access(outsider, auto_work_type="r", auto_hold_reason="r")

    def test_facts_are_refused_without_the_right(self):
        self.order.job_ids._set_done()
        for user in (self.accountant, self.portal_user, self.mechanic_user):
            order = self.order.with_user(user)
            for action in (
                "action_receive",
                "action_hold",
                "action_resume",
                "action_check",
                "action_release",
                "action_unreceive",
                "action_unrelease",
                "action_create_rework",
            ):
                with (
                    self.subTest(user=user.login, action=action),
                    self.assertRaises(AccessError),
                ):
                    getattr(order, action)()
        self.assertEqual(self.order.work_state, "ready")

    def test_mechanic_wizards_do_no_more_than_his_actions(self):
        other = self._create_received().job_ids
        wizard = self.env["auto.order.hold"].with_user(self.mechanic_user)
        with self.assertRaises(AccessError):
            wizard.create(
                {"reason_id": self.reason.id, "job_ids": [Command.set(other.ids)]}
            ).action_hold()
        with self.assertRaises(AccessError):
            wizard.create(
                {
                    "reason_id": self.reason.id,
                    "order_ids": [Command.set(self.order.ids)],
                }
            ).action_hold()
        finding = self.env["auto.job.finding"].with_user(self.mechanic_user)
        for urgency in ("later", "now"):
            with self.assertRaises(AccessError):
                finding.create(
                    {"job_id": other.id, "name": "Leak", "urgency": urgency}
                ).action_record()
