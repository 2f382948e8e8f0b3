from odoo import models


class AutoOrderConsentWizard(models.TransientModel):
    _name = "auto.order.consent.wizard"
    _description = "Record Consent"
