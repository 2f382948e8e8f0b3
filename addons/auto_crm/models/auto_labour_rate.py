from odoo import api, fields, models


class LabourPrices:
    """Prices of a norm-hour of one company, the most exact one first."""

    def __init__(self, rates):
        self._prices = {
            (rate.work_type_id.id, rate.brand_id.id): rate.price for rate in rates
        }

    def get_price(self, work_type, brand):
        """Price for a work type and make: both, work type, make, general, else 0."""
        keys = [(work_type.id, brand.id), (work_type.id, False), (False, brand.id)]
        for key in [*keys, (False, False)]:
            if key in self._prices:
                return self._prices[key]
        return 0.0


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
    _scope_uniq = models.UniqueIndex(
        "(company_id, COALESCE(work_type_id, 0), COALESCE(brand_id, 0))",
        "There is already a rate for this work type and make.",
    )
    _price_positive = models.Constraint(
        "CHECK (price >= 0)", "The price of a norm-hour cannot be negative."
    )

    @api.depends("work_type_id", "brand_id")
    def _compute_display_name(self):
        for rate in self:
            names = [rate.work_type_id.name, rate.brand_id.name]
            rate.display_name = " · ".join(filter(None, names)) or self.env._("General")

    @api.model
    def _get_prices(self, companies):
        """Rates of the companies in one query.

        :return: prices by company
        :rtype: dict[res.company, LabourPrices]
        """
        # sudo: prices of labour do not depend on who writes the order
        rates = self.sudo().search_fetch(
            [("company_id", "in", companies.ids)],
            ["company_id", "work_type_id", "brand_id", "price"],
        )
        by_company = rates.grouped(lambda rate: rate.company_id.id)
        return {
            company: LabourPrices(by_company.get(company.id, rates.browse()))
            for company in companies
        }
