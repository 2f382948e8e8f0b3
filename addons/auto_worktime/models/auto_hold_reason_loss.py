from odoo import fields, models


class AutoHoldReason(models.Model):
    """Where to look for the cause of the time that is lost to a reason."""

    _inherit = "auto.hold.reason"

    loss_cause = fields.Selection(
        selection=[
            ("log", "Time logs"),
            ("purchase", "Purchases of the orders"),
            ("post", "Posts of the orders"),
            ("order", "Work orders"),
        ],
        string="A loss opens",
        default="log",
        required=True,
        help="What Losses opens of the time that mechanics lost to this.",
    )
