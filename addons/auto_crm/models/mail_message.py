from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _to_store_defaults(self, target):
        """Override of `mail`: a mechanic sees who wrote, not from which address."""
        fields = super()._to_store_defaults(target)
        if self.env["res.partner"]._is_colleagues_only():
            return [f for f in fields if getattr(f, "field_name", f) != "email_from"]
        return fields
