from odoo import api, fields, models


class AutoPackageLine(models.Model):
    """A labour or parts line of a package."""

    _name = "auto.package.line"
    _description = "Package Line"
    _order = "sequence, id"

    package_id = fields.Many2one(
        comodel_name="auto.package", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        comodel_name="product.product",
        domain=[("sale_ok", "=", True)],
        required=True,
        index=True,
    )
    is_labour = fields.Boolean(compute="_compute_is_labour")
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    norm_hours = fields.Float(
        string="Norm-hours",
        digits=(16, 2),
        compute="_compute_norm_hours",
        store=True,
        readonly=False,
    )
    currency_id = fields.Many2one(related="package_id.currency_id")
    price_from = fields.Monetary(string="From", compute="_compute_price_from")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "A package's line needs a quantity above zero."
    )
    _norm_hours_positive = models.Constraint(
        "CHECK (norm_hours >= 0)", "Norm-hours cannot be negative."
    )

    @api.depends("product_id")
    def _compute_is_labour(self):
        for line in self:
            line.is_labour = line.product_id.service_tracking == "auto_job"

    @api.depends("product_id")
    def _compute_norm_hours(self):
        for line in self:
            line.norm_hours = line.product_id.norm_hours if line.is_labour else 0.0

    @api.depends(
        "product_id",
        "quantity",
        "norm_hours",
        "package_id.brand_ids",
        "package_id.model_ids",
    )
    @api.depends_context("company")
    def _compute_price_from(self):
        company = self.env.company
        rates = self.env["auto.labour.rate"]._get_prices(company)[company]
        for line in self:
            price = line.product_id.lst_price
            if line.is_labour and line.product_id.labour_pricing == "norm":
                price = line._get_lowest_rate(rates) * line.norm_hours or price
            line.price_from = price * line.quantity

    def _get_lowest_rate(self, rates):
        """The least a norm-hour of this line may cost on a car the package is for.

        :param rates: the company's `LabourPrices`
        """
        brands = self.package_id.brand_ids | self.package_id.model_ids.brand_id
        work_type = self.product_id.work_type_id
        return min(rates.get_price(work_type, brand) for brand in brands or [brands])

    def _prepare_order_line_vals(self):
        """Values of the order line; prices and taxes are left to sale's computes."""
        self.ensure_one()
        vals = {
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "package_id": self.package_id.id,
        }
        if self.is_labour and self.norm_hours:
            vals["norm_hours"] = self.norm_hours
        return vals
