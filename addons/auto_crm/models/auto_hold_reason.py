from odoo import fields, models


class AutoHoldReason(models.Model):
    """Why a job, and so its order, waits: parts, a lift, a tool, a customer's word."""

    _name = "auto.hold.reason"
    _description = "Hold Reason"
    _inherit = ["auto.shared.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
