from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class AutoRealNorm(models.Model):
    """How long a work, a package, or a work of a type, really takes: from what was
    clocked on orders.
    """

    _name = "auto.real.norm"
    _description = "Real Norm"
    _auto = False
    _order = "order_count desc, id"
    _rec_name = "name"
    _depends = {
        "auto.time.log": ["job_id", "kind", "date_start", "date_stop"],
        "auto.job": ["order_line_id"],
        "sale.order": ["date_released", "rework_of_id", "company_id"],
        "sale.order.line": ["line_kind", "product_id", "product_uom_qty", "package_id"],
        "product.template": ["norm_hours", "work_type_id", "name"],
        "auto.work.type": ["name", "norm_hours"],
        "auto.package": ["name", "work_type_id"],
        "auto.package.line": ["norm_hours", "quantity", "package_id"],
    }

    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    product_id = fields.Many2one(
        comodel_name="product.product", string="Work", readonly=True
    )
    package_id = fields.Many2one(comodel_name="auto.package", readonly=True)
    kind = fields.Selection(
        selection=[("work", "Work"), ("package", "Package"), ("type", "Work type")],
        string="What",
        readonly=True,
    )
    name = fields.Char(string="Work, package or type", compute="_compute_name")
    work_type_id = fields.Many2one(comodel_name="auto.work.type", readonly=True)
    order_count = fields.Integer(
        string="Times",
        readonly=True,
        help="Released orders on which it was clocked, without rework.",
    )
    hours_median = fields.Float(
        string="Real, h",
        readonly=True,
        aggregator=None,
        help="The median: half of the times it took less.",
    )
    hours_low = fields.Float(
        string="Quick, h",
        readonly=True,
        aggregator=None,
        help="A quarter of the times it took less.",
    )
    hours_high = fields.Float(
        string="Slow, h",
        readonly=True,
        aggregator=None,
        help="A quarter of the times it took more.",
    )
    norm_hours = fields.Float(
        string="Norm-hours", readonly=True, aggregator=None, help="As it is sold now."
    )
    difference = fields.Float(
        string="Difference, %",
        readonly=True,
        aggregator=None,
        help="Real / norm − 1; empty without a norm.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH works AS (%s), packages AS (%s)
            SELECT (company_id::bigint << 32) + subject::bigint * 3
                       + ARRAY_POSITION(ARRAY['work', 'package', 'type'], kind) AS id,
                   company_id, kind, product_id, package_id, work_type_id, order_count,
                   hours_median, hours_low, hours_high, norm_hours,
                   100 * (hours_median / NULLIF(norm_hours, 0) - 1) AS difference
              FROM (%s UNION ALL %s UNION ALL %s) norm
            """,
            self._works(),
            self._packages(),
            self._from_works(),
            self._from_packages(),
            self._from_types(),
        )

    def _works(self):
        """Return the hours of one of each work of released orders."""
        return SQL(
            """
            SELECT line.id, line.order_id, line.product_id, line.package_id,
                   orders.company_id, line.product_uom_qty::float8 AS quantity,
                   spent.hours
              FROM sale_order_line line
              JOIN sale_order orders ON orders.id = line.order_id
         LEFT JOIN (SELECT job.order_line_id,
                           SUM(EXTRACT(EPOCH FROM date_stop - log.date_start)::float8)
                               / 3600 AS hours
                      FROM auto_time_log log
                      JOIN auto_job job ON job.id = log.job_id
                     WHERE log.kind = 'work' AND date_stop IS NOT NULL
                     GROUP BY job.order_line_id) spent ON spent.order_line_id = line.id
             WHERE line.line_kind = 'labour' AND line.product_uom_qty > 0
               AND orders.date_released IS NOT NULL AND orders.rework_of_id IS NULL
            """
        )

    def _packages(self):
        """Return the hours of packages whose works were all clocked."""
        return SQL(
            """
            SELECT company_id, package_id, order_id, SUM(hours) AS hours
              FROM works
             WHERE package_id IS NOT NULL
             GROUP BY company_id, package_id, order_id
            HAVING COUNT(*) = COUNT(hours)
            """
        )

    def _spread(self, hours):
        return SQL(
            """
            PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %(hours)s) AS hours_median,
            PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY %(hours)s) AS hours_low,
            PERCENTILE_CONT(0.75) WITHIN GROUP (ORDER BY %(hours)s) AS hours_high
            """,
            hours=hours,
        )

    def _from_works(self):
        return SQL(
            """
            SELECT works.company_id, 'work' AS kind, works.product_id AS subject,
                   works.product_id, NULL::int AS package_id, template.work_type_id,
                   COUNT(DISTINCT works.order_id) AS order_count, %s,
                   template.norm_hours::float8 AS norm_hours
              FROM works
              JOIN product_product product ON product.id = works.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE works.hours IS NOT NULL
             GROUP BY works.company_id, works.product_id, template.id
            """,
            self._spread(SQL("works.hours / works.quantity")),
        )

    def _from_packages(self):
        return SQL(
            """
            SELECT packages.company_id, 'package', packages.package_id, NULL::int,
                   packages.package_id, package.work_type_id,
                   COUNT(DISTINCT packages.order_id), %s,
                   (SELECT SUM(norm_hours * quantity)::float8 FROM auto_package_line
                     WHERE package_id = packages.package_id)
              FROM packages
              JOIN auto_package package ON package.id = packages.package_id
             GROUP BY packages.company_id, packages.package_id, package.id
            """,
            self._spread(SQL("packages.hours")),
        )

    def _from_types(self):
        """One work of a type, whichever."""
        return SQL(
            """
            SELECT works.company_id, 'type', type.id, NULL::int, NULL::int, type.id,
                   COUNT(DISTINCT works.order_id), %s, type.norm_hours::float8
              FROM works
              JOIN product_product product ON product.id = works.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN auto_work_type type ON type.id = template.work_type_id
             WHERE works.hours IS NOT NULL
             GROUP BY works.company_id, type.id
            """,
            self._spread(SQL("works.hours / works.quantity")),
        )

    def _compute_name(self):
        for norm in self:
            subject = norm.package_id or norm.product_id or norm.work_type_id
            norm.name = subject.display_name

    def action_take_over(self):
        """Sell the works and packages by what they really take. Managers only.

        The norm-hours of a package's works keep their proportions. Those of a work type
        are what a new work of it begins with.

        :raise AccessError: for others
        """
        if not self.env.user.has_group("auto_crm.auto_crm_group_manager"):
            raise AccessError(self.env._("Ask a manager to change norm-hours."))
        for norm in self:
            if norm.package_id:
                norm._take_over_package()
            else:
                subject = norm.product_id or norm.work_type_id
                subject.norm_hours = norm.hours_median
        return True

    def _take_over_package(self):
        self.ensure_one()
        if not self.norm_hours:
            return
        factor = self.hours_median / self.norm_hours
        for line in self.package_id.line_ids.filtered("norm_hours"):
            line.norm_hours *= factor
