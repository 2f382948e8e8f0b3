from odoo import fields, models


class AutoHoldReason(models.Model):
    """Why a mechanic does not work: one list with why a car waits."""

    _inherit = "auto.hold.reason"

    holds_order = fields.Boolean(
        string="The car waits",
        default=True,
        help="A mechanic's pause for this reason puts the work order on hold, too, "
        "unless somebody else goes on with the job.",
    )
    is_paid = fields.Boolean(
        string="Paid",
        default=True,
        help="The mechanic is paid for the hours that he loses to this.",
    )
