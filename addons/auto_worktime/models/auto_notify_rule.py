from odoo import fields, models


class AutoNotifyRule(models.Model):
    _inherit = "auto.notify.rule"

    event = fields.Selection(
        selection_add=[
            ("work_found", "A mechanic has found something"),
            ("extra_found", "A mechanic has found work that needs doing now"),
        ],
        ondelete={"work_found": "cascade", "extra_found": "cascade"},
    )
