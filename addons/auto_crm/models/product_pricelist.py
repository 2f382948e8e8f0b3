from odoo import api, models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    @api.model
    def get_import_templates(self):
        """Override of `base_import`: a sample of a price list for parts and works."""
        return [
            *super().get_import_templates(),
            {
                "label": self.env._("Import Template for Price Lists"),
                "template": "/auto_crm/static/import/pricelist.xlsx",
            },
        ]
