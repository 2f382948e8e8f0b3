"""Who may read lists of ours on Odoo's documents: those who may read their rows.

Others read such a document without them, as in a database that has no car service.
"""

MECHANIC = "auto_crm.auto_crm_group_mechanic"
ADVISOR = "auto_crm.auto_crm_group_advisor"
MANAGER = "auto_crm.auto_crm_group_manager"
BOOKS = "account.group_account_readonly,account.group_account_invoice"
PORTAL = "base.group_portal"
