from odoo import api, fields, models


class AutoOrderIssueLine(models.TransientModel):
    """One part of the question what becomes of parts that were not issued."""

    _name = "auto.order.issue.line"
    _description = "Part Not Issued"

    wizard_id = fields.Many2one(
        comodel_name="auto.order.issue", required=True, ondelete="cascade"
    )
    order_line_id = fields.Many2one(
        comodel_name="sale.order.line", required=True, ondelete="cascade"
    )
    order_id = fields.Many2one(related="order_line_id.order_id")
    product_id = fields.Many2one(related="order_line_id.product_id", string="Part")
    uom_id = fields.Many2one(related="order_line_id.product_uom_id")
    quantity = fields.Float(related="order_line_id.product_uom_qty", string="Ordered")
    qty_invoiced = fields.Float(related="order_line_id.qty_invoiced", string="Billed")
    qty_missing = fields.Float(
        string="Not issued", compute="_compute_quantities", digits="Product Unit"
    )
    qty_free = fields.Float(
        string="On stock", compute="_compute_quantities", digits="Product Unit"
    )
    choice = fields.Selection(
        selection=lambda self: self._get_choices(),
        compute="_compute_choice",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )

    @api.depends("order_line_id")
    def _compute_quantities(self):
        for line in self:
            sold = line.order_line_id._origin
            product = sold.product_id.with_context(warehouse_id=sold.warehouse_id.id)
            line.qty_missing = sold._get_missing_qty()
            line.qty_free = product.uom_id._compute_quantity(
                product.free_qty, sold.product_uom_id, rounding_method="DOWN"
            )

    @api.depends("qty_missing", "qty_free")
    def _compute_choice(self):
        """Propose to issue what is on the shelf."""
        for line in self:
            is_here = line.uom_id.compare(line.qty_free, line.qty_missing) >= 0
            line.choice = "issue" if is_here else "cancel"

    @api.model
    def _get_choices(self):
        return [
            ("issue", self.env._("Issue now")),
            ("cancel", self.env._("Take off, credit if billed")),
        ]
