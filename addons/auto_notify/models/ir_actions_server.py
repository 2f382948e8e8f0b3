from odoo import fields, models


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("auto_notify", "Send customer message"), ("followers",)],
        ondelete={"auto_notify": "cascade"},
    )
    auto_notify_rule_id = fields.Many2one(
        comodel_name="auto.notify.rule",
        string="Message rule",
        ondelete="restrict",
        domain="[('event', '=', 'automation')]",
    )
