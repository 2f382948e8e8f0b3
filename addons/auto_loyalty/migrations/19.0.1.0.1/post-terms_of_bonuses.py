import json

from odoo import SUPERUSER_ID, api
from odoo.tools import split_every

BATCH = 500


def migrate(cr, _version):
    """Let orders that have earned keep all terms, not percentages of lines only.

    What else they were reckoned by until now was the programme as it is: that is kept.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    cr.execute(
        "SELECT id FROM sale_order"
        " WHERE jsonb_typeof(bonus_terms) = 'object' AND NOT bonus_terms ? 'lines'"
        " ORDER BY id"
    )
    for ids in split_every(BATCH, [order_id for [order_id] in cr.fetchall()]):
        for order in env["sale.order"].browse(ids):
            _complete(order)
        env.invalidate_all()


def _complete(order):
    """Put an order's percentages into its terms."""
    entries = order.env["auto.bonus.entry"].search(
        [("order_id", "=", order.id), ("kind", "=", "earned")], limit=1
    )
    program = entries.card_id.program_id or order._get_bonus_program()
    tier = entries.card_id.bonus_tier_id
    today = order._get_bonus_lines()._get_bonus_terms(program, tier) if program else {}
    terms = {
        **(program._get_bonus_measure() if program else {"worth": 1.0, "digits": 0}),
        "lines": {
            key: [percent, today.get(key, [percent, True])[1]]
            for key, percent in order.bonus_terms.items()
        },
    }
    order.env.cr.execute(
        "UPDATE sale_order SET bonus_terms = %s WHERE id = %s",
        [json.dumps(terms), order.id],
    )
