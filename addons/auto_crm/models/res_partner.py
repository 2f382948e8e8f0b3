from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    vehicle_ids = fields.One2many(comodel_name="auto.vehicle", inverse_name="partner_id")
