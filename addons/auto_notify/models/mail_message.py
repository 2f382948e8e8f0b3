from odoo import fields, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    message_type = fields.Selection(
        selection_add=[("auto_notify", "Customer message")],
        ondelete={
            "auto_notify": lambda records: records.write({"message_type": "comment"})
        },
    )
    auto_notify_message_id = fields.Many2one(
        comodel_name="auto.notify.message",
        string="Message of the outbox",
        index="btree_not_null",
        ondelete="set null",
    )
