from collections import defaultdict

from odoo import fields, models

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
        days, schemes = released._find_pay_schemes()
        if not schemes:
            return due
        lines = released.order_line.filtered(lambda line: line.line_kind == "labour")
        shares = lines._get_mechanic_shares()
        for line in lines:
            quantity, revenue = line._get_sold()
            for employee, share in shares[line].items():
                scheme = schemes._get_of(employee, days[line.order_id])
                if not scheme:
                    continue
                pay = scheme._get_pay(line, quantity, revenue, share)
                for kind, (base, _rate, amount) in pay.items():
                    due[line, employee, kind] = base, amount
        return due

    def _find_pay_schemes(self):
        """Return by which day's schemes the orders are paid, and the schemes.

        The day of the release; of who has not left, today.
        """
        days = {
            order: clock.day_of(
                order.date_released or fields.Datetime.now(),
                order.company_id._get_zone(),
            )
            for order in self
        }
        schemes = self.env["auto.pay.scheme"]._find_schemes(
            [("company_id", "in", self.company_id.ids)],
            min(days.values()),
            max(days.values()),
        )
        return days, schemes

    def _get_labour_costs(self):
        """Override of `auto_crm`: accrued pay, and hours that are paid beside it.

        Without accrued pay, all hours. Unknown, if somebody's hours have no cost.
        """
        # sudo: what the work cost may be read by who may call it, not anybody's pay
        orders = self.sudo()
        accrued = dict(
            orders.env["auto.pay.entry"]._read_group(
                [("order_id", "in", orders.ids)], ["order_id"], ["amount:sum"]
            )
        )
        costs = super()._get_labour_costs()
        beside = orders._get_hours_costs(accrued)
        for order, order_sudo in zip(self, orders, strict=True):
            amounts = [accrued.get(order_sudo, 0.0), *beside[order_sudo]]
            is_known = order_sudo in accrued or beside[order_sudo]
            if is_known and None not in amounts:
                costs[order] = sum(amounts)
        return costs

    def _get_hours_costs(self, accrued):
        """Return what the mechanics' hours cost that accrued pay does not pay.

        Who is paid by output has no more to get for them, once it has accrued.

        :param accrued: the orders with accrued pay
        :return: dict {order: list of amounts, None for an unknown one}
        """
        costs = defaultdict(list)
        spent = self.env["auto.time.log"]._read_group(
            [("order_id", "in", self.ids), ("kind", "in", ON_JOB)],
            ["order_id", "employee_id"],
            ["duration:sum"],
        )
        days, schemes = self._find_pay_schemes() if spent else ({}, None)
        for order, employee, hours in spent:
            scheme = schemes._get_of(employee, days[order])
            if order in accrued and scheme and not scheme.hourly:
                continue
            rate = employee.hourly_cost or scheme.hourly
            costs[order].append(hours * rate if rate else None)
        return costs
