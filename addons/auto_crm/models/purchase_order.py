from odoo import api, fields, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    work_order_ids = fields.Many2many(
        comodel_name="sale.order",
        string="Work Orders",
        compute="_compute_work_order_ids",
        search="_search_work_order_ids",
    )
    work_order_count = fields.Integer(compute="_compute_work_order_ids")
    work_order_names = fields.Char(
        string="For Work Orders", compute="_compute_work_order_ids"
    )
    deal_count = fields.Integer(compute="_compute_work_order_ids")

    @api.depends("reference_ids.sale_ids.vehicle_id", "order_line.sale_line_id")
    def _compute_work_order_ids(self):
        # sudo: who buys parts sees for which car, without reading sales
        for purchase in self.sudo():
            orders = purchase._get_sale_orders().filtered("is_work_order")
            purchase.work_order_ids = orders
            purchase.work_order_count = len(orders)
            purchase.deal_count = len(orders.opportunity_id)
            purchase.work_order_names = ", ".join(
                " ".join(filter(None, (order.name, order.vehicle_id.license_plate)))
                for order in orders
            )

    @api.model
    def _search_work_order_ids(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        if set(value) == {False}:
            value, operator = True, "not in" if operator == "in" else "in"
            orders = [("is_work_order", "=", True)]
        else:
            orders = [("is_work_order", "=", True), ("id", "in", list(value))]
        domain = [
            "|",
            ("reference_ids.sale_ids", "any", orders),
            ("order_line.sale_line_id.order_id", "any", orders),
        ]
        # sudo: who buys parts finds them without reading sales
        return [("id", operator, self.sudo()._search(domain))]

    def button_cancel(self):
        """Override of `purchase`: advisors learn that their parts will not come."""
        # sudo: who buys parts tells of it without reading sales
        purchases = self.sudo()
        parts_by_purchase = {one: one.order_line._keep_parts() for one in purchases}
        result = super().button_cancel()
        for purchase, parts in parts_by_purchase.items():
            purchase.order_line._tell_not_bought(parts, [purchase.name])
        return result

    def button_draft(self):
        """Override of `purchase`: it is for the same work orders as before."""
        result = super().button_draft()
        # sudo: as in `button_cancel`
        self.sudo().order_line._link_parts_again()
        return result

    def action_view_work_orders(self):
        """Open the work orders the parts are bought for."""
        return self.work_order_ids._get_records_action(name=self.env._("Work Orders"))

    def action_view_deals(self):
        """Open the deals the parts are bought for."""
        deals = self.work_order_ids.opportunity_id
        return deals._get_records_action(name=self.env._("Deals"))
