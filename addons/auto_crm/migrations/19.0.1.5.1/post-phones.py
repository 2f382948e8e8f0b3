from odoo import SUPERUSER_ID, api
from odoo.tools import split_every


def migrate(cr, _version):
    """Find the phone in what was no phone: two in one cell, words, an old plan."""
    env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
    for name in ("res.partner", "crm.lead"):
        model = env[name]
        found = model.search([("phone", "!=", False), ("phone_sanitized", "=", False)])
        for ids in split_every(1000, found.ids):
            records = model.browse(ids)
            env.add_to_compute(model._fields["phone_sanitized"], records)
            records.flush_recordset(["phone_sanitized"])
            env.invalidate_all()
