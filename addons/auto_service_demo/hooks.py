"""What is looked at before the demo shop is made."""

from odoo.exceptions import UserError


def pre_init_hook(env):
    """Say why there will be no demo shop, before anything is written.

    :raise UserError: for a company with entries, of Odoo's demo data for example
    """
    company = env.ref("base.main_company")
    if company._existing_accounting():
        raise UserError(
            env._(
                "No demo shop beside the entries of %(company)s, whose currency cannot "
                "become roubles any more: install it in a new database.",
                company=company.name,
            )
        )
