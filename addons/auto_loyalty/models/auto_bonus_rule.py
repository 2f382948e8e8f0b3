from odoo import api, fields, models

from ..tools.terms import Term


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
        comodel_name="auto.work.type",
        string="Work Types",
        ondelete="restrict",  # a rule that names none any more would be about all
        help="Empty: all.",
    )
    categ_ids = fields.Many2many(
        comodel_name="product.category",
        string="Product Categories",
        ondelete="restrict",
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

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM: what programmes remember of their rules is forgotten."""
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        """Override of the ORM: rules go to no programme of another company."""
        self.env["loyalty.program"].browse(vals.get("program_id")).check_access("write")
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        """Override of the ORM: what programmes remember of their rules is forgotten."""
        self.env.registry.clear_cache()
        return super().unlink()

    def _get_term(self):
        """Return what the rule says, as programmes remember it."""
        self.ensure_one()
        return Term(
            self.line_kind or "",
            frozenset(self.work_type_ids.ids),
            frozenset(self.categ_ids.ids),
            self.percent,
            self.is_payable,
        )
