from odoo import api, models


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail`: the full composer's e-mail stays one later, too."""
        for vals in vals_list:
            vals["send_context"] = {
                **(vals.get("send_context") or {}),
                "auto_notify_no_reply": True,
            }
        return super().create(vals_list)
