from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_rule(self, product_id, location_id, values):
        """Override of `stock`: a part without a vendor must not block a work order.

        Core finds no rule for it and raises. The Buy rule tells the advisor instead.
        """
        rule = super()._get_rule(product_id, location_id, values)
        if rule:
            return rule
        moves = values.get("move_dest_ids") or self.env["stock.move"]
        if moves.sale_line_id.order_id.filtered("is_work_order"):
            return location_id.warehouse_id.buy_pull_id
        return rule

    def _notify_responsible(self, procurement):
        """Override of `sale_purchase_stock`: an activity; a message is overlooked."""
        result = super()._notify_responsible(procurement)
        references = procurement.values.get("reference_ids")
        orders = references.sale_ids if references else self.env["sale.order"]
        for order in orders.filtered("is_work_order"):
            order.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("No vendor"),
                note=self.env._(
                    "Nobody sells us %(part)s: choose a vendor and order it.",
                    part=procurement.product_id.display_name,
                ),
                user_id=self._get_vendor_seeker(order).id,
            )
        return result

    def _get_vendor_seeker(self, order):
        """Who looks for a vendor: never the customer who has just signed the order."""
        for user in order.user_id, self.env.user:
            if user and user.active and user._is_internal():
                return user
        return order.env["crm.lead"]._get_fallback_user(order.company_id)
