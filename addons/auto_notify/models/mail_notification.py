from odoo import fields, models


class MailNotification(models.Model):
    _inherit = "mail.notification"

    notification_type = fields.Selection(
        selection_add=[("auto_notify", "Customer message")],
        ondelete={"auto_notify": "cascade"},
    )
    auto_notify_message_id = fields.Many2one(
        comodel_name="auto.notify.message", index="btree_not_null", ondelete="cascade"
    )
