from odoo import fields, models

from ..models.auto_notify_rule import KINDS


class AutoNotifyCompose(models.TransientModel):
    """A message typed by staff to a customer, through the channel that reaches him."""

    _name = "auto.notify.compose"
    _description = "Message to a Customer"

    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    partner_id = fields.Many2one(comodel_name="res.partner", string="To")
    kind = fields.Selection(selection=KINDS, string="Channel")
    template_id = fields.Many2one(comodel_name="auto.notify.template")
    body = fields.Text(string="Text")
