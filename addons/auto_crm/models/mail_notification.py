from odoo import models


class MailNotification(models.Model):
    _inherit = "mail.notification"

    def _has_field_access(self, field, operation):
        """Override of the ORM: a mechanic reads no customer's address."""
        if (
            operation == "read"
            and field.name == "mail_email_address"
            and self.env["res.partner"]._is_colleagues_only()
        ):
            return False
        return super()._has_field_access(field, operation)
