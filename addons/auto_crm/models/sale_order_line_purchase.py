from odoo import api, models


class SaleOrderLine(models.Model):
    """Parts that were bought for a work order which needs fewer of them now."""

    _inherit = "sale.order.line"

    def _get_bought(self):
        """Return parts of agreed work orders, which may have been bought.

        :return: list of (line, quantity, its purchases)
        """
        # sudo: whoever may change the order
        bought = self.sudo().filtered(
            lambda line: (
                line.state == "sale"
                and line.line_kind == "part"
                and line.order_id.is_work_order
            )
        )
        return [
            (line, line.product_uom_qty, line.move_ids._get_purchases())
            for line in bought
        ]

    @api.model
    def _tell_bought(self, before):
        """Tell who buys of each quantity that was lowered since, see `_get_bought`."""
        for line, quantity, purchases in before:
            if line.product_uom_id.compare(line.product_uom_qty, quantity) < 0:
                line._tell_lowered(quantity, purchases)

    def _tell_lowered(self, quantity, purchases):
        """Give who buys an activity on what was bought for the line.

        :param float quantity: how many the line needed before
        """
        self.ensure_one()
        seeker = self.env["stock.rule"]._get_vendor_seeker(self.order_id)
        numbers = self.env["auto.document"]
        for purchase in purchases:
            purchase.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Fewer parts needed"),
                note=self.env._(
                    "%(order)s needs %(quantity)s of %(part)s instead of %(before)s. "
                    "Buy fewer, send the rest back, or keep it on stock.",
                    order=self.order_id.name,
                    quantity=numbers._format_number(self.product_uom_qty, 2),
                    part=self.product_id.display_name,
                    before=numbers._format_number(quantity, 2),
                ),
                user_id=(purchase.user_id or seeker).id,
            )
