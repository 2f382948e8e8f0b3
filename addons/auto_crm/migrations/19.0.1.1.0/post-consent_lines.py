import json

from odoo import SUPERUSER_ID, api
from odoo.tools import split_every
from odoo.tools.sql import column_exists

BATCH = 500


def migrate(cr, _version):
    """Let consents that kept quantities only be read as those that keep prices.

    Product, unit and price are filled in where the order is still, to the sum, what was
    agreed to; of the others only quantities and the sum are known.
    """
    if not column_exists(cr, "auto_order_consent", "quantities"):
        return
    cr.execute(
        """
        UPDATE auto_order_consent
           SET lines = (
                SELECT jsonb_object_agg(key, jsonb_build_object('quantity', value))
                  FROM jsonb_each(quantities)
               )
         WHERE lines IS NULL AND jsonb_typeof(quantities) = 'object'
        """
    )
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    env.invalidate_all()
    orders = env["sale.order"].search([("consent_ids", "!=", False)], order="id")
    for ids in split_every(BATCH, orders.ids):
        batch = orders.browse(ids)
        _fill_lines(batch)
        for name in ("consent_state", "amount_agreed", "amount_extra"):
            env.add_to_compute(batch._fields[name], batch)
        batch.flush_recordset()
        env.invalidate_all()


def _fill_lines(orders):
    """Keep the prices of the orders that cost what was agreed to."""
    consents = orders.consent_ids.browse()
    for order in orders:
        consent = order._get_last_consent()
        lines = order._prepare_consent_lines()
        is_same = consent.lines == {
            key: {"quantity": line["quantity"]} for key, line in lines.items()
        }
        if is_same and not order.currency_id.compare_amounts(
            order.amount_total, consent.amount
        ):
            order.env.cr.execute(
                "UPDATE auto_order_consent SET lines = %s WHERE id = %s",
                [json.dumps(lines), consent.id],
            )
            consents |= consent
    consents.invalidate_recordset(["lines"])
