from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.tests import Form

from .common import AutoCrmCommon


class AutoOrderCommon(AutoCrmCommon):
    """Work orders in the small shop, and the ways parts and money reach them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env["auto.hold.reason"].create({"name": "Waits for a part"})
        cls.other_reason = cls.env["auto.hold.reason"].create(
            {"name": "Waits for a lift"}
        )
        cls.stock_location = (
            cls.env["stock.warehouse"]
            .search([("company_id", "=", cls.company.id)], limit=1)
            .lot_stock_id
        )
        cls.sublet = cls.env["product.product"].create(
            {
                "name": "Turning of discs",
                "type": "service",
                "service_to_purchase": True,
                "list_price": 900.0,
                "taxes_id": [Command.clear()],
                "seller_ids": [
                    Command.create({"partner_id": cls.supplier.id, "price": 500.0})
                ],
            }
        )
        cls.deal = cls.env["crm.lead"].create(
            {
                "name": "Brakes of a Rio",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "vehicle_id": cls.vehicle.id,
            }
        )

    @classmethod
    def _create_order(cls, *lines, **vals):
        """Make a work order with lines of (product, quantity)."""
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "vehicle_id": cls.vehicle.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": qty})
                    for product, qty in lines or [(cls.labour, 1)]
                ],
                **vals,
            }
        )

    @classmethod
    def _create_agreed(cls, *lines, **vals):
        order = cls._create_order(*lines, **vals)
        order.action_confirm()
        return order

    @classmethod
    def _create_received(cls, *lines, **vals):
        order = cls._create_agreed(*lines, **vals)
        order.action_receive()
        return order

    @classmethod
    def _set_stock(cls, product, quantity):
        cls.env["stock.quant"]._update_available_quantity(
            product, cls.stock_location, quantity
        )

    @classmethod
    def _get_purchases(cls, orders):
        return orders._get_purchase_orders()

    @classmethod
    def _receive(cls, purchases, quantity=None, backorder=True):
        """Validate the receipts of purchases, in full or a quantity a line."""
        pickings = purchases.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        for move in pickings.move_ids:
            move.quantity = move.product_uom_qty if quantity is None else quantity
            move.picked = True
        context = {"skip_backorder": True}
        if not backorder:
            context["picking_ids_not_to_backorder"] = pickings.ids
        pickings.with_context(**context).button_validate()
        return pickings

    @classmethod
    def _send_back(cls, picking, quantity=1):
        """Return some of a done transfer to where it came from."""
        wizard = Form(
            cls.env["stock.return.picking"].with_context(
                active_id=picking.id, active_model="stock.picking"
            )
        ).save()
        wizard.product_return_moves.quantity = quantity
        back = cls.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.write({"quantity": quantity, "picked": True})
        back.button_validate()
        assert back.state == "done"

    @classmethod
    def _invoice(cls, order, post=True):
        order.order_line.filtered(
            lambda line: line.product_id.invoice_policy == "delivery"
        ).product_id.invoice_policy = "order"
        invoice = order._create_invoices()
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, invoice, amount=None):
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        vals = {} if amount is None else {"amount": amount}
        return wizard.create(vals)._create_payments()

    @contextmanager
    def _record_events(self):
        """Collect what deals are told: a list of (deals, events, cause)."""
        calls = []

        def _move_by_event(deals, events, cause):
            calls.append((deals, events, cause))
            return deals

        with patch.object(self.registry["crm.lead"], "_move_by_event", _move_by_event):
            self.run_events()
            calls.clear()
            yield calls
            self.run_events()
