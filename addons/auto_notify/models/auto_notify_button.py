from odoo import fields, models


class AutoNotifyButton(models.Model):
    """A button that a message may carry: what the customer answers with one touch."""

    _name = "auto.notify.button"
    _description = "Message Button"
    _inherit = ["auto.shared.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="What documents understand: see `_on_notify_button`.",
    )
    sequence = fields.Integer(default=10)

    _code_unique = models.UniqueIndex("(code)", "There is a button with this code.")
