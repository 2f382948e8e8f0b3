from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    notify_kind = fields.Selection(
        selection=[
            ("telegram", "Telegram"),
            ("whatsapp", "WhatsApp"),
            ("max", "MAX"),
            ("viber", "Viber"),
            ("sms", "SMS"),
            ("email", "E-mail"),
        ],
        string="Preferred channel",
        help="The channel the customer chose: tried before those of the rule.",
    )
    notify_contact_ids = fields.One2many(
        comodel_name="auto.notify.contact", inverse_name="partner_id"
    )
    notify_consent_ids = fields.One2many(
        comodel_name="auto.notify.consent", inverse_name="partner_id"
    )
