from odoo import fields, models


class AutoNotifyConsent(models.Model):
    """A consent given or withdrawn: when, where and in which words; never changed."""

    _name = "auto.notify.consent"
    _description = "Consent to Messages"
    _order = "date desc, id desc"

    partner_id = fields.Many2one(
        comodel_name="res.partner", required=True, ondelete="cascade", index=True
    )
    category = fields.Selection(
        selection=[("marketing", "Marketing"), ("service", "Service messages")],
        required=True,
    )
    is_given = fields.Boolean(string="Given")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    source = fields.Selection(
        selection=[
            ("portal", "Customer's portal"),
            ("link", "Opt-out link"),
            ("word", "Stop or start word"),
            ("staff", "Told to staff"),
        ],
        required=True,
    )
    detail = fields.Char(help="The very words, or the channel.")
    user_id = fields.Many2one(comodel_name="res.users", string="Recorded by")
