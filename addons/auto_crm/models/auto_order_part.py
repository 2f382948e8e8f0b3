from odoo import api, fields, models
from odoo.tools import SQL


class AutoOrderPart(models.Model):
    """The parts of work orders without a price: what a mechanic may see (SQL view)."""

    _name = "auto.order.part"
    _description = "Part of a Work Order"
    _auto = False
    _order = "order_id, id"
    _depends = {
        "sale.order.line": [
            "order_id",
            "company_id",
            "product_id",
            "name",
            "product_uom_qty",
            "product_uom_id",
            "part_state",
            "parts_date",
        ],
    }

    order_id = fields.Many2one(comodel_name="sale.order", readonly=True)
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    product_id = fields.Many2one(comodel_name="product.product", readonly=True)
    name = fields.Text(readonly=True)
    quantity = fields.Float(readonly=True)
    uom_id = fields.Many2one(comodel_name="uom.uom", readonly=True)
    article = fields.Char(related="product_id.default_code", string="Article")
    maker = fields.Char(related="product_id.maker")
    part_state = fields.Selection(
        selection=lambda self: self._get_part_states(), string="State", readonly=True
    )
    parts_date = fields.Date(string="Due", readonly=True)

    @api.model
    def _get_part_states(self):
        field = self.env["sale.order.line"]._fields["part_state"]
        return field._description_selection(self.env)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id, l.order_id, l.company_id, l.product_id, l.name,
                   l.product_uom_qty AS quantity, l.product_uom_id AS uom_id,
                   l.part_state, l.parts_date
              FROM sale_order_line l
             WHERE l.part_state IS NOT NULL"""
        )
