from odoo import fields, models

EVENTS = ("bonus_earned", "bonus_expiring", "bonus_tier")


class AutoNotifyRule(models.Model):
    """Rules about bonuses."""

    _inherit = "auto.notify.rule"

    event = fields.Selection(
        selection_add=[
            ("bonus_earned", "Bonuses have been given"),
            ("bonus_expiring", "Bonuses are about to expire"),
            ("bonus_tier", "A customer has reached a tier"),
        ],
        ondelete=dict.fromkeys(EVENTS, "cascade"),
    )
