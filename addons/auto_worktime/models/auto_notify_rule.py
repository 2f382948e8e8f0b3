from odoo import fields, models


class AutoNotifyRule(models.Model):
    _inherit = "auto.notify.rule"

    event = fields.Selection(
        selection_add=[("work_found", "A mechanic has found something")],
        ondelete={"work_found": "cascade"},
    )
