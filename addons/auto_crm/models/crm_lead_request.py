from odoo import models


class CrmLead(models.Model):
    """Requests that come in: who asks, about which car, and is there a deal already."""

    _inherit = "crm.lead"
