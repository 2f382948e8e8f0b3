from odoo import fields, models


class AutoLabourRate(models.Model):
    """Price of one norm-hour, before discount, of a work type and make.

    The most exact one wins: work type and make, work type, make, then the general one.
    """

    _name = "auto.labour.rate"
    _description = "Norm-Hour Rate"
    _order = "company_id, work_type_id, brand_id, id"

    work_type_id = fields.Many2one(
        comodel_name="auto.work.type", index=True, ondelete="cascade"
    )
    brand_id = fields.Many2one(
        comodel_name="fleet.vehicle.model.brand", string="Make", index=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Monetary(string="Price of a norm-hour", required=True)
