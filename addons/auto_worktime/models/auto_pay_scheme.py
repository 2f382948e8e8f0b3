from odoo import api, fields, models
from odoo.fields import Domain


class AutoPayScheme(models.Model):
    """By what a mechanic is paid, from a day to a day."""

    _name = "auto.pay.scheme"
    _description = "Pay Scheme"
    _inherit = ["auto.pay.mixin"]
    _order = "employee_id, date_from desc, id"
    _rec_name = "employee_id"

    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._get_today()
    )
    date_to = fields.Date(string="To", help="Empty: until further notice.")
    hourly = fields.Monetary(
        string="Per paid hour",
        help="Base: × hours present, less breaks and unpaid idle time.",
    )
    percent = fields.Float(
        string="Of labour revenue, %",
        help="Of what his share of the works was billed for, without taxes.",
    )
    per_norm_hour = fields.Monetary(help="× his share of the norm-hours sold.")
    line_ids = fields.One2many(
        comodel_name="auto.pay.scheme.line",
        inverse_name="scheme_id",
        string="Fixed sums",
    )

    _amounts_positive = models.Constraint(
        "CHECK (hourly >= 0 AND per_norm_hour >= 0 AND percent BETWEEN 0 AND 100)",
        "Sums are at least 0, and a percentage is between 0 and 100.",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)", "A scheme must end after it begins."
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(employee_id, employee_id, '[]') WITH =, "
        "daterange(date_from, date_to, '[]') WITH &&)",
        "A mechanic has one scheme at a time: end the former one first.",
    )

    @api.model
    def _find_schemes(self, domain, first, last):
        """Return the schemes of a domain that count on some of the days."""
        return self.search(
            Domain(domain)
            & Domain("date_from", "<=", last)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", first))
        )

    def _is_at(self, day):
        """Whether the scheme counts on a day."""
        self.ensure_one()
        return self.date_from <= day and (not self.date_to or day <= self.date_to)

    def _get_of(self, employee, day):
        """Return the one of these schemes that counts for a mechanic on a day."""
        return self.filtered(
            lambda scheme: scheme.employee_id == employee and scheme._is_at(day)
        )

    def _get_pay(self, line, quantity, revenue, share):
        """Return what a mechanic earns with his share of a work, by kind.

        :param line: the order's line
        :param float quantity: sold, less what was credited
        :param float revenue: billed, in the currency of the company
        :return: dict {kind: (base, rate, amount)}
        """
        self.ensure_one()
        if line.order_id.rework_of_id:
            quantity = 0.0
        fixed = self._get_fixed(line)
        bases = {
            "revenue": (revenue * share, self.percent / 100),
            "norm": (quantity * line.norm_hours * share, self.per_norm_hour),
            "fixed": (quantity * share, fixed),
        }
        return {
            kind: (base, rate, self.currency_id.round(base * rate))
            for kind, (base, rate) in bases.items()
            if rate
        }

    def _get_fixed(self, line):
        """Return the fixed sum of a work: that of the job, else of its type."""
        product = line.product_id
        by_product = self.line_ids.filtered(lambda one: one.product_id == product)
        by_type = self.line_ids.filtered(
            lambda one: (
                not one.product_id
                and one.work_type_id
                and one.work_type_id == product.work_type_id
            )
        )
        return (by_product or by_type)[:1].amount
