from odoo import fields, models


class AutoNotifyTemplate(models.Model):
    """The text of a message in each language, with placeholders."""

    _name = "auto.notify.template"
    _description = "Message Template"
    _inherit = ["mail.render.mixin"]
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    model_id = fields.Many2one(
        comodel_name="ir.model",
        string="Applies to",
        required=True,
        ondelete="cascade",
    )
    model = fields.Char(
        related="model_id.model", string="Model name", store=True, index=True
    )
    subject = fields.Char(translate=True, help="Used by e-mail only.")
    body = fields.Text(string="Text", required=True, translate=True)
    button_ids = fields.Many2many(comodel_name="auto.notify.button", string="Buttons")
    whatsapp_name = fields.Char(
        string="WhatsApp template",
        help="Name of the text approved by WhatsApp, used when the customer has not "
        "written for a day.",
    )
    whatsapp_parameters = fields.Char(
        string="Its parameters",
        help="Placeholders that fill {{1}}, {{2}} of the approved text, separated by |",
    )
