from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Where the pay of mechanics is booked."""

    _inherit = "res.config.settings"

    auto_pay_journal_id = fields.Many2one(
        related="company_id.auto_pay_journal_id", readonly=False
    )
    auto_pay_expense_account_id = fields.Many2one(
        related="company_id.auto_pay_expense_account_id", readonly=False
    )
    auto_pay_account_id = fields.Many2one(
        related="company_id.auto_pay_account_id", readonly=False
    )
