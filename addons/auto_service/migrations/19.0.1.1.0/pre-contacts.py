from odoo import SUPERUSER_ID, api


def migrate(cr, _version):
    """Remove the demo shop's contacts that only an English page could show."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    view = env.ref("auto_service.contactus_demo", raise_if_not_found=False)
    if view:
        view.unlink()
