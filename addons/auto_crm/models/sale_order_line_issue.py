from odoo import Command, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    """Parts on the bill and parts that left the stock: at the release they agree."""

    _inherit = "sale.order.line"

    def _get_missing_qty(self):
        """How much of a part is on the bill and does not leave the stock with the car.

        :return: quantity in the line's unit; 0 for what moves no stock
        :rtype: float
        """
        self.ensure_one()
        is_part = self.line_kind == "part" and self.part_source != "customer"
        if not is_part or self.qty_delivered_method != "stock_move":
            return 0.0
        reserved = sum(
            move.product_uom._compute_quantity(
                move.quantity, self.product_uom_id, rounding_method="HALF-UP"
            )
            for move in self.order_id._get_issuable_pickings().move_ids
            if move.sale_line_id == self and move.state not in ("done", "cancel")
        )
        missing = self.product_uom_qty - self.qty_delivered - reserved
        return max(self.product_uom_id.round(missing), 0.0)

    def _reserve_from_stock(self):
        """Reserve what is missing of parts on the shelf, whatever was bought for them.

        :raise UserError: when the stock has too few
        """
        for line in self:
            moves = line._get_open_moves()
            # the car goes: it does not wait for its purchase any more
            moves.filtered(lambda move: move.procure_method == "make_to_order").write(
                {"procure_method": "make_to_stock", "move_orig_ids": [Command.clear()]}
            )
            if not moves:
                line._action_launch_stock_rule()
                moves = line._get_open_moves()
            moves._action_assign()
            missing = line._get_missing_qty()
            if missing:
                raise UserError(
                    self.env._(
                        "%(quantity)s %(unit)s of %(part)s are not on stock: take them "
                        "off the order, or receive them first.",
                        quantity=missing,
                        unit=line.product_uom_id.name,
                        part=line.product_id.display_name,
                    )
                )

    def _get_open_moves(self):
        """Moves that still can bring the parts out of the stock."""
        return self.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.location_dest_id._is_outgoing()
            )
        )

    def _take_off_missing(self):
        """Take what does not leave the stock off the order, and credit what was billed.

        :return: draft credit notes
        :rtype: account.move
        """
        refunds = self.env["account.move"]
        for line in self:
            line.product_uom_qty -= line._get_missing_qty()
            surplus = line.qty_invoiced - line.product_uom_qty
            surplus -= line._take_off_drafts(surplus)
            refunds |= line._credit_quantity(surplus)
        return refunds

    def _take_off_drafts(self, surplus):
        """Lower the quantity on invoices that are not posted.

        :param float surplus: quantity billed too much
        :return: the quantity taken off
        :rtype: float
        """
        taken = 0.0
        for line in self._get_billing_lines("draft"):
            quantity = min(max(surplus - taken, 0.0), line.quantity)
            line.quantity -= quantity
            taken += quantity
        return taken

    def _credit_quantity(self, surplus):
        """Draft credit notes for a quantity that was billed, the last invoice first."""
        refunds = self.env["account.move"]
        for line in self._get_billing_lines("posted").sorted("id", reverse=True):
            quantity = min(surplus, line.quantity)
            if self.product_uom_id.compare(quantity, 0.0) <= 0:
                break
            surplus -= quantity
            refunds |= self._credit_line(line, quantity)
        return refunds

    def _credit_line(self, invoice_line, quantity):
        """Make a draft credit note of a part of an invoice's line."""
        default = {"ref": self.env._("Not issued: %(part)s", part=self.name)}
        refund = invoice_line.move_id._reverse_moves([default])
        own = refund.invoice_line_ids.filtered(
            lambda line: self in line.sale_line_ids and line.price_unit
        )[:1]
        (refund.invoice_line_ids - own).unlink()
        own.quantity = quantity
        return refund

    def _get_billing_lines(self, state):
        return self.invoice_lines.filtered(
            lambda line: (
                line.parent_state == state
                and line.move_id.move_type == "out_invoice"
                and line.quantity > 0
            )
        )
