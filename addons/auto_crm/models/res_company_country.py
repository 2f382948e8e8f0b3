from odoo import models
from odoo.exceptions import UserError


class ResCompanyCountry(models.Model):
    _inherit = "res.company"

    def _set_up_for_country(self, country, zone):
        """Make a company without entries one of a country: money, clock, accounts.

        Taxes are not applied by themselves, as in the small garages that are exempt;
        an accountant who needs them sets the default tax.

        :raise UserError: for a company with entries, of Odoo's demo data for example
        """
        self.ensure_one()
        if self._existing_accounting():
            raise UserError(
                self.env._(
                    "%(company)s has entries: its currency can no longer be changed to"
                    " %(currency)s. Set it up in a new database.",
                    company=self.name,
                    currency=country.currency_id.name,
                )
            )
        country.currency_id.active = True
        vals = {
            "country_id": country.id,
            "account_fiscal_country_id": country.id,
            "currency_id": country.currency_id.id,
        }
        self.write(vals)
        if not self.chart_template:
            self.env["account.chart.template"].try_loading(
                "generic_coa", self, install_demo=False
            )
        # a chart of accounts brings its own currency and taxes
        taxes = ("account_sale_tax_id", "account_purchase_tax_id")
        self.write({**vals, **dict.fromkeys(taxes, False)})
        self.partner_id.tz = zone
        self.resource_calendar_id.tz = zone
        self._get_foreign_pricelists().currency_id = self.currency_id

    def _get_foreign_pricelists(self):
        """Return the pricelists that a company without orders has in other money."""
        return self.env["product.pricelist"].search(
            [
                ("currency_id", "!=", self.currency_id.id),
                ("company_id", "in", [self.id, False]),
            ]
        )
