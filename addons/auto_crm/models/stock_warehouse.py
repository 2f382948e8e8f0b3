from odoo import api, fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    auto_parts_pull_id = fields.Many2one(
        comodel_name="stock.rule", string="Work Order Parts Rule", copy=False
    )

    def _generate_global_route_rules_values(self):
        """Override of `stock`: parts of orders come from stock, else are bought."""
        rules = super()._generate_global_route_rules_values()
        delivery = rules["mto_pull_id"]
        route = self._find_or_create_global_route(
            "auto_crm.stock_route_parts", self.env._("Work Order Parts")
        )
        rules["auto_parts_pull_id"] = {
            "depends": delivery["depends"],
            "create_values": {
                **delivery["create_values"],
                "procure_method": "mts_else_mto",
                "route_id": route.id,
            },
            "update_values": {
                **delivery["update_values"],
                "name": self._format_rulename(
                    self.lot_stock_id, False, self.env._("Work Order Parts")
                ),
            },
        }
        return rules

    @api.model
    def _create_parts_rules(self):
        """Give the warehouses that exist at installation their rule."""
        for warehouse in self.search([("auto_parts_pull_id", "=", False)]):
            warehouse._create_or_update_global_routes_rules()
