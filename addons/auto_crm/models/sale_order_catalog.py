from odoo import models
from odoo.fields import Domain


class SaleOrder(models.Model):
    """Works and parts are chosen in Odoo's catalogue, each with a search of its own."""

    _inherit = "sale.order"

    def action_add_work(self):
        """Choose works by name, work type and norm-hours."""
        return self._open_auto_catalog(
            "labour",
            self.env._("Add work"),
            Domain("service_tracking", "=", "auto_job"),
        )

    def action_add_part(self):
        """Choose parts by article, cross number and stock."""
        return self._open_auto_catalog(
            "part", self.env._("Add part"), Domain("type", "=", "consu")
        )

    def _open_auto_catalog(self, kind, name, domain):
        """Return the action of the catalogue with one kind of products.

        :param str kind: ``labour`` or ``part``, as in the ids of the views
        """
        self.ensure_one()
        self._check_takes_lines()
        catalog = self.with_context(child_field="order_line")
        action = catalog.action_add_from_catalog()
        view_id, search_id = (
            self.env.ref(f"auto_crm.product_product_view_{view}_catalog_{kind}").id
            for view in ("kanban", "search")
        )
        return {
            **action,
            "name": name,
            "views": [(view_id, "kanban")],
            "search_view_id": [search_id, "search"],
            "domain": Domain(action["domain"]) & domain,
            "context": {
                **action["context"],
                "auto_product_form": True,
                "show_sections": False,
            },
        }

    def _get_product_catalog_order_data(self, products, **kwargs):
        """Override of `sale`: works cost norm-hours × rate, as on the order's lines."""
        labour_prices = self._get_catalog_labour_prices(products)
        if labour_prices:
            kwargs["labour_prices"] = labour_prices
        return super()._get_product_catalog_order_data(products, **kwargs)

    def _update_order_line_info(self, product_id, quantity, **kwargs):
        """Override of `sale`: a work that is taken off again shows what it costs."""
        product = self.env["product.product"].browse(product_id)
        labour_prices = self._get_catalog_labour_prices(product)
        if labour_prices:
            kwargs["labour_prices"] = labour_prices
        return super()._update_order_line_info(product_id, quantity, **kwargs)

    def _get_catalog_labour_prices(self, products):
        """Return (price, currency) by the id of works that are priced by the norm."""
        company = self.company_id or self.env.company
        rates = self.env["auto.labour.rate"]._get_prices(company)[company]
        prices = {}
        for product in products.filtered(lambda one: one.labour_pricing == "norm"):
            rate = rates.get_price(product.work_type_id, self.brand_id)
            if product.service_tracking == "auto_job" and rate:
                prices[product.id] = product.norm_hours * rate, company.currency_id
        return prices
