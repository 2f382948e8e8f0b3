from odoo import fields, models


class AutoNotifyPreview(models.TransientModel):
    """What a rule would say about a real document, in each language."""

    _name = "auto.notify.preview"
    _description = "Message Preview"

    rule_id = fields.Many2one(comodel_name="auto.notify.rule")
    template_id = fields.Many2one(comodel_name="auto.notify.template")
    res_model = fields.Char()
    res_id = fields.Many2oneReference(model_field="res_model")
