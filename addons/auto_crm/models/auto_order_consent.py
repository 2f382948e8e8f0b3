from odoo import fields, models


class AutoOrderConsent(models.Model):
    """Proof that the customer agreed: how, when, to which lines and sum."""

    _name = "auto.order.consent"
    _description = "Customer Consent"
    _order = "date desc, id desc"

    order_id = fields.Many2one(
        comodel_name="sale.order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    method = fields.Selection(
        selection=[
            ("signature", "Signed in the portal"),
            ("phone", "By phone"),
            ("paper", "Signed on paper"),
        ],
        required=True,
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        comodel_name="res.users", default=lambda self: self.env.user
    )
    signed_by = fields.Char(string="Agreed by")
    note = fields.Text()
    recording = fields.Binary(attachment=True)
    recording_filename = fields.Char()
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount = fields.Monetary(readonly=True)
    content = fields.Html(readonly=True, help="The lines agreed to, as they were.")
