from odoo import fields, models


class AutoBonusRule(models.Model):
    """Which lines of an order earn bonuses, how many, and can be paid with them.

    The first rule that fits a line decides; a line that none fits does neither.
    """

    _name = "auto.bonus.rule"
    _description = "Bonus Rule"
    _order = "sequence, id"

    program_id = fields.Many2one(
        comodel_name="loyalty.program", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="program_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    line_kind = fields.Selection(
        selection=[
            ("labour", "Works"),
            ("part", "Parts"),
            ("sublet", "Outside work"),
            ("other", "Other"),
        ],
        string="Lines",
        help="Empty: all lines.",
    )
    work_type_ids = fields.Many2many(
        comodel_name="auto.work.type", string="Work Types", help="Empty: all."
    )
    categ_ids = fields.Many2many(
        comodel_name="product.category",
        string="Product Categories",
        help="With all categories below them. Empty: all.",
    )
    percent = fields.Float(
        string="Earns, %",
        digits=(16, 2),
        help="Of the money paid for the line, with taxes, less bonuses.",
    )
    is_payable = fields.Boolean(string="Can Be Paid With Bonuses", default=True)

    _percent_range = models.Constraint(
        "CHECK (percent >= 0 AND percent <= 100)",
        "A line earns between 0 and 100 % of its price.",
    )

    def write(self, vals):
        """Override of the ORM: rules go to no programme of another company."""
        self.env["loyalty.program"].browse(vals.get("program_id")).check_access("write")
        return super().write(vals)

    def _get_of(self, line):
        """Return the rule that decides about a line of an order.

        :param line: sale.order.line
        """
        return next((rule for rule in self if rule._fits(line)), self.browse())

    def _fits(self, line):
        self.ensure_one()
        if self.line_kind and self.line_kind != line.line_kind:
            return False
        if self.work_type_ids and line.work_type_id not in self.work_type_ids:
            return False
        if not self.categ_ids:
            return True
        # sudo: what a line earns is the same for whoever looks at it
        path = line.sudo().product_id.categ_id.parent_path or ""
        above = {int(number) for number in path.split("/") if number}
        return bool(above.intersection(self.categ_ids.ids))
