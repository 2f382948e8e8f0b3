"""What is set up once, when the addon is installed, and given back when it goes."""

import logging

_logger = logging.getLogger(__name__)

# Modules that Odoo installs by itself and that send customers' data to its publisher
CALLING_MODULES = ("crm_iap_enrich", "partner_autocomplete")
PUBLISHERS_CALL = "mail.ir_cron_module_update_notification"


def post_init_hook(env):
    """Switch off what would send data away unasked."""
    switch_off_calls(env)
    leave_contact_form(env)
    # stock_sms writes to the customer of each delivery, through the publisher
    env["res.company"].search([]).stock_text_confirmation = False
    env["website"]._clean_sites()


def uninstall_hook(env):
    """Give back what of Odoo the shop has put aside, and let nothing point to it."""
    env["crm.stage"]._restore_default_stages()
    env["crm.team"]._restore_default_team()
    env["crm.lost.reason"]._restore_default_reasons()
    env["website"]._give_back_footer()
    route = env.ref("auto_crm.stock_route_parts", raise_if_not_found=False)
    if route:  # stays, if goods moved by its rules
        route.active = False


def leave_contact_form(env):
    """Let the website of people who sell already ask what it asked before."""
    if env["crm.team"]._is_odoo_in_use():
        env.ref("auto_crm.contactus_form").active = False


def switch_off_calls(env):
    """Remove the modules that call the publisher of Odoo, and stop its own call.

    An administrator who wants them ticks them in the settings, as with any module. One
    that another installed module needs stays.
    """
    modules = env["ir.module.module"].search(
        [("name", "in", CALLING_MODULES), ("state", "in", ("installed", "to upgrade"))]
    )
    for module in modules:
        users = module.downstream_dependencies() - modules
        if users:
            names = ", ".join(users.mapped("name"))
            _logger.warning("%s stays, for it is needed by %s", module.name, names)
        else:
            module.button_uninstall()
    cron = env.ref(PUBLISHERS_CALL, raise_if_not_found=False)
    if cron:
        cron.active = False
