from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import plate


class AccountMove(models.Model):
    """Invoices and credit notes know the work orders and the cars they are about.

    As text: who keeps the books may lack rights on orders and cars.
    """

    _inherit = "account.move"

    work_order_names = fields.Char(
        string="Work Orders",
        compute="_compute_work_order_names",
        store=True,
        index="trigram",
    )
    license_plate = fields.Char(
        string="Car", compute="_compute_work_order_names", store=True
    )
    plate_key = fields.Char(
        compute="_compute_work_order_names",
        store=True,
        index="trigram",
        export_string_translation=False,
    )
    plate_search = fields.Char(
        string="Plate in any Spelling",
        compute="_compute_plate_search",
        search="_search_plate_search",
    )

    @api.depends(
        "move_type",
        "reversed_entry_id",
        "invoice_line_ids.sale_line_ids.order_id.name",
        "invoice_line_ids.sale_line_ids.order_id.is_work_order",
        "invoice_line_ids.sale_line_ids.order_id.vehicle_id.license_plate",
    )
    def _compute_work_order_names(self):
        for move in self:
            orders = move._get_work_orders().sorted("id")
            plates = orders.vehicle_id.filtered("license_plate").mapped("license_plate")
            move.work_order_names = ", ".join(orders.mapped("name")) or False
            move.license_plate = ", ".join(plates) or False
            move.plate_key = " ".join(map(plate.plate_key, plates)) or False

    @api.depends("license_plate")
    def _compute_plate_search(self):
        for move in self:
            move.plate_search = move.license_plate

    @api.model
    def _search_plate_search(self, operator, value):
        if operator not in ("like", "ilike", "=like", "=ilike"):
            return NotImplemented
        key = plate.plate_key(value)
        return Domain("plate_key", "ilike", key) if key else Domain.FALSE

    def _get_work_orders(self):
        """Return the work orders that a document bills or credits.

        A credit note typed in by hand is about those of the invoice it reverses.
        """
        self.ensure_one()
        if not self.is_sale_document(include_receipts=True):
            return self.env["sale.order"]
        orders = self.invoice_line_ids.sale_line_ids.order_id
        if not orders and self.reversed_entry_id:
            return self.reversed_entry_id._get_work_orders()
        return orders.filtered("is_work_order")

    def action_view_source_sale_orders(self):
        """Override of `sale`: a work order opens in its own form."""
        orders = self.line_ids.sale_line_ids.order_id
        if len(orders) == 1 and orders.is_work_order:
            return orders.get_formview_action()
        return super().action_view_source_sale_orders()
