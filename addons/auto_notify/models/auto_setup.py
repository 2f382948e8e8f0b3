from odoo import api, models


class AutoSetup(models.AbstractModel):
    _inherit = "auto.setup"

    @api.model
    def _get_steps(self):
        """Override of `auto_crm`: customers are told and heard."""
        return [
            *super()._get_steps(),
            {
                "name": "channel",
                "sequence": 110,
                "title": self.env._("A channel of messages"),
                "text": self.env._(
                    "A bot, an SMS gateway or e-mail. Until then nothing is sent."
                ),
                "model": "auto.notify.channel",
                "action": "auto_notify.auto_notify_channel_action",
            },
        ]

    def _is_channel_done(self, company):
        domain = [("kind", "!=", "log"), ("company_id", "in", [company.id, False])]
        return self.env["auto.notify.channel"].search_count(domain, limit=1)
