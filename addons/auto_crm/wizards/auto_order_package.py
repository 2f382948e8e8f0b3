from odoo import api, fields, models
from odoo.fields import Domain


class AutoOrderPackage(models.TransientModel):
    """The choice of packages for a work order, the best fitting its car first."""

    _name = "auto.order.package"
    _description = "Add Package"

    order_id = fields.Many2one(comodel_name="sale.order", required=True)
    vehicle_id = fields.Many2one(related="order_id.vehicle_id")
    query = fields.Char(string="Search")
    show_all = fields.Boolean(string="Also packages for other cars")
    package_ids = fields.Many2many(
        comodel_name="auto.package", compute="_compute_package_ids"
    )

    @api.depends("order_id", "query", "show_all")
    def _compute_package_ids(self):
        for wizard in self:
            packages = self.env["auto.package"].search(
                wizard._get_package_domain(), limit=200
            )
            wizard.package_ids = packages._sort_for_vehicle(wizard.vehicle_id)

    def _get_package_domain(self):
        """Packages of the order's company, for its car, with the words typed."""
        packages = self.env["auto.package"]
        domain = packages._get_company_domain(self.order_id.company_id)
        if self.vehicle_id and not self.show_all:
            domain &= packages._get_vehicle_domain(self.vehicle_id)
        if self.query:
            domain &= (
                Domain("name", "ilike", self.query)
                | Domain("work_type_id.name", "ilike", self.query)
                | Domain("line_ids.product_id", "ilike", self.query)
            )
        return domain
