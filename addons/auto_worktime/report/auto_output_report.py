from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.auto_crm.tools import clock

MANAGER = "auto_crm.auto_crm_group_manager"
RATIOS = {  # of what is summed up to what is summed up, in %
    "utilisation": ("hours_jobs", "hours_present"),
    "efficiency": ("hours_sold", "hours_finished"),
    "productivity": ("hours_sold", "hours_present"),
    "paid_productivity": ("hours_sold", "hours_paid"),
    "recovery": ("hours_recovered", "hours_jobs"),
}
COUNTS = {"order_count": "order_key", "comeback_count": "comeback_key"}


class AutoOutputReport(models.Model):
    """What the mechanics' hours went to, and what of them was sold.

    Rows of a day, in the zone of the shop: how long a mechanic was present, what he did
    (his logs while he was present), what nobody gave him, what of his work was sold.
    A figure that a row does not tell is empty, and a ratio is one of sums.
    """

    _name = "auto.output.report"
    _description = "Workshop Output"
    _auto = False
    _order = "date desc, employee_id, id"
    _rec_name = "date"
    _depends = {
        "hr.attendance": ["employee_id", "check_in", "check_out", "in_mode"],
        "hr.employee": ["company_id", "is_mechanic"],
        "auto.time.log": [
            "employee_id",
            "company_id",
            "kind",
            "job_id",
            "reason_id",
            "date_start",
            "date_stop",
        ],
        "auto.hold.reason": ["is_paid"],
        "auto.job": [
            "order_line_id",
            "order_id",
            "mechanic_ids",
            "state",
            "work_type_id",
        ],
        "auto.job.share": ["job_id", "employee_id", "percent"],
        "auto.booking": [
            "order_id",
            "company_id",
            "post_id",
            "date_start",
            "date_cancelled",
            "date_no_show",
        ],
        "sale.order": [
            "is_work_order",
            "state",
            "company_id",
            "date_received",
            "date_released",
            "rework_of_id",
            "brand_id",
            "work_type_id",
            "currency_rate",
        ],
        "sale.order.line": [
            "order_id",
            "line_kind",
            "norm_hours",
            "product_uom_qty",
            "product_uom_id",
            "labour_rate",
            "invoice_lines",
        ],
        "account.move": ["move_type", "date", "invoice_date", "reversed_entry_id"],
        "account.move.line": [
            "move_id",
            "parent_state",
            "quantity",
            "product_uom_id",
            "price_unit",
            "discount",
            "currency_id",
            "balance",
        ],
    }

    date = fields.Date(string="Day", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        selection=[
            ("presence", "Present"),
            ("work", "Work"),
            ("rework", "Rework"),
            ("idle", "Idle"),
            ("break", "Break"),
            ("none", "Nothing given"),
            ("finish", "Finished"),
            ("sale", "Sold"),
            ("comeback", "Comeback"),
        ],
        string="What",
        readonly=True,
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee", string="Mechanic", readonly=True
    )
    reason_id = fields.Many2one(
        comodel_name="auto.hold.reason", string="Idle Reason", readonly=True
    )
    job_id = fields.Many2one(comodel_name="auto.job", readonly=True)
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Work Order",
        readonly=True,
        groups="auto_crm.auto_crm_group_advisor",
    )
    order_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        readonly=True,
        groups="auto_crm.auto_crm_group_advisor",
    )
    work_type_id = fields.Many2one(comodel_name="auto.work.type", readonly=True)
    brand_id = fields.Many2one(
        comodel_name="fleet.vehicle.model.brand", string="Make", readonly=True
    )
    post_id = fields.Many2one(
        comodel_name="auto.post",
        readonly=True,
        help="Where the car was booked on that day, or last before.",
    )
    hours = fields.Float(
        string="Clock, h",
        readonly=True,
        help="On jobs + idle + breaks + nothing given = present.",
    )
    hours_present = fields.Float(
        string="Present, h (A)",
        readonly=True,
        help="A: from check-in to check-out; those that overlap count once. Not Odoo's "
        "worked hours, which are without lunch.",
    )
    hours_jobs = fields.Float(
        string="On jobs, h (J)",
        readonly=True,
        help="J: clocked on jobs, rework too, while present.",
    )
    hours_rework = fields.Float(
        string="Rework, h",
        readonly=True,
        help="Clocked on jobs of rework orders: part of J, and nothing is sold for it.",
    )
    hours_idle = fields.Float(
        string="Idle, h",
        readonly=True,
        help="Clocked as waiting or other work, by reason, while present.",
    )
    hours_break = fields.Float(
        string="Breaks, h", readonly=True, help="Clocked as break while present."
    )
    hours_none = fields.Float(
        string="Nothing given, h",
        readonly=True,
        help="Present, less what is clocked: nobody knows what it went to.",
    )
    hours_paid = fields.Float(
        string="Paid, h",
        readonly=True,
        help="Present, less breaks and idle time whose reason is not paid.",
    )
    hours_finished = fields.Float(
        string="On finished jobs, h",
        readonly=True,
        help="All that was clocked on a job, on the day of its order's release. Of "
        "cancelled jobs, on the day of the work.",
    )
    hours_wip = fields.Float(
        string="Change of work in progress, h",
        readonly=True,
        help="On jobs, less on finished jobs. Summed up from the beginning, it is what "
        "was clocked on jobs of cars that have not left.",
    )
    hours_sold = fields.Float(
        string="Sold, norm-hours (S)",
        readonly=True,
        help="S: norm-hours of the works of released orders, on the day of release, "
        "less what credit notes take back, on their day. Two on one work share them by "
        "their time. Nothing for rework.",
    )
    hours_recovered = fields.Float(
        string="Recovered, h (L / R)",
        readonly=True,
        groups=MANAGER,
        help="L / R: labour revenue / price of a norm-hour on the order.",
    )
    revenue = fields.Monetary(
        string="Labour revenue (L)",
        readonly=True,
        groups=MANAGER,
        help="L: posted invoices of works of released orders, less credit notes, "
        "without taxes; not before the release.",
    )
    order_key = fields.Integer(readonly=True, groups=fields.NO_ACCESS)
    comeback_key = fields.Integer(readonly=True, groups=fields.NO_ACCESS)
    order_count = fields.Integer(
        string="Orders", readonly=True, help="Released orders, without rework."
    )
    comeback_count = fields.Integer(
        string="Comebacks",
        readonly=True,
        help="Rework orders whose cars were received, by who did the first work.",
    )
    utilisation = fields.Float(
        string="Utilisation, %",
        readonly=True,
        aggregator="avg",
        help="J / A: on jobs / present.",
    )
    efficiency = fields.Float(
        string="Efficiency, %",
        readonly=True,
        aggregator="avg",
        help="S / J on finished jobs: sold norm-hours / hours clocked on the jobs of "
        "released orders.",
    )
    productivity = fields.Float(
        string="Productivity, %",
        readonly=True,
        aggregator="avg",
        help="S / A: sold norm-hours / present. Some call our utilisation so.",
    )
    paid_productivity = fields.Float(
        string="Paid productivity, %",
        readonly=True,
        aggregator="avg",
        help="Sold norm-hours / paid hours.",
    )
    recovery = fields.Float(
        string="Labour recovery, %",
        readonly=True,
        aggregator="avg",
        groups=MANAGER,
        help="(L / R) / J: labour revenue / price of a norm-hour / hours on jobs.",
    )
    effective_rate = fields.Float(
        string="Effective rate",
        readonly=True,
        aggregator="avg",
        groups=MANAGER,
        help="L / S: labour revenue / sold norm-hours.",
    )
    comeback_rate = fields.Float(
        string="Comebacks, %",
        readonly=True,
        aggregator="avg",
        help="Rework orders / released orders.",
    )

    def _read_group_select(self, aggregate_spec, query):
        """Override of the ORM: ratios are those of sums, orders count once."""
        name, _colon, function = aggregate_spec.partition(":")
        if name in COUNTS and function == "sum":
            self._check_field_access(self._fields[name], "read")
            return self._count(COUNTS[name])
        if function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        if name == "comeback_rate":
            self._check_field_access(self._fields[name], "read")
            return SQL(
                "100.0 * %s / NULLIF(%s, 0)",
                self._count("comeback_key"),
                self._count("order_key"),
            )
        if name == "effective_rate":
            return self._divide("revenue", "hours_sold", query)
        if name in RATIOS:
            return SQL("100.0 * %s", self._divide(*RATIOS[name], query))
        return super()._read_group_select(aggregate_spec, query)

    def _count(self, column):
        return SQL("COUNT(DISTINCT %s)", SQL.identifier(self._table, column))

    def _divide(self, dividend, divisor, query):
        """Return the ratio of two sums; NULL when the divisor is 0 or unknown."""
        return SQL(
            "(COALESCE(SUM(%s), 0) / NULLIF(SUM(%s), 0))",
            self._field_to_sql(self._table, dividend, query),
            self._field_to_sql(self._table, divisor, query),
        )

    def action_open(self):
        """Open what the row is made of: presences, logs, or the order.

        A foreman, who reads neither presences nor orders, sees the logs of the day.
        """
        self.ensure_one()
        is_manager = self.env.user.has_group(MANAGER)
        if is_manager and self.kind in ("presence", "none"):
            return self._get_day_action("hr.attendance", "check_in", "check_out")
        if is_manager and self.kind in ("sale", "comeback"):
            return self.order_id.get_formview_action()
        action = self._get_day_action("auto.time.log", "date_start", "date_stop")
        if self.kind == "finish":
            action["domain"] = [("employee_id", "=", self.employee_id.id)]
        for name in ("job_id", "reason_id"):
            if self[name]:
                action["domain"].append((name, "=", self[name].id))
        return action

    def _get_day_action(self, model, start, stop):
        """Return an action that lists what the mechanic did on the day."""
        zone = self.company_id._get_zone()
        begin = clock.midnight(self.date, zone)
        end = clock.midnight(self.date + timedelta(days=1), zone)
        return {
            "type": "ir.actions.act_window",
            "name": self.employee_id.display_name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("employee_id", "=", self.employee_id.id),
                (start, "<", end),
                "|",
                (stop, "=", False),
                (stop, ">", begin),
            ],
        }
