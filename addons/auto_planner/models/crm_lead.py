from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    booking_ids = fields.One2many(comodel_name="auto.booking", inverse_name="lead_id")
