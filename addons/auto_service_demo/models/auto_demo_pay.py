"""The demo shop's pay: last month is approved, this month is going on."""

from datetime import timedelta

from odoo import models

from odoo.addons.auto_crm.tools import clock

from . import demo_story as story

ACCOUNTS = {  # of Odoo's generic chart, by their codes
    "auto_pay_expense_account_id": "630000",
    "auto_pay_account_id": "230000",
}


class AutoDemoShop(models.AbstractModel):
    _inherit = "auto.demo.shop"

    def _pay_mechanics(self):
        """Accrue what the mechanics have earned since last month, and state it."""
        this_month = self._get_local_now().date().replace(day=1)
        last_month = (this_month - timedelta(days=1)).replace(day=1)
        self._set_up_pay()
        schemes = self.env["auto.pay.scheme"].create(
            [
                {"employee_id": self._ref(name).id, "date_from": last_month, **scheme}
                for name, scheme in story.PAY.items()
            ]
        )
        self._accrue_pay()
        for employee in schemes.employee_id:
            self._state_pay(employee, last_month, this_month - timedelta(days=1))
        self._state_pay(self._ref(story.MECHANICS[0]), this_month, None)

    def _set_up_pay(self):
        company = self.env.company
        accounts = self.env["account.account"]
        for name, code in ACCOUNTS.items():
            company[name] = accounts.search([("code", "=", code)], limit=1)
        company.auto_pay_journal_id = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
        )

    def _accrue_pay(self):
        """Book the pay of closed orders on the days of their release."""
        orders = self.env["sale.order"].search([("date_released", "!=", False)])
        orders._sync_pay()
        entries = self.env["auto.pay.entry"].search([("order_id", "in", orders.ids)])
        for order, earned in entries.grouped("order_id").items():
            day = clock.day_of(order.date_released, order.company_id._get_zone())
            self._write_past(earned, date=day)

    def _state_pay(self, employee, first, last):
        """Collect a mechanic's pay; that of a month that is over is approved."""
        vals = {"employee_id": employee.id, "date_from": first}
        if last:
            vals["date_to"] = last
        statement = self.env["auto.pay.statement"].create(vals)
        statement.action_collect()
        if last and statement.amount:
            statement.action_approve()
