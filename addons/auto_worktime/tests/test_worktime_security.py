from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import AutoWorktimeCommon

PRIVATE = ("price", "amount", "phone", "partner", "cost", "margin")


@tagged("post_install", "-at_install")
class TestWorktimeSecurity(AutoWorktimeCommon):
    """Mechanics and foremen see time, no prices and no customers' phones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls._create_job()
        users = cls.mechanic_user + cls.foreman
        export = cls.env.ref("base.group_allow_export")
        users.write({"group_ids": [Command.link(export.id)]})
        cls._check_in()
        with freeze_time(cls._at(1)):
            cls.log = cls.mechanic._clock_start(cls.job)

    def test_no_field_of_the_clock_tells_money_or_customers(self):
        for user in (self.mechanic_user, self.foreman):
            for model in (
                "auto.time.log",
                "auto.time.correction",
                "auto.time.event",
                "auto.time.punch",
            ):
                names = self.env[model].with_user(user).fields_get()
                told = [name for name in names if any(p in name for p in PRIVATE)]
                self.assertFalse(told, model)

    def test_no_search_or_group_tells_what_an_order_costs(self):
        for user in (self.mechanic_user, self.foreman):
            logs = self.logs.with_user(user)
            for path in (
                "order_id.amount_total",
                "job_id.order_id.amount_total",
                "job_id.order_id.partner_id.phone",
            ):
                with self.assertRaises(AccessError):
                    logs.search([(path, "!=", False)])
            with self.assertRaises(AccessError):
                logs.formatted_read_group([], ["order_id"], ["__count"])
            with self.assertRaises(AccessError):
                self.log.with_user(user).export_data(["job_id/order_id/amount_total"])

    def test_a_mechanic_reads_no_time_of_others_by_any_way(self):
        other = self.logs.create(
            {
                "employee_id": self.mechanic_2.id,
                "company_id": self.company.id,
                "kind": "idle",
                "reason_id": self.helping.id,
                "date_start": self._at(1),
            }
        )
        logs = self.logs.with_user(self.mechanic_user)
        self.assertNotIn(other, logs.search([]))
        self.assertEqual(logs.search_count([("kind", "=", "idle")]), 0)
        for read in (
            lambda: other.with_user(self.mechanic_user).read(["hours"]),
            lambda: other.with_user(self.mechanic_user).export_data(["hours"]),
            lambda: self.mechanic_2.with_user(self.mechanic_user).read(
                ["time_log_ids"]
            ),
            lambda: (
                self.env["auto.time.event"].with_user(self.mechanic_user).search([])
            ),
        ):
            with self.assertRaises(AccessError):
                read()

    def test_the_clock_cannot_be_called_from_outside(self):
        """Its methods begin with an underscore: Odoo's RPC refuses them."""
        for model in ("hr.employee", "auto.time.log", "auto.time.event"):
            names = [name for name in dir(self.env[model]) if "clock_" in name]
            self.assertFalse([name for name in names if not name.startswith("_")])

    def test_an_advisor_and_a_stranger_have_what_they_had(self):
        with self.assertRaises(AccessError):
            self.logs.with_user(self.accountant).search([])
        self.assertFalse(self.logs.with_user(self.advisor).search([]))
