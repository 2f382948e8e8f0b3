from odoo import SUPERUSER_ID, api

# as `crm` installs them
STAGES = {
    "stage_lead1": {"name": "New", "sequence": 1, "color": 11},
    "stage_lead2": {"name": "Qualified", "sequence": 2, "color": 5},
    "stage_lead3": {"name": "Proposition", "sequence": 3, "color": 8},
    "stage_lead4": {"name": "Won", "sequence": 70, "color": 10, "is_won": True},
}


def migrate(cr, _version):
    """Give Odoo's stages back, archived, which were deleted where nobody used them."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.stage"]._load_records(
        [
            {
                "xml_id": f"crm.{name}",
                "values": {**values, "active": False},
                "noupdate": True,
            }
            for name, values in STAGES.items()
            if not env.ref(f"crm.{name}", raise_if_not_found=False)
        ]
    )
