from odoo import api, fields, models


class AutoOrderConsentWizard(models.TransientModel):
    """Record the customer's word: by phone, with the recording, or on paper."""

    _name = "auto.order.consent.wizard"
    _description = "Record Consent"

    order_id = fields.Many2one(comodel_name="sale.order", required=True)
    state = fields.Selection(related="order_id.state")
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount_total = fields.Monetary(related="order_id.amount_total")
    method = fields.Selection(
        selection=[("phone", "By phone"), ("paper", "Signed on paper")],
        default="phone",
        required=True,
    )
    signed_by = fields.Char(
        string="Agreed by",
        compute="_compute_signed_by",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    note = fields.Text(help="What was said, when, from which number.")
    recording = fields.Binary(string="Recording or scan")
    recording_filename = fields.Char()

    @api.depends("order_id")
    def _compute_signed_by(self):
        for wizard in self:
            wizard.signed_by = wizard.order_id.partner_id.name

    def action_record(self):
        """Keep the proof; a quotation becomes an order by it."""
        self.ensure_one()
        order = self.order_id
        order._record_consent(
            self.method,
            signed_by=self.signed_by,
            note=self.note,
            recording=self.recording,
            recording_filename=self.recording_filename,
        )
        if order.state in ("draft", "sent"):
            order.action_confirm()
        return {"type": "ir.actions.act_window_close"}
