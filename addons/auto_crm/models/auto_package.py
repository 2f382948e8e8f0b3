from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class AutoPackage(models.Model):
    """A canned job: labour and parts for a make or model, added in two clicks."""

    _name = "auto.package"
    _description = "Package"
    _inherit = ["auto.shared.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    work_type_id = fields.Many2one(comodel_name="auto.work.type", index=True)
    brand_ids = fields.Many2many(
        comodel_name="fleet.vehicle.model.brand",
        string="Makes",
        help="Fits every model of these makes, unless models of the make are named. "
        "Without makes and models the package fits any car.",
    )
    model_ids = fields.Many2many(comodel_name="fleet.vehicle.model", string="Models")
    line_ids = fields.One2many(
        comodel_name="auto.package.line", inverse_name="package_id", copy=True
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", compute="_compute_currency_id"
    )
    price_from = fields.Monetary(
        string="From",
        compute="_compute_price_from",
        help="Parts at their list price, labour at the lowest rate; the order's line "
        "takes the price of its pricelist and the rate of its car.",
    )
    norm_hours = fields.Float(string="Norm-hours", compute="_compute_norm_hours")
    content = fields.Char(compute="_compute_content")

    @api.depends_context("company")
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("line_ids.price_from")
    @api.depends_context("company")
    def _compute_price_from(self):
        for package in self:
            package.price_from = sum(package.line_ids.mapped("price_from"))

    @api.depends("line_ids.norm_hours", "line_ids.quantity")
    def _compute_norm_hours(self):
        for package in self:
            package.norm_hours = sum(
                line.norm_hours * line.quantity for line in package.line_ids
            )

    @api.depends("line_ids.product_id")
    def _compute_content(self):
        for package in self:
            package.content = ", ".join(
                line.product_id.name for line in package.line_ids if line.product_id
            )

    def copy_data(self, default=None):
        """Override: a copy says that it is one."""
        vals_list = super().copy_data(default=default)
        for package, vals in zip(self, vals_list, strict=True):
            vals["name"] = self.env._("%(name)s (copy)", name=package.name)
        return vals_list

    def action_add_to_order(self):
        """Add the packages to the work order `auto_order_id` of the context."""
        order = self.env["sale.order"].browse(self.env.context.get("auto_order_id"))
        if not order.exists():
            raise UserError(
                self.env._("Open a work order and add the package from there.")
            )
        self._add_to_order(order)
        return {"type": "ir.actions.act_window_close"}

    def _add_to_order(self, order):
        """Append the packages' lines to the order.

        :return: the new order lines
        :raise UserError: when the order takes no more lines
        """
        order._check_takes_lines()
        return order._append_lines(
            [line._prepare_order_line_vals() for line in self.line_ids]
        )

    @api.model
    def _get_company_domain(self, company):
        """Packages an order of the company may use."""
        return Domain("company_id", "in", [False, company.id])

    @api.model
    def _get_vehicle_domain(self, vehicle):
        """Packages that fit the car: by its model, by its make, or made for any car."""
        brand, model = vehicle.brand_id, vehicle.model_id
        any_car = Domain("brand_ids", "=", False) & Domain("model_ids", "=", False)
        by_model = Domain("model_ids", "in", model.ids)
        by_brand = Domain("brand_ids", "in", brand.ids) & Domain(
            "model_ids", "not any", [("brand_id", "in", brand.ids)]
        )
        return any_car | by_model | by_brand

    def _sort_for_vehicle(self, vehicle):
        """Best fit first: made for the model, for the make, for any car, for others."""

        def rank(package):
            if vehicle.model_id and vehicle.model_id in package.model_ids:
                return 0
            if vehicle.brand_id and vehicle.brand_id in package.brand_ids:
                return 1
            return 3 if package.brand_ids or package.model_ids else 2

        return self.sorted(rank)

    @api.model
    def _prepare_from_order(self, order):
        """Values of a package that repeats the order's works and parts."""
        lines = order.order_line.filtered(
            lambda line: line.product_id and not line.is_downpayment
        )
        return {
            "name": order.wish or order.name,
            "company_id": order.company_id.id,
            "work_type_id": order.work_type_id.id,
            "brand_ids": [Command.set(order.vehicle_id.brand_id.ids)],
            "model_ids": [Command.set(order.vehicle_id.model_id.ids)],
            "line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "quantity": line.product_uom_qty or 1.0,
                        "norm_hours": line.norm_hours,
                    }
                )
                for line in lines
            ],
        }
