from odoo import api, fields, models


class AutoPayMixin(models.AbstractModel):
    """Whose pay it is, and of which company: the one he worked for when it was made."""

    _name = "auto.pay.mixin"
    _description = "Pay of a Mechanic"

    employee_id = fields.Many2one(
        comodel_name="hr.employee", string="Mechanic", required=True, index=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    @api.depends("employee_id")  # not his company: who moves on leaves his pay behind
    def _compute_company_id(self):
        for row in self:
            row.company_id = row.employee_id.company_id
