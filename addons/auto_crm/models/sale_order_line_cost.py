from odoo import api, fields, models

from ..tools import groups


class SaleOrderLine(models.Model):
    """What a line costs the shop, and what it leaves: for managers only."""

    _inherit = "sale.order.line"

    amount_cost = fields.Monetary(
        string="Cost", compute="_compute_amount_cost", groups=groups.MANAGER
    )
    amount_margin = fields.Monetary(
        string="Margin", compute="_compute_amount_cost", groups=groups.MANAGER
    )

    @api.depends(
        "line_kind",
        "part_source",
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "price_subtotal",
        "norm_hours",
        "move_ids.state",
        "move_ids.value",
        "purchase_line_ids.price_subtotal",
    )
    def _compute_amount_cost(self):
        labour = self._get_labour_shares()
        for line in self:
            if line.display_type or line.part_source == "customer":
                cost = 0.0
            elif line.line_kind == "labour":
                cost = labour.get(line, 0.0)
            else:
                cost = line._get_goods_cost()
            line.amount_cost = line._convert_cost(cost)
            line.amount_margin = line.price_subtotal - line.amount_cost

    def _get_labour_shares(self):
        """Return the parts of the lines in what the mechanics' work has cost.

        By norm-hours; without any, by price. In the currency of the company.
        """
        shares = {}
        orders = self.filtered(lambda line: line.line_kind == "labour").order_id
        for order, cost in orders._get_labour_costs().items():
            lines = order.order_line.filtered(lambda line: line.line_kind == "labour")
            weights = {line: line.norm_hours * line.product_uom_qty for line in lines}
            if not sum(weights.values()):
                weights = {line: line.price_subtotal for line in lines}
            total = sum(weights.values())
            for line, weight in weights.items():
                shares[line] = (cost or 0.0) * weight / total if total else 0.0
        return shares

    def _get_goods_cost(self):
        """Return what a part, or a work done elsewhere, costs: as it was, or as now."""
        self.ensure_one()
        # sudo: whoever sees the margin may see neither stock's values nor purchases
        line = self.sudo().with_company(self.company_id)
        bought = line.purchase_line_ids.filtered(
            lambda row: row.order_id.state == "purchase"
        )
        if line.line_kind == "sublet" and bought:
            return sum(row._get_cost() for row in bought)
        left = line.move_ids.filtered(
            lambda move: move.state == "done" and move._is_out()
        )
        back = line.move_ids.filtered(
            lambda move: move.state == "done" and move._is_in()
        )
        quantity = line.product_uom_id._compute_quantity(
            line.product_uom_qty, line.product_id.uom_id
        )
        rest = quantity - left._get_moved_quantity() + back._get_moved_quantity()
        return (
            sum(left.mapped("value"))
            - sum(back.mapped("value"))
            + max(rest, 0.0) * line.product_id.standard_price
        )

    def _convert_cost(self, cost):
        """Return a sum of the company's currency in that of the order."""
        self.ensure_one()
        company = self.company_id or self.env.company
        return company.currency_id._convert(
            from_amount=cost,
            to_currency=self.currency_id or company.currency_id,
            company=company,
            date=self.order_id.date_order or fields.Date.context_today(self),
        )
