from collections import defaultdict

from odoo import models

from odoo.addons.auto_crm.tools import clock

from .auto_time_log import ON_JOB


class SaleOrder(models.Model):
    """What mechanics earn with an order, and what their work costs."""

    _inherit = "sale.order"

    _released_idx = models.Index("(date_released) WHERE date_released IS NOT NULL")

    def _action_release(self):
        """Override of `auto_crm`: the mechanics have earned their pay."""
        result = super()._action_release()
        self._sync_pay()
        return result

    def action_unrelease(self):
        """Override of `auto_crm`: what is not done is not earned."""
        result = super().action_unrelease()
        self._sync_pay()
        return result

    def _sync_pay(self):
        """Book what mechanics have earned with the orders, less what is booked."""
        # sudo: who releases cars or posts credit notes does not read anybody's pay
        orders = self.sudo().filtered("is_work_order")
        if not orders:
            return
        due = orders._get_pay_due()
        entries = orders.env["auto.pay.entry"]
        booked = defaultdict(float)
        for line, employee, kind, amount in entries._read_group(
            [("order_id", "in", orders.ids), ("order_line_id", "!=", False)],
            ["order_line_id", "employee_id", "kind"],
            ["amount:sum"],
        ):
            booked[line, employee, kind] = amount
        vals_list = []
        for key in {**due, **booked}:
            base, amount = due.get(key, (0.0, 0.0))
            missing = key[0].company_id.currency_id.round(amount - booked[key])
            if missing:
                vals_list.append(self._prepare_pay_vals(*key, base, missing))
        entries.create(vals_list)

    def _prepare_pay_vals(self, line, employee, kind, base, amount):
        """Hook: values of a pay entry."""
        company = line.company_id
        return {
            "employee_id": employee.id,
            "date": company._get_today(),
            "kind": kind,
            "name": f"{line.order_id.name}: {line._get_pay_name()}",
            "order_id": line.order_id.id,
            "order_line_id": line.id,
            "base": base,
            "amount": amount,
        }

    def _get_pay_due(self):
        """Return what mechanics should have earned with released orders.

        By the scheme of the day of the release.

        :return: dict {(line, employee, kind): (base, amount)}
        """
        due = {}
        released = self.filtered("date_released")
        if not released:
            return due
        days = {
            order: clock.day_of(order.date_released, order.company_id._get_zone())
            for order in released
        }
        schemes = self.env["auto.pay.scheme"]._find_schemes(
            [("company_id", "in", self.company_id.ids)],
            min(days.values()),
            max(days.values()),
        )
        if not schemes:
            return due
        lines = released.order_line.filtered(lambda line: line.line_kind == "labour")
        shares = lines._get_mechanic_shares()
        for line in lines:
            quantity, revenue = line._get_sold()
            for employee, share in shares[line].items():
                scheme = schemes.filtered(
                    lambda one, who=employee, day=days[line.order_id]: (
                        one.employee_id == who and one._is_at(day)
                    )
                )
                if not scheme:
                    continue
                pay = scheme._get_pay(line, quantity, revenue, share)
                for kind, (base, _rate, amount) in pay.items():
                    due[line, employee, kind] = base, amount
        return due

    def _get_labour_costs(self):
        """Override of `auto_crm`: accrued pay, else hours × hourly cost."""
        # sudo: what the work cost may be read by who may call it, not anybody's pay
        orders = self.sudo()
        accrued = dict(
            orders.env["auto.pay.entry"]._read_group(
                [("order_id", "in", orders.ids)], ["order_id"], ["amount:sum"]
            )
        )
        hours = defaultdict(list)
        for order, employee, duration in orders.env["auto.time.log"]._read_group(
            [("order_id", "in", orders.ids), ("kind", "in", ON_JOB)],
            ["order_id", "employee_id"],
            ["duration:sum"],
        ):
            hours[order].append((employee.hourly_cost, duration))
        costs = super()._get_labour_costs()
        for order, order_sudo in zip(self, orders, strict=True):
            if order_sudo in accrued:
                costs[order] = accrued[order_sudo]
            elif hours[order_sudo] and all(cost for cost, _hours in hours[order_sudo]):
                costs[order] = sum(cost * time for cost, time in hours[order_sudo])
        return costs
