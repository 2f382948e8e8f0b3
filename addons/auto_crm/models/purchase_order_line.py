from odoo import api, fields, models
from odoo.tools import format_list


class PurchaseOrderLine(models.Model):
    """What is bought for work orders: their advisors are told when it is not."""

    _inherit = "purchase.order.line"

    cancelled_part_move_ids = fields.Many2many(
        comodel_name="stock.move",
        relation="auto_purchase_line_cancelled_move_rel",
        copy=False,
        export_string_translation=False,
        help="Parts of work orders that it was to bring until it was cancelled.",
    )

    def unlink(self):
        """Override of the ORM: parts that nobody buys now are told of."""
        # sudo: who buys parts tells of it without reading sales
        parts = self.sudo()._get_part_moves()
        names = self.order_id.mapped("name")
        result = super().unlink()
        self._tell_not_bought(parts, names)
        return result

    def _get_cost(self):
        """Return what is paid for the line, in the currency of its company."""
        self.ensure_one()
        return self.currency_id._convert(
            from_amount=self.price_subtotal,
            to_currency=self.company_id.currency_id,
            company=self.company_id,
            date=self.order_id.date_approve or self.order_id.date_order,
        )

    def _get_part_moves(self):
        """Return the moves of work orders' parts that wait for the lines."""
        moves = self.move_dest_ids | self.move_ids.move_dest_ids
        return moves.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.sale_line_id.order_id.is_work_order
            )
        )

    def _keep_parts(self):
        """Remember for which parts the lines are, before they are cancelled.

        :return: the moves of the parts
        """
        parts = self.env["stock.move"]
        for line in self:
            moves = line._get_part_moves()
            if moves:
                line.cancelled_part_move_ids |= moves
            parts |= moves
        return parts

    @api.model
    def _tell_not_bought(self, parts, names):
        """Give the advisors of work orders an activity for what is not bought now.

        :param parts: moves of parts
        :param list names: of the purchases that were to bring them
        """
        waiting = parts.filtered(lambda move: move._is_without_purchase())
        for order, moves in waiting.grouped(
            lambda move: move.sale_line_id.order_id
        ).items():
            order.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Parts not bought"),
                note=self.env._(
                    "%(purchase)s will not bring %(parts)s: buy them elsewhere, or "
                    "agree with the customer.",
                    purchase=format_list(self.env, names),
                    parts=format_list(
                        self.env, moves.product_id.mapped("display_name")
                    ),
                ),
                user_id=self.env["stock.rule"]._get_vendor_seeker(order).id,
            )

    def _link_parts_again(self):
        """Let lines bring again what they were for, if nothing else does by now."""
        for line in self.filtered("cancelled_part_move_ids"):
            parts = line.cancelled_part_move_ids.filtered(
                lambda move: move._is_without_purchase()
            )
            line.cancelled_part_move_ids = False
            parts.procure_method = "make_to_order"
            line.move_dest_ids |= parts
            line.order_id.reference_ids |= parts.reference_ids
