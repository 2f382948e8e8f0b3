from odoo import fields, models


class ResCompany(models.Model):
    """Where the pay of mechanics is booked."""

    _inherit = "res.company"

    auto_pay_journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Journal of pay",
        domain="[('type', '=', 'general')]",
    )
    auto_pay_expense_account_id = fields.Many2one(
        comodel_name="account.account", string="Account of wages"
    )
    auto_pay_account_id = fields.Many2one(
        comodel_name="account.account", string="Account of wages to pay"
    )
