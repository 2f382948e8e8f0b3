from collections import defaultdict

from odoo import models

from .auto_time_log import ON_JOB


class SaleOrderLine(models.Model):
    """Whose work a line is, and what of it was sold."""

    _inherit = "sale.order.line"

    def _get_pay_name(self):
        """Return the line's text without what follows its first line."""
        self.ensure_one()
        return (self.name or self.product_id.name or "").splitlines()[0]

    def _get_mechanic_shares(self):
        """Return the shares of mechanics in each work: as given, else by their time,
        else alike.

        :return: dict {line: {employee: share}}
        """
        jobs = self.job_ids.filtered(lambda job: job.state != "cancel")
        hours = defaultdict(dict)
        for job, employee, duration in self.env["auto.time.log"]._read_group(
            [("job_id", "in", self.job_ids.ids), ("kind", "in", ON_JOB)],
            ["job_id", "employee_id"],
            ["duration:sum"],
        ):
            spent = hours[job.order_line_id]
            spent[employee] = spent.get(employee, 0.0) + duration
        shares = {}
        for line in self:
            own = jobs & line.job_ids
            spent = (
                own._get_given_shares()
                or hours.get(line)
                or dict.fromkeys(own.mechanic_ids, 1.0)
            )
            total = sum(spent.values())
            shares[line] = {who: time / total for who, time in spent.items() if time}
        return shares

    def _get_sold(self):
        """Return the quantity and, in the company's currency, the money of a work.

        What was ordered, or billed if more, less what credit notes take back; what was
        billed, less credit notes.
        """
        self.ensure_one()
        billed, credited, _drafted, _value = self._get_billed_quantities()
        posted = self.invoice_lines.filtered(lambda bill: bill.parent_state == "posted")
        quantity = max(self.product_uom_qty, billed, 0.0) - credited
        return quantity, -sum(posted.mapped("balance"))
