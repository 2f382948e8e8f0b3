from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import AutoCrmCommon


@tagged("post_install", "-at_install")
class TestActsSecurity(AutoCrmCommon):
    """Packages, recommendations, acceptance acts: who may, who may not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, login="auto_portal", groups="base.group_portal"
        )
        cls.portal.partner_id.commercial_partner_id = cls.portal.partner_id
        cls.employee = new_test_user(
            cls.env, login="auto_nobody", groups="base.group_user"
        )
        cls.package = cls.env["auto.package"].create(
            {
                "name": "Pads",
                "line_ids": [Command.create({"product_id": cls.labour.id})],
            }
        )
        cls.order = cls._create_order(cls.vehicle)
        cls.recommendation = cls.env["auto.recommendation"].create(
            {"name": "Discs", "vehicle_id": cls.vehicle.id}
        )
        cls.act = cls.env["auto.acceptance"].create(
            {
                "order_id": cls.order.id,
                "damage_ids": [Command.create({"x": 1, "y": 1})],
            }
        )
        cls.damage = cls.act.damage_ids
        cls.other_company = cls.env["res.company"].create({"name": "Other Garage"})

    @classmethod
    def _create_order(cls, vehicle, mechanic=None):
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "is_work_order": True,
                "vehicle_id": vehicle.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.labour.id,
                            "mechanic_ids": [
                                Command.set(mechanic.ids if mechanic else [])
                            ],
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def _create_vals(self, model):
        return {
            "auto.package": {"name": "New"},
            "auto.package.line": {
                "package_id": self.package.id,
                "product_id": self.part.id,
            },
            "auto.recommendation": {"name": "New", "vehicle_id": self.vehicle.id},
            "auto.acceptance": {"order_id": self.order.id},
            "auto.damage": {"acceptance_id": self.act.id, "x": 2, "y": 2},
        }[model]

    def _assert_rights(self, user, record, allowed):
        """Try all four operations: those named work, the others are refused.

        :param allowed: letters of create, read, write, unlink
        """
        record = record.with_user(user)
        operations = {
            "c": lambda: record.create(self._create_vals(record._name)),
            "r": lambda: record.read(["display_name"]),
            "w": lambda: record.write(self._create_vals(record._name)),
            "u": lambda: record.unlink(),
        }
        for letter, operation in operations.items():
            with self.subTest(user=user.login, model=record._name, operation=letter):
                self.env.invalidate_all()
                if letter in allowed:
                    with self.cr.savepoint():
                        operation()
                        self.env.flush_all()
                else:
                    with (
                        mute_logger("odoo.addons.base.models.ir_rule"),
                        mute_logger("odoo.addons.base.models.ir_model"),
                        self.assertRaises(AccessError),
                        self.cr.savepoint(),
                    ):
                        operation()

    def test_a_manager_keeps_everything(self):
        # what all companies share is changed by those who work for all
        self.manager.company_ids = self.env["res.company"].search([])
        for record in (
            self.package.line_ids,
            self.package,
            self.recommendation,
            self.damage,
            self.act,
        ):
            self._assert_rights(self.manager, record, "crwu")

    def test_an_advisor_uses_packages_and_writes_the_rest(self):
        self._assert_rights(self.advisor, self.package, "r")
        self._assert_rights(self.advisor, self.package.line_ids, "r")
        self._assert_rights(self.advisor, self.recommendation, "crw")
        self._assert_rights(self.advisor, self.act, "crw")
        self._assert_rights(self.advisor, self.damage, "crwu")

    def test_a_mechanic_without_a_job_on_the_car_sees_nothing_of_it(self):
        for record in (
            self.package,
            self.package.line_ids,
            self.recommendation,
            self.act,
            self.damage,
        ):
            self._assert_rights(self.mechanic_user, record, "")

    def test_a_mechanic_advises_for_the_cars_of_his_jobs(self):
        order = self._create_order(self.vehicle, mechanic=self.mechanic)
        act = self.env["auto.acceptance"].create({"order_id": order.id})
        self._assert_rights(self.mechanic_user, self.recommendation, "cr")
        self.recommendation.with_user(self.mechanic_user).name = "Pads, soon"
        self._assert_rights(self.mechanic_user, act, "r")
        self.assertEqual(
            act.with_user(self.mechanic_user).display_name,
            f"Acceptance act {order.name}",
        )

    def test_a_mechanic_reads_neither_the_customer_nor_the_order(self):
        self._create_order(self.vehicle, mechanic=self.mechanic)
        recommendation = self.recommendation.with_user(self.mechanic_user)
        recommendation.read(["name", "state", "odometer_left", "due_status"])
        with mute_logger("odoo.models"), self.assertRaises(AccessError):
            recommendation.read(["partner_id"])
        with self.assertRaises(AccessError):
            recommendation.with_context(
                auto_order_id=self.order.id
            ).action_add_to_order()
        with self.assertRaises(AccessError):
            self.order.with_user(self.mechanic_user).action_save_as_package()

    def test_a_mechanics_advice_follows_the_order_he_cannot_read(self):
        order = self._create_order(self.vehicle, mechanic=self.mechanic)
        advice = (
            self.env["auto.recommendation"]
            .with_user(self.mechanic_user)
            .create({"name": "Hose", "vehicle_id": self.vehicle.id})
        )
        advice.with_user(self.advisor)._add_to_order(order)
        self.assertEqual(advice.with_user(self.mechanic_user).state, "ordered")

    def test_an_employee_outside_the_shop_has_no_access(self):
        for record in (self.package, self.recommendation, self.act, self.damage):
            self._assert_rights(self.employee, record, "")

    def test_an_advisor_makes_no_packages(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.advisor).action_save_as_package()

    def test_a_customer_reads_recommendations_of_his_cars_only(self):
        own_car = self.env["auto.vehicle"].create(
            {"license_plate": "К001КК77", "partner_id": self.portal.partner_id.id}
        )
        own = self.env["auto.recommendation"].create(
            {"name": "Own", "vehicle_id": own_car.id}
        )
        self._assert_rights(self.portal, own, "r")
        self._assert_rights(self.portal, self.recommendation, "")
        for record in (self.package, self.act, self.damage):
            self._assert_rights(self.portal, record, "")

    def test_another_company_sees_nothing(self):
        stranger = new_test_user(
            self.env,
            login="auto_stranger",
            groups="auto_crm.auto_crm_group_manager",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        self.package.company_id = self.company
        for record in (self.package.line_ids, self.act, self.damage):
            self._assert_rights(stranger, record, "")
        # makes his own company's ones, never sees ours
        for record in (self.package, self.recommendation):
            self._assert_rights(stranger, record, "c")

    def test_a_package_without_a_company_is_everybodys(self):
        stranger = new_test_user(
            self.env,
            login="auto_stranger",
            groups="auto_crm.auto_crm_group_advisor",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        self._assert_rights(stranger, self.package, "r")
