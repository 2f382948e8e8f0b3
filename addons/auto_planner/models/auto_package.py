from odoo import fields, models


class AutoPackage(models.Model):
    """The menu of what customers may book."""

    _inherit = "auto.package"

    is_online = fields.Boolean(
        string="Booked online", help="Customers may choose it on the booking page."
    )
    is_instant = fields.Boolean(
        string="Confirmed at once",
        default=True,
        help="Else an advisor confirms the booking.",
    )

    def _get_online_price(self):
        """Return the price “from” with taxes, as it is told to customers."""
        self.ensure_one()
        company = self.env.company
        return sum(
            line.product_id.taxes_id._filter_taxes_by_company(company).compute_all(
                line.price_from, currency=self.currency_id, product=line.product_id
            )["total_included"]
            for line in self.line_ids
        )

    def _filter_for_vehicle(self, vehicle):
        """Return the packages that fit the car; all of them for one not known."""
        if not vehicle.model_id:
            return self
        return self.filtered_domain(self._get_vehicle_domain(vehicle))
