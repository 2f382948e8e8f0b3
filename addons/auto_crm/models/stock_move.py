from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_confirm(self, merge=True, merge_into=False, create_proc=True):
        """Override of `stock`: what is missing for a work order is bought for it alone.

        Core takes `mts_else_mto` parts from whatever arrives first, so that an order
        could lose its parts to an older one. The missing quantity becomes a move of its
        own, chained to its purchase.
        """
        extra = self._split_missing_parts() if create_proc else self.browse()
        return super(StockMove, self | extra)._action_confirm(
            merge=merge, merge_into=merge_into, create_proc=create_proc
        )

    def _is_workshop_part(self):
        """Whether the move takes a part for a work order by the workshop's rule."""
        self.ensure_one()
        warehouse = self.rule_id.warehouse_id
        return bool(self.sale_line_id) and self.rule_id == warehouse.auto_parts_pull_id

    def _split_missing_parts(self):
        """Make draft moves of parts wait for a purchase, as far as stock is short.

        :return: the moves split off
        """
        parts = self.filtered(
            lambda move: (
                move.state == "draft"
                and move.procure_method == "make_to_stock"
                and not move.move_orig_ids
                and move._is_workshop_part()
            )
        )
        negative = parts.filtered(lambda move: move.product_uom_qty <= 0)
        negative.filtered(
            lambda move: (
                "make_to_order" in move._get_open_siblings().mapped("procure_method")
            )
        ).procure_method = "make_to_order"
        parts -= negative
        forced = parts.filtered(lambda move: move.sale_line_id.part_source == "order")
        forced.procure_method = "make_to_order"
        from_stock = parts - forced
        vals_list = []
        for move, quantity in from_stock._get_missing_quantities().items():
            if move.product_uom.compare(quantity, move.product_uom_qty) >= 0:
                move.procure_method = "make_to_order"
            elif move.product_uom.compare(quantity, 0) > 0:
                vals_list += move._prepare_missing_part_vals(quantity)
                move.product_uom_qty -= quantity
        # nothing is made of nothing: who overrides `create` may confirm in it
        return self.create(vals_list) if vals_list else self.browse()

    def _get_missing_quantities(self):
        """Return how much of each part is not free on stock, in the unit of its move.

        Core reckons with `free_qty`: the forecasts that come with it take longer than
        all the rest.
        """
        free = {
            location: moves.product_id._get_free_quantities(location)
            for location, moves in self.grouped("location_id").items()
        }
        missing = {}
        for move in self:
            left = free[move.location_id]
            is_counted = not move._should_bypass_reservation()
            taken = is_counted * min(move.product_qty, max(left[move.product_id], 0.0))
            left[move.product_id] -= taken
            missing[move] = move.product_id.uom_id._compute_quantity(
                move.product_qty - taken, move.product_uom, rounding_method="HALF-UP"
            )
        return missing

    def _prepare_missing_part_vals(self, quantity):
        """Values of the move of the missing pieces of a part."""
        self.ensure_one()
        return self.copy_data(
            {"product_uom_qty": quantity, "procure_method": "make_to_order"}
        )

    def _get_open_siblings(self):
        """Other moves of the same sale line that still can change."""
        self.ensure_one()
        return self.sale_line_id.move_ids.filtered(
            lambda move: move.state not in ("draft", "done", "cancel")
        )

    def _prepare_procurement_qty(self):
        """Override of `stock`: missing pieces are bought whole, of the others none."""
        parts = self.filtered(lambda move: move._is_workshop_part())
        split = {
            move: 0.0 if move._is_wholly_on_stock() else move.product_uom_qty
            for move in parts
        }
        rest = self - parts
        split.update(
            zip(rest, super(StockMove, rest)._prepare_procurement_qty(), strict=True)
        )
        return [split[move] for move in self]

    def _prepare_procurement_values(self):
        """Override of `stock`: nothing is procured for what lies on the shelf.

        Core looks for dates and rules of each, and then drops it for its quantity.
        """
        if self._is_workshop_part() and self._is_wholly_on_stock():
            return {}
        return super()._prepare_procurement_values()

    def _is_wholly_on_stock(self):
        """Whether nothing of the part is bought: what is missing was split off."""
        self.ensure_one()
        is_taken = self.product_uom.compare(self.product_uom_qty, 0) > 0
        return is_taken and self.procure_method == "make_to_stock"

    def _is_part_here(self):
        """Whether the move is done or reserved in full on our own stock."""
        self.ensure_one()
        if self.state == "done":
            return True
        is_full = self.product_uom.compare(self.quantity, self.product_uom_qty) >= 0
        return is_full and self.location_id.usage != "supplier"

    def _is_without_purchase(self):
        """Whether the move waits, and nothing that it waits for is bought or comes."""
        self.ensure_one()
        coming = self.move_orig_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        is_bought = any(
            line.state != "cancel" for line in self.created_purchase_line_ids
        )
        is_open = self.state not in ("done", "cancel")
        return is_open and not (coming or is_bought or self._is_part_here())

    def _get_moved_quantity(self):
        """Return how much the moves have moved, in the unit of their product."""
        return sum(
            move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
            for move in self
        )

    def _get_purchases(self):
        """Return what was bought for the moves and can't be changed by itself."""
        lines = self.created_purchase_line_ids | self.move_orig_ids.purchase_line_id
        return lines.order_id.filtered(
            lambda purchase: purchase.state in ("sent", "to approve", "purchase")
        )

    def _get_upstream_documents_and_responsibles(self, visited):
        """Override of `stock`: nobody's purchase is a matter of the order's advisor."""
        documents = super()._get_upstream_documents_and_responsibles(visited)
        # sudo: who buys parts tells of it without reading sales
        order = self.sudo().sale_line_id.order_id
        if not order.is_work_order or all(user for __, user, __ in documents):
            return documents
        seeker = self.env["stock.rule"]._get_vendor_seeker(order)
        return [(one, user or seeker, moves) for one, user, moves in documents]

    def _get_part_date(self):
        """Day a part on the way is expected: the supplier's, else the move's."""
        self.ensure_one()
        return fields.Date.to_date(self.purchase_line_id.date_planned or self.date)
