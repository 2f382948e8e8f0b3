from odoo import api, fields, models

from ..tools import groups


class SaleOrder(models.Model):
    """What a work order costs the shop, and what it leaves: for managers only."""

    _inherit = "sale.order"

    amount_cost = fields.Monetary(
        string="Cost",
        compute="_compute_amount_cost",
        groups=groups.MANAGER,
        help="Parts at what they cost when they left the shelf, or now; work at what "
        "the mechanics get for it, as far as that is known.",
    )
    amount_margin = fields.Monetary(
        string="Margin", compute="_compute_amount_cost", groups=groups.MANAGER
    )
    margin_share = fields.Float(
        string="Margin, %", compute="_compute_amount_cost", groups=groups.MANAGER
    )
    is_labour_cost_known = fields.Boolean(
        compute="_compute_amount_cost",
        groups=groups.MANAGER,
        export_string_translation=False,
    )

    @api.depends("order_line.amount_cost", "amount_untaxed")
    def _compute_amount_cost(self):
        known = self._get_labour_costs()
        for order in self:
            lines = order.order_line
            labour = lines.filtered(lambda line: line.line_kind == "labour")
            cost = sum(lines.mapped("amount_cost"))
            margin = order.amount_untaxed - cost
            order.amount_cost, order.amount_margin = cost, margin
            order.margin_share = order.amount_untaxed and margin / order.amount_untaxed
            order.is_labour_cost_known = not labour or known[order] is not None

    def _get_labour_costs(self):
        """Hook: what the mechanics' work has cost, in the currency of the company.

        :return: dict by order; None where nobody knows
        """
        return dict.fromkeys(self)
