from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Nothing that stood before is questioned by the control of prices.

    Credit notes and payments posted until now count as granted, and lines that lower
    the sum of agreed orders as agreed.
    """
    cr.execute(
        """
        UPDATE account_move
           SET is_credit_granted = TRUE
         WHERE state = 'posted'
           AND (move_type = 'out_refund' OR origin_payment_id IS NOT NULL)
        """
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.invalidate_all()
    lines = env["sale.order.line"].search(
        [
            ("state", "=", "sale"),
            ("order_id.is_work_order", "=", True),
            "|",
            ("price_unit", "<", 0),
            ("product_uom_qty", "<", 0),
        ]
    )
    lines._accept_prices()
    lines._accept_quantities()
    lines.flush_recordset()
