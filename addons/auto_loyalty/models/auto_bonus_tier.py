from odoo import fields, models


class AutoBonusTier(models.Model):
    """A tier that customers reach by what they have paid within a year."""

    _name = "auto.bonus.tier"
    _description = "Bonus Tier"
    _order = "program_id, amount, id"

    program_id = fields.Many2one(
        comodel_name="loyalty.program", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="program_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="program_id.currency_id")
    name = fields.Char(required=True, translate=True)
    amount = fields.Monetary(
        string="Paid Within a Year",
        required=True,
        help="Money paid for orders of the last 365 days, less bonuses and refunds.",
    )
    multiplier = fields.Float(
        required=True,
        default=1.0,
        digits=(16, 2),
        help="What is earned is multiplied by it.",
    )

    _amount_unique = models.Constraint(
        "UNIQUE (program_id, amount)", "Another tier begins at the same sum."
    )
    _sums_positive = models.Constraint(
        "CHECK (amount >= 0 AND multiplier >= 0)",
        "Sums and multipliers of tiers are not below 0.",
    )

    def write(self, vals):
        """Override of the ORM: tiers go to no programme of another company."""
        self.env["loyalty.program"].browse(vals.get("program_id")).check_access("write")
        return super().write(vals)
