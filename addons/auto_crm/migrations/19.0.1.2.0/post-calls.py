from odoo import SUPERUSER_ID, api

from odoo.addons.auto_crm.hooks import switch_off_calls


def migrate(cr, _version):
    """Switch off what sends customers' data to the publisher of Odoo."""
    switch_off_calls(api.Environment(cr, SUPERUSER_ID, {}))
