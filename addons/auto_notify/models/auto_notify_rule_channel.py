from odoo import fields, models


class AutoNotifyRuleChannel(models.Model):
    """One of the channels of a rule, in the order in which they are tried."""

    _name = "auto.notify.rule.channel"
    _description = "Channel of a Message Rule"
    _order = "sequence, id"
    _rec_name = "kind"

    rule_id = fields.Many2one(
        comodel_name="auto.notify.rule", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=lambda self: self.env["auto.notify.channel"]._get_kinds(),
        string="Channel",
        required=True,
    )
    wait_minutes = fields.Integer(
        string="Next after, minutes",
        default=15,
        help="Not delivered within this time: the next channel is tried. "
        "0: no waiting, it is tried only if this one fails.",
    )

    _wait_positive = models.Constraint(
        "CHECK (wait_minutes >= 0)", "Minutes to wait are at least 0."
    )
